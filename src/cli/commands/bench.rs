//! `bench`: how fast a model runs on this machine.

use serde::Serialize;

use super::session::plan_options;
use crate::chat::Prompt;
use crate::cli::bench_args::{BenchArgs, OutputFormat};
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::{download, host, table};
use crate::engine::llama::LlamaEngine;
use crate::engine::llama::plan::PlanOptions;
use crate::plan::{BadSetting, EngineSettings};
use crate::record::manifest::ModelFacts;
use crate::sampling::SamplingParams;
use crate::speed::{self, Case, Measurement};
use crate::stats::quantile::quantile;

/// Widths that are measured if none are named.
const WIDTHS: [usize; 3] = [8, 16, 32];

/// One width's measurements. Rates are medians over the repetitions, counts those of the last.
#[derive(Clone, Debug, Serialize)]
struct Row {
    model: String,
    quantization: String,
    model_bytes: u64,
    width: usize,
    threads: usize,
    micro_batch: usize,
    prompts: usize,
    traces: u32,
    prompt_tokens: u64,
    tokens: u32,
    repetitions: usize,
    prefill_tokens_per_second: f64,
    decode_tokens_per_second: f64,
    decode_slowest: f64,
    decode_fastest: f64,
    all_tokens_per_second: f64,
    row_microseconds: f64,
    share_outside_llama_cpp: f64,
    prompt_tokens_evaluated: u64,
    prompt_tokens_logical: u64,
    rows: u64,
    rows_saved: u64,
    padding_rows: u64,
    kv_bytes: u64,
    peak_memory_bytes: Option<u64>,
}

/// Measures each width and prints a line for it.
pub fn bench(args: &BenchArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let settings = args.engine.over(EngineSettings::default());
    settings.check()?;
    let widths = widths(args, settings.parallel)?;
    let file = download::open(&args.model, args.offline, printer)?;
    let facts = file.facts();
    let free_memory = host::free_memory().map(|free| free.saturating_sub(facts.size));
    let options = PlanOptions { free_memory, ..plan_options(&settings) };
    printer.note(&format!("model: {} ({}, {} MB)", facts.file, facts.quantization, facts.size / 1_000_000));
    let mut engine = LlamaEngine::load(&file, options)?;
    let prompts = speed::prompts(&engine, args.prompts, args.prompt_tokens)?;
    let sampling = SamplingParams { temperature: args.temp, ..SamplingParams::QWEN3_ANSWER };
    // Weights come from the disk, and are repacked, when they are first used.
    engine.set_parallel(Some(widths[0]));
    speed::measure(&mut engine, &Case { traces: 1, tokens: 4, sampling }, &prompts[..1])?;
    let mut rows = Vec::new();
    for &width in &widths {
        engine.set_parallel(Some(width));
        let case = Case { traces: args.traces.unwrap_or(width as u32), tokens: args.tokens, sampling };
        let row = measure(args, &facts, &mut engine, &case, &prompts, printer)?;
        rows.push(row);
    }
    let format = if printer.is_json() { OutputFormat::Json } else { args.output };
    printer.data(&match format {
        OutputFormat::Table => as_table(&rows),
        OutputFormat::Csv => as_csv(&rows)?,
        OutputFormat::Json => format!("{}\n", serde_json::to_string_pretty(&rows)?),
    })?;
    Ok(Exit::Done)
}

/// The widths to measure, and the other ranges checked.
fn widths(args: &BenchArgs, parallel: Option<usize>) -> Result<Vec<usize>, BadSetting> {
    let bad = |text: String| Err(BadSetting(text));
    let widths = match (args.widths.is_empty(), parallel) {
        (false, _) => args.widths.clone(),
        (true, Some(parallel)) => vec![parallel],
        (true, None) => WIDTHS.to_vec(),
    };
    for &width in &widths {
        (EngineSettings { parallel: Some(width), ..EngineSettings::default() }).check()?;
    }
    let numbers = [
        ("--prompt-tokens", args.prompt_tokens),
        ("--tokens", args.tokens as usize),
        ("--prompts", args.prompts),
        ("--traces", args.traces.unwrap_or(1) as usize),
        ("--repetitions", args.repetitions),
    ];
    if let Some((option, _)) = numbers.iter().find(|(_, number)| *number == 0) {
        return bad(format!("{option} 0: at least 1 is needed"));
    }
    (SamplingParams { temperature: args.temp, ..SamplingParams::QWEN3_ANSWER })
        .check()
        .map_err(BadSetting)?;
    Ok(widths)
}

fn measure(
    args: &BenchArgs,
    model: &ModelFacts,
    engine: &mut LlamaEngine,
    case: &Case,
    prompts: &[Prompt],
    printer: &Printer,
) -> anyhow::Result<Row> {
    let repetitions: Vec<Measurement> =
        (0..args.repetitions).map(|_| speed::measure(engine, case, prompts)).collect::<Result<_, _>>()?;
    let values = |of: fn(&Measurement) -> Option<f64>| -> Vec<f64> {
        repetitions.iter().map(|one| of(one).unwrap_or(0.0)).collect()
    };
    let median = |of: fn(&Measurement) -> Option<f64>| quantile(&values(of), 0.5).unwrap_or(0.0);
    let decode = values(|one| one.facts.decode_rate());
    let last = &repetitions[repetitions.len() - 1];
    let facts = &last.facts;
    let row = Row {
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
    printer.note(&format!("{} side by side: {:.1} tokens/s", row.width, row.decode_tokens_per_second));
    Ok(row)
}

fn as_table(rows: &[Row]) -> String {
    let header = [
        "width",
        "prefill t/s",
        "decode t/s",
        "slowest-fastest",
        "all t/s",
        "row µs",
        "outside llama.cpp",
        "prompt evaluated/logical",
        "rows saved",
        "KV MiB",
        "peak MiB",
    ];
    let mebibytes = |bytes: u64| (bytes >> 20).to_string();
    let share = |part: u64, of: u64| format!("{:.1} %", 100.0 * part as f64 / of.max(1) as f64);
    let lines: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            vec![
                row.width.to_string(),
                format!("{:.1}", row.prefill_tokens_per_second),
                format!("{:.1}", row.decode_tokens_per_second),
                format!("{:.1}-{:.1}", row.decode_slowest, row.decode_fastest),
                format!("{:.1}", row.all_tokens_per_second),
                format!("{:.1}", row.row_microseconds),
                format!("{:.2} %", 100.0 * row.share_outside_llama_cpp),
                format!("{}/{}", row.prompt_tokens_evaluated, row.prompt_tokens_logical),
                share(row.rows_saved, row.rows + row.rows_saved),
                mebibytes(row.kv_bytes),
                row.peak_memory_bytes.map_or_else(|| "?".to_owned(), mebibytes),
            ]
        })
        .collect();
    table::render(&header, &lines)
}

fn as_csv(rows: &[Row]) -> anyhow::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    Ok(String::from_utf8(writer.into_inner().map_err(|error| error.into_error())?)?)
}
