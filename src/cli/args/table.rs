//! Arguments of `table`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

#[derive(Clone, Debug, Args)]
pub struct TableArgs {
    /// Run, compare or sweep folders; a row a run
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    /// text, md, csv or json [default: by the file's name, else text]
    ///
    /// csv and json have every field, text and md those that a level is chosen by.
    #[arg(long, value_enum, value_name = "FORMAT", hide_possible_values = true)]
    pub format: Option<TableFormat>,
    /// Whose verdicts count, as `judge` left them [default: the run's own].
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// File for the table [default: stdout]
    #[arg(short, long, value_name = "FILE", alias = "file")]
    pub output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    Text,
    Csv,
    Json,
    Md,
}

impl TableArgs {
    /// The format that was named, or that of the file's name.
    pub fn format(&self) -> TableFormat {
        let named = self.format.or(self.output_format());
        let extension = self.output.as_deref().and_then(Path::extension).and_then(|name| name.to_str());
        named.or_else(|| TableFormat::from_str(extension?, true).ok()).unwrap_or(TableFormat::Text)
    }

    /// The file to write.
    pub fn file(&self) -> Option<&PathBuf> {
        self.output.as_ref().filter(|_| self.output_format().is_none())
    }

    /// Earlier versions took the format with -o.
    fn output_format(&self) -> Option<TableFormat> {
        TableFormat::from_str(self.output.as_ref()?.to_str()?, false).ok()
    }
}
