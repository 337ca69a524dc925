//! Checks the header of a GGUF file before llama.cpp reads it, because a malformed one can abort the whole
//! process inside C++.

mod architectures;
mod error;
mod header;
mod kinds;
mod read;
mod reader;
mod sanity;
mod value;
mod vocabulary;

pub use error::GgufError;
pub use header::Header;
pub use kinds::{block, file_type_name, is_quantized, tensor_type_name};
pub use value::{Tensor, Value};
