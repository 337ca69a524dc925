//! How many KV cells a session takes, and their bytes. Pure.

use super::shape::ModelShape;
use crate::engine::Session;
use crate::record::engine_settings::{EngineSettings, MIN_ROWS};

/// Cells that a slot's padding rows take at most, before they are emptied again.
pub const PADDING_CELLS: usize = 64;

/// llama.cpp rounds the cells of a sequence up to this.
const CELL_STEP: usize = 256;

/// Tokens of a common head from which on it is evaluated apart and copied: fewer are evaluated faster
/// than a stream is copied.
const MIN_HEAD: usize = 16;

/// Rows of a decode step come in multiples of this: llama.cpp multiplies K-quants by four rows at a time, and
/// what is left over by another kernel, which rounds differently.
pub const ROW_STEP: usize = 4;

/// Slots for so many traces side by side, and rows of a step that reaches so many slots: at least [`MIN_ROWS`],
/// in whole groups of four. Those without a trace hold padding rows.
pub fn slots(width: usize) -> usize {
    width.max(MIN_ROWS).next_multiple_of(ROW_STEP)
}

/// KV cells of a session at any width.
#[derive(Clone, Copy, Debug)]
pub struct KvBudget {
    /// Tokens of a sequence at most.
    pub limit: usize,
    /// Cells that a sequence may take.
    pub of_sequence: usize,
    /// Whether the prompts' common head is evaluated apart.
    pub shares_head: bool,
    /// Whether prompts lie in memory as states, not in sequences of their own.
    pub states: bool,
    unified: bool,
    /// Cells of the head, of a prompt and of an answer, as they are needed.
    needed: [usize; 3],
    bytes_of_cell: u64,
}

impl KvBudget {
    /// Counts for a session.
    pub fn new(shape: &ModelShape, settings: &EngineSettings, session: &Session, on_gpu: bool) -> Self {
        let answer = session.max_tokens as usize + MIN_ROWS;
        let needed = session.longest_prompt + answer;
        let allowed = match (settings.context, shape.context_length) {
            (Some(context), _) => context,
            (None, 0) => needed,
            (None, trained) => trained,
        };
        let limit = needed.min(allowed);
        // A function of the head alone: a resumed run must cut its prompts at the same places.
        let shares_head = session.head >= MIN_HEAD;
        Self {
            limit,
            of_sequence: limit.next_multiple_of(CELL_STEP),
            shares_head,
            // A shared pool shares a prompt's cells, and a GPU copies within its own memory.
            states: !settings.kv_unified && !on_gpu,
            unified: settings.kv_unified,
            needed: [
                usize::from(shares_head) * session.head,
                session.longest_prompt.min(limit),
                answer.min(limit + MIN_ROWS).max(PADDING_CELLS),
            ],
            bytes_of_cell: shape.kv_bytes_per_token(settings.cache_type_k, settings.cache_type_v),
        }
    }

    /// Sequences beside the slots for so many prompts: one to evaluate them in, or one for each and one for
    /// their head.
    pub fn prompt_streams(&self, prompts: usize) -> usize {
        if self.states { 1 } else { prompts + usize::from(self.shares_head) }
    }

    /// Cells in all.
    pub fn total(&self, width: usize, prompts: usize) -> u64 {
        let slots = slots(width);
        if !self.unified {
            return (slots + self.prompt_streams(prompts)) as u64 * self.of_sequence as u64;
        }
        let [head, prompt, answer] = self.needed;
        // A prompt's sequence is given to the next when its last trace has begun, but its cells stay
        // taken until that trace ends: so many prompts more than there are sequences for them.
        let prompts = prompts + width;
        let cells = head as u64 + prompts as u64 * prompt as u64 + slots as u64 * answer as u64;
        cells.next_multiple_of(CELL_STEP as u64)
    }

    /// Bytes of them, and of the states of prompts.
    pub fn bytes(&self, width: usize, prompts: usize) -> u64 {
        let [head, prompt, _] = self.needed;
        let states = if self.states { head as u64 + prompts as u64 * prompt as u64 } else { 0 };
        (self.total(width, prompts) + states).saturating_mul(self.bytes_of_cell)
    }
}
