//! Arranges the cells of a table so that it fits a width.
//!
//! In this order, until it fits: columns that are equal in all rows are said once, names of columns take
//! several lines, what all names of rows share is said once, a table of few rows is turned, columns go into a
//! second table below, brackets (intervals) are left out, and names of rows are shortened.

use super::width;

/// Blanks between two columns.
const GAP: usize = 2;

/// Largest number of rows of a table that is turned.
const FEW_ROWS: usize = 4;

/// Signs at which a shared beginning or end of names is cut.
const SEPARATORS: [char; 5] = ['.', '-', '_', '/', ' '];

/// A table that fits.
pub struct Block {
    /// Names of the columns; a name may have several lines.
    pub header: Vec<String>,
    /// Cells of the rows.
    pub rows: Vec<Vec<String>>,
}

/// Tables one below the other, and what they leave out.
pub struct Arranged {
    /// Tables.
    pub blocks: Vec<Block>,
    /// Sentences for below the tables.
    pub notes: Vec<String>,
}

/// Arranges a table for a width.
pub fn arranged(header: &[String], rows: &[Vec<String>], width: usize) -> Arranged {
    let mut table = Block { header: header.to_vec(), rows: rows.to_vec() };
    let mut notes = Vec::new();
    if table.header.is_empty() || table.width() <= width {
        return Arranged { blocks: vec![table], notes };
    }
    notes.extend(table.without_equal_columns());
    if table.narrow_width() > width {
        notes.extend(table.with_short_names());
    }
    if table.narrow_width() > width
        && table.rows.len() <= FEW_ROWS
        && table.header.len() > table.rows.len() + 1
    {
        let turned = table.turned();
        if turned.narrow_width() <= width {
            table = turned;
        }
    }
    if table.blocks(width).len() > 2 && table.without_brackets() {
        notes.push("shown without intervals, which the files have".to_owned());
    }
    let blocks = table.blocks(width);
    Arranged { blocks: blocks.into_iter().map(|block| block.fitted(width)).collect(), notes }
}

impl Block {
    fn columns(&self) -> usize {
        self.header.len()
    }

    /// Returns the widest cell of a column.
    fn widest(&self, column: usize) -> usize {
        self.rows.iter().filter_map(|row| row.get(column)).map(|cell| width::of(cell)).max().unwrap_or(0)
    }

    /// Returns the width with names of columns in one line.
    fn width(&self) -> usize {
        self.total(|column| self.widest(column).max(width::of(&self.header[column])))
    }

    /// Returns the width of a column whose name takes a line for each word.
    fn narrow(&self, column: usize) -> usize {
        let words = self.header[column].split(' ').map(width::of);
        words.chain([self.widest(column)]).max().unwrap_or(0)
    }

    fn narrow_width(&self) -> usize {
        self.total(|column| self.narrow(column))
    }

    fn total(&self, of: impl Fn(usize) -> usize) -> usize {
        (0..self.columns()).map(of).sum::<usize>() + GAP * self.columns().saturating_sub(1)
    }

    fn keep(&mut self, kept: &[usize]) {
        for row in std::iter::once(&mut self.header).chain(&mut self.rows) {
            *row = kept.iter().filter_map(|&column| row.get(column).cloned()).collect();
        }
    }

    /// Removes the columns that are equal in all of several rows, and says them.
    fn without_equal_columns(&mut self) -> Option<String> {
        let first = self.rows.first().filter(|_| self.rows.len() > 1)?.clone();
        let is_equal = |column: &usize| {
            *column > 0 && self.rows.iter().all(|row| row.get(*column) == first.get(*column))
        };
        let (equal, kept): (Vec<usize>, Vec<usize>) = (0..self.columns()).partition(is_equal);
        let said: Vec<String> = equal
            .iter()
            .map(|&column| match first.get(column).map(String::as_str) {
                None | Some("" | "-") => format!("{} none", self.header[column]),
                Some(value) => format!("{} {value}", self.header[column]),
            })
            .collect();
        self.keep(&kept);
        (!said.is_empty()).then(|| format!("all: {}", said.join(", ")))
    }

    /// Cuts what all names of rows begin and end with, and says it.
    fn with_short_names(&mut self) -> Option<String> {
        let names: Vec<&str> = self.rows.iter().filter_map(|row| row.first()).map(String::as_str).collect();
        let (begin, end) = shared(&names).map(|(begin, end)| (begin.to_owned(), end.to_owned()))?;
        for name in self.rows.iter_mut().filter_map(|row| row.first_mut()) {
            *name = name[begin.len()..name.len() - end.len()].to_owned();
        }
        let said: Vec<String> =
            [&begin, &end].iter().filter(|part| !part.is_empty()).map(|part| format!("“{part}”")).collect();
        Some(format!("names without {}", said.join(" and ")))
    }

