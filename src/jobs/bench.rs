//! Measures prompt and decode throughput for several numbers of traces side by side.
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
use crate::settings::{AdapterSettings, BadSetting, EngineSettings};
use crate::speed::{self, Case, Measurement};
use crate::stats::quantile::quantile;
use crate::system::host;

/// Default widths.
const WIDTHS: [usize; 3] = [8, 16, 32];

/// A measurement to make.
#[derive(Clone, Debug, PartialEq)]
pub struct BenchRequest {
    /// Model, as `--model` takes it.
    pub model: String,
    /// Numbers of traces side by side, one measurement each. If empty: the width in `engine`, or else 8, 16
    /// and 32.
    pub widths: Vec<usize>,
    /// Tokens per prompt.
    pub prompt_tokens: usize,
    /// Tokens per trace; end-of-text tokens are ignored.
    pub tokens: u32,
    /// Number of prompts.
    pub prompts: usize,
    /// Traces per prompt; the width if absent.
    pub traces: Option<u32>,
    /// Sampling temperature.
    pub temperature: f64,
    /// Repetitions of each measurement.
    pub repetitions: usize,
    /// Adapters of the model.
    pub adapters: AdapterSettings,
    /// Engine settings.
    pub engine: EngineSettings,
}

impl BenchRequest {
    /// Requests a short measurement with the default settings.
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
            adapters: AdapterSettings::default(),
            engine: EngineSettings::default(),
        }
    }
}

/// The measurements of one width. Rates are medians over the repetitions; counts are those of the last one.
#[derive(Clone, Debug, Serialize)]
pub struct BenchRow {
    /// Model, as named in the request.
    pub model: String,
    /// Quantization level.
    pub quantization: String,
    /// Size of the model file in bytes.
    pub model_bytes: u64,
    /// Traces side by side.
    pub width: usize,
    /// Threads of llama.cpp for batches.
    pub threads: usize,
    /// Tokens per micro-batch.
    pub micro_batch: usize,
    /// Number of prompts.
    pub prompts: usize,
    /// Traces per prompt.
    pub traces: u32,
    /// Tokens per prompt.
    pub prompt_tokens: u64,
    /// Tokens per trace.
    pub tokens: u32,
    /// Number of repetitions.
    pub repetitions: usize,
    /// Prompt tokens evaluated per second.
    pub prefill_tokens_per_second: f64,
    /// Sampled tokens per second of decoding.
    pub decode_tokens_per_second: f64,
    /// Decode rate of the slowest repetition.
    pub decode_slowest: f64,
    /// Decode rate of the fastest repetition.
    pub decode_fastest: f64,
    /// Sampled tokens per second of the engine's total time.
    pub all_tokens_per_second: f64,
    /// Time to read and sample one row, µs.
    pub row_microseconds: f64,
    /// Share of the time spent outside llama.cpp.
    pub share_outside_llama_cpp: f64,
    /// Prompt tokens evaluated.
    pub prompt_tokens_evaluated: u64,
    /// Prompt tokens of all traces, as if none were shared.
    pub prompt_tokens_logical: u64,
    /// Rows decoded.
    pub rows: u64,
    /// Rows saved because traces shared them.
    pub rows_saved: u64,
    /// Rows that belong to no trace.
    pub padding_rows: u64,
    /// Size of the KV cache in bytes.
    pub kv_bytes: u64,
    /// Peak memory of the process in bytes, if known.
    pub peak_memory_bytes: Option<u64>,
}

/// Measures each width.
///
/// # Errors
/// Fails if the model is not available or cannot run, or if a number is out of its range.
pub fn bench(request: &BenchRequest, context: &Context<'_>) -> Result<Vec<BenchRow>, JobError> {
    check(&request.engine)?;
    let widths = widths(request)?;
    crate::settings::adapters::check(&request.adapters)?;
    let file = download::model_with(&request.model, &request.adapters, context)?;
    let facts = file.facts();
    context.note(&format!(
        "model: {} ({}, {} MB)",
        facts.with_adapters(&facts.file),
        facts.quantization,
        facts.size / 1_000_000
    ));
    let mut engine = load(&file, request.engine.clone())?;
    let prompts = speed::prompts(&engine, request.prompts, request.prompt_tokens)?;
    let sampling = SamplingParams { temperature: request.temperature, ..SamplingParams::QWEN3_ANSWER };
    // Warm-up: llama.cpp reads and repacks the weights on first use.
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

/// Checks every range and returns the widths to measure.
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
        model: model.with_adapters(&model.name),
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
