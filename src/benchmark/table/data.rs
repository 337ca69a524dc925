//! Where a table's bytes are: in a file, or at hand, as they came on standard input.

use std::fmt;
use std::io::{Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::benchmark::error::BenchmarkError;
use crate::model::digest::{sha256_bytes, sha256_file};

/// What standard input is called in messages and manifests.
const STDIN: &str = "stdin";

/// A file, or bytes.
#[derive(Clone, PartialEq, Eq)]
pub enum Data {
    /// A file; the end of its name tells its format.
    File(PathBuf),
    /// What came on standard input; its beginning tells its format.
    Stdin(Arc<[u8]>),
}

/// What can be read and moved about in.
pub trait ReadSeek: Read + Seek {}

impl<T: Read + Seek> ReadSeek for T {}

impl Data {
    /// The file as messages name it.
    pub fn path(&self) -> &Path {
        match self {
            Self::File(file) => file,
            Self::Stdin(_) => Path::new(STDIN),
        }
    }

    /// The name without folders.
    pub fn name(&self) -> String {
        self.path().file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// From the first byte on.
    ///
    /// # Errors
    /// If the file cannot be opened.
    pub fn open(&self) -> Result<Box<dyn ReadSeek>, BenchmarkError> {
        Ok(match self {
            Self::File(file) => Box::new(fs_err::File::open(file)?),
            Self::Stdin(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }

    /// Of all bytes, as they are, packed or not.
    ///
    /// # Errors
    /// If the file cannot be read.
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
