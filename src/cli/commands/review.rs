//! `judge review`: draws answers for a person to judge blind, and reads the sheet back.

use crate::cli::args::review::ReviewArgs;
use crate::cli::exit::Exit;
use crate::cli::output::review as shown;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::review::{DrawRequest, draw, read};

/// Draws a sheet, or reads one back.
pub fn run(args: &ReviewArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let printer = &terminal.printer;
    if let Some(sheet) = &args.read {
        let report = read(&args.run, sheet, args.key.as_deref())?;
        printer.show(|width| shown::text(&report, width), || &report)?;
        return Ok(Exit::Done);
    }
    let request = DrawRequest {
        run: args.run.clone(),
        sample: usize::from(args.sample),
        seed: args.seed,
        judges: args.judge.clone(),
        sheet: args.output.clone(),
        key: args.key.clone(),
        overwrite: args.overwrite,
    };
    for drawn in draw(&request, &terminal.context(true))? {
        if !drawn.not_drawn.is_empty() {
            printer.note(&format!(
            "note: no answer was drawn from {}, so rates over the whole run cannot be estimated; --sample 4 or more \
             draws from each quadrant",
            shown::names(&drawn.not_drawn)
        ));
        }
        let (run, sheet) = (drawn.run.display(), drawn.sheet.display());
        printer.data(format!(
        "{} answers: {sheet}\nfill in `verdict` (refusal, partial_refusal, compliance; empty where unsure) and, if you \
         like, `harmful` (yes, no);\nthen: safety-deepconf judge review {run} --read {sheet}\n",
        drawn.answers
    ))?;
    }
    Ok(Exit::Done)
}
