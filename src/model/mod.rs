//! Models: sources, files, headers, quantization.

pub mod demo;
pub mod digest;
pub mod disk;
pub mod file;
pub mod gguf;
pub mod hub;
pub mod known;
pub mod level;
pub mod lfs;
pub mod quantize;
pub mod source;

pub use file::{ModelError, ModelFile};
pub use hub::{DownloadListener, HubError, HubSettings};
pub use source::{DEFAULT_MODEL, ModelSource};
