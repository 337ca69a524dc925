//! How much runs side by side, and the memory it takes. Pure.

use crate::engine::Session;
use crate::model::gguf::Header;

/// Rows of every micro-batch at least. llama.cpp's CPU kernels pick another path for fewer rows,
/// and its results differ in the last bits; with 8 or more, a row's result does not depend on its
/// neighbours (docs/architecture.md, "Equal bytes").
pub const MIN_ROWS: usize = 8;

/// Traces side by side at most: llama.cpp holds 256 sequences, as many for prompts and one for a head.
const MAX_WIDTH: usize = 127;

/// llama.cpp rounds the cells of a sequence up to this.
const CELL_STEP: usize = 256;

/// Part of the free memory that the KV cache may take.
const MEMORY_SHARE: f64 = 0.6;

/// What the header says of a model's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelShape {
    /// Context length of the training, tokens; 0 if unknown.
    pub context_length: usize,
    /// Bytes of KV cache per token at f16; 0 if unknown.
    pub kv_bytes_per_token: u64,
}

impl ModelShape {
    /// Reads the shape from a header.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        let number = |key: &str| header.of_architecture(key);
        let kv_bytes_per_token = (|| {
            let heads = number("attention.head_count")?;
            let kv_heads = number("attention.head_count_kv").unwrap_or(heads);
            let default = number("embedding_length")?.checked_div(heads)?;
            let key = number("attention.key_length").unwrap_or(default);
            let value = number("attention.value_length").unwrap_or(default);
            number("block_count")?.checked_mul(kv_heads)?.checked_mul(key.checked_add(value)?)?.checked_mul(2)
        })();
        Self {
            context_length: number("context_length").and_then(|n| usize::try_from(n).ok()).unwrap_or(0),
            kv_bytes_per_token: kv_bytes_per_token.unwrap_or(0),
        }
    }
}

/// What the user may set, under llama.cpp's names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// `-np`: traces side by side; chosen if absent.
    pub parallel: Option<usize>,
    /// `-c`: tokens of a sequence, prompt and answer; what is needed if absent.
    pub context: Option<usize>,
    /// `-t`: threads; the physical cores if absent.
    pub threads: Option<usize>,
    /// `-ngl`: layers on the GPU; llama.cpp's choice if absent.
    pub gpu_layers: Option<u32>,
    /// Free memory in bytes, if known.
    pub free_memory: Option<u64>,
}

/// What will run side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct EnginePlan {
    /// Traces side by side at most.
    pub width: usize,
    /// Sequences for traces and padding rows: `width`, but at least [`MIN_ROWS`].
    pub slots: usize,
    /// Sequences that hold evaluated prompts.
    pub prompt_streams: usize,
    /// Sequences that hold the prompts' common head: 1 if it is worth a copy, else 0.
    pub head_streams: usize,
    /// Tokens of a sequence at most: what is needed, asked for with `-c`, or trained.
    pub limit: usize,
    /// KV cells per sequence: `limit`, as llama.cpp rounds it up.
    pub cells: usize,
    /// Tokens per micro-batch. Prompts are cut into chunks of this size, so it must not depend on
    /// the schedule.
    pub micro_batch: usize,
    /// Threads of llama.cpp.
    pub threads: usize,
    /// Bytes of KV cache, 0 if unknown.
    pub kv_bytes: u64,
    /// What the user should know.
    pub warnings: Vec<String>,
}

impl EnginePlan {
    /// Sequences in all.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.slots + self.prompt_streams + self.head_streams
    }
}

/// Tokens per micro-batch. llama.cpp reserves a row of logits for each: 128 keep that at 78 MB for
/// a vocabulary of 151,936.
const MICRO_BATCH: usize = 128;

/// Tokens of a common head from which on it is evaluated apart and copied: fewer are evaluated faster
/// than a stream is copied.
const MIN_HEAD: usize = 16;

