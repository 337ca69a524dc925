//! Results of a replay, for people.

use std::path::Path;

use crate::export::replay::{SETTING, setting_fields};
use crate::export::terminal::{Line, Text};
use crate::jobs::replay::ReplayedRun;
use crate::replay::{Setting, SettingResult};
use crate::stats::estimate::Estimate;

/// Renders the Pareto front and the run's own setting, or all settings.
pub fn text(output: &Path, runs: &[ReplayedRun], all: bool, width: usize) -> Vec<Line> {
    let mut text = Text::new(width);
    for ReplayedRun { name, own, replay } in runs {
        let (fewest, most) = replay.traces;
        let traces = if fewest == most { fewest.to_string() } else { format!("{fewest} to {most}") };
        text.say(&format!(
            "{name}: {} instances, {traces} traces each, {} tokens in all",
            replay.instances, replay.full_tokens
        ));
        let is_shown = |result: &&SettingResult| all || result.pareto || result.setting == *own;
        let mut shown: Vec<&SettingResult> = replay.results.iter().filter(is_shown).collect();
        shown.sort_by_key(|row| row.tokens);
        if !all {
            // Settings with equal results share one line, except the run's own.
            let same = |result: &SettingResult| {
                let agreement = result.agreement.as_ref().map(|agreement| agreement.point);
                (result.setting != *own).then_some((result.tokens, agreement))
            };
            shown.dedup_by(|b, a| same(a).is_some() && same(a) == same(b));
        }
        rendered(&shown, own, &mut text);
        let left_out = replay.results.iter().filter(|result| result.left_out > 0).count();
        if left_out > 0 {
            text.say(&format!(
                "{left_out} settings need traces or tokens that were not recorded; run --no-early-stopping --record tokens \
                 records all"
            ));
        }
        if fewest != most {
            text.say(
                "instances have different numbers of traces: the full budget is what each has, so agreement with it is \
                 biased upwards",
            );
        }
        text.gap();
    }
    let settings: usize = runs.iter().map(|run| run.replay.results.len()).sum();
    text.quiet(
        "* Pareto front: no other setting has as few tokens and more agreement with the full budget, or as much with fewer;\n= the run's own",
    );
    text.say(&format!("all {settings} rows: {}", output.display()));
    text.done()
}

fn rendered(results: &[&SettingResult], own: &Setting, text: &mut Text) {
    // Only the columns that differ, to keep lines short.
    let fields: Vec<[String; 12]> = results.iter().map(|result| setting_fields(&result.setting)).collect();
    let first = fields.first().cloned().unwrap_or_default();
    let columns: Vec<usize> = (0..SETTING.len())
        .filter(|&column| column == 0 || fields.iter().any(|row| row[column] != first[column]))
        .collect();
    let mut header = vec![""];
    header.extend(columns.iter().map(|&column| SETTING[column]));
    header.extend(["traces", "tokens", "saved", "agree"]);
    header.extend(["=1", "0.8-1", "0.6-0.8", "0.5-0.6"]);
    header.extend(["sens.", "spec.", "acc."]);
    let rows = results.iter().zip(&fields).map(|(result, fields)| {
        let mark = |is: bool, sign: &'static str| if is { sign } else { "" };
        let mut row = vec![format!("{}{}", mark(result.pareto, "*"), mark(result.setting == *own, "="))];
        row.extend(columns.iter().map(|&column| fields[column].clone()));
        let per = |total: u64, decimals: usize| match result.instances {
            0 => "-".to_owned(),
            count => format!("{:.decimals$}", total as f64 / count as f64),
        };
        row.extend([per(result.traces, 2), per(result.tokens, 0)]);
        row.push(result.token_savings_percent.map_or("-".to_owned(), |value| format!("{value:.1} %")));
        row.push(percent(result.agreement.as_ref()));
        row.extend(result.strata.iter().map(|stratum| percent(stratum.as_ref())));
        row.extend(
            [&result.sensitivity, &result.specificity, &result.accuracy].map(|one| percent(one.as_ref())),
        );
        row
    });
    text.numbers(&header, &rows.collect::<Vec<_>>());
}

fn percent(estimate: Option<&Estimate>) -> String {
    estimate.map_or("-".to_owned(), |estimate| format!("{:.1}", 100.0 * estimate.point))
}
