//! Where a model comes from and what its file says of itself.

pub mod demo;
pub mod digest;
pub mod file;
pub mod gguf;
pub mod source;

pub use file::{ModelError, ModelFile};
pub use source::ModelSource;
