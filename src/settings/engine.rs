//! Valid ranges of the engine's settings.

use super::BadSetting;
use crate::record::engine::FlashAttention;
use crate::record::engine_settings::{EngineSettings, MIN_ROWS};

/// Maximum of `-np`. llama.cpp holds 256 sequences, and prompts need some of them.
const MAX_PARALLEL: usize = 127;

/// Maximum of `-ub`. llama.cpp reserves a row of logits for each token.
const MAX_MICRO_BATCH: usize = 4_096;

/// Maximum of `-b`.
const MAX_BATCH: usize = 1 << 20;

/// Maximum of `-t` and `-tb`: the limit of llama.cpp's thread pool.
const MAX_THREADS: usize = 512;

/// Checks that every setting is in its range.
///
/// # Errors
/// Returns [`BadSetting`] for the first setting that is not.
pub fn check(engine: &EngineSettings) -> Result<(), BadSetting> {
    let bad = |text: String| Err(BadSetting(text));
    for (option, value, most) in [
        ("-np", engine.parallel, MAX_PARALLEL),
        ("-c", engine.context, usize::MAX),
        ("-t", engine.threads, MAX_THREADS),
        ("-tb", engine.threads_batch, MAX_THREADS),
        ("-b", engine.batch, MAX_BATCH),
    ] {
        match value {
            Some(0) => return bad(format!("{option} 0: must be at least 1")),
            Some(value) if value > most => {
                return bad(format!("{option} {value}: must be at most {most}"));
            }
            _ => {}
        }
    }
    if let Some(tokens) = engine.micro_batch
        && !(MIN_ROWS..=MAX_MICRO_BATCH).contains(&tokens)
    {
        return bad(format!(
            "-ub {tokens} is not between {MIN_ROWS} and {MAX_MICRO_BATCH}: llama.cpp gives other results \
             for micro-batches of fewer than {MIN_ROWS} tokens, and reserves memory for every token"
        ));
    }
    let shares = &engine.placement.tensor_split;
    if let Some(share) = shares.iter().find(|share| !share.is_finite() || **share < 0.0) {
        return bad(format!("-ts {share}: a share is a number that is not negative"));
    }
    if !shares.is_empty() && shares.iter().all(|&share| share == 0.0) {
        return bad("-ts: one share at least must be above 0".to_owned());
    }
    if engine.cache_type_v.is_quantized() && engine.flash_attention == FlashAttention::Off {
        return bad(format!(
            "-ctv {} needs flash attention, which -fa off turns off: leave out -fa, or use f16, bf16 or f32",
            engine.cache_type_v.name()
        ));
    }
    Ok(())
}
