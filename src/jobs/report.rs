//! Writes `report.html`: one run, or several side by side, to look at in a browser.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::report::{ReportRequest, report};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let path = report(&ReportRequest::new(["results/001-synthetic-demo"]), &context)?;
//! println!("{}", path.display());
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::path::{Path, PathBuf};

use super::context::Context;
use super::error::{InputError, JobError};
use super::judged_run::JudgedRun;
use super::notify::Silent;
use super::open_run;
use super::run_folders::run_folders;
use super::{output, render, table};
use crate::analysis::paired::{PairedOptions, PairedReport, RESAMPLES, Run, SEED, adjust};
use crate::analysis::report::ReportOptions;
use crate::analysis::table::{Against, Table};
use crate::analysis::{Outcome, Predictions, Report, State};
use crate::deepconf::TOP_K;
use crate::deepconf::stop::name::RuleName;
use crate::export::report::{self as page, ReportedRun, Side};
use crate::record::SCHEMA_VERSION;
use crate::record::manifest::Manifest;
use crate::replay::grid::Grid;
use crate::replay::preset::Preset;
use crate::replay::{Replay, Setting};
use crate::settings::Settings;
use crate::stats::Draws;
use crate::stats::multiple_testing::Correction;
use crate::store::folder::REPORT_PAGE;

/// Runs to show on one page.
#[derive(Clone, Debug, Default)]
pub struct ReportRequest {
    /// Run, compare or sweep folders. The first run of several is the reference of those on the same benchmark.
    pub runs: Vec<PathBuf>,
    /// Judges whose verdicts count; each run's own if empty.
    pub judges: Vec<String>,
    /// The page's file; `report.html` in the one folder that was named, if absent.
    pub output: Option<PathBuf>,
}

impl ReportRequest {
    /// Requests a page of these runs with their own judges.
    pub fn new<P: Into<PathBuf>>(runs: impl IntoIterator<Item = P>) -> Self {
        Self { runs: runs.into_iter().map(Into::into).collect(), ..Self::default() }
    }
}

/// A run in memory.
struct One {
    name: String,
    path: PathBuf,
    manifest: Manifest<Settings>,
    judge: String,
    outcomes: Vec<Outcome>,
    predictions: Predictions,
    report: Report,
    options: ReportOptions,
    replay: Option<Replay>,
}

/// Writes the page and returns its path.
///
/// # Errors
/// Fails if a run cannot be read, a judge has no verdict on some trace, or the file cannot be written; with
/// several folders also if no file is named.
pub fn report(request: &ReportRequest, context: &Context<'_>) -> Result<PathBuf, JobError> {
    let file = file(request)?;
    let paths = run_folders(&request.runs)?;
    output::check(&file, [], "--output")?;
    let is_single = paths.len() == 1;
    let runs: Vec<One> = paths
        .iter()
        .map(|path| One::read(path, &request.judges, is_single, context))
        .collect::<Result<_, JobError>>()?;
    let reported: Vec<ReportedRun<'_>> = runs.iter().map(One::reported).collect();
    let bytes = match reported.as_slice() {
        [one] => page::run(one),
        _ => page::runs(&reported, &side(&runs, request)),
    };
    output::write(&file, &bytes)?;
    Ok(file)
}

fn file(request: &ReportRequest) -> Result<PathBuf, InputError> {
    match (&request.output, request.runs.as_slice()) {
        (Some(file), _) => Ok(file.clone()),
        (None, [folder]) if folder.is_dir() => Ok(folder.join(REPORT_PAGE)),
        (None, _) => Err(InputError::new(
            "the page of several folders, or of a file, needs a name of its own",
            "name it with --output FILE.html",
        )),
    }
}

impl One {
    fn read(path: &Path, judges: &[String], replays: bool, context: &Context<'_>) -> Result<Self, JobError> {
        let loaded = open_run::open(path, &Context { notify: &Silent, ..*context })?;
        let (name, manifest) = (loaded.name(), loaded.manifest.clone());
        let judged = JudgedRun::of(loaded, judges)?;
        let (predictions, report) = judged.predictions();
        let replay = replays.then(|| replayed(&judged)).flatten();
        let JudgedRun { settings, planned, outcomes, judge, harm, .. } = judged;
        let options = render::options(&settings, harm, planned);
        Ok(Self {
            name,
            path: path.to_owned(),
            manifest,
            judge,
            outcomes,
            predictions,
            report,
            options,
            replay,
        })
    }

