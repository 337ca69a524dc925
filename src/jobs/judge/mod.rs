//! Judges recorded traces with other judges. Samples no new answers.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::judge::{PanelRequest, judge};
//! use safety_deepconf::jobs::{Context, Silent};
//! use safety_deepconf::settings::Panel;
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let panel = Panel { judges: vec!["lexicon".to_owned()], ..Panel::default() };
//! let request = PanelRequest { panel, ..PanelRequest::default() };
//! if let Some(outcome) = judge("results/RUN".as_ref(), &request, &context)? {
//!     println!("{} answers judged", outcome.agreement.n);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

mod cascade;
mod guard;
pub mod live;
pub mod name;
mod pending;
mod request;
pub mod text;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use self::name::{JudgeName, panel};
use self::pending::{Begun, judged};
pub use self::request::PanelRequest;
use self::text::{TextJudge, text_judge};
use super::active_run::RunResult;
use super::context::Context;
use super::error::{InputError, JobError};
use super::judged_run::{self, JudgedRun};
use super::loaded_run::LoadedRun;
use super::open_run;

use crate::analysis::Outcome;
use crate::analysis::agreement::{Agreement, Pair, agreement};
use crate::judge::of_ended;
use crate::record::Trace;
use crate::record::judge_entry::{JudgeEntry, Opinion};
use crate::store::folder::RunFolder;
use crate::store::verdicts::Verdicts;

/// A run judged by a panel.
pub struct JudgeOutcome {
    /// Run folder.
    pub path: PathBuf,
    /// Report by the panel's verdicts.
    pub result: RunResult,
    /// Names of the panel's judges, joined by commas.
    pub judge: String,
    /// Name of the run's own judge.
    pub own: String,
    /// Agreement of the panel with the run's own judge.
    pub agreement: Agreement,
    /// Number of guard replies that did not parse.
    pub unparsed: usize,
}

/// Lets every judge of a panel judge the traces of a run that it has not judged, then reports on the run by
/// the panel's verdicts. Returns `None` if cancelled; the same call continues.
///
/// # Errors
/// Fails if the run cannot be read, a judge is not available, or the run has verdicts by a different judge of
/// the same name.
pub fn judge(
    path: &Path,
    request: &PanelRequest,
    context: &Context<'_>,
) -> Result<Option<JudgeOutcome>, JobError> {
    let names = panel(&request.panel.judges)?;
    let loaded = open_run::open(path, context)?;
    let Some(folder) = loaded.folder.clone() else {
        return Err(InputError::new(
            format!("{} is a file of traces, not a run folder", path.display()),
            format!("make a run folder of it with analyze {} --output DIR", path.display()),
        )
        .into());
    };
    let outcomes = crate::analysis::outcomes(loaded.entries.clone());
    let mut spoken: Vec<String> = Vec::new();
    for (name, text) in names.iter().zip(&request.panel.judges) {
        let name = match name {
            JudgeName::Guard(model) => guard::judge(model, &folder, &outcomes, &spoken, request, context)?,
            JudgeName::Cascade(model) => {
                cascade::judge(model, &folder, &outcomes, &spoken, request, context)?
            }
            _ => judge_text(&text_judge(text)?, &folder, &outcomes, request.again, context)?,
        };
        spoken.push(name);
        if context.is_cancelled() {
            return Ok(None);
        }
    }
    Ok(Some(conclude(path, loaded, &spoken, &outcomes)?))
}

/// Checks that every judge is available, before long work. Loads no weights.
///
/// # Errors
/// Fails as [`judge`] does.
pub fn check(request: &PanelRequest, context: &Context<'_>) -> Result<(), JobError> {
    let names = panel(&request.panel.judges)?;
    if request.control_share.is_some() && !names.iter().any(|name| matches!(name, JudgeName::Cascade(_))) {
        return Err(InputError::new("--control-share needs a cascade", "add --judge cascade:MODEL").into());
    }
    for (name, text) in names.into_iter().zip(&request.panel.judges) {
        match name {
            JudgeName::Guard(model) => drop(guard::open(&model, request, context)?),
            JudgeName::Cascade(model) => drop(cascade::open(&model, request, context)?),
            _ => drop(text_judge(text)?),
        }
    }
    Ok(())
}

fn judge_text(
    judge: &TextJudge,
    folder: &RunFolder,
    outcomes: &[Outcome],
    again: bool,
    context: &Context<'_>,
) -> Result<String, JobError> {
    let Begun { mut journal, open, .. } = pending::open(folder, judge.identity(), outcomes, again)?;
    context.note(&format!(
        "{}: {} of {} traces",
        judge.name(),
        open.len(),
        pending::judged(outcomes).count()
    ));
    let opinion = |(outcome, trace): &(&Outcome, &Trace)| {
        let judgement = judge.judge(&outcome.instance.prompt, &trace.answer);
        let judgement = of_ended(judgement, &trace.answer, trace.finish_reason);
        Opinion {
            judge: judge.name().to_owned(),
            instance_id: trace.instance_id.clone(),
            number: trace.number,
            verdict: Some(judgement.verdict),
            p_refusal: judgement.p_refusal,
            reason: judgement.reason,
            ..Opinion::default()
        }
    };
    let opinions: Vec<Opinion> = open.par_iter().map(opinion).collect();
    for opinion in opinions {
        journal.append(&JudgeEntry::Opinion(Box::new(opinion)))?;
    }
    journal.sync()?;
    Ok(judge.name().to_owned())
}

/// Reports on the run by the panel's verdicts, and compares them with those of its own judge.
fn conclude(
    path: &Path,
    loaded: LoadedRun,
    panel: &[String],
    outcomes: &[Outcome],
) -> Result<JudgeOutcome, JobError> {
    let engine = loaded.manifest.engine.clone().unwrap_or_default();
    let opinions = loaded.folder.as_ref().map(Verdicts::read).transpose()?.unwrap_or_default().opinions;
    let own = loaded.manifest.judge.name.clone();
    let judged_run = JudgedRun::of(loaded, panel)?;
    let (predictions, report) = judged_run.predictions();
    let pairs: Vec<Pair> = judged(outcomes)
        .zip(judged(&judged_run.outcomes))
        .map(|((outcome, before), (_, after))| Pair {
            id: String::new(),
            cluster: outcome.instance.id.clone(),
            reference: before.judgement.verdict,
            judged: after.judgement.verdict,
        })
        .collect();
    let unparsed =
        opinions.iter().filter(|opinion| panel.contains(&opinion.judge) && opinion.unparsed).count();
    Ok(JudgeOutcome {
        path: path.to_owned(),
        result: RunResult { ending: judged_run::ending(outcomes, engine), predictions, report },
        judge: judged_run.judge,
        own,
        agreement: agreement(&pairs),
        unparsed,
    })
}
