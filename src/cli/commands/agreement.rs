//! `agreement`: how far judges agree with each other, and with people.

use std::collections::HashSet;
use std::path::Path;

use super::comparisons::{ALL, Comparison, json_lines, singles, text};
use super::judges::{TextJudge, text_judge};
use super::records::Record;
use crate::analysis::agreement::Pair;
use crate::analysis::panel::Opinions;
use crate::analysis::{Outcome, State};
use crate::benchmark::labelled::{self, Labelled};
use crate::cli::agreement_args::AgreementArgs;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::export::csv as tables;
use crate::record::Verdict;
use crate::store::atomic;
use crate::store::verdicts::Verdicts;

/// Name of the run's own judge among others.
const RUN: &str = "run";

/// Holds judges against labels, or the judges of a run against each other.
pub fn run(args: &AgreementArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let found = match (&args.run, args.labels.is_empty()) {
        (None, false) => against_labels(args, printer)?,
        (Some(run), true) => between_judges(run, args, printer)?,
        _ => {
            return Err(InputError {
                message: "agreement takes a RUN with verdicts, or --labels FILE".to_owned(),
                hint: Some("judge RUN --judge … adds a judge's verdicts to a run".to_owned()),
            }
            .into());
        }
    };
    if found.iter().all(|one| one.agreement.n == 0) {
        let unheard: usize = found.iter().map(|one| one.agreement.left_out).max().unwrap_or(0);
        return Err(InputError {
            message: format!(
                "there is nothing to compare: no answer on which two of them say whether it is refused{}",
                if unheard > 0 { format!(" ({unheard} answers without a vote)") } else { String::new() }
            ),
            hint: None,
        }
        .into());
    }
    if let Some(path) = &args.output {
        let rows = singles(&found).iter().flat_map(Comparison::disagreements);
        atomic::write(path, &tables::disagreements(rows)?)?;
    }
    printer.data(&if printer.is_json() { json_lines(&found)? } else { text(&found, args) })?;
    Ok(Exit::Done)
}

/// The judge against people's labels, by source and over all.
fn against_labels(args: &AgreementArgs, printer: &Printer) -> anyhow::Result<Vec<Comparison>> {
    let judge: Option<TextJudge> = match args.judge.starts_with("column:") {
        true => None,
        false => Some(text_judge(&args.judge)?),
    };
    let name = judge.as_ref().map_or(args.judge.as_str(), TextJudge::name);
    let mut found = Vec::new();
    let mut all: Vec<(Pair, String)> = Vec::new();
    for path in &args.labels {
        let labelled = labelled::read(path, &args.columns())?;
        for note in &labelled.notes {
            printer.note(&format!("{}: {note}", path.display()));
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

/// What the judge says, or without one the other label, if there is one.
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

/// Every pair of judges of a run; its own is one of them.
fn between_judges(path: &Path, args: &AgreementArgs, printer: &Printer) -> anyhow::Result<Vec<Comparison>> {
    let mut record = Record::open(path, printer)?;
    let verdicts = match &record.folder {
        Some(folder) => Verdicts::read(folder)?,
        None => Verdicts::default(),
    };
    let opinions = Opinions::new(verdicts.opinions);
    let outcomes = record.outcomes();
    let mut names: Vec<&str> = vec![RUN];
    names.extend(opinions.judges());
    if !args.judges.is_empty() {
        for wanted in &args.judges {
            if !names.contains(&wanted.as_str()) {
                return Err(InputError {
                    message: format!("{} has no verdicts of {wanted:?}", path.display()),
                    hint: Some(format!("there are: {}", names.join(", "))),
                }
                .into());
            }
        }
        names.retain(|name| args.judges.iter().any(|wanted| wanted == name));
    }
    if names.len() < 2 {
        return Err(InputError {
            message: format!("{} has the verdicts of one judge only", path.display()),
            hint: Some("judge RUN --judge … adds another's".to_owned()),
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