    fn paired(&self) -> Run<'_> {
        Run { name: &self.name, rows: &self.predictions.rows, options: &self.options }
    }

    fn reported(&self) -> ReportedRun<'_> {
        ReportedRun {
            name: &self.name,
            manifest: &self.manifest,
            judge: &self.judge,
            predictions: &self.predictions,
            report: &self.report,
            outcomes: &self.outcomes,
            replay: self.replay.as_ref(),
        }
    }
}

/// Replays the stop rules that need nothing but votes. `None` unless every instance has its whole budget of several
/// traces: a run that stopped early has no full vote to agree with.
fn replayed(judged: &JudgedRun) -> Option<Replay> {
    let traces = judged.outcomes.iter().filter_map(|outcome| match &outcome.state {
        State::Decided { traces, .. } => Some(traces.len() as u32),
        State::Failed { .. } | State::Open => None,
    });
    let budget = judged.settings.stop.max_traces();
    let fewest = traces.min().filter(|&traces| traces > 1 && traces == budget)?;
    let own = Setting { policy: judged.settings.policy(), k: TOP_K, max_tokens: None, settle: None };
    let rules =
        [RuleName::Fixed, RuleName::Settled, RuleName::ConsensusSettled, RuleName::AdaptiveConsistency];
    let grid = Grid { rules: rules.to_vec(), ..Preset::Rules.grid(&own, fewest) };
    let settings = grid.settings(&own).ok()?;
    // No setting shortens an answer, so nothing is judged again.
    let unjudged =
        |_: &str, _: &str| crate::record::Judgement::new(crate::record::Verdict::Unparsed, "", None);
    crate::replay::replay(&judged.outcomes, &settings, own.policy.window, &unjudged, false).ok()
}

/// Compares each run with its reference.
fn side(runs: &[One], request: &ReportRequest) -> Side {
    let pairs = compared(runs);
    let row = |run: &One| table::row_of(&run.path, &run.name, &run.manifest, &run.judge, &run.report);
    let mut table = Table { schema_version: SCHEMA_VERSION, rows: runs.iter().map(row).collect() };
    for (row, run) in table.rows.iter_mut().zip(runs) {
        row.against = pairs.iter().find(|pair| pair.cell == run.name).map(|pair| Against::of(pair, None));
    }
    let folders: Vec<String> = request.runs.iter().map(|path| path.display().to_string()).collect();
    let incomplete = runs.iter().filter_map(|run| {
        Some(format!("{} is incomplete and not compared: {}", run.name, run.report.overall.incomplete()?))
    });
    Side { notes: incomplete.collect(), folders, table, pairs }
}

/// Compares each complete run with its reference, prompt by prompt, and adjusts the p-values over all of them.
fn compared(runs: &[One]) -> Vec<PairedReport> {
    let complete: Vec<&One> = runs.iter().filter(|run| run.report.overall.open == 0).collect();
    let draws = Draws { count: RESAMPLES, seed: SEED };
    let mut reports: Vec<PairedReport> = complete
        .iter()
        .filter_map(|cell| {
            let reference = reference_of(&complete, cell)?;
            let how = PairedOptions {
                draws,
                correction: Correction::Holm,
                split_value: reference.predictions.split_value,
            };
            // Runs of the same prompts share instances.
            crate::analysis::paired::paired(reference.paired(), cell.paired(), &how).ok()
        })
        .collect();
    adjust(&mut reports, Correction::Holm);
    reports
}

/// Returns the run that a run is compared with: on the same prompts, the first run's model with the same policy and
/// seed; for a run of that model, its policy with the same seed; for a run of that policy too, its seed.
fn reference_of<'a>(runs: &[&'a One], cell: &One) -> Option<&'a One> {
    let prompts = |run: &One| run.manifest.benchmark.prompts_sha256.clone();
    let key = |run: &One| {
        (run.manifest.model.sha256.clone(), run.manifest.settings.stop, run.manifest.settings.seed)
    };
    let first = runs.iter().find(|run| prompts(run) == prompts(cell))?;
    let (mut wanted, of_first) = (key(cell), key(first));
    if wanted.0 != of_first.0 {
        wanted.0 = of_first.0;
    } else if wanted.1 != of_first.1 {
        wanted.1 = of_first.1;
    } else if wanted.2 != of_first.2 {
        wanted.2 = of_first.2;
    } else {
        return None;
    }
    runs.iter().find(|run| prompts(run) == prompts(cell) && key(run) == wanted).copied()
}
