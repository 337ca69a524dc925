//! Arguments of `export`.

use std::path::PathBuf;

use clap::Args;

use crate::export::tidy::{Format, Rows};
use crate::jobs::export::ExportRequest;

#[derive(Debug, Args)]
pub struct ExportArgs {
    /// Run folders; compare and sweep folders stand for their runs
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    /// File to write, by its ending .csv, .parquet, .jsonl, .md or .xlsx; `-` is stdout
    #[arg(short, long, value_name = "FILE", required = true)]
    pub output: PathBuf,
    /// What a row is about: instance, trace or token
    #[arg(long, default_value = "instance", value_name = "ROWS")]
    pub rows: Rows,
    /// csv, parquet, jsonl, md or xlsx [default: by the file's ending]
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Judges whose verdicts count, added by `judge`; several form a panel [default: the runs' own]
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// csv: put an apostrophe before texts that a spreadsheet would read as formulas
    #[arg(long)]
    pub spreadsheet_safe: bool,
}

impl ExportArgs {
    /// Returns the request.
    pub fn request(&self) -> ExportRequest {
        ExportRequest {
            runs: self.runs.clone(),
            rows: self.rows,
            format: self.format,
            judges: self.judge.clone(),
            spreadsheet_safe: self.spreadsheet_safe,
        }
    }
}
