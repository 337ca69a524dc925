//! A guard model as a judge of recorded traces.

use std::path::PathBuf;

use super::name::of_another_name;
use super::pending::{self, Begun};
use super::request::PanelRequest;
use crate::analysis::Outcome;
use crate::guard::{Family, Guard, GuardOptions, Item};
use crate::jobs::answer_source::load;
use crate::jobs::context::Context;
use crate::jobs::download;
use crate::jobs::error::{InputError, JobError};
use crate::jobs::notify::{Task, TaskKind};
use crate::model::ModelFile;
use crate::record::judge_entry::{JudgeEntry, Opinion};
use crate::record::{BoxError, Trace, Verdict};
use crate::settings::EngineSettings;
use crate::store::folder::RunFolder;

/// Lets a guard judge every trace that it has not judged, and returns its name.
///
/// # Errors
/// Fails if a judge in `before` has the same name, or the guard is not available.
pub fn judge(
    model: &str,
    folder: &RunFolder,
    outcomes: &[Outcome],
    before: &[String],
    request: &PanelRequest,
    context: &Context<'_>,
) -> Result<String, JobError> {
    let (file, guard, settings) = open(model, request, context)?;
    let identity = guard.identity();
    of_another_name(before, &identity.name)?;
    let Begun { mut journal, open, .. } = pending::open(folder, identity, outcomes, request.again)?;
    let all = pending::judged(outcomes).count();
    context.note(&format!("{}: {} of {all} traces", identity.name, open.len()));
    if open.is_empty() {
        return Ok(identity.name.clone());
    }
    let items: Vec<Item<'_>> = open.iter().map(|(outcome, trace)| item(outcome, trace)).collect();
    let asked =
        GuardTask { name: &identity.name, file: &file, guard: &guard, settings: &settings, items: &items };
    let mut tell = |opinion| Ok(journal.append(&JudgeEntry::Opinion(Box::new(opinion)))?);
    let judged = asked.ask(all, &mut tell, context);
    journal.sync()?;
    judged?;
    Ok(identity.name.clone())
}

/// Returns a trace as the guard's question.
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

/// A guard and the answers to judge.
pub struct GuardTask<'a> {
    /// Name of the judge that asks the guard.
    pub name: &'a str,
    /// Model file of the guard.
    pub file: &'a ModelFile,
    /// Checked guard.
    pub guard: &'a Guard,
    /// Engine settings of the guard.
    pub settings: &'a EngineSettings,
    /// Answers to judge.
    pub items: &'a [Item<'a>],
}

impl GuardTask<'_> {
    /// Loads the weights and passes the guard's opinions to `tell` in the order of the items. `all` also
    /// counts the opinions of earlier calls.
    pub fn ask(
        &self,
        all: usize,
        tell: &mut dyn FnMut(Opinion) -> Result<(), BoxError>,
        context: &Context<'_>,
    ) -> Result<(), JobError> {
        let mut engine = load(self.file, self.settings.clone())?;
        let mut done = (all - self.items.len()) as u64;
        context.begin(Task {
            kind: TaskKind::Answers,
            label: "judge",
            total: Some(all as u64),
            done,
            run: None,
        });
        let judged = self.guard.judge(
            &mut engine,
            self.items,
            &mut |opinion| {
                tell(opinion)?;
                done += 1;
                context.progress(done, "");
                Ok(())
            },
            context.cancel,
        );
        context.end();
        let judged = judged?;
        let shortened = match judged.shortened {
            0 => String::new(),
            count => format!("; {count} answers were too long for its context and were shortened"),
        };
        context.note(&format!(
            "{}: {} distinct answers judged, {} replies did not parse{shortened}",
            self.name, judged.asked, judged.unparsed
        ));
        Ok(())
    }
}

/// Opens and checks a guard. Loads no weights.
///
/// # Errors
/// Fails if its file is not available or invalid, or if an option does not fit it.
pub fn open(
    model: &str,
    request: &PanelRequest,
    context: &Context<'_>,
) -> Result<(ModelFile, Guard, EngineSettings), JobError> {
    let settings = request.engine.clone();
    crate::settings::engine::check(&settings)?;
    let read = |path: &Option<PathBuf>| path.as_ref().map(fs_err::read_to_string).transpose();
    let options = GuardOptions {
        named: Some(model.to_owned()),
        family: request.panel.family.as_deref().map(family).transpose()?,
        template: read(&request.panel.template)?,
        rubric: read(&request.panel.rubric)?,
        context: settings.context,
    };
    let file = download::model(model, context)?;
    let guard = Guard::open(&file, options)
        .map_err(|error| InputError { message: format!("{model}: {error}"), hint: Some(HINT.to_owned()) })?;
    Ok((file, guard, settings))
}

const HINT: &str =
    "set its prompt with --judge-family, --judge-template FILE or --judge-rubric FILE (docs/guards.md)";

fn family(text: &str) -> Result<Family, InputError> {
    Family::ALL.into_iter().find(|family| family.name() == text).ok_or_else(|| InputError {
        message: format!("unknown guard family {text:?}"),
        hint: Some(format!("families: {}", Family::ALL.map(Family::name).join(", "))),
    })
}