/// Plans a session.
#[must_use]
pub fn plan(shape: &ModelShape, options: &PlanOptions, session: &Session) -> EnginePlan {
    let mut warnings = Vec::new();
    let threads = options.threads.unwrap_or_else(num_cpus::get_physical).max(1);
    let needed = session.longest_prompt + session.max_tokens as usize + MIN_ROWS;
    let allowed = match (options.context, shape.context_length) {
        (Some(context), _) => context,
        (None, 0) => needed,
        (None, trained) => trained,
    };
    let limit = needed.min(allowed);
    let cells = limit.next_multiple_of(CELL_STEP);
    let wanted = options.parallel.unwrap_or(if threads > 4 { 32 } else { 16 });
    let useful = session.prompts.saturating_mul(session.traces_at_once.max(1) as usize).max(1);
    // A function of the head alone: a resumed run must cut its prompts at the same places.
    let head_streams = usize::from(session.head >= MIN_HEAD);
    let mut width = wanted.clamp(1, MAX_WIDTH).min(useful.max(MIN_ROWS));
    let mut prompt_streams = prompt_streams(width, session);
    let memory = |width: usize, prompt_streams: usize| {
        let streams = width.max(MIN_ROWS) + prompt_streams + head_streams;
        streams as u64 * cells as u64 * shape.kv_bytes_per_token
    };
    if let Some(free) = options.free_memory {
        let budget = (free as f64 * MEMORY_SHARE) as u64;
        let before = (width, memory(width, prompt_streams));
        // Fewer traces than the padding rows would save nothing: then only fewer cached prompts do.
        while memory(width, prompt_streams) > budget && (prompt_streams > 1 || width > MIN_ROWS) {
            if prompt_streams > 1 && (prompt_streams * 3 > width || width <= MIN_ROWS) {
                prompt_streams -= 1;
            } else {
                width -= 1;
            }
        }
        let mebibytes = |bytes: u64| bytes >> 20;
        let now = memory(width, prompt_streams);
        if now > budget {
            warnings.push(format!(
                "the KV cache takes {} MiB, more than {} MiB, which is {:.0} % of the free memory: a lower \
                 --max-tokens or -c takes less",
                mebibytes(now),
                mebibytes(budget),
                100.0 * MEMORY_SHARE,
            ));
        } else if width < before.0 {
            warnings.push(format!(
                "{} traces of {cells} tokens side by side would take {} MiB of KV cache, more than {} MiB: \
                 running {width} (a lower --max-tokens or -c leaves room for more)",
                before.0,
                mebibytes(before.1),
                mebibytes(budget),
            ));
        }
    }
    EnginePlan {
        width,
        slots: width.max(MIN_ROWS),
        prompt_streams,
        head_streams,
        limit,
        cells,
        micro_batch: MICRO_BATCH,
        threads,
        kv_bytes: memory(width, prompt_streams),
        warnings,
    }
}

/// Prompts that must be cached at once to keep `width` traces running: twice what fills it, since
/// prompts whose last traces still run keep theirs.
fn prompt_streams(width: usize, session: &Session) -> usize {
    let filling = width.div_ceil(session.traces_at_once.max(1) as usize);
    (2 * filling).min(width).min(session.prompts).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::SamplingParams;

    const SHAPE: ModelShape = ModelShape { context_length: 40_960, kv_bytes_per_token: 114_688 };

    fn session(prompts: usize, longest_prompt: usize) -> Session {
        let sampling = SamplingParams::QWEN3_ANSWER;
        Session { sampling, max_tokens: 256, longest_prompt, head: 3, traces_at_once: 3, prompts }
    }

    #[test]
    fn cells_hold_prompt_and_answer() {
        let plan = plan(&SHAPE, &PlanOptions::default(), &session(100, 300));
        assert_eq!(plan.cells, 768);
        assert!(plan.slots >= MIN_ROWS && plan.streams() <= 256);
        assert_eq!(plan.kv_bytes, plan.streams() as u64 * 768 * 114_688);
    }

    #[test]
    fn little_memory_lowers_the_width() {
        let options =
            PlanOptions { parallel: Some(32), free_memory: Some(2 << 30), ..PlanOptions::default() };
        let plan = plan(&SHAPE, &options, &session(100, 300));
        assert!(plan.width < 32);
        assert!(plan.kv_bytes as f64 <= 0.6 * (2_u64 << 30) as f64);
        assert_eq!(plan.warnings.len(), 1);
    }

    #[test]
    fn the_context_is_never_larger_than_trained_or_asked() {
        let options = PlanOptions { context: Some(300), ..PlanOptions::default() };
        let asked = plan(&SHAPE, &options, &session(10, 4_000));
        assert_eq!((asked.limit, asked.cells), (300, 512));
        let small = ModelShape { context_length: 2_000, ..SHAPE };
        let trained = plan(&small, &PlanOptions::default(), &session(10, 4_000));
        assert_eq!((trained.limit, trained.cells), (2_000, 2_048));
    }

    #[test]
    fn too_little_memory_is_said() {
        let options =
            PlanOptions { parallel: Some(32), free_memory: Some(1 << 28), ..PlanOptions::default() };
        let plan = plan(&SHAPE, &options, &session(100, 300));
        assert_eq!((plan.width, plan.prompt_streams), (MIN_ROWS, 1));
        assert!(plan.warnings[0].contains("lower"), "{:?}", plan.warnings);
    }
}
