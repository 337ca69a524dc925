//! `compare`: several policies with one model, or several models with one policy.

use super::run::changes;
use crate::cli::args::RunArgs;
use crate::cli::exit::Exit;
use crate::cli::output::comparison;
use crate::cli::terminal::Terminal;
use crate::jobs::compare::{CompareRequest, compare as compare_job, resume};
use crate::jobs::{InputError, JobError, Status};

/// Begins a comparison, or continues one with `--resume`.
pub fn compare(args: &RunArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    if args.chat.print_prompt {
        return Err(InputError::new(
            "compare has no --print-prompt",
            "`run --print-prompt` prints the prompt of one model",
        )
        .into());
    }
    let context = terminal.cancellable(args.hub.offline);
    let outcome = match &args.resume {
        Some(path) => resume(path, &changes(args), &context)?,
        None => {
            let request = CompareRequest {
                settings: args.settings()?,
                models: args.models.clone(),
                vote: args.reading.vote,
                allow_mixed_levels: args.allow_mixed_levels,
                script: args.scripted.clone(),
                output: args.output.output.clone(),
                overwrite: args.output.overwrite,
            };
            compare_job(&request, &context)?
        }
    };
    let (path, printer) = (&outcome.path, &terminal.printer);
    printer.data(&match printer.is_json() {
        true => comparison::json(path, &outcome.comparison)?,
        false => comparison::text(path, &outcome.comparison),
    })?;
    if outcome.status == Status::Interrupted {
        let path = path.display();
        printer.note(&format!("interrupted; continue with: safety-deepconf compare --resume {path}"));
    }
    Ok(outcome.status.into())
}
