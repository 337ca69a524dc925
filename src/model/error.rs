//! Errors of opening a model.

use std::path::PathBuf;

use super::gguf::{GgufError, JoinError};
use super::hub::HubError;

/// Error of opening a model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file does not exist.
    #[error("no such model file: {}", path.display())]
    Missing {
        /// Path as given.
        path: PathBuf,
    },
    /// The file is not a valid GGUF.
    #[error("{}: {source}", path.display())]
    Gguf {
        /// Path of the file.
        path: PathBuf,
        /// Error in the header.
        source: GgufError,
    },
    /// The file is a valid GGUF but not a language model.
    #[error("{}: {what}", path.display())]
    Unfit {
        /// Path of the file.
        path: PathBuf,
        /// Description of what is missing.
        what: String,
    },
    /// An adapter does not exist.
    #[error("no such adapter file: {}", path.display())]
    NoAdapter {
        /// Path as given.
        path: PathBuf,
    },
    /// An adapter does not fit the model.
    #[error("{}: {what}", path.display())]
    Adapter {
        /// Path of the adapter.
        path: PathBuf,
        /// What does not fit.
        what: String,
    },
    /// The parts of a model in several files do not make one model.
    #[error(transparent)]
    Split(#[from] SplitError),
    /// The model cannot be fetched.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The file cannot be read or unpacked.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Error of a model in several files.
#[derive(Debug, thiserror::Error)]
pub enum SplitError {
    /// Parts are not in the folder.
    #[error("{} of {count} parts of the model are missing next to {}: {}", missing.len(), path.display(), some(missing))]
    Missing {
        /// Path of the part that was named.
        path: PathBuf,
        /// Number of parts that the model has.
        count: u64,
        /// Names of the missing files.
        missing: Vec<String>,
    },
    /// The name does not say which part the file is, or says another one.
    #[error("{} is part {number} of {count} by its keys split.no and split.count, so its name must end in {ending}", path.display())]
    Renamed {
        /// Path of the part.
        path: PathBuf,
        /// Number of the part, from 1.
        number: u64,
        /// Number of parts.
        count: u64,
        /// Expected end of its name.
        ending: String,
    },
    /// A key of a part is missing, or differs from what the other parts say.
    #[error("{}: {key} is {found}, expected {expected}: the file is not part {number} of this model", path.display())]
    Key {
        /// Path of the part.
        path: PathBuf,
        /// Number that its name gives it, from 1.
        number: u64,
        /// Key of the header.
        key: &'static str,
        /// Value of the key, or `missing`.
        found: String,
        /// Expected value.
        expected: u64,
    },
    /// Every part is valid, but all together are not one model.
    #[error("{} and the parts next to it are not one model: {source}", path.display())]
    Join {
        /// Path of the first part.
        path: PathBuf,
        /// What does not fit.
        source: JoinError,
    },
}

/// Lists the first names.
fn some(names: &[String]) -> String {
    const MOST: usize = 3;
    let more = if names.len() > MOST { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(MOST)].join(", "))
}
