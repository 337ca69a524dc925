//! Recomputes decisions from recorded traces under other stop rules, measures, votes and budgets. Needs no
//! model.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::replay::{ReplayRequest, replay};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let outcome = replay(&ReplayRequest::new(["results/001-synthetic-demo"]), &context)?;
//! println!("{} settings", outcome.runs[0].replay.results.len());
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::path::PathBuf;

use super::context::Context;
use super::error::{InputError, JobError};
use super::judge::live::{live_judge, same_judge};
use super::judge::text::text_judge;
use super::loaded_run::LoadedRun;
use super::run_folders::run_folders;
use super::{judged_run, open_run};
use crate::analysis::outcome::{Outcome, State};
use crate::deepconf::TOP_K;
use crate::deepconf::stop::StopRule;
use crate::export::replay::decisions;
use crate::judge::{Judge, LearnedJudge};
use crate::replay::grid::Grid;
use crate::replay::preset::Preset;
use crate::replay::{Replay, Setting};

/// A request to replay runs.
#[derive(Clone, Debug, Default)]
pub struct ReplayRequest {
    /// Run folders, or trace files of other programs.
    pub runs: Vec<PathBuf>,
    /// Settings to try.
    pub preset: Preset,
    /// Axes that replace those of the preset; an empty axis keeps the preset's.
    pub axes: Grid,
    /// Judges whose verdicts count; the run's own if empty.
    pub judges: Vec<String>,
    /// Current path of the run's refusal pattern file, needed to judge shortened answers.
    pub refusal_patterns: Option<PathBuf>,
    /// Number of threads; one per core if absent.
    pub threads: Option<usize>,
    /// Whether to return the decision of every setting on every instance.
    pub decisions: bool,
}

impl ReplayRequest {
    /// Requests a replay of these runs with every stop rule and their own verdicts.
    pub fn new<P: Into<PathBuf>>(runs: impl IntoIterator<Item = P>) -> Self {
        Self { runs: runs.into_iter().map(Into::into).collect(), ..Self::default() }
    }
}

/// The replay of one run.
pub struct ReplayedRun {
    /// Name of the run.
    pub name: String,
    /// The run's own setting.
    pub own: Setting,
    /// Result of every setting.
    pub replay: Replay,
}

/// The result of a replay job.
pub struct ReplayOutcome {
    /// Replays in the order of the request.
    pub runs: Vec<ReplayedRun>,
    /// CSV table of every setting's decisions, if requested.
    pub decisions: Option<Vec<u8>>,
}

/// Replays every run.
///
/// # Errors
/// Fails if a run cannot be read, has no decided instance, or did not record what a setting needs.
pub fn replay(request: &ReplayRequest, context: &Context<'_>) -> Result<ReplayOutcome, JobError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.threads.unwrap_or(0)).build();
    let pool = pool.map_err(|error| JobError::Other(error.into()))?;
    let keep = request.decisions;
    let mut runs: Vec<ReplayedRun> = Vec::new();
    let mut rows: Vec<u8> = Vec::new();
    for path in &run_folders(&request.runs)? {
        let bad = |message: String| InputError::plain(format!("{}: {message}", path.display()));
        let mut loaded = open_run::open(path, context)?;
        let name = loaded.name();
        let mut outcomes = loaded.outcomes();
        judged_run::apply(&loaded, &mut outcomes, &request.judges)?;
        let count = outcomes.iter().filter_map(decided_id).count();
        if count == 0 {
            return Err(bad("no instance is decided: there is nothing to replay".to_owned()).into());
        }
        let fewest = fewest_traces(&outcomes);
        let own = own_setting(&loaded, fewest);
        let mut all = request.preset.grid(&own, fewest).with(&request.axes).settings(&own).map_err(bad)?;
        if !all.contains(&own) {
            all.insert(0, own);
        }
        let judge = judge(&loaded, &all, request)?;
        drop(loaded);
        context.note(&format!("{name}: {} settings on {count} instances", all.len()));
        let rejudge = |prompt: &str, answer: &str| judge.judge(prompt, answer);
        let found = pool
            .install(|| crate::replay::replay(&outcomes, &all, own.policy.window, &rejudge, keep))
            .map_err(|error| bad(error.to_string()))?;
        if keep {
            let ids: Vec<&str> = outcomes.iter().filter_map(decided_id).collect();
            let table = decisions(&name, &ids, &found)?;
            // One header for all runs.
            let header = table.iter().position(|&byte| byte == b'\n').map_or(0, |end| end + 1);
            rows.extend_from_slice(if rows.is_empty() { &table } else { &table[header..] });
        }
        runs.push(ReplayedRun { name, own, replay: found });
    }
    Ok(ReplayOutcome { runs, decisions: keep.then_some(rows) })
}

/// Returns the run's own setting. For a trace file of another program: all traces, by a fixed rule.
fn own_setting(loaded: &LoadedRun, fewest: u32) -> Setting {
    let mut policy = loaded.manifest.settings.policy();
    if loaded.folder.is_none() {
        policy.stop = StopRule::Fixed { traces: fewest };
    }
    Setting { policy, k: TOP_K, max_tokens: None, settle: None }
}

/// Returns the judge for shortened answers; any judge if no setting shortens them.
fn judge(
    loaded: &LoadedRun,
    all: &[Setting],
    request: &ReplayRequest,
) -> Result<Box<dyn Judge + Sync>, JobError> {
    if all.iter().all(|setting| setting.max_tokens.is_none() && setting.settle.is_none()) {
        return Ok(Box::new(LearnedJudge::default()));
    }
    if let [name] = request.judges.as_slice() {
        return Ok(text_judge(name)?.into_judge());
    }
    if !request.judges.is_empty() {
        return Err(InputError {
            message: "shortened answers need one judge that judges again: a panel's verdicts on them are not recorded".to_owned(),
            hint: Some("with --max-tokens or --settle, name one text judge: lexicon, rules or patterns:FILE".to_owned()),
        }
        .into());
    }
    let mut settings = loaded.manifest.settings.clone();
    if request.refusal_patterns.is_some() {
        settings.refusal_patterns.clone_from(&request.refusal_patterns);
    }
    let (judge, facts) = live_judge(&settings)?;
    same_judge(&loaded.manifest.judge, &facts)?;
    Ok(judge)
}

fn decided_id(outcome: &Outcome) -> Option<&str> {
    matches!(outcome.state, State::Decided { .. }).then_some(outcome.instance.id.as_str())
}

/// Returns the smallest number of traces of a decided instance.
fn fewest_traces(outcomes: &[Outcome]) -> u32 {
    let counts = outcomes.iter().filter_map(|outcome| match &outcome.state {
        State::Decided { traces, .. } => Some(traces.len() as u32),
        State::Failed { .. } | State::Open => None,
    });
    counts.min().unwrap_or(1)
}
