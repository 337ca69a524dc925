//! What the user may set of the engine.

use crate::record::engine::{CacheType, FlashAttention, GpuLayers};

/// Rows of every micro-batch at least. llama.cpp's CPU kernels pick another path for fewer rows,
/// and its results differ in the last bits; with 8 or more, a row's result does not depend on its
/// neighbours (docs/architecture.md, "Equal bytes").
pub const MIN_ROWS: usize = 8;

/// Tokens per micro-batch, unless the user says. llama.cpp reserves a row of logits for each: 128
/// keep that at 78 MB for a vocabulary of 151,936.
const MICRO_BATCH: usize = 128;

/// What the user may set, under llama.cpp's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanOptions {
    /// `-np`: traces side by side; chosen if absent.
    pub parallel: Option<usize>,
    /// `-c`: tokens of a sequence, prompt and answer; what is needed if absent.
    pub context: Option<usize>,
    /// `-t`: threads; the physical cores if absent.
    pub threads: Option<usize>,
    /// `-tb`: threads of llama.cpp's batches; as `threads` if absent.
    pub threads_batch: Option<usize>,
    /// `-b`: prompt tokens evaluated between two decode steps at most; 512 if absent.
    pub batch: Option<usize>,
    /// `-ub`: tokens of a micro-batch, at least [`MIN_ROWS`]; 128 if absent.
    pub micro_batch: Option<usize>,
    /// `-ngl`: layers on the GPU; llama.cpp's choice if absent.
    pub gpu_layers: Option<GpuLayers>,
    /// `-fa`: flash attention.
    pub flash_attention: FlashAttention,
    /// `-ctk`: number format of the keys in the cache.
    pub cache_k: CacheType,
    /// `-ctv`: number format of the values in the cache.
    pub cache_v: CacheType,
    /// `--mlock`: keep the weights from being swapped out.
    pub mlock: bool,
    /// Map the file into memory; `--no-mmap` reads it instead.
    pub mmap: bool,
    /// `-kvu`: one pool of cells for all sequences.
    pub unified: bool,
    /// Let traces share a row for as long as they agree; `--no-fork` gives each a row of its own.
    pub fork: bool,
    /// Free memory in bytes, if known.
    pub free_memory: Option<u64>,
}

impl Default for PlanOptions {
    fn default() -> Self {
        Self {
            parallel: None,
            context: None,
            threads: None,
            threads_batch: None,
            batch: None,
            micro_batch: None,
            gpu_layers: None,
            flash_attention: FlashAttention::Auto,
            cache_k: CacheType::F16,
            cache_v: CacheType::F16,
            mlock: false,
            mmap: true,
            unified: false,
            fork: true,
            free_memory: None,
        }
    }
}

impl PlanOptions {
    /// Threads, and threads of llama.cpp's batches.
    #[must_use]
    pub fn thread_counts(&self) -> (usize, usize) {
        let threads = self.threads.unwrap_or_else(num_cpus::get_physical).max(1);
        (threads, self.threads_batch.unwrap_or(threads).max(1))
    }

    /// Tokens of a micro-batch.
    #[must_use]
    pub fn micro_batch(&self) -> usize {
        self.micro_batch.unwrap_or(MICRO_BATCH).max(MIN_ROWS)
    }
}
