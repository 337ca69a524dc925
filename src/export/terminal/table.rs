//! Tables that fit the terminal. The files (CSV, JSON, Markdown) have every column; here what does not fit is
//! said once, shortened, turned, or put below.

use std::cmp::Ordering;

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, TableStyle, Width};

use super::line::{Line, Tone, wrapped};
use super::table_fit::{Block, arranged};
use super::width;
use crate::record::printable::printable;

/// A rule below the header and no other lines.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Renders a table in at most this width, unless a single cell is wider. The first column is left-aligned; the
/// others, numbers, are right-aligned.
#[must_use]
pub fn numbers(header: &[&str], rows: &[Vec<String>], width: usize) -> Vec<Line> {
    let arranged = arranged(&clean(header), &rows.iter().map(|row| clean(row)).collect::<Vec<_>>(), width);
    let mut lines = Vec::new();
    for (number, block) in arranged.blocks.iter().enumerate() {
        if number > 0 {
            lines.push(Line::new());
        }
        lines.extend(drawn(block, None));
    }
    lines.extend(arranged.notes.iter().flat_map(|note| wrapped(Tone::Quiet, note, width, 2)));
    lines
}

/// Renders a table with all columns left-aligned; texts that are too wide take several lines.
#[must_use]
pub fn words(header: &[&str], rows: &[Vec<String>], width: usize) -> Vec<Line> {
    let block = Block { header: clean(header), rows: rows.iter().map(|row| clean(row)).collect() };
    drawn(&block, Some(width))
}

/// Cleans cells: names of files and columns are untrusted.
fn clean(cells: &[impl AsRef<str>]) -> Vec<String> {
    cells.iter().map(|cell| printable(cell.as_ref())).collect()
}

/// Returns the widths below which columns would break words, and the first, whose names are copied, its cells; for
/// the first too only words where the cells leave no room. `None` where even that is too wide.
fn least_widths(block: &Block, width: usize) -> Option<Vec<usize>> {
    let cells = |column: usize| {
        let rows = block.rows.iter().filter_map(move |row| row.get(column));
        rows.chain(block.header.get(column))
    };
    let word = |text: &String| text.split_whitespace().map(width::of).max().unwrap_or(0);
    let mut least: Vec<usize> =
        (0..block.header.len()).map(|column| cells(column).map(word).max().unwrap_or(0)).collect();
    // A blank between columns, and one for a line that is not drawn.
    let fits = |least: &[usize]| least.iter().sum::<usize>() + 2 * least.len().saturating_sub(1) <= width;
    let names = cells(0).map(|cell| width::of(cell)).max().unwrap_or(0);
    let words = least.first().copied()?;
    least[0] = names;
    if !fits(&least) {
        least[0] = words;
    }
    if fits(&least) {
        return Some(least);
    }
    // Where words do not fit, the names do if they are short.
    (4 * names <= width).then(|| vec![names])
}

/// Draws a table, with cells of several lines if it is to fit a width.
fn drawn(block: &Block, fit: Option<usize>) -> Vec<Line> {
    let mut table = comfy_table::Table::new();
    table.load_style(STYLE).set_content_arrangement(match fit {
        Some(_) => ContentArrangement::Dynamic,
        None => ContentArrangement::Disabled,
    });
    if let Some(width) = fit {
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    let rows = |name: &String| name.matches('\n').count();
    let most = block.header.iter().map(rows).max().unwrap_or(0);
    // Short names stand next to the rule.
    table.set_header(block.header.iter().map(|name| format!("{}{name}", "\n".repeat(most - rows(name)))));
    table.add_rows(&block.rows);
    let last = block.header.len().saturating_sub(1);
    let least = fit.and_then(|width| least_widths(block, width));
    for (index, column) in table.column_iter_mut().enumerate() {
        // Next to the padding there is a column for a line that is not drawn.
        column.set_padding((0, u16::from(index != last)));
        let left = index == 0 || fit.is_some();
        column.set_cell_alignment(if left { CellAlignment::Left } else { CellAlignment::Right });
        if let Some(least) = least.as_ref().and_then(|least| least.get(index)) {
            let width = u16::try_from(*least).unwrap_or(u16::MAX).saturating_add(u16::from(index != last));
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    let rule = lines.iter().position(|line| line.starts_with('─')).unwrap_or(0);
    let tone = |index: usize| match index.cmp(&rule) {
        Ordering::Less => Tone::Strong,
        Ordering::Equal => Tone::Quiet,
        Ordering::Greater => Tone::Plain,
    };
    lines.iter().enumerate().map(|(index, line)| Line::new().with(tone(index), line)).collect()
}
