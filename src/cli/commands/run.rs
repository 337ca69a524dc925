//! `run`: one benchmark, one model, one policy.

use std::path::Path;

use super::judge::judged;
use crate::cli::args::RunArgs;
use crate::cli::exit::Exit;
use crate::cli::output::summary;
use crate::cli::terminal::Terminal;
use crate::jobs::run::{Changes, RunOutcome, RunRequest, first_prompt, resume, run as run_job};
use crate::jobs::{InputError, JobError, Status};

/// Runs, or continues with `--resume`.
pub fn run(args: &RunArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let context = terminal.cancellable(args.hub.offline);
    let outcome = match &args.resume {
        Some(folder) => resume(folder, &changes(args), &context)?,
        None => {
            let request = request(args)?;
            if args.chat.print_prompt {
                terminal.printer.data(&first_prompt(&request, &context)?)?;
                return Ok(Exit::Done);
            }
            run_job(&request, &context)?
        }
    };
    show(&outcome, terminal)
}

fn request(args: &RunArgs) -> Result<RunRequest, JobError> {
    if !args.models.is_empty() {
        return Err(InputError::new(
            "run takes one --model",
            "compare --models A,B runs several on the same prompts",
        )
        .into());
    }
    Ok(RunRequest {
        settings: args.settings()?,
        script: args.scripted.clone(),
        output: args.output.output.clone(),
        overwrite: args.output.overwrite,
    })
}

/// What may be typed beside `--resume`.
pub fn changes(args: &RunArgs) -> Changes<'_> {
    let mut panel = args.panel();
    let guard = &args.reading.guard;
    if panel.is_empty() {
        panel.family.clone_from(&guard.judge_family);
        panel.template.clone_from(&guard.judge_template);
        panel.rubric.clone_from(&guard.judge_rubric);
    }
    Changes {
        model: args.model_name(),
        script: args.scripted.clone(),
        refusal_patterns: args.reading.refusal_patterns.clone(),
        panel,
        engine: Box::new(|begun| args.engine.over(begun)),
    }
}

fn show(outcome: &RunOutcome, terminal: &Terminal) -> Result<Exit, JobError> {
    let (path, printer) = (&outcome.path, &terminal.printer);
    match &outcome.judged {
        Some(panel) => judged(panel, terminal)?,
        None if outcome.status == outcome.result.status() => end(path, outcome, terminal)?,
        // The panel was interrupted: the run's own report would not be what was asked for.
        None => {}
    }
    if outcome.status == Status::Interrupted {
        let left = match outcome.result.ending.open {
            0 => "while it was judged".to_owned(),
            1 => "with 1 instance left".to_owned(),
            open => format!("with {open} instances left"),
        };
        let path = path.display();
        printer.note(&format!("interrupted {left}; continue with: safety-deepconf run --resume {path}"));
    }
    Ok(outcome.status.into())
}

fn end(path: &Path, outcome: &RunOutcome, terminal: &Terminal) -> Result<(), JobError> {
    let text = match terminal.printer.is_json() {
        true => summary::json(path, &outcome.result)?,
        false => summary::text(path, &outcome.result),
    };
    Ok(terminal.printer.data(&text)?)
}
