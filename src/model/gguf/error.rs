//! Errors of reading GGUF files.

/// Error of reading a GGUF file.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file is a pointer to the file.
    #[error("{}", crate::model::lfs::ADVICE)]
    LfsPointer,
    /// The file does not begin with the magic bytes.
    #[error("not a GGUF file: it begins with {found:?} instead of \"GGUF\"")]
    Magic {
        /// First bytes, as text.
        found: String,
    },
    /// The version is not 2 or 3.
    #[error("GGUF version {0} is not supported (2 and 3 are)")]
    Version(u32),
    /// The file ends too early.
    #[error("the file is truncated: {what} ends at byte {needed}, but the file ends at byte {length}")]
    Truncated {
        /// Name of the truncated part.
        what: String,
        /// Required end of the part.
        needed: u64,
        /// Length of the file.
        length: u64,
    },
    /// The header contradicts itself or the file.
    #[error("damaged GGUF header at byte {at}: {what}")]
    Damaged {
        /// Offset in the file.
        at: u64,
        /// Description of the damage.
        what: String,
    },
    /// The header is readable, but not that of a valid language model.
    #[error("invalid model: {what}")]
    Unsound {
        /// Name of the part, its value, and the expected value.
        what: String,
    },
}
