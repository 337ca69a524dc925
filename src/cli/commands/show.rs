//! `show`: the answers of a run, or the runs of a folder.

use jiff::tz::TimeZone;

use crate::cli::args::show::ShowArgs;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::export::answers::{Look, text};
use crate::export::{json, runs};
use crate::jobs::JobError;
use crate::jobs::show::{Shown, show as show_job};

/// Prints answers, or a list of runs.
pub fn show(args: &ShowArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let printer = &terminal.printer;
    let mut shown = show_job(&args.request(printer.is_json()), &terminal.context(true))?;
    if let (Shown::Runs(runs), Some(number @ 1..)) = (&mut shown, args.number) {
        runs.truncate(number);
    }
    if printer.is_json() {
        printer.data(match &shown {
            Shown::Runs(runs) => json::lines(runs)?,
            Shown::Answers(answers) => json::lines(&answers.rows())?,
        })?;
        return Ok(Exit::Done);
    }
    let text = match &shown {
        Shown::Runs(runs) => {
            printer.text(&runs::lines(runs, &TimeZone::system(), printer.width()))?;
            return Ok(Exit::Done);
        }
        Shown::Answers(answers) => {
            let look = Look {
                width: printer.width(),
                colour: printer.has_colour(),
                full: args.full || args.instance.is_some(),
                thinking: args.thinking,
                trace: args.trace,
            };
            text(answers, &look)
        }
    };
    printer.page(&text, !args.no_pager)?;
    Ok(Exit::Done)
}
