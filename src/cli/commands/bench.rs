//! `bench`: how fast a model runs on this machine.

use crate::cli::args::bench::{BenchArgs, OutputFormat};
use crate::cli::exit::Exit;
use crate::cli::output::bench as shown;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::bench::{BenchRequest, BenchRow, bench as bench_job};
use crate::settings::EngineSettings;

/// Measures each width and prints a line for it.
pub fn bench(args: &BenchArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let request = BenchRequest {
        model: args.model.clone(),
        widths: args.widths.clone(),
        prompt_tokens: args.prompt_tokens,
        tokens: args.tokens,
        prompts: args.prompts,
        traces: args.traces,
        temperature: args.temp,
        repetitions: args.repetitions,
        engine: args.engine.over(EngineSettings::default()),
    };
    let rows = bench_job(&request, &terminal.context(args.offline))?;
    let format = if terminal.printer.is_json() { OutputFormat::Json } else { args.output };
    match format {
        OutputFormat::Table => terminal.printer.data(&shown::text(&rows))?,
        OutputFormat::Csv => terminal.printer.bytes(&csv(&rows)?)?,
        OutputFormat::Json => {
            terminal.printer.data(&format!("{}\n", serde_json::to_string_pretty(&rows)?))?;
        }
    }
    Ok(Exit::Done)
}

fn csv(rows: &[BenchRow]) -> Result<Vec<u8>, JobError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    Ok(writer.into_inner().map_err(|error| error.into_error())?)
}
