//! Checks the header of a GGUF file before llama.cpp reads it, because a malformed one can abort the whole
//! process inside C++.

mod architectures;
mod error;
mod exact_types;
mod header;
mod kinds;
mod read;
mod reader;
pub mod sanity;
mod split;
mod value;
mod vocabulary;

pub use error::GgufError;
pub use header::Header;
pub use kinds::{block, file_type_name, holds_weights, is_f32, is_quantized, tensor_type_name};
pub use split::{JoinError, Split};
pub use value::{Tensor, Value};
