//! How much runs side by side, and the memory it takes. Pure.

use super::kv_budget::{KvBudget, ROW_STEP, slots};
use super::shape::ModelShape;
use crate::engine::Session;
use crate::record::engine::WidthChosenBy;
use crate::record::engine_settings::{EngineSettings, MIN_ROWS};

/// Traces side by side at most: llama.cpp holds 256 sequences, as many for prompts and one for a head.
const MAX_WIDTH: usize = 127;

/// Traces side by side on the processor, unless the user says: twice as many gain little more.
const CPU_WIDTH: usize = 32;

/// Traces side by side where layers are on a GPU, unless the user says.
const GPU_WIDTH: usize = 64;

/// Prompt tokens evaluated between two decode steps at most, unless the user says.
const BATCH: usize = 512;

/// Part of the free memory that the KV cache may take.
const MEMORY_SHARE: f64 = 0.6;

/// What a session runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine {
    /// Whether layers are on a GPU.
    pub on_gpu: bool,
    /// Free memory in bytes once the weights are loaded, if known.
    pub free_memory: Option<u64>,
}

/// What will run side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct EnginePlan {
    /// Traces side by side at most.
    pub width: usize,
    /// What decided the width.
    pub width_chosen_by: WidthChosenBy,
    /// Sequences for traces and padding rows: `width`, but at least [`MIN_ROWS`].
    pub slots: usize,
    /// Prompts whose keys and values are kept at once.
    pub prompts: usize,
    /// Sequences beside the slots, in which prompts and their head are evaluated.
    pub prompt_streams: usize,
    /// Whether the prompts' common head is evaluated apart, once.
    pub shares_head: bool,
    /// Whether evaluated prompts lie in memory as states, not in sequences of their own.
    pub states: bool,
    /// Whether some layers forget cells behind a window.
    pub sliding_window: bool,
    /// Tokens of a sequence at most: what is needed, asked for with `-c`, or trained.
    pub limit: usize,
    /// KV cells that a sequence may take: `limit`, as llama.cpp rounds it up.
    pub cells: usize,
    /// KV cells in all: `cells` for each sequence, or one pool that they share.
    pub total_cells: u64,
    /// Whether sequences share their cells.
    pub unified: bool,
    /// Whether traces share a row for as long as they agree.
    pub fork: bool,
    /// Tokens per micro-batch. Prompts are cut into chunks of this size, so it must not depend on
    /// the schedule. Every decode step fits in one: never less than `slots`.
    pub micro_batch: usize,
    /// Prompt tokens evaluated between two decode steps at most, a multiple of `micro_batch`.
    pub batch: usize,
    /// Threads for sampling.
    pub threads: usize,
    /// Threads of llama.cpp's batches.
    pub threads_batch: usize,
    /// Bytes of KV cache and of the prompts kept beside it, 0 if unknown.
    pub kv_bytes: u64,
    /// What the user should know.
    pub warnings: Vec<String>,
}

impl EnginePlan {
    /// Threads that help to read rows. With two in all there are none: llama.cpp's second thread still
    /// spins on the other core then, and a helper gains nothing (measured: 43 µs a row instead of 35).
    #[must_use]
    pub fn helpers(&self) -> usize {
        if self.threads > 2 { self.threads - 1 } else { 0 }
    }

    /// Sequences in all.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.slots + self.prompt_streams
    }
}

