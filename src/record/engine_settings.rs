//! Engine settings under llama.cpp's names.

use serde::{Deserialize, Serialize};

use super::engine::{CacheType, FlashAttention, GpuLayers};
use super::placement::Placement;

/// Minimum number of rows per micro-batch. For fewer rows, llama.cpp's CPU kernels take another path and
/// their results differ in the last bits. With 8 or more, a row's result does not depend on its neighbours
/// (docs/architecture.md, "Equal bytes").
pub const MIN_ROWS: usize = 8;

/// Default number of tokens per micro-batch. llama.cpp reserves a row of logits for each token: 78 MB for 128
/// tokens and a vocabulary of 151,936.
const MICRO_BATCH: usize = 128;

/// Engine settings. On the CPU, results depend only on `context`, `micro_batch`, `flash_attention` and the
/// cache types, unless sequences share cells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EngineSettings {
    /// `-np`: traces decoded side by side; chosen if absent.
    pub parallel: Option<usize>,
    /// `-c`: maximum number of tokens per sequence.
    pub context: Option<usize>,
    /// `-t`: number of threads.
    pub threads: Option<usize>,
    /// `-tb`: number of threads for llama.cpp's batches.
    pub threads_batch: Option<usize>,
    /// `-b`: maximum number of prompt tokens evaluated between two steps.
    pub batch: Option<usize>,
    /// `-ub`: number of tokens per micro-batch.
    pub micro_batch: Option<usize>,
    /// `-ngl`: layers on the GPU; as many as its free memory holds if absent.
    pub gpu_layers: Option<GpuLayers>,
    /// `--cpu-moe` (all) or `--n-cpu-moe`: number of first layers whose experts stay on the CPU.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_moe: Option<GpuLayers>,
    /// `-dev`, `-sm`, `-mg`, `-ts`, `-ot`.
    #[serde(skip_serializing_if = "Placement::is_default")]
    pub placement: Placement,
    /// `-fa`.
    pub flash_attention: FlashAttention,
    /// `-ctk`.
    pub cache_type_k: CacheType,
    /// `-ctv`.
    pub cache_type_v: CacheType,
    /// `--mlock`.
    pub mlock: bool,
    /// False with `--no-mmap`.
    pub mmap: bool,
    /// `-kvu`.
    pub kv_unified: bool,
    /// False with `--no-fork`.
    pub fork: bool,
}

impl Default for EngineSettings {
    fn default() -> Self {
        Self {
            parallel: None,
            context: None,
            threads: None,
            threads_batch: None,
            batch: None,
            micro_batch: None,
            gpu_layers: None,
            cpu_moe: None,
            placement: Placement::default(),
            flash_attention: FlashAttention::Auto,
            cache_type_k: CacheType::F16,
            cache_type_v: CacheType::F16,
            mlock: false,
            mmap: true,
            kv_unified: false,
            fork: true,
        }
    }
}

/// Returns the number of physical cores of this machine.
#[must_use]
pub fn physical_cores() -> usize {
    sysinfo::System::physical_core_count().unwrap_or(1)
}

impl EngineSettings {
    /// Returns the numbers of threads for decoding and for llama.cpp's batches.
    #[must_use]
    pub fn thread_counts(&self) -> (usize, usize) {
        let threads = self.threads.unwrap_or_else(physical_cores).max(1);
        (threads, self.threads_batch.unwrap_or(threads).max(1))
    }

    /// Returns the number of tokens per micro-batch.
    #[must_use]
    pub fn micro_batch(&self) -> usize {
        self.micro_batch.unwrap_or(MICRO_BATCH).max(MIN_ROWS)
    }

    /// Returns whether a run that continues under `other` still ends with the same bytes.
    #[must_use]
    pub fn gives_the_same_bytes(&self, other: &Self) -> bool {
        let what = |one: &Self| {
            let Self { context, micro_batch, gpu_layers, cpu_moe, flash_attention, .. } = *one;
            (
                context, micro_batch, gpu_layers, cpu_moe, flash_attention, one.cache_type_k,
                one.cache_type_v, one.kv_unified,
            )
        };
        what(self) == what(other) && self.placement == other.placement
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_of_an_earlier_version_are_read() {
        let text = r#"{"parallel": 4, "context": null, "threads": 1, "gpu_layers": 12}"#;
        let earlier: EngineSettings = serde_json::from_str(text).unwrap();
        let expected = EngineSettings {
            parallel: Some(4),
            threads: Some(1),
            gpu_layers: Some(GpuLayers::Count(12)),
            ..EngineSettings::default()
        };
        assert_eq!(earlier, expected);
        assert!(earlier.mmap && earlier.fork);
    }
}
