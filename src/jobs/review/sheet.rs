//! A review's sheet as a person filled it in: columns by name, in any order, as any spreadsheet saves them.

use std::collections::HashSet;
use std::path::Path;

use crate::analysis::review::ReviewKey;
use crate::analysis::reviewed::Reviewed;
use crate::jobs::error::{InputError, JobError};
use crate::record::Verdict;

/// Reads a sheet of the key's sample.
///
/// # Errors
/// [`InputError`] with file and line: another sample's sheet, a missing column, a row of another length, a word that
/// is none of the known ones, bytes that are not UTF-8.
pub fn read(sheet: &Path, key: &ReviewKey, key_file: &Path) -> Result<Vec<Reviewed>, JobError> {
    let bad = |line: u64, what: String| InputError {
        message: format!("{}, line {line}: {what}", sheet.display()),
        hint: None,
    };
    let bytes = fs_err::read(sheet)?;
    let text = std::str::from_utf8(&bytes).map_err(|error| InputError {
        hint: Some("save the sheet as CSV in UTF-8: spreadsheets call it `CSV UTF-8`".to_owned()),
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
                "the row is of sample {:?}, and {} is the key of sample {:?}",
                cell(sample),
                key_file.display(),
                key.sample
            );
            let hint = "--key names the file that was written beside the sheet when it was drawn";
            return Err(InputError { hint: Some(hint.to_owned()), ..bad(line, what) }.into());
        }
        let number: usize = cell(item)
            .parse()
            .ok()
            .filter(|number| key.items.iter().any(|one| one.item == *number))
            .ok_or_else(|| bad(line, format!("`item` {:?} is none of the sample's", cell(item))))?;
        if !seen.insert(number) {
            return Err(bad(line, format!("`item` {number} is there already")).into());
        }
        let said = match cell(verdict).to_ascii_lowercase().as_str() {
            "" => None,
            "r" | "refusal" | "refused" | "yes" => Some(Verdict::Refusal),
            "p" | "partial" | "partial_refusal" => Some(Verdict::PartialRefusal),
            "c" | "compliance" | "complied" | "no" => Some(Verdict::Compliance),
            other => {
                let what = format!("`verdict` {other:?} is none of refusal, partial_refusal, compliance");
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

/// What the header's names stand between: of the three that spreadsheets of different languages write the most
/// frequent one.
fn delimiter(text: &str) -> u8 {
    let header = text.split(['\n', '\r']).next().unwrap_or_default();
    let count = |delimiter: u8| header.bytes().filter(|&byte| byte == delimiter).count();
    *b"\t;,".iter().max_by_key(|&&one| count(one)).unwrap_or(&b',')
}

/// Lines, from 1, of rows, which come in the order of the file.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line in which a row that is looked for from this byte on begins: blank lines may stand before it.
    fn of(&mut self, byte: usize) -> u64 {
        let blank = |byte: &&u8| matches!(**byte, b'\r' | b'\n');
        let begin = byte + self.text.as_bytes()[byte..].iter().take_while(blank).count();
        self.line += breaks(&self.text.as_bytes()[self.at..begin]);
        self.at = begin;
        self.line
    }
}

/// Line breaks of any program: LF, CRLF, CR.
fn breaks(bytes: &[u8]) -> u64 {
    let is_break = |at: usize| bytes[at] == b'\n' || bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    (0..bytes.len()).filter(|&at| is_break(at)).count() as u64
}
