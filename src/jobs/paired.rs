//! Compares runs with a reference run, prompt by prompt.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::paired::{PairedRequest, paired};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! for report in paired(&PairedRequest::new("results/Q8_0", ["results/Q4_0"]), &context)? {
//!     println!("{} against {}", report.cell, report.reference);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::path::{Path, PathBuf};

use super::context::Context;
use super::error::{InputError, JobError};
use super::incomplete;
use super::judged_run::JudgedRun;
use super::notify::Silent;
use super::open_run;
use super::render;
use super::run_folders::run_folders;
use crate::analysis::Outcome;
use crate::analysis::paired::{PairedOptions, PairedReport, RESAMPLES, Run, SEED, Unpaired, adjust};
use crate::analysis::predictions::{decide_all, divide};
use crate::analysis::report::ReportOptions;
use crate::record::prediction::PredictionRow;
use crate::settings::AnalysisSettings;
use crate::stats::Draws;
use crate::stats::multiple_testing::Correction;

/// Runs to compare with a reference.
#[derive(Clone, Debug)]
pub struct PairedRequest {
    /// Run that the others are compared with.
    pub reference: PathBuf,
    /// Runs on the same prompts.
    pub runs: Vec<PathBuf>,
    /// Judges whose verdicts count; each run's own if empty.
    pub judges: Vec<String>,
    /// Number of bootstrap resamples and of permutations, with their seed.
    pub draws: Draws,
    /// Adjustment of the p-values over all metrics of all runs.
    pub correction: Correction,
    /// Whether runs that lack instances may be compared.
    pub allow_incomplete: bool,
}

impl PairedRequest {
    /// Requests a comparison with the default number of resamples and Holm's correction.
    pub fn new<P: Into<PathBuf>>(reference: impl Into<PathBuf>, runs: impl IntoIterator<Item = P>) -> Self {
        Self {
            reference: reference.into(),
            runs: runs.into_iter().map(Into::into).collect(),
            judges: Vec::new(),
            draws: Draws { count: RESAMPLES, seed: SEED },
            correction: Correction::Holm,
            allow_incomplete: false,
        }
    }
}

/// Compares each run with the reference, and adjusts the p-values over all runs.
///
/// # Errors
/// Fails if a run cannot be read, lacks instances, or shares no prompt with the reference.
pub fn paired(request: &PairedRequest, context: &Context<'_>) -> Result<Vec<PairedReport>, JobError> {
    let others = run_folders(&request.runs)?;
    let paths: Vec<&PathBuf> = [&request.reference].into_iter().chain(&others).collect();
    let runs: Vec<One> = paths
        .iter()
        .map(|path| One::read(path, &request.judges, context))
        .collect::<Result<_, JobError>>()?;
    if !request.allow_incomplete {
        runs.iter().zip(&paths).try_for_each(|(run, path)| run.check_complete(path))?;
    }
    let runs = named_apart(runs, &paths);
    let mut reports = Vec::new();
    for (cell, path) in runs[1..].iter().zip(&others) {
        let unfit = |error: Unpaired| {
            InputError::new(
                format!("{} and {}: {error}", request.reference.display(), path.display()),
                "compare runs on the same prompts: the same benchmark and the same -N",
            )
        };
        runs[0].differs_from(cell, context);
        reports.push(runs[0].against(cell, request.draws, request.correction).map_err(unfit)?);
    }
    adjust(&mut reports, request.correction);
    Ok(reports)
}

/// Compares each pair of a reference and a cell, and adjusts the p-values over all pairs. Notes and leaves
/// out a cell that lacks instances, or shares none with its reference.
///
/// # Errors
/// Fails if a run cannot be read.
pub fn pairs(folders: &[(PathBuf, PathBuf)], context: &Context<'_>) -> Result<Vec<PairedReport>, JobError> {
    let quiet = Context { notify: &Silent, ..*context };
    let draws = Draws { count: RESAMPLES, seed: SEED };
    let mut reports = Vec::new();
    let mut reference: Option<(&PathBuf, One)> = None;
    for (path, cell) in folders {
        let known = match reference.take() {
            Some((known, one)) if known == path => one,
            _ => One::read(path, &[], &quiet)?,
        };
        let one = One::read(cell, &[], &quiet)?;
        let incomplete = [(&known, path), (&one, cell)]
            .into_iter()
            .find_map(|(run, path)| Some(format!("{} is incomplete: {}", path.display(), run.incomplete()?)));
        match (incomplete, known.against(&one, draws, Correction::Holm)) {
            (None, Ok(report)) => reports.push(report),
            (Some(why), _) => context.note(&format!("note: {} is not paired: {why}", cell.display())),
            (None, Err(error)) => context.note(&format!("note: {} is not paired: {error}", cell.display())),
        }
        reference = Some((path, known));
    }
    adjust(&mut reports, Correction::Holm);
    Ok(reports)
}

/// One run, as `analyze` reads it.
struct One {
    name: String,
    judge: String,
    analysis: AnalysisSettings,
    options: ReportOptions,
    rows: Vec<PredictionRow>,
    split_value: Option<f64>,
    outcomes: Vec<Outcome>,
}

impl One {
    fn read(path: &Path, judges: &[String], context: &Context<'_>) -> Result<Self, JobError> {
        let loaded = open_run::open(path, context)?;
        let name = loaded.name();
        let JudgedRun { settings, planned, outcomes, judge, harm, cascades: _ } =
            JudgedRun::of(loaded, judges)?;
        let predictions = divide(decide_all(&outcomes, &settings.policy()), settings.analysis.split);
        Ok(Self {
            name,
            judge,
            analysis: settings.analysis,
            options: render::options(&settings, harm, planned),
            rows: predictions.rows,
            split_value: predictions.split_value,
            outcomes,
        })
    }

    fn against(&self, cell: &Self, draws: Draws, correction: Correction) -> Result<PairedReport, Unpaired> {
        let options = PairedOptions { draws, correction, split_value: self.split_value };
        crate::analysis::paired::paired(self.run(), cell.run(), &options)
    }

    fn incomplete(&self) -> Option<String> {
        incomplete::progress(&self.outcomes, self.options.planned)
    }

    fn check_complete(&self, path: &Path) -> Result<(), InputError> {
        incomplete::check(path, &self.outcomes, self.options.planned)
    }

    fn run(&self) -> Run<'_> {
        Run { name: &self.name, rows: &self.rows, options: &self.options }
    }

    /// Warns of analysis settings that differ between the two runs.
    fn differs_from(&self, cell: &Self, context: &Context<'_>) {
        for (what, is_same) in [
            ("judge", self.judge == cell.judge),
            ("--vote", self.analysis.vote == cell.analysis.vote),
            ("--window", self.analysis.window == cell.analysis.window),
        ] {
            if !is_same {
                context.warn(&format!(
                    "{} and {} differ in {what}, which may cause differences in their results",
                    self.name, cell.name
                ));
            }
        }
    }
}

/// Names runs by their folders, or by their paths where two folder names are equal.
fn named_apart(mut runs: Vec<One>, paths: &[&PathBuf]) -> Vec<One> {
    let names: Vec<String> = runs.iter().map(|run| run.name.clone()).collect();
    for (run, path) in runs.iter_mut().zip(paths) {
        if names.iter().filter(|name| **name == run.name).count() > 1 {
            run.name = path.display().to_string();
        }
    }
    runs
}
