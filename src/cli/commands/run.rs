//! `run`: one benchmark, one model, one policy.

use std::path::Path;

use super::cell::{Cell, CellResult};
use super::judging::judge;
use super::session::{Answers, load_benchmark};
use super::summary;
use crate::cli::args::RunArgs;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::plan::Settings;
use crate::record::manifest::Status;
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
    let loaded = load_benchmark(&settings, printer)?;
    let (judge, judge_facts) = judge(&settings)?;
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
    let folder = RunFolder::create(&path, args.output.overwrite)?;
    let mut engine = answers.engine(&settings, printer)?;
    let cell = Cell::begin(folder, settings, judge_facts, answers.facts(), loaded.facts, &loaded.instances)?;
    let result = cell.run(engine.as_mut(), &prompts, &judge, "run", None, printer)?;
    finish(&path, &result, printer)
}

fn resume(path: &Path, args: &RunArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let cell = Cell::resume(RunFolder::open(path)?)?;
    let mut settings = cell.manifest.settings.clone();
    if let Some(model) = args.model_name() {
        settings.model = model;
    }
    settings.engine = args.engine.over(settings.engine);
    let answers = Answers::open(&settings, args, printer)?;
    let (before, now) = (&cell.manifest.model.sha256, answers.facts().sha256);
    if *before != now {
        return Err(InputError {
            message: format!("the run used a model with sha256 {before}; {} has {now}", settings.model),
            hint: Some(
                "--model names the file if it has moved; another model needs a run of its own".to_owned(),
            ),
        }
        .into());
    }
    let (judge, judge_facts) = judge(&settings)?;
    if cell.manifest.judge != judge_facts {
        return Err(InputError {
            message: "the file of refusal patterns has changed since the run began".to_owned(),
            hint: Some("put the old file back, or begin a new run".to_owned()),
        }
        .into());
    }
    if cell.manifest.status == Status::Complete && cell.decided() == cell.instances.len() {
        printer.note("the run is complete: rendering it again");
    }
    let prompts = answers.prompts(&settings, &cell.instances)?;
    let mut engine = answers.engine(&settings, printer)?;
    let result = cell.run(engine.as_mut(), &prompts, &judge, "resumed", None, printer)?;
    finish(path, &result, printer)
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
    let model = settings.model.rsplit(['/', '\\']).next().unwrap_or_default();
    let model = model.strip_suffix(".gguf").unwrap_or(model);
    plain(&format!("{}-{model}", settings.benchmark.name))
}

/// A text as the name of a folder.
pub fn plain(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    text.chars().map(|letter| if is_plain(letter) { letter } else { '_' }).take(80).collect()
}
