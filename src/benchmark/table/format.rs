//! Detects format and compression: from a file's name, or from the first bytes of standard input.

use std::path::Path;

use super::data::Data;

/// Supported extensions. Those of text formats may be followed by one of [`COMPRESSIONS`].
pub const EXTENSIONS: [&str; 8] = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "xlsx"];

/// Supported extensions of compressed files.
pub const COMPRESSIONS: [&str; 2] = ["gz", "zst"];

/// Format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Rows of fields, separated by commas, tabs, semicolons or bars.
    Csv,
    /// Objects, one per line or in a list.
    Json,
    /// Plain text with one prompt per line.
    Lines,
    /// Parquet.
    Parquet,
    /// An Excel workbook.
    Xlsx,
}

/// Compression of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// No compression.
    None,
    /// gzip.
    Gzip,
    /// Zstandard.
    Zstandard,
}

impl Format {
    /// Returns the format of an extension.
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

    /// Returns whether the format is binary and compressed itself. Compressing such a file again is a
    /// mistake.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Parquet | Self::Xlsx)
    }

    /// Returns the name for messages.
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
    /// Detects the compression of a file by its name, of standard input by its first bytes.
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

/// Returns a file name's stem and lower-case extension, without an extension for compression.
pub fn stem_and_extension(file: &Path) -> (String, String) {
    let plain = if is_packed(file) { file.with_extension("") } else { file.to_owned() };
    let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    (text(plain.file_stem()), text(plain.extension()).to_ascii_lowercase())
}

/// Returns whether the name is that of a compressed file.
pub fn is_packed(file: &Path) -> bool {
    by_name(file) != Packing::None
}

/// Returns whether the name is that of a supported file with columns.
pub fn is_table(file: &Path) -> bool {
    let (_, extension) = stem_and_extension(file);
    let is_one = |format: Format| format != Format::Lines && !(format.is_binary() && is_packed(file));
    Format::of(&extension).is_some_and(is_one)
}
