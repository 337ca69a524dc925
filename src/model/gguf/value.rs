//! Values and tensors of a header.

/// A value of the header. Of an array, only the length is kept.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Any unsigned integer.
    Unsigned(u64),
    /// Any signed integer.
    Signed(i64),
    /// Any float.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// A string; bytes that are not UTF-8 are replaced.
    String(String),
    /// Number of elements of an array.
    Array(u64),
}

/// A tensor of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Name of the tensor.
    pub name: String,
    /// Elements per dimension, row length first.
    pub shape: Vec<u64>,
    /// ggml's number of the tensor type.
    pub kind: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// Position of the first byte in its file.
    pub begin: u64,
}

impl Tensor {
    /// Returns the number of elements.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }
}

/// Metadata key of the list of tokens.
pub const TOKENS_KEY: &str = "tokenizer.ggml.tokens";
