//! One decode step: a row for every slot in use, sampled side by side.

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;
use rayon::prelude::*;

use super::cache::{add, clear};
use super::live::{Sampled, Slot, sample};
use super::plan::MIN_ROWS;
use crate::engine::EngineError;
use crate::sampling::row::BadLogits;

/// Padding rows of a sequence before it is emptied again.
const PADDING_LENGTH: usize = 64;

/// Token of a padding row. Any will do: nobody reads its logits.
const PADDING_TOKEN: LlamaToken = LlamaToken(0);

/// What a slot sampled; `None` where no trace runs.
pub type SlotResult = Option<Result<Sampled, BadLogits>>;

/// Evaluates the pending token of every running trace and samples its next one.
///
/// The batch has a row for each slot up to the highest in use, at least [`MIN_ROWS`]: llama.cpp
/// needs the sequences of a micro-batch to be neighbours. Returns a result per slot that runs, and
/// the number of padding rows.
pub fn step(
    slots: &mut [Slot],
    context: &mut LlamaContext<'_>,
    batch: &mut LlamaBatch<'_>,
    threads: &rayon::ThreadPool,
) -> Result<(Vec<SlotResult>, u64), EngineError> {
    let highest = slots.iter().rposition(|slot| slot.live.is_some()).map_or(0, |index| index + 1);
    let rows = highest.max(MIN_ROWS).min(slots.len());
    let mut padding = 0;
    batch.clear();
    for (index, slot) in slots[..rows].iter_mut().enumerate() {
        let sequence = index as i32;
        match &slot.live {
            Some(live) => add(batch, live.pending, live.position, sequence, true)?,
            None => {
                if slot.padding == PADDING_LENGTH {
                    clear(context, sequence)?;
                    slot.padding = 0;
                }
                // Its logits are computed too: the rows of the last matrix product count as well.
                add(batch, PADDING_TOKEN, slot.padding, sequence, true)?;
                slot.padding += 1;
                padding += 1;
            }
        }
    }
    context.decode(batch).map_err(|error| EngineError::Decode(error.to_string()))?;
    let logits: Vec<&[f32]> = (0..rows).map(|row| context.get_logits_ith(row as i32)).collect();
    let read = |(slot, logits): (&mut Slot, &[f32])| {
        let live = slot.live.as_mut()?;
        Some(sample(logits, &mut live.sampler, &mut slot.reading))
    };
    let sampled = threads.install(|| slots[..rows].par_iter_mut().zip(logits).map(read).collect());
    Ok((sampled, padding))
}
