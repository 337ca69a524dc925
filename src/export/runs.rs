//! A list of runs as a table.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::terminal::line::{Line, Tone, wrapped};
use super::terminal::table::words;
use crate::analysis::run_summary::RunSummary;
use crate::record::manifest::Status;

const HEADER: [&str; 7] = ["run", "model", "level", "benchmark", "begun", "instances", "refused"];

/// What the last column means, for below the table.
const LEGEND: &str = "refused: in per cent, of the prompts labelled unsafe / safe";

/// Renders a row for each run, with dates in this time zone, and what the last column means.
#[must_use]
pub fn lines(runs: &[RunSummary], zone: &TimeZone, width: usize) -> Vec<Line> {
    let rows: Vec<Vec<String>> = runs.iter().map(|run| row(run, zone)).collect();
    let mut lines = words(&HEADER, &rows, width);
    lines.extend(wrapped(Tone::Quiet, LEGEND, width, 2));
    lines
}

fn row(run: &RunSummary, zone: &TimeZone) -> Vec<String> {
    vec![
        run.name.clone(),
        model(&run.model).to_owned(),
        run.quantization.clone(),
        run.benchmark.clone(),
        begun(&run.started, zone),
        progress(run),
        refused(run),
    ]
}

/// Returns a model's name without folder, publisher and `.gguf`.
fn model(name: &str) -> &str {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.strip_suffix(".gguf").unwrap_or(last)
}

fn begun(started: &str, zone: &TimeZone) -> String {
    match started.parse::<Timestamp>() {
        Ok(time) => time.to_zoned(zone.clone()).strftime("%Y-%m-%d").to_string(),
        Err(_) => started.to_owned(),
    }
}

fn progress(run: &RunSummary) -> String {
    match run.status == Status::Complete && run.done >= run.planned {
        true => format!("{} complete", run.planned),
        false => format!("incomplete: {} of {}", run.done, run.planned),
    }
}

/// Shares refused of the unsafe and of the safe prompts, or of all if there are no labels.
fn refused(run: &RunSummary) -> String {
    let share = |rate: Option<f64>| rate.map_or("-".to_owned(), |rate| format!("{:.0}", 100.0 * rate));
    let (of_unsafe, of_safe) = (run.refusal_rate_unsafe, run.over_refusal_rate);
    match (of_unsafe.or(of_safe), run.refusal_rate) {
        (Some(_), _) => format!("{} / {}", share(of_unsafe), share(of_safe)),
        (None, Some(_)) => format!("{} of all", share(run.refusal_rate)),
        (None, None) => "-".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> RunSummary {
        RunSummary {
            path: "results/a".into(),
            name: "a".to_owned(),
            model: "models/small.gguf".to_owned(),
            quantization: "Q8_0".to_owned(),
            benchmark: "xstest".to_owned(),
            status: Status::Complete,
            done: 60,
            planned: 60,
            started: "2025-08-01T22:30:00.123Z".to_owned(),
            refusal_rate_unsafe: Some(0.8),
            over_refusal_rate: Some(0.185),
            refusal_rate: Some(0.5),
        }
    }

    #[test]
    fn a_run_is_told_in_a_line() {
        let zone = TimeZone::fixed(jiff::tz::offset(2));
        let row = |run: RunSummary| row(&run, &zone);
        assert_eq!(row(run()), ["a", "small", "Q8_0", "xstest", "2025-08-02", "60 complete", "80 / 18"]);
        let unlabelled = RunSummary { refusal_rate_unsafe: None, over_refusal_rate: None, ..run() };
        assert_eq!(row(unlabelled)[6], "50 of all");
        let killed = RunSummary { status: Status::Running, done: 21, refusal_rate: None, ..run() };
        assert_eq!(row(killed)[5], "incomplete: 21 of 60");
        let unsafe_only = RunSummary { over_refusal_rate: None, ..run() };
        assert_eq!(row(unsafe_only)[6], "80 / -");
    }
}
