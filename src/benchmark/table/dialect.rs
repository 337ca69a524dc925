//! Detects the delimiter of a CSV file from its first rows.

use csv::ReaderBuilder;

/// Possible delimiters. On a tie, the first one wins.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Maximum number of rows to examine.
const ROWS: usize = 50;

/// Delimiter of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Byte between two fields.
    pub delimiter: u8,
    /// Length in bytes of a first line that names the delimiter, as Excel writes it.
    pub skip: usize,
}

impl Dialect {
    /// Detects the dialect from a file's beginning. `is_cut` means that more bytes follow.
    pub fn of(beginning: &[u8], is_cut: bool) -> Self {
        if let Some(dialect) = named(beginning) {
            return dialect;
        }
        let scored = DELIMITERS.iter().filter_map(|one| Some((score(beginning, is_cut, *one)?, *one)));
        // On a tie, the first one wins.
        let best = scored.reduce(|best, other| if other.0 > best.0 { other } else { best });
        Self { delimiter: best.map_or(b',', |(_, delimiter)| delimiter), skip: 0 }
    }

    /// Returns the delimiter's name, for notes.
    pub fn words(self) -> &'static str {
        match self.delimiter {
            b'\t' => "tabs",
            b';' => "semicolons",
            b'|' => "bars",
            _ => "commas",
        }
    }
}

/// Parses a first line such as `sep=;`.
fn named(beginning: &[u8]) -> Option<Dialect> {
    let rest = beginning.strip_prefix(b"sep=")?;
    let delimiter = *rest.first().filter(|byte| DELIMITERS.contains(byte))?;
    let end = match rest.get(1..)? {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    Some(Dialect { delimiter, skip: b"sep=".len() + 1 + end })
}

/// Returns the rows per thousand with as many fields as the header, then the header's number of fields.
/// Returns `None` for a header with one field.
fn score(beginning: &[u8], is_cut: bool, delimiter: u8) -> Option<(usize, usize)> {
    let reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(beginning);
    let rows = reader.into_byte_records().take(ROWS).map_while(Result::ok);
    let mut counts: Vec<usize> = rows.map(|row| row.len()).collect();
    if is_cut && counts.len() > 1 && counts.len() < ROWS {
        counts.pop();
    }
    let header = counts.first().copied().filter(|fields| *fields > 1)?;
    let alike = counts.iter().filter(|fields| **fields == header).count();
    Some((alike * 1000 / counts.len(), header))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (char, usize) {
        let dialect = Dialect::of(text.as_bytes(), false);
        (dialect.delimiter.into(), dialect.skip)
    }

    #[test]
    fn delimiters_are_told() {
        assert_eq!(of("prompt,label\na; b; c,safe\n"), (',', 0));
        assert_eq!(of("prompt;label\na, b, c;safe\n"), (';', 0));
        assert_eq!(of("prompt\tlabel\na, b; c\tsafe\n"), ('\t', 0));
        assert_eq!(of("prompt|label\na, b|safe\n"), ('|', 0));
        // A header with both.
        assert_eq!(of("prompt, long;label\na;safe\nb;safe\n"), (';', 0));
        assert_eq!(of("\"a;b\",label\nc,safe\n"), (',', 0));
        assert_eq!(of("prompt\na; b, c\n"), (',', 0));
        assert_eq!(of(""), (',', 0));
        assert_eq!(of("sep=;\r\nprompt;label\n"), (';', 7));
        assert_eq!(of("sep=;;\na;b;c\n"), (';', 0));
    }
}
