//! The end of a run: what it found, what to doubt, what to read first, and where to look next.

use super::bar::bar;
use super::line::{Line, Tone};
use super::width;
use crate::analysis::Report;
use crate::export::values::{counted, percent};
use crate::record::prediction::PredictionRow;
use crate::record::printable::printable;
use crate::record::{Category, Uncertainty};
use crate::stats::estimate::Estimate;

/// Largest number of rows on the terminal.
pub const MOST: usize = 15;

/// Number of compliances to read first.
const FIRST: usize = 3;

/// What the end of a run shows.
#[derive(Clone, Copy)]
pub struct Ending<'a> {
    /// Report on the run.
    pub report: &'a Report,
    /// Decided instances of the run.
    pub rows: &'a [PredictionRow],
    /// Folder of the run; `None` if nothing was written.
    pub folder: Option<&'a str>,
    /// Page that shows the run in a browser, if there is one.
    pub page: Option<&'a str>,
}

/// Renders the end of a run in at most [`MOST`] rows of a terminal that is at least 80 columns wide.
#[must_use]
pub fn lines(ending: &Ending<'_>, width: usize) -> Vec<Line> {
    let report = ending.report;
    let mut first = read_first(ending.rows, width);
    let (rates, quadrants, next) = (rates(report), quadrants(report, width), next(ending, width));
    let rows = |lines: &[Line]| lines.iter().map(|line| line.rows(width)).sum::<usize>();
    let fixed = rows(&rates) + rows(&quadrants) + rows(&next);
    let left = |first: &[Line]| MOST.saturating_sub(fixed + first.len());
    while first.len() > 1 && left(&first) < 3 {
        first.pop();
    }
    let left = left(&first);
    let headline = width::wrap(&printable(&report.headline), width, 2);
    let notes = notes(&report.notes, left.saturating_sub(headline.len().min(2)).max(1), width);
    let headline = width::first_lines(headline, left.saturating_sub(notes.len()).max(1), width);
    let headline = headline.iter().map(|line| Line::new().with(Tone::Strong, line)).collect();
    let blocks: Vec<Vec<Line>> =
        [[rates, quadrants].concat(), [headline, notes].concat(), first, next].into_iter().collect();
    with_gaps(blocks, width)
}

/// Joins blocks, with empty lines between them as far as there is room.
fn with_gaps(blocks: Vec<Vec<Line>>, width: usize) -> Vec<Line> {
    let used: usize = blocks.iter().flatten().map(|line| line.rows(width)).sum();
    let mut room = MOST.saturating_sub(used);
    let mut lines: Vec<Line> = Vec::new();
    for block in blocks.into_iter().filter(|block| !block.is_empty()) {
        if room > 0 && !lines.is_empty() {
            lines.push(Line::new());
            room -= 1;
        }
        lines.extend(block);
    }
    lines
}

/// Returns the counts, and the rates of refusals by label.
fn rates(report: &Report) -> Vec<Line> {
    let overall = &report.overall;
    let count = |category| report.categories.count(category);
    let refused = count(Category::ConfidentRefusal) + count(Category::UncertainRefusal);
    let complied = count(Category::ConfidentCompliance) + count(Category::UncertainCompliance);
    let mut counts = format!(
        "{}: {refused} refused, {complied} complied",
        counted(overall.num_instances as u64, "prompt")
    );
    for (number, what) in
        [(overall.undecided, "undecided"), (overall.failed, "failed"), (overall.open, "not run")]
    {
        if number > 0 {
            counts.push_str(&format!(", {number} {what}"));
        }
    }
    let mut lines = vec![Line::new().with(Tone::Strong, &counts)];
    let mut put = |name: &str, rate: Option<&Estimate>, tone: Tone, after: &str| {
        if let Some(rate) = rate {
            let interval = format!(
                " ({:.1} to {:.1}, n = {}){after}",
                100.0 * rate.low + 0.0,
                100.0 * rate.high,
                rate.n
            );
            let line = Line::plain(&format!("{name:<26}")).with(tone, &format!("{:>7}", percent(Some(rate))));
            lines.push(line.with(Tone::Quiet, &interval));
        }
    };
    put("labelled unsafe, refused", overall.refusal_rate_unsafe.as_ref(), Tone::Refused, "");
    put("labelled safe, refused", overall.over_refusal_rate.as_ref(), Tone::Warning, ": over-refusal");
    if overall.refusal_rate_unsafe.is_none() && overall.over_refusal_rate.is_none() {
        put("refused, without labels", overall.refusal_rate.as_ref(), Tone::Refused, "");
    }
    put("complied with harm", overall.harmful_compliance_rate.as_ref(), Tone::Warning, "");
    lines
}

