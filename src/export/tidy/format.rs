//! The formats of a table.

use std::path::Path;
use std::str::FromStr;

use crate::record::names::find;

/// Format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values, UTF-8, with a header.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// A table in Markdown.
    Markdown,
    /// Parquet, compressed with Zstandard.
    Parquet,
    /// An Excel workbook.
    Xlsx,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 5] = [Self::Csv, Self::Parquet, Self::Jsonl, Self::Markdown, Self::Xlsx];

    /// Returns the name: the ending of a file of this format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Markdown => "md",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
        }
    }

    /// Returns the format of a file by its ending; `None` if it has none of a known format.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.name() == ending)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("format", text, Self::ALL.map(|format| (format.name(), format)))
    }
}
