//! The ranges of the engine's settings.

use super::BadSetting;
use crate::record::engine::FlashAttention;
use crate::record::engine_settings::{EngineSettings, MIN_ROWS};

/// Traces side by side at most: llama.cpp holds 256 sequences, and prompts need some of them.
const MAX_PARALLEL: usize = 127;

/// Tokens of a micro-batch at most: llama.cpp reserves a row of logits for each.
const MAX_MICRO_BATCH: usize = 4_096;

/// Prompt tokens between two steps at most.
const MAX_BATCH: usize = 1 << 20;

/// Threads at most: as many as llama.cpp's own pool takes.
const MAX_THREADS: usize = 512;

/// Checks every range.
///
/// # Errors
/// [`BadSetting`] for the first that is off.
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
            Some(0) => return bad(format!("{option} 0: at least 1 is needed")),
            Some(value) if value > most => {
                return bad(format!("{option} {value}: it is at most {most}"));
            }
            _ => {}
        }
    }
    if let Some(tokens) = engine.micro_batch
        && !(MIN_ROWS..=MAX_MICRO_BATCH).contains(&tokens)
    {
        return bad(format!(
            "-ub {tokens} is not between {MIN_ROWS} and {MAX_MICRO_BATCH}: llama.cpp computes fewer \
             than {MIN_ROWS} tokens in another way, with other results, and reserves memory for more"
        ));
    }
    if engine.cache_type_v.is_quantized() && engine.flash_attention == FlashAttention::Off {
        return bad(format!(
            "-ctv {} needs flash attention, which -fa off turns off: leave -fa out, or take f16, bf16 or f32",
            engine.cache_type_v.name()
        ));
    }
    Ok(())
}
