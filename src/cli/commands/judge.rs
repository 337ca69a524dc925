//! `judge`: other judges' verdicts on recorded traces, beside them.

use std::collections::HashSet;
use std::path::Path;

use rayon::prelude::*;

use super::cell::CellResult;
use super::judges::{self, JudgeName, TextJudge, text_judge};
use super::records::Record;
use super::rejudged::{self, Reading};
use super::{cascade, guards, summary};
use crate::analysis::agreement::{Pair, agreement};
use crate::analysis::{Outcome, State};
use crate::cli::exit::{Exit, InputError};
use crate::cli::interrupt;
use crate::cli::judge_args::JudgeArgs;
use crate::cli::printer::Printer;
use crate::judge::of_ended;
use crate::record::opinion::{JudgeEntry, JudgeIdentity, Opinion};
use crate::record::{Trace, Verdict};
use crate::store::folder::RunFolder;
use crate::store::journal::Journal;
use crate::store::verdicts::Verdicts;

/// Has every judge speak of every trace of every run, then reads the runs by all of them together.
pub fn run(args: &JudgeArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let exit = speak(args, printer)?;
    if exit == Exit::Interrupted {
        printer.note(match args.again {
            true => {
                "interrupted; the same command goes on, and without --again does not begin again what is done"
            }
            false => "interrupted; the same command goes on",
        });
    }
    Ok(exit)
}

/// The same, without a word on an interruption.
///
/// # Errors
/// As [`run`].
pub fn speak(args: &JudgeArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let names = judges::panel(&args.judge)?;
    let cascades = names.iter().filter(|name| matches!(name, JudgeName::Cascade(_))).count();
    if cascades == 0 && args.control_share.is_some() {
        return Err(InputError {
            message: "--control-share is for a cascade".to_owned(),
            hint: Some("--judge cascade:MODEL".to_owned()),
        }
        .into());
    }
    if cascades > 0 && names.len() > 1 {
        // Before the others speak: its guard may be of no use.
        check(args, printer)?;
    }
    for path in &args.runs {
        let record = Record::open(path, printer)?;
        let Some(folder) = record.folder.clone() else {
            return Err(InputError {
                message: format!("{} is a file of traces, not a run folder", path.display()),
                hint: Some(format!("analyze {} --output DIR makes one of it", path.display())),
            }
            .into());
        };
        let outcomes = crate::analysis::outcomes(record.entries.clone());
        let mut panel: Vec<String> = Vec::new();
        for (name, text) in names.iter().zip(&args.judge) {
            let name = match name {
                JudgeName::Guard(model) => guards::judge(model, &folder, &outcomes, &panel, args, printer)?,
                JudgeName::Cascade(model) => {
                    cascade::judge(model, &folder, &outcomes, &panel, args, printer)?
                }
                _ => judge_text(&text_judge(text)?, &folder, &outcomes, args.again, printer)?,
            };
            panel.push(name);
            if interrupt::flag().load(std::sync::atomic::Ordering::Relaxed) {
                return Ok(Exit::Interrupted);
            }
        }
        conclude(path, record, &panel, &outcomes, printer)?;
    }
    Ok(Exit::Done)
}

/// Sees that every judge can be had, before long work.
///
/// # Errors
/// As [`run`].
pub fn check(args: &JudgeArgs, printer: &Printer) -> anyhow::Result<()> {
    for (name, text) in judges::panel(&args.judge)?.into_iter().zip(&args.judge) {
        match name {
            JudgeName::Guard(model) => drop(guards::open(&model, args, printer)?),
            JudgeName::Cascade(model) => drop(cascade::open(&model, args, printer)?),
            _ => drop(text_judge(text)?),
        }
    }
    Ok(())
}

/// The traces that can be judged: a cut one has nothing to judge.
pub fn judged(outcomes: &[Outcome]) -> impl Iterator<Item = (&Outcome, &Trace)> {
    outcomes.iter().flat_map(|outcome| {
        let traces = match &outcome.state {
            State::Decided { traces, .. } => traces.as_slice(),
            State::Failed { .. } | State::Open => &[],
        };
        let whole = traces.iter().filter(|trace| trace.judgement.verdict != Verdict::Cut);
        whole.map(move |trace| (outcome, trace))
    })
}

