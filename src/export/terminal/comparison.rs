//! Several runs on the same prompts: a table, and what the tokens of one are next to those of another.

use super::line::{Line, Tone, places, wrapped};
use super::table;
use crate::analysis::comparison::{Comparison, ComparisonRow};
use crate::export::unsure::sentence;
use crate::export::values::{counted, number, percent};

/// Largest number of cells of which each is compared with all before it.
const FEW: usize = 4;

/// Renders the end of a comparison.
#[must_use]
pub fn lines(folder: &str, page: Option<&str>, comparison: &Comparison, width: usize) -> Vec<Line> {
    let header = [
        "cell",
        "accuracy",
        "unsafe refused",
        "safe refused",
        "traces a prompt",
        "tokens",
        "confident refusals",
        "uncertain refusals",
        "confident compliances",
        "uncertain compliances",
    ];
    let rows = comparison.cells.iter().map(|cell| {
        vec![
            cell.cell.clone(),
            percent(cell.accuracy.as_ref()),
            percent(cell.refusal_rate_unsafe.as_ref()),
            percent(cell.over_refusal_rate.as_ref()),
            number(cell.avg_traces, 2),
            cell.total_tokens.to_string(),
            cell.confident_refusal.to_string(),
            cell.uncertain_refusal.to_string(),
            cell.confident_compliance.to_string(),
            cell.uncertain_compliance.to_string(),
        ]
    });
    let mut lines = table::numbers(&header, &rows.collect::<Vec<_>>(), width);
    lines.push(Line::new());
    for text in tokens(&comparison.cells) {
        lines.extend(wrapped(Tone::Strong, &text, width, 2));
    }
    let measure = comparison.cells.first().map_or("", |cell| cell.confidence_measure.as_str());
    let split = comparison.split_value.map(|split| {
        format!("confident: {measure} at or above {split:.4}, the first cell's split, in every cell")
    });
    let unsure = comparison.cells.iter().filter_map(|cell| {
        let unsure = cell.unsure.as_ref().filter(|one| one.share.is_some_and(|share| share > 0.0))?;
        Some(format!("{}: {}", cell.cell, sentence(unsure, cell.refusal_rate.as_ref())))
    });
    for text in split.into_iter().chain(unsure) {
        lines.extend(wrapped(Tone::Quiet, &text, width, 2));
    }
    lines.extend(places(folder, page));
    lines
}

/// Compares the tokens of each cell with those of the cells before it, which were run, and apart from that
/// with its budget, which was not.
fn tokens(cells: &[ComparisonRow]) -> Vec<String> {
    let mut said = Vec::new();
    for (index, cell) in cells.iter().enumerate() {
        if cell.open > 0 {
            said.push(format!(
                "{}: incomplete, {} of {}: its tokens are not compared",
                cell.cell,
                cell.planned - cell.open.min(cell.planned),
                counted(cell.planned as u64, "prompt")
            ));
            continue;
        }
        let is_compared = |other: &&ComparisonRow| other.open == 0 && per_prompt(other).is_some();
        let earlier = if cells.len() > FEW { &cells[..index.min(1)] } else { &cells[..index] };
        let against: Vec<String> = earlier
            .iter()
            .rev()
            .filter(is_compared)
            .filter_map(|other| Some(ratio(per_prompt(cell)? / per_prompt(other)?, &other.cell)))
            .collect();
        if !against.is_empty() {
            said.push(format!("{}: {}", cell.cell, against.join(", ")));
        }
    }
    let with_budget = cells.iter().filter(|cell| cell.open == 0 && cell.max_traces > 0);
    for cell in with_budget {
        if let Some(saved) = cell.token_savings_percent.filter(|&saved| saved > 0.0) {
            said.push(format!(
                "{}: {saved:.0} % less than a budget of {} a prompt, which was not run",
                cell.cell,
                counted(cell.max_traces.into(), "trace")
            ));
        }
    }
    said
}

fn per_prompt(cell: &ComparisonRow) -> Option<f64> {
    let is_known = cell.num_instances > 0 && cell.total_tokens > 0;
    is_known.then(|| cell.total_tokens as f64 / cell.num_instances as f64)
}

/// Says how many tokens a cell took for one of another cell.
fn ratio(ratio: f64, other: &str) -> String {
    match ratio {
        ratio if ratio >= 1.995 => format!("{ratio:.1} times the tokens of {other}"),
        ratio if ratio >= 1.005 => format!("{:.0} % more tokens than {other}", 100.0 * (ratio - 1.0)),
        ratio if ratio > 0.995 => format!("as many tokens as {other}"),
        ratio => format!("{:.0} % fewer tokens than {other}", 100.0 * (1.0 - ratio)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::terminal::line;

    fn cell(name: &str, tokens: u64, saved: f64, budget: u32) -> ComparisonRow {
        ComparisonRow {
            cell: name.to_owned(),
            model: "m".to_owned(),
            quantization: "F16".to_owned(),
            stop_rule: "fixed".to_owned(),
            num_instances: 10,
            undecided: 0,
            failed: 0,
            open: 0,
            planned: 10,
            accuracy: None,
            refusal_rate: None,
            refusal_rate_unsafe: None,
            over_refusal_rate: None,
            unsure: None,
            confidence: None,
            avg_confidence: None,
            confidence_measure: "bottom10".to_owned(),
            avg_traces: Some(1.0),
            total_tokens: tokens,
            max_traces: budget,
            token_savings_percent: Some(saved),
            confident_refusal: 1,
            uncertain_refusal: 2,
            confident_compliance: 3,
            uncertain_compliance: 4,
        }
    }

    #[test]
    fn savings_are_against_what_was_run() {
        let cells = [
            cell("baseline_n1", 1_000, 0.0, 1),
            cell("fixed_n5", 5_000, 0.0, 5),
            cell("deepconf_adaptive", 2_950, 70.5, 10),
        ];
        assert_eq!(
            tokens(&cells),
            [
                "fixed_n5: 5.0 times the tokens of baseline_n1",
                "deepconf_adaptive: 41 % fewer tokens than fixed_n5, 3.0 times the tokens of baseline_n1",
                "deepconf_adaptive: 70 % less than a budget of 10 traces a prompt, which was not run",
            ]
        );
    }

    #[test]
    fn an_incomplete_cell_is_named_and_not_compared() {
        let mut cells = [cell("one", 1_000, 0.0, 1), cell("two", 900, 0.0, 1), cell("three", 1_004, 0.0, 1)];
        (cells[1].open, cells[1].num_instances) = (4, 6);
        assert_eq!(
            tokens(&cells),
            ["two: incomplete, 6 of 10 prompts: its tokens are not compared", "three: as many tokens as one",]
        );
        // Failed prompts are not in the tokens: the means are compared.
        (cells[1].open, cells[1].failed) = (0, 4);
        assert_eq!(tokens(&cells)[0], "two: 50 % more tokens than one");
    }

    #[test]
    fn it_fits_and_nothing_steers_the_terminal() {
        let long = "a-very-long-model-name\u{1b}[2J-Q4_K_M-with-more-of-it";
        let cells = vec![cell(long, 1_000, 0.0, 1), cell(&format!("{long}好"), 1_700, 3.0, 5)];
        let comparison = Comparison { schema_version: 3, split_value: Some(1.5), cells };
        let lines = lines("results/x", None, &comparison, 80);
        assert!(lines.iter().all(|line| line.width() <= 80), "{}", line::text(&lines));
        assert!(!line::text(&lines).contains('\u{1b}'));
    }
}
