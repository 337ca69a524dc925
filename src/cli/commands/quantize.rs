//! `quantize`: makes other quantization levels of a model.

use serde_json::json;
use signal_hook::low_level;

use crate::cli::args::quantize::QuantizeArgs;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::jobs::quantize::{Made, QuantizeRequest, quantize as quantize_job};
use crate::jobs::{JobError, Status};
use crate::record::quantized::Why;
use crate::settings::llama_values::Choice;

/// Makes each level and prints `SHA256  SIZE  PATH` for it.
pub fn quantize(args: &QuantizeArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let request = QuantizeRequest {
        model: args.model.required()?.to_owned(),
        levels: args.levels.clone(),
        output: args.output.clone(),
        allow_requantize: args.allow_requantize,
        overwrite: args.overwrite,
        threads: Choice::over(args.threads, None),
    };
    let mut shown = Ok(());
    let mut made = |made: Made| {
        if shown.is_ok() {
            shown = terminal.printer.data(line(&made, terminal.printer.is_json()));
        }
    };
    let status = quantize_job(&request, &mut made, &terminal.cancellable(args.offline))?;
    shown?;
    if status == Status::Interrupted {
        terminal.printer.note("interrupted; the files listed above are complete");
        // llama.cpp's thread is still working: skip destructors that it could run into.
        low_level::exit(Exit::Interrupted as i32);
    }
    Ok(status.into())
}

fn line(made: &Made, json: bool) -> String {
    let (facts, path) = (&made.facts, made.path.display().to_string());
    if !json {
        return format!("{}  {}  {path}\n", facts.sha256, facts.size);
    }
    let line = json!({
        "level": facts.level,
        "sha256": facts.sha256,
        "size": facts.size,
        "path": path,
        "sidecar": made.sidecar.display().to_string(),
        "made": made.is_new,
        "source": facts.source,
        "misfits": facts.other_types.iter().filter(|other| other.why == Why::Shape).count(),
    });
    format!("{line}\n")
}
