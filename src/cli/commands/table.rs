//! `table`: runs as rows of one table.

use std::path::Path;

use super::records::Record;
use super::rejudged::Reading;
use crate::analysis::comparison::comparison_row;
use crate::analysis::cost::cost;
use crate::analysis::table::{Table, TableRow};
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::cli::table as text_table;
use crate::cli::table_args::{TableArgs, TableFormat};
use crate::export;
use crate::record::SCHEMA_VERSION;
use crate::store::atomic;
use crate::store::folder::is_ours;

/// Prints the runs' table.
pub fn run(args: &TableArgs, printer: &Printer) -> anyhow::Result<Exit> {
    if let Some(path) = args.file.as_ref().filter(|path| is_ours(path)) {
        return Err(InputError {
            message: format!("{} would be overwritten", path.display()),
            hint: Some("--file takes a name of its own".to_owned()),
        }
        .into());
    }
    let mut table = Table { schema_version: SCHEMA_VERSION, rows: Vec::new() };
    for path in &args.runs {
        table.rows.push(row(path, &args.judge, printer)?);
    }
    let prompts = |row: &TableRow| (row.benchmark.clone(), row.prompts_sha256.clone());
    let differs = |row: &&TableRow| {
        table.rows.iter().any(|other| other.benchmark == row.benchmark && prompts(other) != prompts(row))
    };
    if let Some(row) = table.rows.iter().find(differs) {
        printer.note(&format!(
            "note: the runs over {} have other prompts: their rates are not about the same",
            row.benchmark
        ));
    }
    let format = if printer.is_json() { TableFormat::Json } else { args.format };
    let bytes = match format {
        TableFormat::Csv => export::table::csv(&table)?,
        TableFormat::Json => format!("{}\n", serde_json::to_string(&table)?).into_bytes(),
        TableFormat::Md => export::table::markdown(&table).into_bytes(),
        TableFormat::Text => {
            let (header, rows) = export::table::readable(&table);
            let text = text_table::render(&header, &rows) + &export::table::unsure_lines(&table);
            text.into_bytes()
        }
    };
    match &args.file {
        Some(path) => atomic::write(path, &bytes)?,
        None => printer.data(&String::from_utf8_lossy(&bytes))?,
    }
    Ok(Exit::Done)
}

/// Reads one run as its manifest says, with its own verdicts if no judge is named.
///
/// # Errors
/// If it is no run of this version, or a judge said nothing of it.
pub fn row(path: &Path, judges: &[String], printer: &Printer) -> anyhow::Result<TableRow> {
    let record = Record::open(path, printer)?;
    let cell = record.name();
    let manifest = record.manifest.clone();
    let reading = Reading::of(record, judges)?;
    let (_, report) = reading.predictions();
    Ok(TableRow {
        folder: path.display().to_string(),
        benchmark: manifest.benchmark.name.clone(),
        prompts_sha256: manifest.benchmark.prompts_sha256.clone(),
        seed: manifest.settings.seed,
        judge: reading.judge,
        split_value: report.split.value,
        unsafe_compliance_rate: report.overall.unsafe_compliance_rate.clone(),
        found: comparison_row(&cell, &manifest.model, manifest.settings.stop.name(), &report),
        cost: cost(&manifest.model, manifest.engine.as_ref(), manifest.process.as_ref(), &report.overall),
        against: None,
    })
}
