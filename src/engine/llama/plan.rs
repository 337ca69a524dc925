//! Plan of a session: its parallelism and memory. Pure functions.

use super::kv_budget::{KvBudget, ROW_STEP, slots};
use super::shape::ModelShape;
use crate::engine::Session;
use crate::record::engine::WidthChosenBy;
use crate::record::engine_settings::{EngineSettings, MIN_ROWS};

/// Largest number of parallel traces. llama.cpp has 256 sequences, which must also hold as many prompts and a
/// head.
const MAX_WIDTH: usize = 127;

/// Default number of parallel traces on the CPU; twice as many are little faster.
const CPU_WIDTH: usize = 32;

/// Default number of parallel traces with layers on a GPU.
const GPU_WIDTH: usize = 64;

/// Default for the largest number of prompt tokens evaluated between two decode steps.
const BATCH: usize = 512;

/// Share of the free memory that the KV cache may take.
const MEMORY_SHARE: f64 = 0.6;

/// Most bytes of states kept where traces part.
const MAX_FORK_BYTES: u64 = 1 << 30;

/// Machine that a session runs on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine {
    /// Whether layers are on a GPU.
    pub on_gpu: bool,
    /// Free memory in bytes after the weights are loaded, if known.
    pub free_memory: Option<u64>,
}

/// Plan of a session.
#[derive(Clone, Debug, PartialEq)]
pub struct EnginePlan {
    /// Batch width: largest number of parallel traces.
    pub width: usize,
    /// Reason for the width.
    pub width_chosen_by: WidthChosenBy,
    /// Number of sequences for traces and padding rows: `width` rounded up to whole groups of four, at least
    /// [`MIN_ROWS`].
    pub slots: usize,
    /// Number of prompts whose keys and values are kept at once.
    pub prompts: usize,
    /// Number of sequences besides the slots, for prompts and their head.
    pub prompt_streams: usize,
    /// Whether the prompts' common head is evaluated separately, once.
    pub shares_head: bool,
    /// Whether evaluated prompts are kept in memory as states, not in sequences of their own.
    pub states: bool,
    /// Whether a sequence can be cut back to fewer tokens.
    pub rewinds: bool,
    /// Bytes of the states that may be kept where traces part, for sequences that cannot be cut back.
    pub fork_bytes: u64,
    /// Largest number of tokens per sequence: the number needed, at most `-c` or the training context.
    pub limit: usize,
    /// KV cells per sequence: `limit`, rounded up as in llama.cpp.
    pub cells: usize,
    /// Total number of KV cells: `cells` for each sequence, or one pool that all share.
    pub total_cells: u64,
    /// Whether sequences share their cells.
    pub unified: bool,
    /// Whether traces share a row as long as their tokens agree.
    pub fork: bool,
    /// Tokens per micro-batch, at least `slots`, so that every decode step fits in one. Prompts are cut into
    /// chunks of this size, so it must not depend on the schedule.
    pub micro_batch: usize,
    /// Largest number of prompt tokens evaluated between two decode steps; a multiple of `micro_batch`.
    pub batch: usize,
    /// Number of threads for sampling.
    pub threads: usize,
    /// Number of threads of llama.cpp's batches.
    pub threads_batch: usize,
    /// Bytes of the KV cache and of the prompts kept outside it; 0 if unknown.
    pub kv_bytes: u64,
    /// Warnings for the user.
    pub warnings: Vec<String>,
}

impl EnginePlan {
    /// Returns the number of threads that help to read rows. With two threads in total it is 0: llama.cpp's
    /// second thread still spins on the other core, and a helper slows reading down (measured: 43 µs per row
    /// instead of 35).
    #[must_use]
    pub fn helpers(&self) -> usize {
        if self.threads > 2 { self.threads - 1 } else { 0 }
    }

    /// Returns the total number of sequences.
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
            "-np {width} is more than a micro-batch of {micro_batch} tokens holds: running {rows} traces in \
             parallel; raise -ub for more"
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
        // A width below `MIN_ROWS` saves nothing because padding rows replace the traces; then only fewer
        // cached prompts save memory.
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
                "the KV cache takes {} MiB, more than {} MiB, which is {:.0} % of the free memory; lower \
                 --max-tokens or -c, or use -ctk q8_0 -ctv q8_0",
                mebibytes(now),
                mebibytes(budget),
                100.0 * MEMORY_SHARE,
            ));
        } else if width < before.0 {
            warnings.push(format!(
                "{} parallel traces of {} tokens would take {} MiB of KV cache, more than {} MiB: running \
                 {width}; for more, lower --max-tokens or -c, or use -ctk q8_0 -ctv q8_0",
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
        rewinds: shape.rewinds,
        fork_bytes: if shape.rewinds || !cells.states {
            0
        } else {
            fork_bytes(machine, cells.bytes(width, prompts))
        },
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

/// Returns a plan of half the width after llama.cpp could not create a context for `plan`; `None` if a
/// smaller width saves no memory.
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
    let settings = EngineSettings { parallel: Some(width), ..settings.clone() };
    let next = self::plan(shape, &settings, machine, session);
    let warning = format!(
        "llama.cpp could not create a context for {} parallel traces ({} KV cells, {} MiB): trying {}",
        plan.width,
        plan.total_cells,
        plan.kv_bytes >> 20,
        next.width
    );
    Some(EnginePlan { width_chosen_by: WidthChosenBy::Memory, warnings: vec![warning], ..next })
}

/// Returns the tokens per micro-batch, and the prompt tokens between two steps, a multiple of it.
fn batches(settings: &EngineSettings, warnings: &mut Vec<String>) -> (usize, usize) {
    let micro_batch = settings.micro_batch();
    if let Some(batch) = settings.batch.filter(|&batch| batch < micro_batch) {
        warnings.push(format!(
            "-b {batch} is less than a micro-batch: up to {micro_batch} prompt tokens are evaluated between \
             two steps; lower -ub for smaller chunks"
        ));
    }
    let batch = settings.batch.unwrap_or(BATCH).max(micro_batch);
    (micro_batch, batch - batch % micro_batch)
}

/// Returns the bytes for states kept where traces part: a quarter of what the cache leaves of its share of the
/// memory.
fn fork_bytes(machine: Machine, cache: u64) -> u64 {
    match machine.free_memory {
        None => MAX_FORK_BYTES / 4,
        Some(free) => (((free as f64 * MEMORY_SHARE) as u64).saturating_sub(cache) / 4).min(MAX_FORK_BYTES),
    }
}

/// Returns the number of prompts to cache so that `width` traces keep running: twice the number that fills
/// the width, because a prompt stays cached while its last traces run.
fn prompts_at_once(width: usize, session: &Session) -> usize {
    let filling = width.div_ceil(session.traces_at_once.max(1) as usize);
    (2 * filling).min(width).min(session.prompts).max(1)
}

#[cfg(test)]
mod tests;
