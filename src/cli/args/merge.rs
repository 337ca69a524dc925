//! Arguments of `merge`.

use std::path::PathBuf;

use clap::Args;

use crate::jobs::merge::MergeRequest;

#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Run folders of all shards, in any order.
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Folder of the merged run.
    #[arg(short, long, value_name = "DIR")]
    pub output: PathBuf,
    /// Replace the folder's contents.
    #[arg(long)]
    pub overwrite: bool,
    /// Write no report.html.
    #[arg(long)]
    pub no_report: bool,
}

impl MergeArgs {
    /// Returns the request.
    pub fn request(&self) -> MergeRequest {
        MergeRequest { shards: self.runs.clone(), output: self.output.clone(), overwrite: self.overwrite }
    }
}
