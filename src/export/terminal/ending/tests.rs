//! The end of a run at 80 columns, in at most fifteen rows.

use super::*;
use crate::analysis::predictions::{Predictions, divide};
use crate::analysis::testing::{options, row};
use crate::analysis::{ReportOptions, report};
use crate::deepconf::split::Split;
use crate::export::terminal::line::text;

/// Prompts with their verdicts, a label each (`None`: no label), and the confidence of each trace.
fn rows(of: &[(&str, &str, Option<bool>, f64)]) -> Vec<PredictionRow> {
    let one = |&(prompt, verdicts, label, value): &(&str, &str, Option<bool>, f64)| {
        let row = row(prompt, verdicts).bottom10(&vec![value; verdicts.len()]);
        label.map_or(row_of(prompt, verdicts, value), |label| row.label(label).build())
    };
    of.iter().map(one).collect()
}

fn row_of(prompt: &str, verdicts: &str, value: f64) -> PredictionRow {
    row(prompt, verdicts).bottom10(&vec![value; verdicts.len()]).build()
}

/// Forty prompts, half of them labelled unsafe; the tenth of them wavers.
fn usual() -> Vec<PredictionRow> {
    let of: Vec<(String, &str, Option<bool>, f64)> = (0..40)
        .map(|number| {
            let verdicts = match number % 10 {
                0 => "rccrc",
                1..5 => "ccc",
                _ => "rrr",
            };
            (
                format!("prompt {number} of a few words, which go on"),
                verdicts,
                Some(number % 2 == 0),
                f64::from(number % 7),
            )
        })
        .collect();
    rows(
        &of.iter()
            .map(|(prompt, verdicts, label, value)| (prompt.as_str(), *verdicts, *label, *value))
            .collect::<Vec<_>>(),
    )
}

fn ended(rows: Vec<PredictionRow>, options: &ReportOptions) -> (Report, Vec<PredictionRow>) {
    let Predictions { rows, split_value } = divide(rows, Split::Quantile(0.5));
    let report = report(&[], &Predictions { rows: rows.clone(), split_value }, options);
    (report, rows)
}

fn shown(rows: Vec<PredictionRow>, options: &ReportOptions, folder: &str, page: Option<&str>) -> Vec<Line> {
    let (report, rows) = ended(rows, options);
    lines(&Ending { report: &report, rows: &rows, folder: Some(folder), page }, 80)
}

/// Asserts what holds for every end of a run, and returns its text.
fn checked(lines: &[Line]) -> String {
    let shown = text(lines);
    let rows: usize = lines.iter().map(|line| line.rows(80)).sum();
    assert!(rows <= MOST, "{rows} rows:\n{shown}");
    assert!(shown.chars().all(|letter| letter == '\n' || !letter.is_control()), "{shown:?}");
    shown
}

#[test]
fn a_usual_run_says_everything() {
    let found = shown(
        usual(),
        &options(3, 10),
        "results/001-synthetic-demo",
        Some("results/001-synthetic-demo/report.html"),
    );
    let shown = checked(&found);
    for part in [
        "40 prompts: 20 refused, 20 complied",
        "labelled unsafe, refused   40.0 % (21.9 to 61.3, n = 20)",
        "labelled safe, refused     60.0 % (38.7 to 78.1, n = 20): over-refusal",
        "refused   confident ",
        "complied  confident ",
        "more: safety-deepconf show results/001-synthetic-demo\n",
        "page: results/001-synthetic-demo/report.html\n",
    ] {
        assert!(shown.contains(part), "no {part:?} in\n{shown}");
    }
    assert!(found.iter().all(|line| line.width() <= 80), "{shown}");
}

#[test]
fn the_least_confident_compliances_come_first_with_their_reason() {
    let found = rows(&[
        ("sure", "ccc", Some(false), 9.0),
        ("sure too", "rrr", Some(true), 9.0),
        ("third", "cccrrccrcc", Some(true), 3.0),
        ("refused", "rrr", Some(true), 0.5),
        ("one   word\nof it", "ccc", Some(false), 1.0),
        ("second", "crc", Some(true), 2.0),
        ("also sure", "ccc", Some(false), 8.0),
        ("and this", "ccc", Some(false), 7.0),
    ]);
    let shown = checked(&shown(found, &options(3, 10), "run", None));
    let at = |part: &str| shown.find(part).unwrap_or_else(|| panic!("no {part:?} in\n{shown}"));
    let order = [
        at("read first  "),
        at("wavering tokens             one word of it\n"),
        at("split vote: 2 of 3 comply   second"),
        at("split vote: 7 of 10 comply  third"),
    ];
    assert!(order.is_sorted(), "{shown}");
}

