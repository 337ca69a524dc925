//! Values and tensors of a header.

/// A value of the header. Arrays are kept by their length, but for arrays of strings that are asked for.
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
    /// An array, by its number of elements.
    Array(u64),
}

/// One tensor of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Elements per dimension, row length first.
    pub shape: Vec<u64>,
    /// ggml's number of its type.
    pub kind: u32,
    /// Bytes.
    pub bytes: u64,
}

impl Tensor {
    /// Number of elements.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }
}

/// The metadata's list of tokens.
pub const TOKENS_KEY: &str = "tokenizer.ggml.tokens";
