//! Checks a file of prompts before it is run. Loads no model.
//!
//! ```no_run
//! use safety_deepconf::benchmark::Request;
//! use safety_deepconf::jobs::benchmarks::{Checked, check};
//!
//! if let Checked::Prompts(survey) = check("prompts.csv".as_ref(), None, Request::default())? {
//!     println!("{} instances, {} faulty rows", survey.instances, survey.faulty_rows);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::JobError;
use crate::benchmark::{self, AUTO, Benchmark, BenchmarkError, Request, Survey, labelled};
use crate::record::Verdict;
use crate::system::stdin;

/// Contents of a file.
pub enum Checked {
    /// Prompts of a benchmark. [`Survey::fault`] returns what is wrong with them.
    Prompts(Survey),
    /// Answers labelled by people, which measure judges.
    Answers(AnswerSurvey),
}

/// Contents of a file of labelled answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerSurvey {
    /// Path of the file.
    pub file: PathBuf,
    /// Number of answers.
    pub labelled_answers: usize,
    /// Number of answers by verdict.
    pub verdicts: BTreeMap<&'static str, usize>,
    /// Number of different prompts.
    pub prompts: usize,
    /// Notes about rows that were skipped.
    pub notes: Vec<String>,
}

/// Reads a file as the named benchmark, or as the one that its columns show. `rows` selects and labels the rows.
///
/// # Errors
/// If the file cannot be read, the benchmark is unknown, or the columns show none.
pub fn check(file: &Path, benchmark: Option<&str>, rows: Request) -> Result<Checked, JobError> {
    let mut request = Request { data: Some(file.to_owned()), ..rows };
    if stdin::is_meant(file) {
        request.stdin = Some(stdin::read()?);
    }
    let benchmark = match benchmark.filter(|name| !name.eq_ignore_ascii_case(AUTO)) {
        Some(name) => Benchmark::named(name)?,
        None => match recognised(&mut request)? {
            Ok(benchmark) => benchmark,
            Err(unknown) => return Ok(Checked::Answers(labelled_answers(file, unknown)?)),
        },
    };
    Ok(Checked::Prompts(benchmark::check(file, benchmark, &request)?))
}

/// Returns the benchmark that the columns show; the inner error if the file may hold labelled answers instead.
fn recognised(request: &mut Request) -> Result<Result<Benchmark, BenchmarkError>, BenchmarkError> {
    match benchmark::recognise(request) {
        Ok(found) => {
            let is_guess = request.custom.is_empty() && found.benchmark == Benchmark::Custom;
            if is_guess && request.stdin.is_none() && has_answers(request) {
                let file = request.data.clone().unwrap_or_default();
                let found = "those of labelled answers".to_owned();
                return Ok(Err(BenchmarkError::Unrecognised { file, found }));
            }
            found.put_into(request);
            Ok(Ok(found.benchmark))
        }
        Err(unknown @ BenchmarkError::Unrecognised { .. }) if request.stdin.is_none() => Ok(Err(unknown)),
        Err(error) => Err(error),
    }
}

/// Whether a file has the columns of labelled answers, and labels in them.
fn has_answers(request: &Request) -> bool {
    let file = request.data.as_deref().unwrap_or(Path::new(""));
    labelled::read(file, &labelled::Columns::default()).is_ok_and(|found| !found.answers.is_empty())
}

/// Reads a file of labelled answers. Fails with `unknown` if it has not the columns of one.
fn labelled_answers(file: &Path, unknown: BenchmarkError) -> Result<AnswerSurvey, BenchmarkError> {
    let found = match labelled::read(file, &labelled::Columns::default()) {
        Err(BenchmarkError::MissingColumn { .. }) => return Err(unknown),
        read => read?,
    };
    let mut verdicts: BTreeMap<&'static str, usize> =
        [Verdict::Refusal, Verdict::PartialRefusal, Verdict::Compliance].map(|one| (one.name(), 0)).into();
    for answer in &found.answers {
        *verdicts.entry(answer.verdict.name()).or_default() += 1;
    }
    Ok(AnswerSurvey {
        file: file.to_owned(),
        labelled_answers: found.answers.len(),
        verdicts,
        prompts: found.answers.iter().map(|one| one.prompt.as_str()).collect::<HashSet<_>>().len(),
        notes: found.notes,
    })
}