    /// Returns the table with a row for each column.
    fn turned(&self) -> Self {
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let line = |column: usize, name: &String| {
            [name.clone()].into_iter().chain(self.rows.iter().map(|row| cell(row, column))).collect()
        };
        let mut lines = self.header.iter().enumerate().map(|(column, name)| line(column, name));
        Self { header: lines.next().unwrap_or_default(), rows: lines.collect() }
    }

    /// Removes what is in brackets at the end of cells. Returns whether anything was.
    fn without_brackets(&mut self) -> bool {
        let mut changed = false;
        for cell in self.rows.iter_mut().flat_map(|row| row.iter_mut().skip(1)) {
            if let Some((before, _)) = cell.rsplit_once(" (").filter(|(_, rest)| rest.ends_with(')')) {
                *cell = before.to_owned();
                changed = true;
            }
        }
        changed
    }

    /// Divides the columns among tables of at most this width, each with the names of the rows. At least one
    /// column goes into each.
    fn blocks(&self, limit: usize) -> Vec<Self> {
        let mut parts: Vec<Vec<usize>> = vec![vec![0]];
        let mut used = self.narrow(0);
        for column in 1..self.columns() {
            let more = GAP + self.narrow(column);
            if used + more > limit && parts.last().is_some_and(|part| part.len() > 1) {
                parts.push(vec![0]);
                used = self.narrow(0);
            }
            used += more;
            if let Some(part) = parts.last_mut() {
                part.push(column);
            }
        }
        let block = |kept: &Vec<usize>| {
            let mut block = Self { header: self.header.clone(), rows: self.rows.clone() };
            block.keep(kept);
            block
        };
        parts.iter().map(block).collect()
    }

    /// Breaks names of columns, and if that is not enough shortens the widest texts.
    fn fitted(mut self, limit: usize) -> Self {
        if self.width() > limit {
            let widths: Vec<usize> = (0..self.columns()).map(|column| self.narrow(column)).collect();
            for (name, width) in self.header.iter_mut().zip(widths) {
                *name = width::wrap(name, width.max(1), 0).join("\n");
            }
        }
        let lines = |text: &str| text.split('\n').map(width::of).max().unwrap_or(0);
        for _ in 0..self.columns() {
            let wide = |column: usize| self.widest(column).max(lines(&self.header[column]));
            let total = self.total(wide);
            let widest = (0..self.columns()).max_by_key(|&column| wide(column)).unwrap_or(0);
            if total <= limit {
                break;
            }
            let room = wide(widest).saturating_sub(total - limit).max(3);
            for text in self.rows.iter_mut().filter_map(|row| row.get_mut(widest)) {
                *text = width::shorten_middle(text, room);
            }
            self.header[widest] = width::shorten(&self.header[widest].replace('\n', " "), room);
        }
        self
    }
}

