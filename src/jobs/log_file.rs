//! `log.txt` of a run folder: the run's events with their times.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::experiment::{Event, Listener};
use crate::record::BoxError;

/// A listener that appends to the log. A log that cannot be written does not stop a run.
pub struct LogFile {
    file: Option<File>,
}

impl LogFile {
    /// Opens the file to append to it.
    pub fn open(path: &Path) -> Self {
        Self { file: File::options().create(true).append(true).open(path).ok() }
    }

    /// Writes a line with the current time.
    pub fn line(&mut self, text: &str) {
        if let Some(file) = &mut self.file {
            let now = jiff::Timestamp::now().round(jiff::Unit::Second).unwrap_or_default();
            let _ = writeln!(file, "{now} {}", text.replace('\n', "\n    "));
        }
    }
}

impl Listener for LogFile {
    fn hear(&mut self, event: Event<'_>) -> Result<(), BoxError> {
        match event {
            Event::Planned(line) => self.line(line),
            Event::Decision(decision) => self.line(&format!(
                "{}: decided by {} traces ({})",
                decision.instance_id,
                decision.traces_used,
                decision.stop_reason.name()
            )),
            Event::Failure(failure) => {
                self.line(&format!("{} failed: {}", failure.instance_id, failure.error))
            }
            Event::Token | Event::Trace(_) | Event::TraceStarted { .. } => {}
        }
        Ok(())
    }
}
