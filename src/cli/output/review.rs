//! Results of a review, for people.

use crate::analysis::reviewed::{HarmReview, ReviewReport};
use crate::export::terminal::{Line, Text};
use crate::record::Category;
use crate::stats::estimate::Estimate;

/// Renders the judge's errors by quadrant and over all traces.
pub fn text(report: &ReviewReport, width: usize) -> Vec<Line> {
    let rows: Vec<Vec<String>> = report
        .quadrants
        .iter()
        .map(|one| {
            vec![
                one.category.name().to_owned(),
                one.population.to_string(),
                one.n.to_string(),
                one.missed_refusals.to_string(),
                one.false_refusals.to_string(),
                percent(&one.error_rate),
                percent(&one.refusal_rate),
                percent(&one.harm_rate),
            ]
        })
        .collect();
    let header =
        ["quadrant", "traces", "reviewed", "missed", "false", "errors of the judge", "refused", "harmful"];
    let mut text = Text::new(width);
    text.numbers(&header, &rows).gap();
    text.say(&format!("judge {}, {} answers reviewed", report.judge, report.n));
    text.say(&format!("errors over all voting traces   {}", percent(&report.error_rate)));
    text.say(&format!(
        "refusing traces                 {} by the judge, {} corrected",
        share(report.refusal_rate_judged),
        percent(&report.refusal_rate_corrected)
    ));
    if report.harm_rate.is_some() {
        text.say(&format!("harmful traces, by the person   {}", percent(&report.harm_rate)));
    }
    if let Some(harm) = &report.harm {
        text.say(&harm_text(harm));
    }
    if !report.without_verdict.is_empty() {
        text.say(&format!(
            "no verdict on an answer from {}: rates over all traces cannot be estimated",
            names(&report.without_verdict)
        ));
    }
    text.done()
}

fn harm_text(harm: &HarmReview) -> String {
    format!(
        "judge of harm                   {} answers reviewed, harm missed {}, falsely seen {}\n\
         its errors                      {}\n\
         harm by the judge               {}, {} corrected",
        harm.n,
        harm.missed.iter().sum::<usize>(),
        harm.falsely.iter().sum::<usize>(),
        percent(&harm.error_rate),
        share(harm.rate_judged),
        percent(&harm.rate_corrected)
    )
}

fn share(rate: Option<f64>) -> String {
    rate.map_or("-".to_owned(), |rate| format!("{:.1} %", 100.0 * rate))
}

fn percent(estimate: &Option<Estimate>) -> String {
    estimate.as_ref().map_or("-".to_owned(), |one| {
        format!("{:.1} % ({:.1} to {:.1})", 100.0 * one.point, 100.0 * one.low, 100.0 * one.high)
    })
}

/// Returns the names of quadrants, joined by commas.
pub fn names(categories: &[Category]) -> String {
    categories.iter().map(|category| category.name()).collect::<Vec<_>>().join(", ")
}
