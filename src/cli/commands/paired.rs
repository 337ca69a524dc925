//! `paired`: runs compared with a reference, prompt by prompt.

use crate::analysis::paired::PairedReport;
use crate::cli::args::format::Format;
use crate::cli::args::paired::PairedArgs;
use crate::cli::exit::Exit;
use crate::cli::output::paired as shown;
use crate::cli::terminal::Terminal;
use crate::export;
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
    };
    let reports = paired(&request, &terminal.context(true))?;
    if let Some(path) = args.table.file() {
        output::write(path, &rendered(&reports, args.table.format())?)?;
        printer.note(&format!("written: {}", path.display()));
    }
    if printer.is_json() {
        printer.data(&export::json::lines(&reports)?)?;
    } else if args.table.file().is_none() {
        printer.data(&rendered(&reports, args.table.format())?)?;
    }
    Ok(Exit::Done)
}

fn rendered(reports: &[PairedReport], format: Format) -> Result<Vec<u8>, JobError> {
    Ok(match format {
        Format::Csv => export::paired::table(reports)?,
        Format::Json => export::paired::document(reports)?,
        Format::Md => export::paired::markdown(reports).into_bytes(),
        Format::Text => shown::text(reports).into_bytes(),
    })
}
