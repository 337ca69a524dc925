//! How the engine runs.

use serde::{Deserialize, Serialize};

use super::BadSetting;
use crate::record::engine::{CacheType, FlashAttention, GpuLayers};

/// Traces side by side at most: llama.cpp holds 256 sequences, and prompts need some of them.
const MAX_PARALLEL: usize = 127;

/// Tokens of a micro-batch at least: llama.cpp computes fewer rows in another way.
const MIN_MICRO_BATCH: usize = 8;

/// Tokens of a micro-batch at most: llama.cpp reserves a row of logits for each.
const MAX_MICRO_BATCH: usize = 4_096;

/// Prompt tokens between two steps at most.
const MAX_BATCH: usize = 1 << 20;

/// Threads at most: as many as llama.cpp's own pool takes.
const MAX_THREADS: usize = 512;

/// How the engine runs. On the CPU the results depend on none of it but `micro_batch`, `flash_attention`
/// and the types of the cache, unless sequences share cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EngineSettings {
    /// `-np`: traces side by side; chosen if absent.
    pub parallel: Option<usize>,
    /// `-c`: tokens of a sequence.
    pub context: Option<usize>,
    /// `-t`: threads.
    pub threads: Option<usize>,
    /// `-tb`: threads of llama.cpp's batches.
    pub threads_batch: Option<usize>,
    /// `-b`: prompt tokens evaluated between two steps at most.
    pub batch: Option<usize>,
    /// `-ub`: tokens of a micro-batch.
    pub micro_batch: Option<usize>,
    /// `-ngl`: layers on the GPU; llama.cpp's choice if absent.
    pub gpu_layers: Option<GpuLayers>,
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

impl EngineSettings {
    /// Checks every range.
    ///
    /// # Errors
    /// [`BadSetting`] for the first that is off.
    pub fn check(&self) -> Result<(), BadSetting> {
        let bad = |text: String| Err(BadSetting(text));
        for (option, value, most) in [
            ("-np", self.parallel, MAX_PARALLEL),
            ("-c", self.context, usize::MAX),
            ("-t", self.threads, MAX_THREADS),
            ("-tb", self.threads_batch, MAX_THREADS),
            ("-b", self.batch, MAX_BATCH),
        ] {
            match value {
                Some(0) => return bad(format!("{option} 0: at least 1 is needed")),
                Some(value) if value > most => {
                    return bad(format!("{option} {value}: it is at most {most}"));
                }
                _ => {}
            }
        }
        if let Some(tokens) = self.micro_batch
            && !(MIN_MICRO_BATCH..=MAX_MICRO_BATCH).contains(&tokens)
        {
            return bad(format!(
                "-ub {tokens} is not between {MIN_MICRO_BATCH} and {MAX_MICRO_BATCH}: llama.cpp computes fewer \
                 than {MIN_MICRO_BATCH} tokens in another way, with other results, and reserves memory for more"
            ));
        }
        if self.cache_type_v.is_quantized() && self.flash_attention == FlashAttention::Off {
            return bad(format!(
                "-ctv {} needs flash attention, which -fa off turns off: leave -fa out, or take f16, bf16 or f32",
                self.cache_type_v.name()
            ));
        }
        Ok(())
    }

    /// Whether a run that goes on with other settings still ends in the bytes it would have ended in.
    #[must_use]
    pub fn gives_the_same_bytes(&self, other: &Self) -> bool {
        let what = |one: &Self| {
            let Self { context, micro_batch, gpu_layers, flash_attention, .. } = *one;
            (
                context,
                micro_batch,
                gpu_layers,
                flash_attention,
                one.cache_type_k,
                one.cache_type_v,
                one.kv_unified,
            )
        };
        what(self) == what(other)
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
