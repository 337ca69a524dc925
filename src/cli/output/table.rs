//! Plain text tables.

use super::printer::printable;

/// Renders a table. The first column is left-aligned; the others, numbers, are right-aligned.
pub fn render(header: &[&str], rows: &[Vec<String>]) -> String {
    aligned(header, rows, false)
}

/// Renders a table with all columns left-aligned.
pub fn render_words(header: &[&str], rows: &[Vec<String>]) -> String {
    aligned(header, rows, true)
}

fn aligned(header: &[&str], rows: &[Vec<String>], all_left: bool) -> String {
    // Names of files and columns are untrusted.
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| printable(cell)).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([header[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let mut text = String::new();
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width - cell.chars().count());
            match column {
                0 => text.push_str(&format!("{cell}{padding}")),
                _ if all_left => text.push_str(&format!("  {cell}{padding}")),
                _ => text.push_str(&format!("  {padding}{cell}")),
            }
        }
        format!("{}\n", text.trim_end())
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut text = line(header.to_vec());
    text.push_str(&line(rule.iter().map(String::as_str).collect()));
    for row in &rows {
        text.push_str(&line(row.iter().map(String::as_str).collect()));
    }
    text
}
