//! `timings.jsonl`: clock readings, apart from the journal, so that the rest can be byte-identical.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use serde::Serialize;

use super::StoreError;

/// One reading; seconds since this process began the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimingEntry {
    /// A trace ran to its end.
    Trace {
        /// Its instance.
        instance_id: String,
        /// Its number.
        number: u32,
        /// When it got its first token.
        started: f64,
        /// When it ended.
        finished: f64,
        /// Its tokens.
        tokens: u32,
    },
    /// An instance was decided.
    Decision {
        /// The instance.
        instance_id: String,
        /// When.
        at: f64,
    },
    /// The run, or this process's part of it, ended.
    End {
        /// When.
        at: f64,
        /// Tokens decoded, cancelled traces included.
        tokens_decoded: u64,
        /// Of these, tokens of cancelled traces.
        tokens_cancelled: u64,
    },
}

/// An open file of readings.
#[derive(Debug)]
pub struct Timings {
    file: fs_err::File,
    begun: Instant,
}

impl Timings {
    /// Opens the file to append; the clock starts now.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let file = fs_err::OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file, begun: Instant::now() })
    }

    /// Seconds since the file was opened, in steps of a microsecond.
    #[must_use]
    pub fn now(&self) -> f64 {
        (self.begun.elapsed().as_secs_f64() * 1e6).round() / 1e6
    }

    /// Appends a reading.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn append(&mut self, reading: &TimingEntry) -> Result<(), StoreError> {
        let mut bytes = serde_json::to_vec(reading).map_err(std::io::Error::from)?;
        bytes.push(b'\n');
        Ok(self.file.write_all(&bytes)?)
    }
}
