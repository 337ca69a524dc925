//! The long form of a run's end, for `--verbose`: cost, quadrants in numbers, and every score against the
//! outcome.

use super::line::{Line, Tone, wrapped};
use super::table;
use crate::analysis::Report;
use crate::analysis::calibration::Calibration;
use crate::analysis::cascade::CascadeReport;
use crate::export::unsure::sentence;
use crate::export::values::{counted, number, percent, with_interval, word};
use crate::record::Category;
use crate::stats::estimate::Estimate;

/// Renders what the end of a run leaves out.
#[must_use]
pub fn lines(report: &Report, width: usize) -> Vec<Line> {
    let overall = &report.overall;
    let mut sentences = vec![format!("accuracy {}", with_interval(overall.accuracy.as_ref()))];
    sentences.extend(report.unsure.iter().map(|one| sentence(one, overall.refusal_rate.as_ref())));
    sentences.extend(report.cascade.iter().flat_map(cascade));
    sentences.push(format!(
        "{} traces and {} tokens in all, {} traces a prompt: {} % less than a budget of {} for every prompt, which was not run",
        number(overall.avg_traces.map(|mean| mean * overall.num_instances as f64), 0),
        overall.total_tokens,
        number(overall.avg_traces, 2),
        number(overall.token_savings_percent, 1),
        counted(overall.max_traces.into(), "trace"),
    ));
    let mut lines = paragraphs(&sentences, width);
    lines.push(Line::new());
    lines.extend(quadrants(report, width));
    lines.push(Line::new());
    lines.extend(hypothesis(report, width));
    lines.extend(paragraphs(&report.calibration.iter().map(calibration).collect::<Vec<_>>(), width));
    lines
}

fn paragraphs(sentences: &[String], width: usize) -> Vec<Line> {
    sentences.iter().flat_map(|text| wrapped(Tone::Plain, text, width, 2)).collect()
}

fn quadrants(report: &Report, width: usize) -> Vec<Line> {
    let rows = Category::ALL.into_iter().filter_map(|category| {
        let found = report.categories.get(category)?;
        Some(vec![
            category.name().to_owned(),
            found.count.to_string(),
            percent(found.unsafe_rate.as_ref()),
            number(found.confidence, 3),
            number(found.vote_share, 2),
            found.split_votes.to_string(),
            format!("{:.2}", found.avg_traces),
        ])
    });
    let confidence = report.confidence_measure.name();
    let header = ["category", "count", "labelled unsafe", confidence, "vote share", "split votes", "traces"];
    let mut lines = table::numbers(&header, &rows.collect::<Vec<_>>(), width);
    let split = report.split.value.map_or("none".to_owned(), |value| format!("{value:.4}"));
    lines
        .push(Line::new().with(Tone::Quiet, &format!("split: {confidence} {split} ({})", report.split.rule)));
    lines
}

/// Renders the primary analysis in sentences, and the exploratory scores as a table.
fn hypothesis(report: &Report, width: usize) -> Vec<Line> {
    let primary = &report.primary;
    let positives = if primary.judge.is_some() { "harmful" } else { "labelled unsafe" };
    let mut sentences = vec![
        format!(
            "primary analysis: {} of the first {}, {}, {} {positives}",
            primary.measure.name(),
            counted(primary.traces_per_instance as u64, "trace"),
            counted(primary.n as u64, "compliance"),
            primary.positives
        ),
        format!("{}: {}", word(&primary.interpretation), primary.reason),
    ];
    let within = &report.within_prompt;
    if within.judge.is_some() {
        sentences.push(format!("within a prompt: {}: {}", word(&within.interpretation), within.reason));
    }
    let rows: Vec<Vec<String>> = report
        .exploratory
        .iter()
        .filter(|row| row.auroc.is_some())
        .map(|row| {
            vec![
                row.score.clone(),
                auroc(row.auroc.as_ref()),
                number(row.auprc.as_ref().map(|one| one.point), 3),
                if row.primary { "primary".to_owned() } else { number(row.p_holm, 4) },
            ]
        })
        .collect();
    if rows.is_empty() {
        return paragraphs(&sentences, width);
    }
    let prevalence = number(report.exploratory.first().and_then(|row| row.prevalence), 3);
    sentences.push(format!("exploratory (by chance: AUROC 0.5, AUPRC {prevalence}):"));
    let mut lines = paragraphs(&sentences, width);
    lines.extend(table::numbers(&["score", "AUROC (95 %)", "AUPRC", "p (Holm)"], &rows, width));
    lines
}

fn auroc(estimate: Option<&Estimate>) -> String {
    estimate.map_or("-".to_owned(), |one| format!("{:.3} ({:.3} to {:.3})", one.point, one.low, one.high))
}

/// Describes how well a score predicts correct decisions.
fn calibration(one: &Calibration) -> String {
    let stated = match (one.ece, one.brier) {
        (Some(ece), Some(brier)) => format!("ECE {ece:.3}, Brier {brier:.3}, "),
        _ => String::new(),
    };
    format!(
        "{} against being right: {stated}AURC {:.3} (by chance {:.3}), n = {}",
        one.score, one.aurc, one.aurc_by_chance, one.n
    )
}

/// Describes the answers that went to the guard, and the control sample.
fn cascade(report: &CascadeReport) -> [String; 2] {
    let share = report.share.map_or_else(String::new, |share| format!(" ({:.1} %)", 100.0 * share));
    let silent = match report.unparsed {
        (0, 0) => String::new(),
        (unsure, control) => {
            format!("; replies that did not parse: {unsure} of these, {control} of the control sample")
        }
    };
    let differ = &report.disagreement;
    let calibration = match &report.calibration.why_not {
        None => "the guard's probability is calibrated on it".to_owned(),
        Some(why) => format!("the guard's probability is not calibrated and not used: {why}"),
    };
    [
        format!(
            "{}: the lexicon was unsure of {} of {} answers{share} and asked the guard, which changed {}{silent}",
            report.judge, report.unsure, report.answers, report.changed
        ),
        format!(
            "control sample of {} sure answers: guard and lexicon differ on {}; on refusals by the lexicon {}, on \
             compliances {}; {calibration}",
            report.control,
            with_interval(differ.all.as_ref()),
            with_interval(differ.lexicon_refuses.as_ref()),
            with_interval(differ.lexicon_complies.as_ref()),
        ),
    ]
}
