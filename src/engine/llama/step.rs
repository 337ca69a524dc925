//! Decode step: evaluates a row for every branch and reads the rows in parallel.

use std::sync::{Mutex, PoisonError};

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::token::LlamaToken;

use super::kv_budget::PADDING_CELLS;
use super::sequences::{add, clear};
use super::slots::{Slot, Slots};
use crate::engine::EngineError;
use crate::sampling::SamplingParams;

/// Token of a padding row; any token works, because its logits are not read.
const PADDING_TOKEN: LlamaToken = LlamaToken(0);

/// Evaluates the pending token of every branch, one row each, and returns the number of padding rows. Free
/// slots in the batch get padding rows, because llama.cpp needs the sequences of a micro-batch to be
/// consecutive.
pub fn decode(
    slots: &mut Slots<'_>,
    context: &mut LlamaContext<'_>,
    batch: &mut LlamaBatch<'_>,
) -> Result<u64, EngineError> {
    let mut padding = 0;
    batch.clear();
    for (index, slot) in slots.batch().iter_mut().enumerate() {
        let sequence = index as i32;
        match &slot.branch {
            Some(branch) => add(batch, branch.pending, branch.position, sequence, true)?,
            None => {
                if slot.padding == PADDING_CELLS {
                    clear(context, sequence)?;
                    slot.padding = 0;
                }
                // Request logits here too, so that the last matrix product has the same number of rows.
                add(batch, PADDING_TOKEN, slot.padding, sequence, true)?;
                slot.padding += 1;
                padding += 1;
            }
        }
    }
    context.decode(batch).map_err(|error| EngineError::Decode(error.to_string()))?;
    context.synchronize();
    Ok(padding)
}

/// Reads the row of every branch without forced tokens and draws the next tokens of its traces into the
/// slot's reading.
///
/// This thread and `helpers` threads of the pool take the rows one by one. A helper may start late, because
/// llama.cpp's threads still spin on their cores; the other threads then read its rows.
pub fn read(
    slots: &mut Slots<'_>,
    context: &LlamaContext<'_>,
    params: &SamplingParams,
    pool: &rayon::ThreadPool,
    helpers: usize,
) {
    let slots = slots.batch();
    let logits: Vec<&[f32]> = (0..slots.len()).map(|row| context.get_logits_ith(row as i32)).collect();
    let rows = slots.iter_mut().zip(logits).filter(|(slot, _)| slot.branch.is_some());
    let rows = Mutex::new(rows);
    // The lock is held only while a thread takes the next row.
    let next = || rows.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some((slot, logits)) = next() {
            read_row(slot, logits, params);
        }
    };
    pool.in_place_scope(|scope| {
        for _ in 0..helpers {
            scope.spawn(|_| work());
        }
        work();
    });
}

fn read_row(slot: &mut Slot, logits: &[f32], params: &SamplingParams) {
    let Some(branch) = &mut slot.branch else { return };
    let samplers = branch.traces.iter_mut().map(|live| &mut live.sampler);
    slot.outcome = Some(match branch.forced.is_empty() {
        true => slot.reading.read(logits, params, samplers),
        false => Ok(()),
    });
}
