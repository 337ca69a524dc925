//! `run`: one benchmark, one model, one policy.

use std::path::Path;

use super::cell::{Beginning, Cell, CellResult};
use super::judging::judge;
use super::names::{of_model, plain};
use super::session::{Answers, load_benchmark};
use super::summary;
use crate::cli::args::RunArgs;
use crate::cli::exit::{Exit, InputError};
use crate::cli::judge_args::{GuardArgs, JudgeArgs};
use crate::cli::printer::Printer;
use crate::cli::resume;
use crate::plan::{Panel, Settings};
use crate::record::manifest::{JudgeFacts, ModelFacts};
use crate::store::folder::{self, RunFolder};

/// Runs, or continues with `--resume`.
pub fn run(args: &RunArgs, printer: &Printer) -> anyhow::Result<Exit> {
    match &args.resume {
        Some(folder) => resume(folder, args, printer),
        None => begin(args, printer),
    }
}

fn begin(args: &RunArgs, printer: &Printer) -> anyhow::Result<Exit> {
    if !args.models.is_empty() {
        return Err(InputError {
            message: "run takes one --model".to_owned(),
            hint: Some("compare --models A,B runs several on the same prompts".to_owned()),
        }
        .into());
    }
    let settings = args.settings()?;
    let loaded = load_benchmark(&settings, args.hub.offline, printer)?;
    let (judge, judge_facts) = judge(&settings)?;
    if let Some(path) = args.output.output.as_ref().filter(|_| !args.chat.print_prompt) {
        // Before a download, which may take long.
        folder::probe(path, args.output.overwrite)?;
    }
    let panel = settings.panel.clone();
    super::judge::check(&judge_after(&panel, args, Path::new("")), printer)?;
    let answers = Answers::open(&settings, args, printer)?;
    if args.chat.print_prompt {
        let prompts = answers.prompts(&settings, &loaded.instances[..1])?;
        printer.data(&prompts[0].text)?;
        return Ok(Exit::Done);
    }
    let prompts = answers.prompts(&settings, &loaded.instances)?;
    let path = match &args.output.output {
        Some(path) => path.clone(),
        None => folder::fresh(Path::new("results"), &label(&settings))?,
    };
    // An earlier run is removed only when the weights are there.
    folder::prepare(&path, args.output.overwrite)?;
    let mut engine = answers.engine(&settings, printer)?;
    let folder = RunFolder::create(&path, args.output.overwrite)?;
    let (model, benchmark, instances) = (answers.facts(), loaded.facts, &loaded.instances);
    let cell = Cell::begin(folder, Beginning { settings, judge: judge_facts, model, benchmark, instances })?;
    let result = cell.run(engine.as_mut(), &prompts, judge.as_ref(), "run", printer)?;
    // Its memory is a guard's now.
    drop(engine);
    conclude(&path, &result, &panel, args, printer)
}

/// Has the other judges speak of a run that is over, and says how it ended.
fn conclude(
    path: &Path,
    result: &CellResult,
    panel: &Panel,
    args: &RunArgs,
    printer: &Printer,
) -> anyhow::Result<Exit> {
    if panel.is_empty() || result.exit() == Exit::Interrupted {
        return finish(path, result, printer);
    }
    let judged = super::judge::speak(&judge_after(panel, args, path), printer)?;
    if judged == Exit::Interrupted {
        printer.note(&format!(
            "interrupted while it was judged; continue with: safety-deepconf run --resume {}",
            path.display()
        ));
    }
    Ok(if judged == Exit::Done { result.exit() } else { judged })
}

/// The judges that speak when a run is over.
fn judge_after(panel: &Panel, args: &RunArgs, path: &Path) -> JudgeArgs {
    JudgeArgs {
        runs: vec![path.to_owned()],
        judge: panel.judges.clone(),
        again: false,
        control_share: None,
        guard: GuardArgs {
            judge_family: panel.family.clone(),
            judge_template: panel.template.clone(),
            judge_rubric: panel.rubric.clone(),
        },
        offline: args.hub.offline,
        engine: args.engine,
    }
}

fn resume(path: &Path, args: &RunArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let cell = Cell::resume(RunFolder::open(path)?, printer)?;
    let panel = panel_of(&cell.manifest.settings, args);
    super::judge::check(&judge_after(&panel, args, path), printer)?;
    if cell.is_complete() {
        printer.note("the run is complete: rendering it again");
        return conclude(path, &cell.finished()?, &panel, args, printer);
    }
    let mut settings = cell.manifest.settings.clone();
    if let Some(model) = args.model_name() {
        settings.model = model;
    }
    if args.reading.refusal_patterns.is_some() {
        settings.refusal_patterns.clone_from(&args.reading.refusal_patterns);
    }
    settings.engine = resume::engine(&args.engine, settings.engine, printer)?;
    let answers = Answers::open(&settings, args, printer)?;
    same_model(&cell.manifest.model, &answers.facts())?;
    let (judge, judge_facts) = judge(&settings)?;
    same_judge(&cell.manifest.judge, &judge_facts)?;
    let prompts = answers.prompts(&settings, &cell.instances)?;
    let mut engine = answers.engine(&settings, printer)?;
    let result = cell.run(engine.as_mut(), &prompts, judge.as_ref(), "resumed", printer)?;
    // Its memory is a guard's now.
    drop(engine);
    conclude(path, &result, &panel, args, printer)
}

/// The other judges of a run that is resumed: those that it was begun with, unless others are typed.
fn panel_of(settings: &Settings, args: &RunArgs) -> Panel {
    let (typed, guard) = (args.panel(), &args.reading.guard);
    if !typed.is_empty() {
        return typed;
    }
    let begun = settings.panel.clone();
    Panel {
        family: guard.judge_family.clone().or(begun.family),
        template: guard.judge_template.clone().or(begun.template),
        rubric: guard.judge_rubric.clone().or(begun.rubric),
        judges: begun.judges,
    }
}

/// A run goes on with the weights it began with.
pub fn same_model(begun: &ModelFacts, now: &ModelFacts) -> Result<(), InputError> {
    if begun.sha256 == now.sha256 {
        return Ok(());
    }
    Err(InputError {
        message: format!(
            "the run used a model with sha256 {}; {} has {}",
            begun.sha256, now.name, now.sha256
        ),
        hint: Some("--model names the file if it has moved; another model needs a run of its own".to_owned()),
    })
}

/// A run goes on with the judge it began with.
pub fn same_judge(begun: &JudgeFacts, now: &JudgeFacts) -> Result<(), InputError> {
    if (&begun.name, &begun.patterns_sha256) == (&now.name, &now.patterns_sha256) {
        return Ok(());
    }
    Err(InputError {
        message: "the file of refusal patterns has changed since the run began".to_owned(),
        hint: Some("put the old file back, or begin a new run".to_owned()),
    })
}

fn finish(path: &Path, result: &CellResult, printer: &Printer) -> anyhow::Result<Exit> {
    let text = if printer.is_json() { summary::json(path, result)? } else { summary::text(path, result) };
    printer.data(&text)?;
    let exit = result.exit();
    if exit == Exit::Interrupted {
        printer.note(&format!(
            "interrupted with {} instances left; continue with: safety-deepconf run --resume {}",
            result.ending.open,
            path.display()
        ));
    }
    Ok(exit)
}

/// `BENCHMARK-MODEL` for the name of a folder.
pub fn label(settings: &Settings) -> String {
    plain(&format!("{}-{}", settings.benchmark.name, of_model(&settings.model)), 80)
}
