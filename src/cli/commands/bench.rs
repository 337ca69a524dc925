//! `bench`: measures the throughput of a model.

use crate::cli::args::bench::BenchArgs;
use crate::cli::args::format::Format;
use crate::cli::exit::Exit;
use crate::cli::output::bench::{HEADER, cells};
use crate::cli::output::printer::Rendered;
use crate::cli::terminal::Terminal;
use crate::export::terminal::table;
use crate::export::{csv, json, markdown};
use crate::jobs::bench::{BenchRequest, bench as bench_job};
use crate::jobs::{JobError, output};
use crate::settings::EngineSettings;

/// Measures each width and prints a line for it.
pub fn bench(args: &BenchArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    if let Some(path) = args.table.file() {
        output::check(path, [], "--output")?;
    }
    let request = BenchRequest {
        model: args.model.name().unwrap_or("demo").to_owned(),
        widths: args.widths.clone(),
        prompt_tokens: args.prompt_tokens,
        tokens: args.tokens,
        prompts: args.prompts,
        traces: args.traces,
        temperature: args.temp,
        repetitions: args.repetitions,
        adapters: args.adapters.settings(),
        engine: args.engine.over(EngineSettings::default()),
    };
    let rows = bench_job(&request, &terminal.context(args.offline))?;
    let format = if terminal.printer.is_json() { Format::Json } else { args.table.format() };
    let (printer, file) = (&terminal.printer, args.table.file());
    let result = match format {
        Format::Text => Rendered::Text(table::numbers(&HEADER, &cells(&rows), printer.width_in(file))),
        Format::Md => Rendered::Data(markdown::table(&HEADER, &cells(&rows)).into_bytes()),
        Format::Csv => Rendered::Data(csv::rows(&rows)?),
        Format::Json => Rendered::Data(json::pretty(&rows)?),
    };
    printer.put(file, &result)?;
    Ok(Exit::Done)
}
