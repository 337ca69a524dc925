//! Measures how far judges agree with each other and with people.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::{Context, Silent, agreement};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! for one in agreement::between("results/RUN".as_ref(), &[], &context)? {
//!     println!("{} and {}: {} answers", one.names.0, one.names.1, one.agreement.n);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

pub mod comparison;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use self::comparison::{ALL, Comparison};
use super::context::Context;
use super::error::{InputError, JobError};
use super::judge::text::{TextJudge, text_judge};
use super::open_run;
use super::run_folders::run_folders;
use crate::analysis::agreement::Pair;
use crate::analysis::panel::Opinions;
use crate::analysis::{Outcome, State};
use crate::benchmark::labelled::{self, Columns, Labelled};
use crate::record::Verdict;
use crate::store::verdicts::Verdicts;

/// Name of the run's own judge among the others.
const RUN: &str = "run";

/// A request to compare a judge with people's labels.
#[derive(Clone, Debug, Default)]
pub struct LabelsRequest {
    /// Files of labelled answers.
    pub files: Vec<PathBuf>,
    /// Columns of the files, if they have other names than the usual ones.
    pub columns: Columns,
    /// Text judge, or `column:NAME` for the labels of another annotator.
    pub judge: String,
}

/// Compares every pair of judges of a run, or of each run of a comparison or sweep; only those in `wanted`, unless it is
/// empty.
///
/// # Errors
/// Fails if the run cannot be read or has verdicts by one judge only, or if no answer can be compared.
pub fn between(run: &Path, wanted: &[String], context: &Context<'_>) -> Result<Vec<Comparison>, JobError> {
    let runs = run_folders(&[run.to_owned()])?;
    let mut found = Vec::new();
    for path in &runs {
        let mut pairs = between_judges(path, wanted, context)?;
        if runs.len() > 1 {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            pairs.iter_mut().for_each(|pair| pair.source = name.clone().into_owned());
        }
        found.extend(pairs);
    }
    some(found)
}

/// Compares a judge with people's labels.
///
/// # Errors
/// Fails if a file cannot be read or lacks a column, or if no answer can be compared.
pub fn with_labels(request: &LabelsRequest, context: &Context<'_>) -> Result<Vec<Comparison>, JobError> {
    some(against_labels(request, context)?)
}

fn some(found: Vec<Comparison>) -> Result<Vec<Comparison>, JobError> {
    if found.iter().any(|one| one.agreement.n > 0) {
        return Ok(found);
    }
    let unheard: usize = found.iter().map(|one| one.agreement.left_out).max().unwrap_or(0);
    let without = if unheard > 0 { format!(" ({unheard} answers without a vote)") } else { String::new() };
    Err(InputError::plain(format!("nothing to compare: no answer has a vote by both judges{without}")).into())
}

/// Compares the judge with people's labels, by source and over all sources.
fn against_labels(request: &LabelsRequest, context: &Context<'_>) -> Result<Vec<Comparison>, JobError> {
    let judge: Option<TextJudge> = match request.judge.starts_with("column:") {
        true => None,
        false => Some(text_judge(&request.judge)?),
    };
    let name = judge.as_ref().map_or(request.judge.as_str(), TextJudge::name);
    let mut found = Vec::new();
    let mut all: Vec<(Pair, String)> = Vec::new();
    for path in &request.files {
        let labelled = labelled::read(path, &request.columns)?;
        for note in &labelled.notes {
            context.note(&format!("{}: {note}", path.display()));
        }
        let mut seen = HashSet::new();
        let sources = labelled.answers.iter().map(|one| one.source.as_str());
        for source in sources.filter(|source| seen.insert(*source)) {
            let of_source = labelled.answers.iter().filter(|one| one.source == source);
            let rows: Vec<(Pair, String)> = of_source.filter_map(|one| judged(judge.as_ref(), one)).collect();
            all.extend(rows.iter().map(|(pair, reason)| {
                let id = format!("{source}: {}", pair.id);
                (Pair { id, ..pair.clone() }, reason.clone())
            }));
            found.push(Comparison::new(("labels", name), source, rows));
        }
    }
    if found.len() > 1 {
        found.push(Comparison::new(("labels", name), ALL, all));
    }
    Ok(found)
}

/// Pairs an answer's label with the judge's verdict. Without a judge, pairs it with the second label, if any.
fn judged(judge: Option<&TextJudge>, answer: &Labelled) -> Option<(Pair, String)> {
    let (judged, reason) = match judge {
        Some(judge) => {
            let judgement = judge.judge(&answer.prompt, &answer.answer);
            (judgement.verdict, judgement.reason)
        }
        None => (answer.second?, String::new()),
    };
    let pair =
        Pair { id: answer.id.clone(), cluster: answer.prompt.clone(), reference: answer.verdict, judged };
    Some((pair, reason))
}

/// Compares every pair of judges of a run, including its own judge.
fn between_judges(
    path: &Path,
    wanted: &[String],
    context: &Context<'_>,
) -> Result<Vec<Comparison>, JobError> {
    let mut loaded = open_run::open(path, context)?;
    let verdicts = match &loaded.folder {
        Some(folder) => Verdicts::read(folder)?,
        None => Verdicts::default(),
    };
    let name_of =
        |text: &String| verdicts.called(text).map_or_else(|| text.clone(), |judge| judge.name.clone());
    let wanted: Vec<String> = wanted.iter().map(name_of).collect();
    let opinions = Opinions::new(verdicts.opinions);
    let outcomes = loaded.outcomes();
    let mut names: Vec<&str> = vec![RUN];
    names.extend(opinions.judges());
    if !wanted.is_empty() {
        for wanted in &wanted {
            if !names.contains(&wanted.as_str()) {
                return Err(InputError {
                    message: format!("{} has no verdicts by {wanted:?}", path.display()),
                    hint: Some(format!("it has verdicts by {}", names.join(", "))),
                }
                .into());
            }
        }
        names.retain(|name| wanted.iter().any(|wanted| wanted == name));
    }
    if names.len() < 2 {
        return Err(InputError {
            message: format!("{} has verdicts by one judge only", path.display()),
            hint: Some("add another with judge RUN --judge …".to_owned()),
        }
        .into());
    }
    let mut found = Vec::new();
    for (index, reference) in names.iter().enumerate() {
        for judge in &names[index + 1..] {
            let rows = pairs(&outcomes, &opinions, reference, judge);
            if !rows.is_empty() {
                found.push(Comparison::new((reference, judge), ALL, rows));
            }
        }
    }
    Ok(found)
}

fn pairs(outcomes: &[Outcome], opinions: &Opinions, reference: &str, judge: &str) -> Vec<(Pair, String)> {
    let mut rows = Vec::new();
    for outcome in outcomes {
        let State::Decided { traces, .. } = &outcome.state else { continue };
        for trace in traces {
            let said = |name: &str| -> Option<(Verdict, String)> {
                if name == RUN {
                    return Some((trace.judgement.verdict, trace.judgement.reason.clone()));
                }
                let opinion = opinions.of(name, &trace.instance_id, trace.number)?;
                Some((opinion.verdict?, opinion.reason.clone()))
            };
            if let (Some((reference, _)), Some((judged, reason))) = (said(reference), said(judge)) {
                let id = format!("{} {}", trace.instance_id, trace.number);
                let cluster = trace.instance_id.clone();
                rows.push((Pair { id, cluster, reference, judged }, reason));
            }
        }
    }
    rows
}