/// Returns the four quadrants, two on a line.
fn quadrants(report: &Report, width: usize) -> Vec<Line> {
    let counts = Category::ALL.map(|category| report.categories.count(category));
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let digits = most.to_string().len();
    // Of 80 columns, 36 are words and gaps.
    let room = (width.saturating_sub(36 + 2 * digits) / 2).clamp(4, 16);
    let of = |confident: usize, tone: Tone, name: &str| {
        let mut line = Line::plain(&format!("{name:<10}"));
        for (word, count, tone) in
            [("confident", counts[confident], tone), ("   uncertain", counts[confident + 1], tone)]
        {
            let bar = bar(count as f64 / most as f64, room);
            let rest = " ".repeat(room - width::of(&bar));
            line = line
                .with(Tone::Quiet, &format!("{word} "))
                .with(tone, &bar)
                .with(Tone::Plain, &format!("{rest} {count:>digits$}"));
        }
        line
    };
    vec![of(0, Tone::Refused, "refused"), of(2, Tone::Complied, "complied")]
}

/// Returns the first notes, one on a line, and how many more there are.
fn notes(notes: &[String], most: usize, width: usize) -> Vec<Line> {
    let shown = if notes.len() > most { most.saturating_sub(1) } else { notes.len() };
    let line = |text: &str| Line::new().with(Tone::Warning, &width::shorten(&printable(text), width));
    let mut lines: Vec<Line> = notes[..shown].iter().map(|note| line(&format!("note: {note}"))).collect();
    match notes.len() - shown {
        0 => {}
        1 if shown == 0 => lines.push(line(&format!("note: {}", notes[0]))),
        left => lines.push(line(&format!("and {}: see analysis.json", counted(left as u64, "more note")))),
    }
    lines
}

/// Returns the most uncertain compliances: id, reason, and the first words of the prompt.
fn read_first(rows: &[PredictionRow], width: usize) -> Vec<Line> {
    let mut uncertain: Vec<&PredictionRow> =
        rows.iter().filter(|row| row.confidence_category == Some(Category::UncertainCompliance)).collect();
    // The quadrant goes by confidence, so its order does too. Vote shares of 3 to 10 traces have few values
    // and would leave most of the order to chance; the reason next to the id says where votes were split.
    uncertain.sort_by(|one, other| one.confidence.unwrap_or(0.0).total_cmp(&other.confidence.unwrap_or(0.0)));
    let shown: Vec<[String; 3]> = uncertain.iter().take(FIRST).map(|row| described(row)).collect();
    let widest = |column: usize| shown.iter().map(|one| width::of(&one[column])).max().unwrap_or(0);
    let (ids, reasons) = (widest(0).min(width / 4), widest(1));
    let label = |number: usize| if number == 0 { "read first  " } else { "            " };
    let lines = shown.iter().enumerate().map(|(number, [id, why, words])| {
        let id = width::padded(&width::shorten_middle(id, ids), ids);
        let line = Line::new().with(Tone::Warning, label(number)).with(Tone::Strong, &id);
        let line = line.with(Tone::Quiet, &format!("  {}  ", width::padded(why, reasons)));
        let room = width.saturating_sub(line.width());
        line.with(Tone::Plain, &width::shorten(words, room))
    });
    lines.collect()
}

/// Returns the cleaned id of a compliance, why it is uncertain, and its prompt on one line.
fn described(row: &PredictionRow) -> [String; 3] {
    let why = match row.uncertain_because {
        Some(Uncertainty::SplitVote) => {
            format!("split vote: {} of {} comply", row.votes_for, row.votes_cast)
        }
        _ => "wavering tokens".to_owned(),
    };
    // No line shows more than this.
    let begin: String = row.prompt.chars().take(1_000).collect();
    let words = begin.split_whitespace().collect::<Vec<_>>().join(" ");
    [printable(&row.instance_id), why, printable(&words)]
}

/// Returns the command and the page that show more.
fn next(ending: &Ending<'_>, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    // A longer path cannot be shown whole without pushing results off the screen.
    let most = 3 * width;
    if let Some(folder) = ending.folder {
        let quoted = shlex::try_quote(folder).map_or_else(|_| folder.to_owned(), |text| text.into_owned());
        let command = printable(&format!("safety-deepconf show {quoted}"));
        lines.push(
            Line::new().with(Tone::Quiet, "more: ").with(Tone::Plain, &width::shorten_middle(&command, most)),
        );
    }
    if let Some(page) = ending.page {
        let is_long = width::of(page) + 8 > width;
        let page = if is_long && ending.folder.is_some() { "report.html in that folder" } else { page };
        let page = width::shorten_middle(&printable(page), most);
        lines.push(Line::new().with(Tone::Quiet, "page: ").with(Tone::Plain, &page));
    }
    lines
}

#[cfg(test)]
mod tests;
