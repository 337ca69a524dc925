//! Measures prompt and decode throughput by the number of traces side by side.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::bench::{BenchRequest, bench};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! for row in bench(&BenchRequest::new("demo"), &context)? {
//!     println!("{}: {:.0} tokens/s", row.width, row.decode_tokens_per_second);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use serde::Serialize;

use super::answer_source::load;
use super::context::Context;
use super::download;
use super::error::JobError;
use crate::chat::Prompt;
use crate::engine::llama::LlamaEngine;
use crate::record::manifest::ModelFacts;
use crate::sampling::SamplingParams;
use crate::settings::engine::check;
use crate::settings::{BadSetting, EngineSettings};
use crate::speed::{self, Case, Measurement};
use crate::stats::quantile::quantile;
use crate::system::host;

/// Widths that are measured if none are named.
const WIDTHS: [usize; 3] = [8, 16, 32];

/// What to measure.
#[derive(Clone, Debug, PartialEq)]
pub struct BenchRequest {
    /// The model.
    pub model: String,
    /// Traces side by side, one measurement each; 8, 16 and 32, or what the engine's settings say, if empty.
    pub widths: Vec<usize>,
    /// Tokens of a prompt.
    pub prompt_tokens: usize,
    /// Tokens of a trace; the end of a text is ignored.
    pub tokens: u32,
    /// Prompts.
    pub prompts: usize,
    /// Traces of a prompt; as many as run side by side if absent.
    pub traces: Option<u32>,
    /// Temperature of the draws.
    pub temperature: f64,
    /// Repetitions of each measurement.
    pub repetitions: usize,
    /// How the engine runs.
    pub engine: EngineSettings,
}

impl BenchRequest {
    /// A short measurement with the usual settings.
    #[must_use]
    pub fn new(model: &str) -> Self {
        Self {
            model: model.to_owned(),
            widths: Vec::new(),
            prompt_tokens: 128,
            tokens: 64,
            prompts: 1,
            traces: None,
            temperature: 0.7,
            repetitions: 3,
            engine: EngineSettings::default(),
        }
    }
}

/// One width's measurements. Rates are medians over the repetitions, counts those of the last.
#[derive(Clone, Debug, Serialize)]
pub struct BenchRow {
    /// The model, as it was named.
    pub model: String,
    /// Its level.
    pub quantization: String,
    /// Its bytes.
    pub model_bytes: u64,
    /// Traces side by side.
    pub width: usize,
    /// Threads of llama.cpp's batches.
    pub threads: usize,
    /// Tokens of a micro-batch.
    pub micro_batch: usize,
    /// Prompts.
    pub prompts: usize,
    /// Traces of a prompt.
    pub traces: u32,
    /// Tokens of a prompt.
    pub prompt_tokens: u64,
    /// Tokens of a trace.
    pub tokens: u32,
    /// Repetitions.
    pub repetitions: usize,
    /// Prompt tokens a second.
    pub prefill_tokens_per_second: f64,
    /// Sampled tokens a second while decoding.
    pub decode_tokens_per_second: f64,
    /// The slowest repetition.
    pub decode_slowest: f64,
    /// The fastest.
    pub decode_fastest: f64,
    /// Sampled tokens a second over all.
    pub all_tokens_per_second: f64,
    /// Sampling of a row, µs.
    pub row_microseconds: f64,
    /// Share of the time outside llama.cpp.
    pub share_outside_llama_cpp: f64,
    /// Prompt tokens evaluated.
    pub prompt_tokens_evaluated: u64,
    /// Prompt tokens without sharing.
    pub prompt_tokens_logical: u64,
    /// Rows decoded.
    pub rows: u64,
    /// Rows that traces shared.
    pub rows_saved: u64,
    /// Rows without a trace.
    pub padding_rows: u64,
    /// Bytes of the KV cache.
    pub kv_bytes: u64,
    /// Most memory held, bytes.
    pub peak_memory_bytes: Option<u64>,
}

