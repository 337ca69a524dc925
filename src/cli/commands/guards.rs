//! A guard model as a judge of recorded traces.

use std::path::PathBuf;

use super::judge::{self, Begun};
use super::judges;
use super::session::plan_options;
use crate::analysis::Outcome;
use crate::cli::download;
use crate::cli::exit::InputError;
use crate::cli::host;
use crate::cli::interrupt;
use crate::cli::judge_args::JudgeArgs;
use crate::cli::printer::Printer;
use crate::cli::progress::Progress;
use crate::engine::llama::LlamaEngine;
use crate::engine::llama::plan::PlanOptions;
use crate::guard::{Family, Guard, GuardOptions, Item};
use crate::model::ModelFile;
use crate::plan::EngineSettings;
use crate::record::opinion::{JudgeEntry, Opinion};
use crate::record::{Trace, Verdict};
use crate::store::folder::RunFolder;

/// Has a guard speak of every trace that it has not spoken of; its name, which is none of those of `before`.
pub fn judge(
    model: &str,
    folder: &RunFolder,
    outcomes: &[Outcome],
    before: &[String],
    args: &JudgeArgs,
    printer: &Printer,
) -> anyhow::Result<String> {
    let (file, guard, settings) = open(model, args, printer)?;
    let identity = guard.identity();
    judges::of_another_name(before, &identity.name)?;
    let Begun { mut journal, open, .. } = judge::open(folder, identity, outcomes, args.again)?;
    let all = judge::judged(outcomes).count();
    printer.note(&format!("{}: {} of {all} traces", identity.name, open.len()));
    if open.is_empty() {
        return Ok(identity.name.clone());
    }
    let items: Vec<Item<'_>> = open.iter().map(|(outcome, trace)| item(outcome, trace)).collect();
    let asked =
        Asked { name: &identity.name, file: &file, guard: &guard, settings: &settings, items: &items };
    let mut tell = |opinion| Ok(journal.append(&JudgeEntry::Opinion(Box::new(opinion)))?);
    let judged = asked.ask(all, &mut tell, printer);
    journal.sync()?;
    judged?;
    Ok(identity.name.clone())
}

/// A trace as a guard is asked about it.
pub fn item<'a>(outcome: &'a Outcome, trace: &'a Trace) -> Item<'a> {
    Item {
        instance_id: &trace.instance_id,
        number: trace.number,
        prompt: &outcome.instance.prompt,
        answer: &trace.answer,
        settled: Some(trace.judgement.verdict)
            .filter(|verdict| matches!(verdict, Verdict::NoAnswer | Verdict::Degenerate)),
    }
}

/// A guard and what it is asked about.
pub struct Asked<'a> {
    /// The judge that asks.
    pub name: &'a str,
    /// The guard's file.
    pub file: &'a ModelFile,
    /// The guard.
    pub guard: &'a Guard,
    /// How it runs.
    pub settings: &'a EngineSettings,
    /// The answers.
    pub items: &'a [Item<'a>],
}

impl Asked<'_> {
    /// Loads the weights and tells the guard's opinions in the order of the items; `all` counts those told before, too.
    pub fn ask(
        &self,
        all: usize,
        tell: &mut dyn FnMut(Opinion) -> anyhow::Result<()>,
        printer: &Printer,
    ) -> anyhow::Result<()> {
        // The weights come first.
        let free_memory = host::free_memory().map(|free| free.saturating_sub(self.file.facts().size));
        let options = PlanOptions { free_memory, ..plan_options(self.settings) };
        let mut engine = LlamaEngine::load(self.file, options)?;
        let mut progress = Progress::new("judge", all, all - self.items.len(), *printer);
        let judged = self.guard.judge(
            &mut engine,
            self.items,
            &mut |opinion| {
                tell(opinion)?;
                progress.step();
                Ok(())
            },
            interrupt::flag(),
        );
        progress.finish();
        let judged = judged?;
        let shortened = match judged.shortened {
            0 => String::new(),
            count => format!("; {count} answers were too long for its context and were shortened"),
        };
        printer.note(&format!(
            "{} asked about {} different answers, {} replies did not parse{shortened}",
            self.name, judged.asked, judged.unparsed
        ));
        Ok(())
    }
}

/// A checked guard; its weights are not loaded.
///
/// # Errors
/// If its file cannot be had or is not sound, or an option does not fit it.
pub fn open(
    model: &str,
    args: &JudgeArgs,
    printer: &Printer,
) -> anyhow::Result<(ModelFile, Guard, EngineSettings)> {
    let settings = args.engine.over(EngineSettings::default());
    settings.check()?;
    let read = |path: &Option<PathBuf>| path.as_ref().map(fs_err::read_to_string).transpose();
    let options = GuardOptions {
        family: args.guard.judge_family.as_deref().map(family).transpose()?,
        template: read(&args.guard.judge_template)?,
        rubric: read(&args.guard.judge_rubric)?,
        context: settings.context,
    };
    let file = download::open(model, args.offline, printer)?;
    let guard = Guard::open(&file, options)
        .map_err(|error| InputError { message: format!("{model}: {error}"), hint: Some(HINT.to_owned()) })?;
    Ok((file, guard, settings))
}

const HINT: &str =
    "--judge-family, --judge-template FILE and --judge-rubric FILE say how to speak to it (docs/guards.md)";

fn family(text: &str) -> Result<Family, InputError> {
    Family::ALL.into_iter().find(|family| family.name() == text).ok_or_else(|| InputError {
        message: format!("there is no family of guards {text:?}"),
        hint: Some(format!("there are {}", Family::ALL.map(Family::name).join(", "))),
    })
}
