//! Arguments of `report`.

use std::path::PathBuf;

use clap::Args;

use crate::jobs::report::ReportRequest;

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Run, compare or sweep folders; several runs are shown side by side.
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Judges whose verdicts count, added by `judge`; several form a panel [default: each run's own].
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// The page [default: report.html in the folder].
    #[arg(short, long, value_name = "FILE.html")]
    pub output: Option<PathBuf>,
}

impl ReportArgs {
    /// Returns the request.
    pub fn request(&self) -> ReportRequest {
        ReportRequest { runs: self.runs.clone(), judges: self.judge.clone(), output: self.output.clone() }
    }
}
