//! Lists runs as rows of one table, with their results and costs.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::{Context, Silent, table::table};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let table = table(&["results/001-synthetic-demo".into()], &[], &context)?;
//! println!("{}", safety_deepconf::export::table::markdown(&table));
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::path::{Path, PathBuf};

use super::context::Context;
use super::error::JobError;
use super::judged_run::JudgedRun;
use super::open_run;
use super::run_folders::run_folders;
use crate::analysis::Report;
use crate::analysis::comparison::comparison_row;
use crate::analysis::cost::cost;
use crate::analysis::table::{Table, TableRow};
use crate::record::SCHEMA_VERSION;
use crate::record::manifest::Manifest;
use crate::settings::Settings;

/// Reads each run by the verdicts of these judges, or by its own verdicts if none are named.
///
/// # Errors
/// Fails if a path is not a run of this version, or a judge has no verdict on some trace.
pub fn table(runs: &[PathBuf], judges: &[String], context: &Context<'_>) -> Result<Table, JobError> {
    let rows =
        run_folders(runs)?.iter().map(|path| row(path, judges, context)).collect::<Result<_, JobError>>()?;
    let table = Table { schema_version: SCHEMA_VERSION, rows };
    let prompts = |row: &TableRow| (row.benchmark.clone(), row.prompts_sha256.clone());
    let differs = |row: &&TableRow| {
        table.rows.iter().any(|other| other.benchmark == row.benchmark && prompts(other) != prompts(row))
    };
    if let Some(row) = table.rows.iter().find(differs) {
        context.note(&format!(
            "note: the runs over {} have different prompts: their rates are not comparable",
            row.benchmark
        ));
    }
    Ok(table)
}

/// Reads one run with the settings of its manifest, by its own verdicts if no judge is named.
///
/// # Errors
/// Fails if the path is not a run of this version, or a judge has no verdict on some trace.
pub fn row(path: &Path, judges: &[String], context: &Context<'_>) -> Result<TableRow, JobError> {
    let loaded = open_run::open(path, context)?;
    let cell = loaded.name();
    let manifest = loaded.manifest.clone();
    let judged = JudgedRun::of(loaded, judges)?;
    let (_, report) = judged.predictions();
    Ok(row_of(path, &cell, &manifest, &judged.judge, &report))
}

/// Builds the row of a run that is in memory.
pub(super) fn row_of(
    path: &Path,
    cell: &str,
    manifest: &Manifest<Settings>,
    judge: &str,
    report: &Report,
) -> TableRow {
    TableRow {
        folder: path.display().to_string(),
        benchmark: manifest.benchmark.name.clone(),
        prompts_sha256: manifest.benchmark.prompts_sha256.clone(),
        seed: manifest.settings.seed,
        judge: judge.to_owned(),
        split_value: report.split.value,
        harmful_compliance_rate: report.overall.harmful_compliance_rate.clone(),
        cost: cost(&manifest.model, manifest.engine.as_ref(), manifest.process.as_ref(), &report.overall),
        found: comparison_row(cell, &manifest.model, manifest.settings.stop.name(), report),
        against: None,
    }
}
