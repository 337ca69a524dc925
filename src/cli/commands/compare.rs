//! `compare`: runs one model under several policies, or several models under one.

use serde_json::json;

use super::report;
use super::run::changes;
use crate::cli::args::RunArgs;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::export::terminal::comparison;
use crate::jobs::compare::{CompareRequest, compare as compare_job, resume};
use crate::jobs::{InputError, JobError, Status};

/// Starts a comparison, or continues one with `--resume`.
pub fn compare(args: &RunArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    if args.chat.print_prompt {
        let hint = "`run --print-prompt` prints the prompt of one model";
        return Err(InputError::new("compare has no --print-prompt", hint).into());
    }
    let context = terminal.cancellable(args.hub.offline);
    let outcome = match &args.resume {
        Some(path) => resume(path, &changes(args)?, &context)?,
        None => {
            args.one_benchmark("compare")?;
            let models = args.model_names()?;
            let request = CompareRequest {
                settings: args.settings()?,
                // One model is compared under several stop rules.
                models: if models.len() > 1 || !args.models.is_empty() { models } else { Vec::new() },
                vote: args.analysis.vote,
                allow_mixed_levels: args.allow_mixed_levels,
                script: args.scripted.clone(),
                output: args.output.output.clone(),
                overwrite: args.output.overwrite,
            };
            compare_job(&request, &context)?
        }
    };
    let (path, printer) = (&outcome.path, &terminal.printer);
    let folder = path.display().to_string();
    let page = report::at_end(path, !args.output.no_report, terminal);
    printer.show(
        |width| comparison::lines(&folder, page.as_deref(), &outcome.comparison, width),
        || json!({ "output": folder, "comparison": outcome.comparison }),
    )?;
    if outcome.status == Status::Interrupted {
        let path = path.display();
        printer.note(&format!("interrupted; continue with: safety-deepconf compare --resume {path}"));
    }
    Ok(outcome.status.into())
}
