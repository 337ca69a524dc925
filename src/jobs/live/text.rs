//! The words of the live view.

use super::figures::Figures;
use crate::export::terminal::bar::bar;
use crate::export::terminal::width::{of, padded, shorten, shorten_middle};
use crate::export::values::counted;
use crate::model::disk::megabytes;
use crate::record::printable::printable;

/// Most columns of a name.
const NAME: usize = 28;

/// Most columns of a bar.
const BAR: usize = 24;

/// Returns one line: a name, a bar, and what is done and left, in this width.
pub fn headline(name: &str, share: f64, rest: &str, width: usize) -> String {
    let name = shorten_middle(&printable(name), NAME);
    let room = width.saturating_sub(of(&name) + of(rest) + 2).min(BAR);
    let bar = if room < 4 { String::new() } else { format!("{} ", padded(&bar(share, room), room)) };
    shorten(&format!("{name} {bar}{rest}"), width)
}

/// Returns what a run has done and what is left: `87/200  412 tokens/s  about 2 min left`.
pub fn progress(figures: &Figures) -> String {
    let speed = format!("{:.0} tokens/s", figures.speed());
    let failed = if figures.failed > 0 { format!("  {} failed", figures.failed) } else { String::new() };
    format!("{}/{}  {speed}  {}{failed}", figures.done, figures.total, left(figures.seconds_left))
}

/// Returns the decisions so far, and what was spent on them.
pub fn so_far(figures: &Figures, width: usize) -> Vec<String> {
    let [sure_refusals, refusals, sure_compliances, compliances] = figures.quadrants;
    let mut lines = Vec::new();
    if figures.done > 0 {
        let mut text = format!(
            "so far: {} refused, {refusals} uncertain; {} complied, {compliances} uncertain",
            sure_refusals + refusals,
            sure_compliances + compliances
        );
        if figures.undecided > 0 {
            text.push_str(&format!("; {} undecided", figures.undecided));
        }
        lines.push(text);
    }
    if figures.tokens > 0 {
        let mut text =
            format!("{} in {}", counted(figures.tokens, "token"), counted(figures.traces, "ended trace"));
        if let Some(saved) = figures.saved.filter(|&saved| saved > 0.0) {
            let budget = counted(figures.max_traces.into(), "trace");
            text.push_str(&format!(", {:.0} % saved of a budget of {budget} (not run)", 100.0 * saved));
        }
        lines.push(text);
    }
    lines.iter().map(|line| shorten(line, width)).collect()
}

/// Returns a line for a log.
pub fn logged(name: &str, figures: &Figures) -> String {
    let failed = if figures.failed > 0 { format!(", {} failed", figures.failed) } else { String::new() };
    format!(
        "{} {}/{} {}, {:.0} tokens/s, {}{failed}",
        printable(name),
        figures.done,
        figures.total,
        counted(figures.traces, "trace"),
        figures.speed(),
        left(figures.seconds_left)
    )
}

/// Returns the time left in words.
pub fn left(seconds: Option<f64>) -> String {
    seconds.map_or("time left unknown".to_owned(), |seconds| format!("about {} left", duration(seconds)))
}

/// Returns a duration in one or two units.
fn duration(seconds: f64) -> String {
    let whole = if seconds.is_nan() { 0.0 } else { seconds.clamp(0.0, 1e9) }.round() as u64;
    match whole {
        0..90 => format!("{whole} s"),
        90..5_400 => format!("{} min", (whole + 30) / 60),
        _ => format!("{} h {} min", whole / 3_600, whole % 3_600 / 60),
    }
}

/// Returns bytes done of a total, with their speed.
pub fn bytes(done: u64, total: u64, speed: f64) -> String {
    let of = if total > 0 { format!(" of {}", megabytes(total)) } else { String::new() };
    format!("{}{of}  {:.1} MB/s", megabytes(done), speed / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_few_digits() {
        let found = [0.0, 59.6, 90.0, 3_599.0, 5_400.0, 90_000.0].map(duration);
        assert_eq!(found, ["0 s", "60 s", "2 min", "60 min", "1 h 30 min", "25 h 0 min"]);
        assert_eq!(left(None), "time left unknown");
    }

    #[test]
    fn lines_fit_and_say_so_far() {
        let figures = Figures {
            total: 200,
            done: 87,
            failed: 1,
            undecided: 2,
            quadrants: [30, 10, 35, 9],
            traces: 320,
            tokens: 31_204,
            tokens_expected: 70_000.0,
            seconds: 75.0,
            seconds_left: Some(95.0),
            max_traces: 10,
            saved: Some(0.523),
        };
        assert_eq!(progress(&figures), "87/200  416 tokens/s  about 2 min left  1 failed");
        assert_eq!(
            so_far(&figures, 80),
            [
                "so far: 40 refused, 10 uncertain; 44 complied, 9 uncertain; 2 undecided",
                "31204 tokens in 320 ended traces, 52 % saved of a budget of 10 traces (not run)",
            ]
        );
        assert_eq!(
            logged("run", &figures),
            "run 87/200 320 traces, 416 tokens/s, about 2 min left, 1 failed"
        );
        let name = "好的\u{1b}[2J-a-very-long-name-of-a-cell-with-a-model";
        for width in [20, 40, 80] {
            let line = headline(name, figures.share(), &progress(&figures), width);
            assert!(of(&line) <= width && !line.contains('\u{1b}'), "{line}");
        }
        let line = headline("run", 0.5, "1/2", 80);
        assert_eq!(line, format!("run {}{} 1/2", "█".repeat(12), " ".repeat(12)));
    }
}
