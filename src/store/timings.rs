//! Clock readings (`timings.jsonl`), separate from the journal so that the other files can be byte-identical.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use serde::Serialize;

use super::StoreError;

/// One clock reading. Times are seconds since this process opened the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimingEntry {
    /// A trace ended.
    Trace {
        /// Id of the trace's instance.
        instance_id: String,
        /// Number of the trace.
        number: u32,
        /// Time of its first token.
        started: f64,
        /// Time of its end.
        finished: f64,
        /// Number of its tokens.
        tokens: u32,
    },
    /// An instance was decided.
    Decision {
        /// Id of the instance.
        instance_id: String,
        /// Time of the decision.
        at: f64,
    },
    /// The run, or this process's part of it, ended.
    End {
        /// Time of the end.
        at: f64,
        /// Tokens decoded, including those of cancelled traces.
        tokens_decoded: u64,
        /// Tokens of cancelled traces.
        tokens_cancelled: u64,
    },
}

/// An open file of clock readings.
#[derive(Debug)]
pub struct Timings {
    file: fs_err::File,
    begun: Instant,
}

impl Timings {
    /// Opens the file to append, and starts the clock.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = fs_err::OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file, begun: Instant::now() })
    }

    /// Returns the seconds since the file was opened, rounded to microseconds.
    #[must_use]
    pub fn now(&self) -> f64 {
        (self.begun.elapsed().as_secs_f64() * 1e6).round() / 1e6
    }

    /// Appends a reading.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub fn append(&mut self, reading: &TimingEntry) -> Result<(), StoreError> {
        let mut bytes = serde_json::to_vec(reading).map_err(std::io::Error::from)?;
        bytes.push(b'\n');
        Ok(self.file.write_all(&bytes)?)
    }
}