/// Plans a session.
#[must_use]
pub fn plan(
    shape: &ModelShape,
    settings: &EngineSettings,
    machine: Machine,
    session: &Session,
) -> EnginePlan {
    let mut warnings = Vec::new();
    let (threads, threads_batch) = settings.thread_counts();
    let (micro_batch, batch) = batches(settings, &mut warnings);
    let cells = KvBudget::new(shape, settings, session, machine.on_gpu);
    let useful = session.prompts.saturating_mul(session.traces_at_once.max(1) as usize).max(MIN_ROWS);
    let (mut width, mut width_chosen_by) = match settings.parallel {
        Some(given) => (given, WidthChosenBy::Given),
        None => (
            if machine.on_gpu { GPU_WIDTH } else { CPU_WIDTH }.min(micro_batch - micro_batch % ROW_STEP),
            WidthChosenBy::Auto,
        ),
    };
    let rows = micro_batch - micro_batch % ROW_STEP;
    if width > rows {
        warnings.push(format!(
            "-np {width} is more than a micro-batch of {micro_batch} tokens holds: running {rows} traces side by \
             side (a higher -ub leaves room for more)"
        ));
        width = rows;
    }
    width = width.clamp(1, MAX_WIDTH);
    if useful < width {
        (width, width_chosen_by) = (useful, WidthChosenBy::Work);
    }
    let mut prompts = prompts_at_once(width, session);
    if let Some(free) = machine.free_memory {
        let budget = (free as f64 * MEMORY_SHARE) as u64;
        let before = (width, cells.bytes(width, prompts));
        // Fewer traces than the padding rows would save nothing: then only fewer cached prompts do.
        while cells.bytes(width, prompts) > budget && (prompts > 1 || width > MIN_ROWS) {
            if prompts > 1 && (prompts * 3 > width || width <= MIN_ROWS) {
                prompts -= 1;
            } else {
                width -= 1;
            }
        }
        let mebibytes = |bytes: u64| bytes >> 20;
        let now = cells.bytes(width, prompts);
        if width < before.0 {
            width_chosen_by = WidthChosenBy::Memory;
        }
        if now > budget {
            warnings.push(format!(
                "the KV cache takes {} MiB, more than {} MiB, which is {:.0} % of the free memory: a lower \
                 --max-tokens or -c, or -ctk q8_0 -ctv q8_0, takes less",
                mebibytes(now),
                mebibytes(budget),
                100.0 * MEMORY_SHARE,
            ));
        } else if width < before.0 {
            warnings.push(format!(
                "{} traces of {} tokens side by side would take {} MiB of KV cache, more than {} MiB: running \
                 {width} (a lower --max-tokens or -c, or -ctk q8_0 -ctv q8_0, leaves room for more)",
                before.0,
                cells.of_sequence,
                mebibytes(before.1),
                mebibytes(budget),
            ));
        }
    }
    EnginePlan {
        width,
        width_chosen_by,
        slots: slots(width),
        prompts,
        prompt_streams: cells.prompt_streams(prompts),
        shares_head: cells.shares_head,
        states: cells.states,
        sliding_window: shape.sliding_window,
        limit: cells.limit,
        cells: cells.of_sequence,
        total_cells: cells.total(width, prompts),
        unified: settings.kv_unified,
        fork: settings.fork,
        micro_batch,
        batch,
        threads,
        threads_batch,
        kv_bytes: cells.bytes(width, prompts),
        warnings,
    }
}

/// The plan after one that llama.cpp could not make a context for: half the width. `None` where that
/// would save nothing.
#[must_use]
pub fn narrower(
    plan: &EnginePlan,
    shape: &ModelShape,
    settings: &EngineSettings,
    machine: Machine,
    session: &Session,
) -> Option<EnginePlan> {
    if plan.width <= MIN_ROWS {
        return None;
    }
    let width = (plan.width / 2).max(MIN_ROWS);
    let settings = EngineSettings { parallel: Some(width), ..*settings };
    let next = self::plan(shape, &settings, machine, session);
    let warning = format!(
        "llama.cpp could not make a context for {} traces side by side ({} KV cells, {} MiB): trying {}",
        plan.width,
        plan.total_cells,
        plan.kv_bytes >> 20,
        next.width
    );
    Some(EnginePlan { width_chosen_by: WidthChosenBy::Memory, warnings: vec![warning], ..next })
}

/// Tokens of a micro-batch, and prompt tokens between two steps, a multiple of it.
fn batches(settings: &EngineSettings, warnings: &mut Vec<String>) -> (usize, usize) {
    let micro_batch = settings.micro_batch();
    if let Some(batch) = settings.batch.filter(|&batch| batch < micro_batch) {
        warnings.push(format!(
            "-b {batch} is less than a micro-batch: up to {micro_batch} prompt tokens are evaluated between \
             two steps (a lower -ub cuts prompts smaller)"
        ));
    }
    let batch = settings.batch.unwrap_or(BATCH).max(micro_batch);
    (micro_batch, batch - batch % micro_batch)
}

/// Prompts that must be cached at once to keep `width` traces running: twice what fills it, since
/// prompts whose last traces still run keep theirs.
fn prompts_at_once(width: usize, session: &Session) -> usize {
    let filling = width.div_ceil(session.traces_at_once.max(1) as usize);
    (2 * filling).min(width).min(session.prompts).max(1)
}

#[cfg(test)]
mod tests;
