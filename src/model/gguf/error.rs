//! What is wrong with a file that should be GGUF.

/// What is wrong with a file that should be GGUF.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It does not begin with the magic.
    #[error("not a GGUF file: it begins with {found:?} instead of \"GGUF\"")]
    Magic {
        /// The first bytes, as text.
        found: String,
    },
    /// A version that is not 2 or 3.
    #[error("GGUF version {0} is not supported (2 and 3 are)")]
    Version(u32),
    /// It ends where more should follow.
    #[error("the file is truncated: {what} ends at byte {needed} and the file at byte {length}")]
    Truncated {
        /// What should be there.
        what: String,
        /// Where it would end.
        needed: u64,
        /// Length of the file.
        length: u64,
    },
    /// The header contradicts itself.
    #[error("damaged GGUF header at byte {at}: {what}")]
    Damaged {
        /// Offset in the file.
        at: u64,
        /// What is wrong.
        what: String,
    },
    /// The header can be read, and no sound language model says what it says.
    #[error("unsound model: {what}")]
    Unsound {
        /// Which part it is, what it says, and what was expected.
        what: String,
    },
}
