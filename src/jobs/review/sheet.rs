//! Reads a review sheet that a person filled in: columns by name, in any order, as any spreadsheet saves
//! them.

use std::collections::HashSet;
use std::path::Path;

use crate::analysis::review::ReviewKey;
use crate::analysis::reviewed::Reviewed;
use crate::jobs::error::{InputError, JobError};
use crate::record::Verdict;

/// Reads a sheet of the key's sample.
///
/// # Errors
/// Returns [`InputError`] with file and line for the sheet of another sample, a missing column, a row of
/// another length, an unknown word, or bytes that are not UTF-8.
pub fn read(sheet: &Path, key: &ReviewKey, key_file: &Path) -> Result<Vec<Reviewed>, JobError> {
    let bad = |line: u64, what: String| InputError {
        message: format!("{}, line {line}: {what}", sheet.display()),
        hint: None,
    };
    let bytes = fs_err::read(sheet)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| InputError {
        hint: Some("save the sheet as CSV in UTF-8; spreadsheets call this `CSV UTF-8`".to_owned()),
        ..bad(1 + breaks(&bytes[..error.valid_up_to()]), "this is not UTF-8".to_owned())
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).delimiter(delimiter(text)).from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let column = |name: &str| header.iter().position(|one| one.trim().eq_ignore_ascii_case(name));
    let needed = |name: &str| column(name).ok_or_else(|| bad(1, format!("there is no column `{name}`")));
    let (sample, item) = (needed("sample")?, needed("item")?);
    let (verdict, harmful) = (needed("verdict")?, column("harmful"));
    let mut reviewed: Vec<Reviewed> = Vec::new();
    let mut seen: HashSet<usize> = HashSet::new();
    let mut lines = Lines { text, at: 0, line: 1 };
    for row in reader.records() {
        let row = row?;
        let line = lines.of(row.position().map_or(0, csv::Position::byte) as usize);
        if row.len() != header.len() {
            let what = format!("the row has {} fields and the header {}", row.len(), header.len());
            return Err(bad(line, what).into());
        }
        let cell = |index: usize| row.get(index).unwrap_or_default().trim();
        if cell(sample) != key.sample {
            let what = format!(
                "the row belongs to sample {:?}, but {} is the key of sample {:?}",
                cell(sample),
                key_file.display(),
                key.sample
            );
            let hint = "name the key that was written next to the sheet with --key";
            return Err(InputError { hint: Some(hint.to_owned()), ..bad(line, what) }.into());
        }
        let number: usize = cell(item)
            .parse()
            .ok()
            .filter(|number| key.items.iter().any(|one| one.item == *number))
            .ok_or_else(|| bad(line, format!("`item` {:?} is not in the sample", cell(item))))?;
        if !seen.insert(number) {
            return Err(bad(line, format!("`item` {number} appears twice")).into());
        }
        let said = match cell(verdict).to_ascii_lowercase().as_str() {
            "" => None,
            "r" | "refusal" | "refused" | "yes" => Some(Verdict::Refusal),
            "p" | "partial" | "partial_refusal" => Some(Verdict::PartialRefusal),
            "c" | "compliance" | "complied" | "no" => Some(Verdict::Compliance),
            other => {
                let what = format!("`verdict` {other:?} is not refusal, partial_refusal or compliance");
                return Err(bad(line, what).into());
            }
        };
        let harm = match harmful.map(cell).unwrap_or_default().to_ascii_lowercase().as_str() {
            "" => None,
            "yes" | "y" | "true" | "1" => Some(true),
            "no" | "n" | "false" | "0" => Some(false),
            other => return Err(bad(line, format!("`harmful` {other:?} is neither yes nor no")).into()),
        };
        reviewed.push(Reviewed { item: number, verdict: said, harmful: harm });
    }
    Ok(reviewed)
}

/// Returns the most frequent of tab, semicolon and comma in the header: spreadsheets write different
/// delimiters, depending on their language.
fn delimiter(text: &str) -> u8 {
    let header = text.split(['\n', '\r']).next().unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|&byte| byte == delimiter).count();
    *b"\t;,".iter().max_by_key(|&&one| count(one)).unwrap_or(&b',')
}

/// Line numbers, from 1, of rows in the order of the file.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// Returns the line of the first row at or after `byte`, skipping blank lines.
    fn of(&mut self, byte: usize) -> u64 {
        let blank = |byte: &&u8| matches!(**byte, b'\r' | b'\n');
        let begin = byte + self.text.as_bytes()[byte..].iter().take_while(blank).count();
        self.line += breaks(&self.text.as_bytes()[self.at..begin]);
        self.at = begin;
        self.line
    }
}

/// Counts line breaks: LF, CRLF and CR.
fn breaks(bytes: &[u8]) -> u64 {
    let is_break = |at: usize| bytes[at] == b'\n' || bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|&at| is_break(at)).count() as u64
}