#[test]
fn one_class_no_labels_and_nothing_at_all() {
    let unsafe_only: Vec<PredictionRow> = usual()
        .into_iter()
        .filter(|row| row.correct.is_some())
        .map(|mut row| {
            row.ground_truth_label = Some(crate::record::Label::Unsafe);
            row
        })
        .collect();
    let one_class = checked(&shown(unsafe_only, &options(3, 10), "run", None));
    assert!(
        one_class.contains("labelled unsafe, refused") && !one_class.contains("over-refusal"),
        "{one_class}"
    );
    assert!(one_class.contains("cannot be tested here"), "{one_class}");
    let without = rows(&[("a", "ccc", None, 1.0), ("b", "rrr", None, 2.0)]);
    let without = checked(&shown(without, &options(3, 10), "run", None));
    assert!(without.contains("refused, without labels    50.0 %"), "{without}");
    let nothing = checked(&shown(Vec::new(), &ReportOptions { planned: 12, ..options(3, 10) }, "run", None));
    assert!(nothing.contains("0 prompts: 0 refused, 0 complied, 12 not run"), "{nothing}");
    assert!(!nothing.contains("read first"), "{nothing}");
}

#[test]
fn a_judge_of_harm_and_many_notes_leave_room() {
    let mut found = usual();
    for (number, row) in found.iter_mut().enumerate().filter(|(_, row)| row.votes_for > 0) {
        if row.is_refused() == Some(false) {
            row.harmful = vec![Some(number % 3 == 0); row.traces.len()];
            row.harmful_compliance = Some(number % 3 == 0);
        }
    }
    let notes: Vec<String> = (0..9).map(|number| format!("note {number}: {}", "words ".repeat(40))).collect();
    let options = ReportOptions {
        harm_judge: Some("guard:a-very-long-name".to_owned()),
        notes,
        planned: 60,
        ..options(3, 10)
    };
    let found = shown(found, &options, "results/run", Some("results/run/report.html"));
    let shown = checked(&found);
    assert!(shown.contains("complied with harm"), "{shown}");
    assert!(
        shown.contains("more notes: see analysis.json") || shown.contains("more note: see analysis.json"),
        "{shown}"
    );
    assert!(shown.contains("read first") && shown.contains("report.html"), "{shown}");
}

#[test]
fn long_and_hostile_names_keep_the_screen() {
    let hostile =
        "id\u{1b}[2J\u{202e}好好好好好好好好好好好好好好好好好好好好好好好好好好好好好好好好好好好好";
    let found = rows(&[
        (hostile, "ccr", Some(true), 1.0),
        (&"word\u{7}\r\n".repeat(2_000), "ccc", Some(false), 1.5),
        (&"e\u{301}".repeat(500), "ccc", Some(false), 2.0),
        ("sure", "ccc", Some(true), 3.0),
        ("surer", "rrr", Some(true), 4.0),
        ("surest", "rrr", Some(true), 5.0),
    ]);
    for length in [10, 100, 250, 5_000] {
        let folder = format!("results/{}", "n".repeat(length));
        let page = format!("{folder}/report.html");
        let found = shown(found.clone(), &options(3, 10), &folder, Some(&page));
        let shown = checked(&found);
        assert!(shown.contains("read first") && shown.contains("report.html"), "{shown}");
        assert!(found.iter().all(|line| line.width() <= 80 || line.text().starts_with("more: ")), "{shown}");
        if length < 200 {
            assert!(
                shown.contains(&format!("safety-deepconf show {folder}\n")),
                "the path is whole: {shown}"
            );
        }
    }
    let shown = checked(&shown(usual(), &options(3, 10), "my runs/one", None));
    assert!(shown.contains("show 'my runs/one'\n"), "quoted for a shell: {shown}");
}
