//! Lists cached and known models, and whether they fit this machine's memory. Makes no network request.
//!
//! ```no_run
//! for file in safety_deepconf::jobs::models::models()?.cached {
//!     println!("{}: {} bytes", file.name(), file.size);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::path::PathBuf;

use serde_json::{Value, json};

use super::error::JobError;
use crate::engine::llama::shape::ModelShape;
use crate::model::gguf::Header;
use crate::model::hub::folder::{self, CachedFile};
use crate::model::{HubSettings, ModelError, known, level};
use crate::record::engine::CacheType;
use crate::system::host;

/// Sequences that a small run holds at once.
pub const SEQUENCES: u64 = 9;
/// Tokens of each sequence of a small run.
pub const TOKENS: u64 = 512;

/// Approximate bytes of llama.cpp's buffers, besides weights and KV cache.
const BUFFERS: u64 = 300_000_000;

/// The models on this machine and those known by name.
pub struct Models {
    /// Cache folder.
    pub cache: PathBuf,
    /// Free memory in bytes, if known.
    pub free_memory: Option<u64>,
    /// Files in the cache.
    pub cached: Vec<ListedFile>,
    /// Files that this program knows by name, cached or not.
    pub known: Vec<ListedFile>,
}

/// Lists cached and known models. Sizes of known models come from the embedded list.
///
/// # Errors
/// Fails if the cache folder cannot be determined.
pub fn models() -> Result<Models, JobError> {
    let cache = HubSettings::from_env(true).map_err(ModelError::from)?.cache;
    Ok(Models {
        free_memory: host::free_memory(),
        cached: folder::list(&cache).iter().map(ListedFile::cached).collect(),
        known: known::models().repositories.iter().flat_map(ListedFile::known).collect(),
        cache,
    })
}

/// A listed model file.
pub struct ListedFile {
    /// Hub repository.
    pub repository: String,
    /// File name in the repository.
    pub file: String,
    /// Quantization level, if the file name has one.
    pub level: Option<String>,
    /// Size in bytes.
    pub size: u64,
    /// Whether the size is exact.
    pub exact: bool,
    /// Bytes of KV cache per token; 0 if the file cannot be read.
    pub kv_bytes_per_token: u64,
    /// Commit and path, if cached.
    pub place: Option<(String, String)>,
}

impl ListedFile {
    fn cached(file: &CachedFile) -> Self {
        // An invalid file is listed too: `info` reports what is wrong with it.
        let shape = Header::read(&file.path).map(|header| ModelShape::of(&header));
        Self {
            repository: file.repository.clone(),
            level: level::of_file(&file.file),
            file: file.file.clone(),
            size: file.size,
            exact: true,
            kv_bytes_per_token: shape
                .map_or(0, |shape| shape.kv_bytes_per_token(CacheType::F16, CacheType::F16)),
            place: Some((file.revision.clone(), file.path.display().to_string())),
        }
    }

    fn known(repository: &known::KnownRepository) -> impl Iterator<Item = Self> + '_ {
        repository.files.iter().map(|file| Self {
            repository: repository.name.clone(),
            file: file.file.clone(),
            level: level::of_file(&file.file),
            size: file.size,
            exact: file.exact,
            kv_bytes_per_token: repository.kv_bytes_per_token,
            place: None,
        })
    }

    /// Returns the bytes of memory that a small run needs.
    #[must_use]
    pub fn needs(&self) -> u64 {
        let kv = self.kv_bytes_per_token.saturating_mul(SEQUENCES * TOKENS);
        self.size.saturating_add(kv).saturating_add(BUFFERS)
    }

    /// Returns whether a small run fits in `free` bytes of memory; `None` if `free` is.
    #[must_use]
    pub fn fits(&self, free: Option<u64>) -> Option<bool> {
        free.map(|free| self.needs() < free)
    }

    /// Returns the file as JSON; `free` is the free memory in bytes.
    #[must_use]
    pub fn json(&self, free: Option<u64>) -> Value {
        let mut json = json!({
            "model": self.name(),
            "repository": self.repository,
            "file": self.file,
            "level": self.level,
            "size": self.size,
            "size_is_exact": self.exact,
            "memory_needed": self.needs(),
            "fits": self.fits(free),
        });
        if let Some((revision, path)) = &self.place {
            json["revision"] = revision.as_str().into();
            json["path"] = path.as_str().into();
        }
        json
    }

    /// Returns the name that `--model` takes.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.repository, self.level.as_ref().unwrap_or(&self.file))
    }
}
