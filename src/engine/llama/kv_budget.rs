//! KV cells and bytes that a session needs. Pure functions.

use super::shape::ModelShape;
use crate::engine::Session;
use crate::record::engine_settings::{EngineSettings, MIN_ROWS};

/// Largest number of cells that a slot's padding rows take before they are cleared.
pub const PADDING_CELLS: usize = 64;

/// Multiple to which llama.cpp rounds up the cells of a sequence.
const CELL_STEP: usize = 256;

/// Smallest number of tokens of a common head that is evaluated separately and copied. Evaluating fewer
/// tokens is faster than copying a stream.
const MIN_HEAD: usize = 16;

/// Multiple of rows per decode step. llama.cpp multiplies K-quants by four rows at a time; another kernel,
/// which rounds differently, handles the remainder.
pub const ROW_STEP: usize = 4;

/// Returns the number of slots for `width` parallel traces, and of rows per step: at least [`MIN_ROWS`], in
/// whole groups of four. Slots without a trace hold padding rows.
pub fn slots(width: usize) -> usize {
    width.max(MIN_ROWS).next_multiple_of(ROW_STEP)
}

/// KV cells of a session at any batch width.
#[derive(Clone, Copy, Debug)]
pub struct KvBudget {
    /// Largest number of tokens per sequence.
    pub limit: usize,
    /// Largest number of cells per sequence.
    pub of_sequence: usize,
    /// Whether the prompts' common head is evaluated separately.
    pub shares_head: bool,
    /// Whether prompts are kept in memory as states, not in sequences of their own.
    pub states: bool,
    unified: bool,
    /// Cells needed for the head, a prompt and an answer.
    needed: [usize; 3],
    bytes_of_cell: u64,
    /// Bytes of a sequence's recurrent state.
    bytes_of_state: u64,
}

impl KvBudget {
    /// Computes the budget of a session.
    pub fn new(shape: &ModelShape, settings: &EngineSettings, session: &Session, on_gpu: bool) -> Self {
        let answer = session.max_tokens as usize + MIN_ROWS;
        let needed = session.longest_prompt + answer;
        let allowed = match (settings.context, shape.context_length) {
            (Some(context), _) => context,
            (None, 0) => needed,
            (None, trained) => trained,
        };
        let limit = needed.min(allowed);
        // Depends only on the head, because a resumed run must cut its prompts at the same places.
        let shares_head = session.head >= MIN_HEAD;
        Self {
            limit,
            of_sequence: limit.next_multiple_of(CELL_STEP),
            shares_head,
            // Not with a pool, which shares a prompt's cells, nor on a GPU, which copies within its memory. And not with
            // sliding windows: llama.cpp leaves the cells before the window out of a state, so that a filled sequence
            // has its cells at other places and sums them in other groups.
            states: !settings.kv_unified && !on_gpu && !shape.sliding_window,
            unified: settings.kv_unified,
            needed: [
                usize::from(shares_head) * session.head,
                session.longest_prompt.min(limit),
                answer.min(limit + MIN_ROWS).max(PADDING_CELLS),
            ],
            bytes_of_cell: shape.kv_bytes_per_token(settings.cache_type_k, settings.cache_type_v),
            bytes_of_state: shape.recurrent_bytes,
        }
    }

    /// Returns the number of sequences besides the slots: with states one for evaluation, otherwise one for
    /// each prompt and one for a shared head.
    pub fn prompt_streams(&self, prompts: usize) -> usize {
        if self.states { 1 } else { prompts + usize::from(self.shares_head) }
    }

    /// Returns the total number of cells.
    pub fn total(&self, width: usize, prompts: usize) -> u64 {
        let slots = slots(width);
        if !self.unified {
            return (slots + self.prompt_streams(prompts)) as u64 * self.of_sequence as u64;
        }
        let [head, prompt, answer] = self.needed;
        // A prompt's sequence goes to the next prompt once its last trace has begun, but its cells stay in
        // use until that trace ends. Hence up to `width` more prompts than sequences hold cells.
        let prompts = prompts + width;
        let cells = head as u64 + prompts as u64 * prompt as u64 + slots as u64 * answer as u64;
        cells.next_multiple_of(CELL_STEP as u64)
    }

    /// Returns the bytes of all cells and of the prompts' states.
    pub fn bytes(&self, width: usize, prompts: usize) -> u64 {
        let [head, prompt, _] = self.needed;
        let (states, kept) = match self.states {
            true => (head as u64 + prompts as u64 * prompt as u64, prompts + usize::from(self.shares_head)),
            false => (0, 0),
        };
        let sequences = (slots(width) + self.prompt_streams(prompts) + kept) as u64;
        let cells = (self.total(width, prompts) + states).saturating_mul(self.bytes_of_cell);
        cells.saturating_add(sequences.saturating_mul(self.bytes_of_state))
    }
}
