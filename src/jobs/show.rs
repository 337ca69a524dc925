//! Reads the answers of a run, or lists the runs of a folder.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::show::{ShowRequest, Shown, show};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! // The three answers of the newest run that are most worth reading.
//! let request = ShowRequest { count: Some(3), ..ShowRequest::default() };
//! if let Shown::Answers(answers) = show(&request, &context)? {
//!     for entry in &answers.entries {
//!         println!("{}: {}", entry.row.instance_id, entry.traces[0].answer);
//!     }
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::path::{Path, PathBuf};

use super::context::Context;
use super::error::{InputError, JobError};
use super::judged_run::JudgedRun;
use super::open_run;
use super::run_list::{newest, run_list};
use crate::analysis::answers::{Answers, Entry, RunFacts, Wanted};
use crate::analysis::predictions::{decide_all, divide};
use crate::analysis::run_summary::RunSummary;
use crate::analysis::selection::{Filter, Order, select, worth_reading};
use crate::analysis::token_scale::TokenScale;
use crate::analysis::{Outcome, Predictions, State};
use crate::record::Trace;
use crate::record::names::nearest;
use crate::store::folder::MANIFEST;

/// Folder of the runs that were given no other.
const RESULTS: &str = "results";

/// A request to read answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShowRequest {
    /// Run folder, trace file of another program, or a folder of runs, which is listed. If absent, the newest run
    /// under `results`.
    pub run: Option<PathBuf>,
    /// Properties of the wanted instances. If empty, the quadrant most worth reading.
    pub filter: Filter,
    /// Id of the one instance to read, whatever the filter.
    pub instance: Option<String>,
    /// Order of the instances.
    pub order: Order,
    /// Maximum number of instances; all if absent.
    pub count: Option<usize>,
    /// Number of the one trace to read of each instance.
    pub trace: Option<u32>,
    /// Judges whose verdicts count; the run's own if empty.
    pub judges: Vec<String>,
}

/// What there is to see.
pub enum Shown {
    /// The runs of a folder, newest first.
    Runs(Vec<RunSummary>),
    /// Answers of a run.
    Answers(Box<Answers>),
}

/// Reads a run's answers, or lists a folder's runs.
///
/// # Errors
/// Fails if the path is neither a run nor a folder with runs, a judge has no verdict on some trace, or the
/// instance or the trace does not exist.
pub fn show(request: &ShowRequest, context: &Context<'_>) -> Result<Shown, JobError> {
    let path = match &request.run {
        Some(path) if path.is_file() || path.join(MANIFEST).exists() => path.clone(),
        Some(path) => return list(path, request, context),
        None => newest(Path::new(RESULTS))?,
    };
    Ok(Shown::Answers(Box::new(answers(&path, request, context)?)))
}

fn list(path: &Path, request: &ShowRequest, context: &Context<'_>) -> Result<Shown, JobError> {
    let runs = run_list(path, context)?;
    let asks = !request.filter.is_empty() || request.instance.is_some() || request.trace.is_some();
    if asks || !request.judges.is_empty() {
        let (path, first) = (path.display(), runs[0].path.display());
        let message = format!("{path} holds {} runs: answers are shown of one", runs.len());
        return Err(InputError::new(message, format!("name one of them, such as {first}")).into());
    }
    Ok(Shown::Runs(runs))
}

fn answers(path: &Path, request: &ShowRequest, context: &Context<'_>) -> Result<Answers, JobError> {
    let loaded = open_run::open(path, context)?;
    let manifest = loaded.manifest.clone();
    let judged = JudgedRun::of(loaded, &request.judges)?;
    let settings = &judged.settings;
    let predictions = divide(decide_all(&judged.outcomes, &settings.policy()), settings.analysis.split);
    let rows = &predictions.rows;
    let (wanted, found) = match &request.instance {
        Some(id) => (Wanted::Instance, vec![instance(id, &predictions, &judged.outcomes)?]),
        None if request.filter.is_empty() => {
            let first = worth_reading(rows);
            let filter = Filter { categories: first.into_iter().collect(), ..Filter::default() };
            (Wanted::First(first), select(rows, &filter, request.order))
        }
        None => (Wanted::Filter(request.filter.clone()), select(rows, &request.filter, request.order)),
    };
    let traces: Vec<&[Trace]> = judged.outcomes.iter().filter_map(traces_of).collect();
    let all: Vec<&Trace> = traces.iter().copied().flatten().collect();
    let entry = |&at: &usize| Entry { row: rows[at].clone(), traces: traces[at].to_vec() };
    let entries: Vec<Entry> = found.iter().take(request.count.unwrap_or(usize::MAX)).map(entry).collect();
    if let Some(number) = request.trace {
        has_trace(number, &entries)?;
    }
    let tried = judged.outcomes.iter().filter(|outcome| outcome.state != State::Open).count();
    Ok(Answers {
        run: RunFacts {
            folder: path.display().to_string(),
            model: manifest.model.with_adapters(&manifest.model.name),
            quantization: manifest.model.quantization,
            benchmark: manifest.benchmark.name,
            judge: judged.judge.clone(),
            measure: settings.analysis.confidence,
            max_tokens: settings.max_tokens,
            done: tried,
            planned: judged.planned.max(judged.outcomes.len()),
        },
        wanted,
        order: request.order,
        entries,
        matching: found.len(),
        split: predictions.split_value,
        scale: TokenScale::of(&all),
    })
}

/// Returns the traces behind a row of the predictions.
fn traces_of(outcome: &Outcome) -> Option<&[Trace]> {
    match &outcome.state {
        State::Decided { traces, .. } => Some(traces),
        State::Failed { .. } | State::Open => None,
    }
}

/// Returns the row of an instance.
fn instance(id: &str, predictions: &Predictions, outcomes: &[Outcome]) -> Result<usize, InputError> {
    if let Some(at) = predictions.rows.iter().position(|row| row.instance_id == id) {
        return Ok(at);
    }
    if let Some(outcome) = outcomes.iter().find(|outcome| outcome.instance.id == id) {
        return Err(InputError::plain(match &outcome.state {
            State::Failed { error } => format!("instance {id:?} failed: {error}"),
            State::Decided { .. } | State::Open => format!("instance {id:?} is not decided yet"),
        }));
    }
    let ids: Vec<&str> = outcomes.iter().map(|outcome| outcome.instance.id.as_str()).collect();
    let hint = match nearest(id, &ids) {
        Some(known) => format!("did you mean {known:?}? --search TEXT finds ids too"),
        None => "--search TEXT finds ids, prompts and answers".to_owned(),
    };
    Err(InputError::new(format!("the run has no instance {id:?}"), hint))
}

/// Checks that an instance has a trace of this number.
fn has_trace(number: u32, entries: &[Entry]) -> Result<(), InputError> {
    let most = entries.iter().map(|entry| entry.traces.len()).max().unwrap_or_default();
    if entries.is_empty() || (number as usize) < most {
        return Ok(());
    }
    let last = most.saturating_sub(1);
    Err(InputError::plain(format!("--trace {number}: the traces of these instances are 0 to {last}")))
}
