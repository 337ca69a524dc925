//! What is cached, what is known, and what fits this machine's memory. Asks nobody.
//!
//! ```no_run
//! for file in safety_deepconf::jobs::models::models()?.cached {
//!     println!("{}: {} bytes", file.name(), file.size);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::path::PathBuf;

use super::error::JobError;
use crate::engine::llama::shape::ModelShape;
use crate::model::gguf::Header;
use crate::model::hub::folder::{self, CachedFile};
use crate::model::{HubSettings, ModelError, known, level};
use crate::record::engine::CacheType;
use crate::system::host;

/// Sequences that a small run holds at once.
pub const SEQUENCES: u64 = 9;
/// Tokens of each.
pub const TOKENS: u64 = 512;

/// llama.cpp's buffers beside weights and KV cache, roughly.
const BUFFERS: u64 = 300_000_000;

/// Models that can be named.
pub struct Models {
    /// The folder of the cache.
    pub cache: PathBuf,
    /// Memory that is free now, bytes, if known.
    pub free_memory: Option<u64>,
    /// Files in the cache.
    pub cached: Vec<ListedFile>,
    /// Files that this program knows by name.
    pub known: Vec<ListedFile>,
}

/// Lists them; sizes of known models are the embedded manifest's.
///
/// # Errors
/// If the cache's place cannot be told.
pub fn models() -> Result<Models, JobError> {
    let cache = HubSettings::from_env(true).map_err(ModelError::from)?.cache;
    Ok(Models {
        free_memory: host::free_memory(),
        cached: folder::list(&cache).iter().map(ListedFile::cached).collect(),
        known: known::models().repositories.iter().flat_map(ListedFile::known).collect(),
        cache,
    })
}

/// A file in a list.
pub struct ListedFile {
    /// Its repository.
    pub repository: String,
    /// Its name there.
    pub file: String,
    /// Its quantization level.
    pub level: Option<String>,
    /// Bytes.
    pub size: u64,
    /// Whether the size is exact.
    pub exact: bool,
    /// Bytes of KV cache a token.
    pub kv_bytes_per_token: u64,
    /// Commit and path, if it is cached.
    pub place: Option<(String, String)>,
}

impl ListedFile {
    fn cached(file: &CachedFile) -> Self {
        // An unsound file is listed too: `info` says what is wrong with it.
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

    /// Bytes of memory of a small run.
    #[must_use]
    pub fn needs(&self) -> u64 {
        let kv = self.kv_bytes_per_token.saturating_mul(SEQUENCES * TOKENS);
        self.size.saturating_add(kv).saturating_add(BUFFERS)
    }

    /// Whether that is less than the free memory; `None` if either is unknown.
    #[must_use]
    pub fn fits(&self, free: Option<u64>) -> Option<bool> {
        free.map(|free| self.needs() < free)
    }

    /// As `--model` takes it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.repository, self.level.as_ref().unwrap_or(&self.file))
    }
}
