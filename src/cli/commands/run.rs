//! `run`: runs one benchmark on one model.

use super::judge::judged;
use super::report;
use crate::cli::args::RunArgs;
use crate::cli::exit::Exit;
use crate::cli::output::summary;
use crate::cli::terminal::Terminal;
use crate::jobs::run::{Changes, RunOutcome, RunRequest, first_prompt, resume, run as run_job};
use crate::jobs::{JobError, Status};

/// Runs, or continues with `--resume`.
pub fn run(args: &RunArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let context = terminal.cancellable(args.hub.offline);
    let outcome = match &args.resume {
        Some(folder) => resume(folder, &changes(args)?, &context)?,
        None => {
            let request = request(args)?;
            if args.chat.print_prompt {
                terminal.printer.data(&first_prompt(&request, &context)?)?;
                return Ok(Exit::Done);
            }
            run_job(&request, &context)?
        }
    };
    report::at_end(&outcome.path, !args.output.no_report, terminal);
    show(&outcome, terminal)
}

fn request(args: &RunArgs) -> Result<RunRequest, JobError> {
    args.model_name()?;
    args.one_benchmark("run")?;
    Ok(RunRequest {
        settings: args.settings()?,
        script: args.scripted.clone(),
        output: args.output.output.clone(),
        overwrite: args.output.overwrite,
    })
}

/// Returns the options that may accompany `--resume`.
pub fn changes(args: &RunArgs) -> Result<Changes<'_>, JobError> {
    // The run's own panel may take another template.
    let judges = args.panel().judges;
    Ok(Changes {
        model: args.model_name()?,
        script: args.scripted.clone(),
        refusal_patterns: args.analysis.refusal_patterns.clone(),
        panel: args.analysis.guard.panel(&judges),
        engine: Box::new(|begun| args.engine.over(begun)),
    })
}

fn show(outcome: &RunOutcome, terminal: &Terminal) -> Result<Exit, JobError> {
    let (path, printer) = (&outcome.path, &terminal.printer);
    match &outcome.judged {
        Some(panel) => judged(panel, terminal)?,
        None if outcome.status == outcome.result.status() => summary::show(path, &outcome.result, printer)?,
        // The panel was interrupted: the report by the run's own judge was not requested.
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