/// Measures each width.
///
/// # Errors
/// If the model cannot be had or run, or a number is out of its range.
pub fn bench(request: &BenchRequest, context: &Context<'_>) -> Result<Vec<BenchRow>, JobError> {
    check(&request.engine)?;
    let widths = widths(request)?;
    let file = download::model(&request.model, context)?;
    let facts = file.facts();
    context.note(&format!("model: {} ({}, {} MB)", facts.file, facts.quantization, facts.size / 1_000_000));
    let mut engine = load(&file, request.engine)?;
    let prompts = speed::prompts(&engine, request.prompts, request.prompt_tokens)?;
    let sampling = SamplingParams { temperature: request.temperature, ..SamplingParams::QWEN3_ANSWER };
    // Weights come from the disk, and are repacked, when they are first used.
    engine.set_parallel(Some(widths[0]));
    speed::measure(&mut engine, &Case { traces: 1, tokens: 4, sampling }, &prompts[..1])?;
    let mut rows = Vec::new();
    for &width in &widths {
        engine.set_parallel(Some(width));
        let case = Case { traces: request.traces.unwrap_or(width as u32), tokens: request.tokens, sampling };
        rows.push(measure(request, &facts, &mut engine, &case, &prompts, context)?);
    }
    Ok(rows)
}

/// The widths to measure, and the other ranges checked.
fn widths(request: &BenchRequest) -> Result<Vec<usize>, BadSetting> {
    let bad = |text: String| Err(BadSetting(text));
    let widths = match (request.widths.is_empty(), request.engine.parallel) {
        (false, _) => request.widths.clone(),
        (true, Some(parallel)) => vec![parallel],
        (true, None) => WIDTHS.to_vec(),
    };
    for &width in &widths {
        check(&EngineSettings { parallel: Some(width), ..EngineSettings::default() })?;
    }
    let numbers = [
        ("--prompt-tokens", request.prompt_tokens),
        ("--tokens", request.tokens as usize),
        ("--prompts", request.prompts),
        ("--traces", request.traces.unwrap_or(1) as usize),
        ("--repetitions", request.repetitions),
    ];
    if let Some((option, _)) = numbers.iter().find(|(_, number)| *number == 0) {
        return bad(format!("{option} 0: at least 1 is needed"));
    }
    (SamplingParams { temperature: request.temperature, ..SamplingParams::QWEN3_ANSWER })
        .check()
        .map_err(BadSetting)?;
    Ok(widths)
}

fn measure(
    request: &BenchRequest,
    model: &ModelFacts,
    engine: &mut LlamaEngine,
    case: &Case,
    prompts: &[Prompt],
    context: &Context<'_>,
) -> Result<BenchRow, JobError> {
    let repetitions: Vec<Measurement> =
        (0..request.repetitions).map(|_| speed::measure(engine, case, prompts)).collect::<Result<_, _>>()?;
    let values = |of: fn(&Measurement) -> Option<f64>| -> Vec<f64> {
        repetitions.iter().map(|one| of(one).unwrap_or(0.0)).collect()
    };
    let median = |of: fn(&Measurement) -> Option<f64>| quantile(&values(of), 0.5).unwrap_or(0.0);
    let decode = values(|one| one.facts.decode_rate());
    let last = &repetitions[repetitions.len() - 1];
    let facts = &last.facts;
    let row = BenchRow {
        model: model.name.clone(),
        quantization: model.quantization.clone(),
        model_bytes: model.size,
        width: facts.width,
        threads: facts.threads_batch,
        micro_batch: facts.micro_batch,
        prompts: prompts.len(),
        traces: case.traces,
        prompt_tokens: last.prompt_tokens_logical / (prompts.len() as u64 * u64::from(case.traces)),
        tokens: case.tokens,
        repetitions: repetitions.len(),
        prefill_tokens_per_second: median(|one| one.facts.prefill_rate()),
        decode_tokens_per_second: median(|one| one.facts.decode_rate()),
        decode_slowest: decode.iter().copied().fold(f64::INFINITY, f64::min),
        decode_fastest: decode.iter().copied().fold(0.0, f64::max),
        all_tokens_per_second: median(Measurement::total_rate),
        row_microseconds: median(Measurement::row_microseconds),
        share_outside_llama_cpp: median(Measurement::share_outside),
        prompt_tokens_evaluated: facts.prompt_tokens_evaluated,
        prompt_tokens_logical: last.prompt_tokens_logical,
        rows: facts.rows,
        rows_saved: facts.rows_saved,
        padding_rows: facts.padding_rows,
        kv_bytes: facts.kv_bytes,
        peak_memory_bytes: host::peak_memory(),
    };
    context.note(&format!("{} side by side: {:.1} tokens/s", row.width, row.decode_tokens_per_second));
    Ok(row)
}
