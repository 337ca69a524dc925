//! `paired`: runs compared with a reference, prompt by prompt.

use crate::analysis::paired::PairedReport;
use crate::cli::args::format::Format;
use crate::cli::args::paired::PairedArgs;
use crate::cli::exit::Exit;
use crate::cli::output::printer::{Printer, Rendered};
use crate::cli::terminal::Terminal;
use crate::export::{self, terminal};
use crate::jobs::paired::{PairedRequest, paired};
use crate::jobs::{JobError, output};

/// Compares, and writes or prints what came out.
pub fn run(args: &PairedArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let printer = &terminal.printer;
    if let Some(path) = args.table.file() {
        let inputs = args.runs.iter().chain([&args.reference]).map(std::path::PathBuf::as_path);
        output::check(path, inputs, "--output")?;
    }
    let request = PairedRequest {
        reference: args.reference.clone(),
        runs: args.runs.clone(),
        judges: args.judge.clone(),
        draws: args.draws(),
        correction: args.correction,
        allow_incomplete: args.allow_incomplete,
    };
    let reports = paired(&request, &terminal.context(true))?;
    let file = args.table.file();
    if file.is_some() || !printer.is_json() {
        printer.put(file, &rendered(&reports, args, printer)?)?;
    }
    if let Some(path) = file {
        printer.note(&format!("written: {}", path.display()));
    }
    if printer.is_json() {
        for report in &reports {
            printer.data(export::json::line(report)?)?;
        }
    }
    Ok(Exit::Done)
}

fn rendered(reports: &[PairedReport], args: &PairedArgs, printer: &Printer) -> Result<Rendered, JobError> {
    Ok(match args.table.format() {
        Format::Csv => Rendered::Data(export::paired::table(reports)?),
        Format::Json => Rendered::Data(export::paired::document(reports)?),
        Format::Md => Rendered::Data(export::paired::markdown(reports).into_bytes()),
        Format::Text => Rendered::Text(terminal::paired::lines(reports, printer.width_in(args.table.file()))),
    })
}