/// Returns what all names begin with and end with, up to a separator, if something remains of each.
fn shared<'a>(names: &[&'a str]) -> Option<(&'a str, &'a str)> {
    let (first, rest) = names.split_first().filter(|(_, rest)| !rest.is_empty())?;
    let shared_by = |part: &dyn Fn(&str) -> bool| rest.iter().all(|name| part(name));
    let cuts = |text: &'a str| {
        let after = |at: usize, sign: char| at + sign.len_utf8();
        text.char_indices()
            .filter(|(_, sign)| SEPARATORS.contains(sign))
            .map(move |(at, sign)| (at, after(at, sign)))
    };
    let mut begins = cuts(first).map(|(_, after)| &first[..after]);
    let begin = begins.rfind(|part| shared_by(&|name| name.starts_with(part))).unwrap_or("");
    let left = |name: &'a str| &name[begin.len()..];
    let ends = cuts(left(first)).map(|(at, _)| &left(first)[at..]);
    let mut ends = ends.filter(|part| {
        part.len() < left(first).len()
            && rest.iter().all(|name| name.len() > begin.len() + part.len() && name.ends_with(part))
    });
    let end = ends.next().unwrap_or("");
    (!begin.is_empty() || !end.is_empty()).then_some((begin, end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::terminal::line::{Line, text};
    use crate::export::terminal::table::numbers;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|&cell| cell.to_owned()).collect()).collect()
    }

    fn widest(lines: &[Line]) -> usize {
        lines.iter().map(Line::width).max().unwrap_or(0)
    }

    #[test]
    fn a_table_that_fits_stays_as_it_is() {
        let lines = numbers(&["cell", "n"], &rows(&[&["a", "10"], &["long", "9"]]), 80);
        assert_eq!(text(&lines), "cell   n\n────────\na     10\nlong   9\n");
    }

    #[test]
    fn equal_columns_are_said_once() {
        let rows = rows(&[&["a", "lexicon", "-", "1"], &["b", "lexicon", "-", "2"]]);
        let header = ["cell", "judge", "harm", "n"];
        assert_eq!(numbers(&header, &rows, 80).len(), 4, "it fits with them");
        let lines = numbers(&header, &rows, 18);
        assert_eq!(text(&lines[..4]), "cell  n\n───────\na     1\nb     2\n");
        assert_eq!(text(&lines[4..]).replace("\n  ", " "), "all: judge lexicon, harm none\n");
    }

    #[test]
    fn names_of_columns_take_several_lines() {
        let lines = numbers(&["cell", "unsafe refused"], &rows(&[&["a", "1"], &["b", "2"]]), 13);
        assert_eq!(
            text(&lines),
            "       unsafe\ncell  refused\n─────────────\na           1\nb           2\n"
        );
    }

    #[test]
    fn what_names_share_is_said_once() {
        let names = ["synthetic.m-Q8_0.s1", "synthetic.m-Q4_0.s1", "synthetic.m-Q4_K_M.s1"];
        assert_eq!(shared(&names), Some(("synthetic.m-", ".s1")));
        assert_eq!(shared(&["a.b", "a.b"]), Some(("a.", "")), "something remains");
        assert_eq!(shared(&["one", "two"]), None);
        assert_eq!(shared(&["alone.s1"]), None);
        let rows: Vec<Vec<String>> =
            names.iter().zip(1..).map(|(name, n)| vec![name.to_string(), format!("12345{n}")]).collect();
        let lines = numbers(&["cell", "n"], &rows, 24);
        assert!(text(&lines).starts_with("cell         n\n"), "{}", text(&lines));
        assert!(text(&lines).replace("\n  ", " ").ends_with("names without “synthetic.m-” and “.s1”\n"));
    }

    #[test]
    fn few_rows_and_many_columns_are_turned() {
        let header: Vec<String> = (0..9).map(|number| format!("column{number}")).collect();
        let names: Vec<&str> = header.iter().map(String::as_str).collect();
        let row = |name: &str| -> Vec<String> {
            [name.to_owned()].into_iter().chain((1..9).map(|number| format!("{name}{number}"))).collect()
        };
        let lines = numbers(&names, &[row("a"), row("b")], 30);
        assert_eq!(lines[0].text(), "column0   a   b");
        assert_eq!(lines[2].text(), "column1  a1  b1");
        assert_eq!(lines.len(), 10);
    }

    #[test]
    fn what_does_not_fit_goes_below_and_intervals_go_last() {
        let header = ["cell", "one", "two", "three"];
        let row = |name: &str, n: u32| {
            let cell = |by: u32| format!("{}.0 ({}.0 to {}.0)", n + by, n, n + 9);
            vec![name.to_owned(), cell(1), cell(2), cell(3)]
        };
        let many: Vec<_> = (1..8).map(|n| row(&format!("cell{n}"), n)).collect();
        let two = numbers(&header, &many, 50);
        assert!(text(&two).contains("(1.0 to 10.0)") && widest(&two) <= 50, "{}", text(&two));
        assert_eq!(two.iter().filter(|line| line.text().starts_with("cell ")).count(), 2);
        let narrow = numbers(&header, &many, 32);
        assert!(!text(&narrow).contains(" to ") && widest(&narrow) <= 32, "{}", text(&narrow));
        assert!(text(&narrow).contains("without intervals"));
    }

    #[test]
    fn hostile_and_wide_cells_keep_the_width() {
        let cells = ["a\u{1b}[2J", "好的好的好的好的好的好的", "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧", &"x".repeat(500)];
        for width in [20, 40, 80] {
            for count in [1, 2, 5] {
                let table: Vec<Vec<String>> =
                    (0..count).map(|row| cells.iter().map(|cell| format!("{row}{cell}")).collect()).collect();
                let lines = numbers(&["name", "好", "three words here", "d"], &table, width);
                assert!(widest(&lines) <= width, "{width} {count}:\n{}", text(&lines));
                assert!(!text(&lines).contains('\u{1b}'));
            }
        }
    }
}
