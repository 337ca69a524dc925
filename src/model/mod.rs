//! Models: sources, files, headers, quantization.

pub mod adapters;
pub mod demo;
pub mod digest;
pub mod disk;
pub mod error;
pub mod file;
pub mod gguf;
pub mod hub;
pub mod known;
pub mod level;
pub mod lfs;
pub mod parts;
pub mod quantize;
pub mod source;

pub use error::{ModelError, SplitError};
pub use file::ModelFile;
pub use hub::{DownloadListener, HubError, HubSettings};
pub use source::{DEFAULT_MODEL, ModelSource};
