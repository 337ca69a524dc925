//! Which format and which packing a table has: a file's name tells, and of standard input its first bytes.

use std::path::Path;

use super::data::Data;

/// The extensions that can be read; those of text with one of [`COMPRESSIONS`] behind them too.
pub const EXTENSIONS: [&str; 8] = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "xlsx"];

/// The compressions that are unpacked, as names end.
pub const COMPRESSIONS: [&str; 2] = ["gz", "zst"];

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rows of fields with commas, tabs or semicolons between them.
    Csv,
    /// Objects, a line each or in a list.
    Json,
    /// A prompt a line.
    Lines,
    /// Parquet.
    Parquet,
    /// A workbook of Excel's.
    Xlsx,
}

/// How its bytes are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstandard,
}

impl Format {
    /// Of an extension.
    pub fn of(extension: &str) -> Option<Self> {
        Some(match extension {
            "csv" | "tsv" => Self::Csv,
            "txt" => Self::Lines,
            "jsonl" | "ndjson" | "json" => Self::Json,
            "parquet" => Self::Parquet,
            "xlsx" => Self::Xlsx,
            _ => return None,
        })
    }

    /// Whether it is packed within, so that a packed file of it is a mistake.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Parquet | Self::Xlsx)
    }

    /// As messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Lines => "text",
            Self::Parquet => "Parquet",
            Self::Xlsx => "XLSX",
        }
    }
}

impl Packing {
    /// Of a file by its name, of standard input by its first bytes.
    pub fn of(data: &Data) -> Self {
        match data {
            Data::File(file) => by_name(file),
            Data::Stdin(bytes) if bytes.starts_with(&[0x1f, 0x8b]) => Self::Gzip,
            Data::Stdin(bytes) if bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => Self::Zstandard,
            Data::Stdin(_) => Self::None,
        }
    }
}

fn by_name(file: &Path) -> Packing {
    let end = file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    match end.as_str() {
        "gz" => Packing::Gzip,
        "zst" => Packing::Zstandard,
        _ => Packing::None,
    }
}

/// A name's stem, and the extension of what is in the file, in lower case, without a compression's.
pub fn stem_and_extension(file: &Path) -> (String, String) {
    let plain = if is_packed(file) { file.with_extension("") } else { file.to_owned() };
    let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    (text(plain.file_stem()), text(plain.extension()).to_ascii_lowercase())
}

/// Whether a name tells a packed file.
pub fn is_packed(file: &Path) -> bool {
    by_name(file) != Packing::None
}

/// Whether a name's end tells a file with columns that can be read.
pub fn is_table(file: &Path) -> bool {
    let (_, extension) = stem_and_extension(file);
    let is_one = |format: Format| format != Format::Lines && !(format.is_binary() && is_packed(file));
    Format::of(&extension).is_some_and(is_one)
}
