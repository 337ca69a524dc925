//! `paired`: runs held against a reference, instance by instance.

use std::path::{Path, PathBuf};

use super::records::Record;
use super::rejudged::Reading;
use super::{rendering, summary};
use crate::analysis::paired::{PairedOptions, PairedReport, RESAMPLES, Run, SEED, Unpaired, adjust, paired};
use crate::analysis::predictions::{decide_all, divide};
use crate::analysis::report::ReportOptions;
use crate::cli::exit::{Exit, InputError};
use crate::cli::paired_args::{Format, PairedArgs};
use crate::cli::printer::Printer;
use crate::export;
use crate::plan::Reading as Read;
use crate::record::prediction::PredictionRow;
use crate::stats::Draws;
use crate::stats::multiple_testing::Correction;
use crate::store::atomic;
use crate::store::folder::is_ours;

/// Compares, and writes or prints what came out.
pub fn run(args: &PairedArgs, printer: &Printer) -> anyhow::Result<Exit> {
    if let Some(path) = &args.output {
        check_output(path, args)?;
    }
    let paths: Vec<&PathBuf> = [&args.reference].into_iter().chain(&args.runs).collect();
    let runs: Vec<One> =
        paths.iter().map(|path| One::read(path, &args.judge, printer)).collect::<anyhow::Result<_>>()?;
    let runs = named_apart(runs, &paths);
    let mut reports = Vec::new();
    for (cell, path) in runs[1..].iter().zip(&args.runs) {
        let unfit = |error: Unpaired| InputError {
            message: format!("{} and {}: {error}", args.reference.display(), path.display()),
            hint: Some(
                "runs are paired over the same prompts: the same benchmark and the same -N".to_owned(),
            ),
        };
        runs[0].differs_from(cell, printer);
        reports.push(runs[0].against(cell, args.draws(), args.correction()).map_err(unfit)?);
    }
    adjust(&mut reports, args.correction());
    if let Some(path) = &args.output {
        atomic::write(path, &rendered(&reports, args.format())?)?;
        printer.note(&format!("written: {}", path.display()));
    }
    if printer.is_json() {
        printer.data(&String::from_utf8(export::json::lines(&reports)?)?)?;
    } else if args.output.is_none() {
        printer.data(&String::from_utf8(rendered(&reports, args.format())?)?)?;
    }
    Ok(Exit::Done)
}

/// Cells, each against its reference, as one family; those that share no instance with it are told and left out.
///
/// # Errors
/// If a run cannot be read.
pub fn pairs(folders: &[(PathBuf, PathBuf)], printer: &Printer) -> anyhow::Result<Vec<PairedReport>> {
    let quiet = Printer::new(true, false);
    let draws = Draws { count: RESAMPLES, seed: SEED };
    let mut reports = Vec::new();
    let mut reference: Option<(&PathBuf, One)> = None;
    for (path, cell) in folders {
        let known = match reference.take() {
            Some((known, one)) if known == path => one,
            _ => One::read(path, &[], &quiet)?,
        };
        match known.against(&One::read(cell, &[], &quiet)?, draws, Correction::Holm) {
            Ok(report) => reports.push(report),
            Err(error) => printer.note(&format!("note: {} is not paired: {error}", cell.display())),
        }
        reference = Some((path, known));
    }
    adjust(&mut reports, Correction::Holm);
    Ok(reports)
}

/// One run, read as `analyze` reads it.
struct One {
    name: String,
    judge: String,
    reading: Read,
    options: ReportOptions,
    rows: Vec<PredictionRow>,
    split_value: Option<f64>,
}

impl One {
    fn read(path: &Path, judges: &[String], printer: &Printer) -> anyhow::Result<Self> {
        let record = Record::open(path, printer)?;
        let name = record.name();
        let Reading { settings, outcomes, judge, harm, cascades: _ } = Reading::of(record, judges)?;
        let predictions = divide(decide_all(&outcomes, &settings.policy()), settings.reading.split);
        Ok(Self {
            name,
            judge,
            reading: settings.reading,
            options: rendering::options(&settings, harm),
            rows: predictions.rows,
            split_value: predictions.split_value,
        })
    }

    fn against(&self, cell: &Self, draws: Draws, correction: Correction) -> Result<PairedReport, Unpaired> {
        let options = PairedOptions { draws, correction, split_value: self.split_value };
        paired(self.run(), cell.run(), &options)
    }

    fn run(&self) -> Run<'_> {
        Run { name: &self.name, rows: &self.rows, options: &self.options }
    }

    /// Says what makes a difference of two runs one of how they are read.
    fn differs_from(&self, cell: &Self, printer: &Printer) {
        for (what, is_same) in [
            ("judge", self.judge == cell.judge),
            ("--vote", self.reading.vote == cell.reading.vote),
            ("--window", self.reading.window == cell.reading.window),
        ] {
            if !is_same {
                printer.note(&format!(
                    "warning: {} and {} differ in {what}: a difference may be one of how they are read",
                    self.name, cell.name
                ));
            }
        }
    }
}

/// Names for the tables: those of the folders, or their paths where two are the same.
fn named_apart(mut runs: Vec<One>, paths: &[&PathBuf]) -> Vec<One> {
    let names: Vec<String> = runs.iter().map(|run| run.name.clone()).collect();
    for (run, path) in runs.iter_mut().zip(paths) {
        if names.iter().filter(|name| **name == run.name).count() > 1 {
            run.name = path.display().to_string();
        }
    }
    runs
}

fn rendered(reports: &[PairedReport], format: Format) -> anyhow::Result<Vec<u8>> {
    Ok(match format {
        Format::Csv => export::paired::table(reports)?,
        Format::Json => export::paired::document(reports)?,
        Format::Md => export::paired::markdown(reports).into_bytes(),
        Format::Text => summary::paired::text(reports).into_bytes(),
    })
}

/// The result takes the place of nothing that a run wrote.
fn check_output(path: &Path, args: &PairedArgs) -> Result<(), InputError> {
    let is_input =
        args.runs.iter().chain([&args.reference]).any(
            |run| matches!((run.canonicalize(), path.canonicalize()), (Ok(one), Ok(other)) if one == other),
        );
    if is_ours(path) || is_input {
        return Err(InputError {
            message: format!("{} would be overwritten", path.display()),
            hint: Some("--output takes a name of its own".to_owned()),
        });
    }
    Ok(())
}
