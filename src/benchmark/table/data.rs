//! Bytes of a table: in a file, or in memory if they came from standard input.

use std::fmt;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::benchmark::error::BenchmarkError;
use crate::model::digest::{sha256_bytes, sha256_file};

/// Name of standard input in messages and manifests.
const STDIN: &str = "stdin";

/// A file, or bytes in memory.
#[derive(Clone, PartialEq, Eq)]
pub enum Data {
    /// A file. The end of its name determines the format.
    File(PathBuf),
    /// Contents of standard input. Their beginning determines the format.
    Stdin(Arc<[u8]>),
}

/// A readable and seekable source.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

impl Data {
    /// Returns the path for messages.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(file) => file,
            Self::Stdin(_) => Path::new(STDIN),
        }
    }

    /// Returns the name without folders.
    pub fn name(&self) -> String {
        self.path().file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Opens the bytes at the beginning.
    ///
    /// # Errors
    /// Fails if the file cannot be opened.
    pub fn open(&self) -> Result<Box<dyn ReadSeek>, BenchmarkError> {
        Ok(match self {
            Self::File(file) => Box::new(fs_err::File::open(file)?),
            Self::Stdin(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    /// Returns the sha256 of all bytes as stored, compressed or not.
    ///
    /// # Errors
    /// Fails if the file cannot be read.
    pub fn sha256(&self) -> Result<String, BenchmarkError> {
        Ok(match self {
            Self::File(file) => sha256_file(file)?,
            Self::Stdin(bytes) => sha256_bytes(bytes),
        })
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.path().fmt(out)
    }
}
