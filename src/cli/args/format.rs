//! `--format` and `--output` of commands that write a table.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

/// Format of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[value(alias = "table")]
    Text,
    Csv,
    Json,
    #[value(alias = "markdown")]
    Md,
}

#[derive(Clone, Debug, Args)]
pub struct TableOutput {
    /// text, csv, json or md [default: by the file's extension, else text]
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    format: Option<Format>,
    /// Output file [default: stdout]
    #[arg(short, long, value_name = "FILE", alias = "file")]
    output: Option<PathBuf>,
}

impl TableOutput {
    /// Returns the format that was named, or that of the file's extension.
    pub fn format(&self) -> Format {
        let extension = self.output.as_deref().and_then(Path::extension).and_then(|name| name.to_str());
        let by_extension = || Format::from_str(extension?, true).ok();
        self.format.or_else(|| self.old_format()).or_else(by_extension).unwrap_or(Format::Text)
    }

    /// Returns the file to write.
    pub fn file(&self) -> Option<&PathBuf> {
        self.output.as_ref().filter(|_| self.old_format().is_none())
    }

    /// Returns the format if -o names one instead of a file, as in earlier versions.
    fn old_format(&self) -> Option<Format> {
        Format::from_str(self.output.as_ref()?.to_str()?, false).ok()
    }
}