/// A judging that begins or goes on.
pub struct Begun<'a> {
    /// Where its opinions go.
    pub journal: Journal,
    /// The traces that it has not spoken of.
    pub open: Vec<(&'a Outcome, &'a Trace)>,
    /// What it said before, and still counts.
    pub said: Vec<Opinion>,
}

/// The verdicts of a run, open to add a judge's: those of its traces that it has not spoken of.
///
/// # Errors
/// If the judge of this name was another one.
pub fn open<'a>(
    folder: &RunFolder,
    identity: &JudgeIdentity,
    outcomes: &'a [Outcome],
    again: bool,
) -> anyhow::Result<Begun<'a>> {
    let (mut verdicts, mut journal) = Verdicts::open(folder)?;
    let known = verdicts.judge(&identity.name);
    if known.is_some_and(|known| known != identity) && !again {
        return Err(InputError {
            message: format!("{} has verdicts of another {:?}", folder.path().display(), identity.name),
            hint: Some("--again has this one judge everything; its verdicts take their place".to_owned()),
        }
        .into());
    }
    let said: HashSet<(&str, u32)> = verdicts
        .opinions
        .iter()
        .filter(|opinion| opinion.judge == identity.name)
        .map(|opinion| (opinion.instance_id.as_str(), opinion.number))
        .collect();
    let is_open =
        |(outcome, trace): &(&Outcome, &Trace)| !said.contains(&(outcome.instance.id.as_str(), trace.number));
    let open: Vec<_> = judged(outcomes).filter(is_open).collect();
    // What was broken off goes on, also where everything is to be judged again.
    let begins = known != Some(identity) || again && open.is_empty();
    if begins {
        journal.append(&JudgeEntry::Judge(identity.clone()))?;
        return Ok(Begun { journal, open: judged(outcomes).collect(), said: Vec::new() });
    }
    verdicts.opinions.retain(|opinion| opinion.judge == identity.name);
    Ok(Begun { journal, open, said: verdicts.opinions })
}

fn judge_text(
    judge: &TextJudge,
    folder: &RunFolder,
    outcomes: &[Outcome],
    again: bool,
    printer: &Printer,
) -> anyhow::Result<String> {
    let Begun { mut journal, open, .. } = open(folder, judge.identity(), outcomes, again)?;
    printer.note(&format!("{}: {} of {} traces", judge.name(), open.len(), judged(outcomes).count()));
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

/// The run as the panel sees it, beside the run's own judge.
fn conclude(
    path: &Path,
    record: Record,
    panel: &[String],
    outcomes: &[Outcome],
    printer: &Printer,
) -> anyhow::Result<()> {
    let engine = record.manifest.engine.clone().unwrap_or_default();
    let opinions = record.folder.as_ref().map(Verdicts::read).transpose()?.unwrap_or_default().opinions;
    let own = record.manifest.judge.name.clone();
    let reading = Reading::of(record, panel)?;
    let (_, report) = reading.predictions();
    let pairs: Vec<Pair> = judged(outcomes)
        .zip(judged(&reading.outcomes))
        .map(|((outcome, before), (_, after))| Pair {
            id: String::new(),
            cluster: outcome.instance.id.clone(),
            reference: before.judgement.verdict,
            judged: after.judgement.verdict,
        })
        .collect();
    let found = agreement(&pairs);
    let result = CellResult { ending: rejudged::ending(outcomes, engine), report };
    let text = if printer.is_json() { summary::json(path, &result)? } else { summary::text(path, &result) };
    printer.data(&text)?;
    let share = found.accuracy.map_or("-".to_owned(), |share| format!("{:.1} %", 100.0 * share.point));
    let kappa = found.kappa.map_or(String::new(), |kappa| format!(", κ {:.3}", kappa.point));
    let unparsed =
        opinions.iter().filter(|opinion| panel.contains(&opinion.judge) && opinion.unparsed).count();
    let unparsed = if unparsed > 0 { format!("; {unparsed} replies did not parse") } else { String::new() };
    let (judge, run) = (&reading.judge, path.display());
    printer.note(&format!(
        "{judge} agrees with the run's own judge ({own}) on {share} of {} traces{kappa}{unparsed}\n\
         verdicts: {run}/verdicts.jsonl; the files: safety-deepconf analyze {run} --judge {judge} --output DIR",
        found.n
    ));
    Ok(())
}
