//! `info`: shows what a model file contains.

use serde_json::json;

use crate::cli::args::info::InfoArgs;
use crate::cli::exit::Exit;
use crate::cli::output::info::{switches, text};
use crate::cli::terminal::Terminal;
use crate::jobs::{JobError, download};

/// Prints architecture, quantization, context, template, size and sha256. Loads no weights.
pub fn info(args: &InfoArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let context = terminal.context(args.offline);
    let model = download::model_with(args.model.required()?, &args.adapters.settings(), &context)?;
    let template = model.header.chat_template();
    if args.template && !terminal.printer.is_json() {
        terminal.printer.data(format!("{}\n", template.unwrap_or_default()))?;
        return Ok(Exit::Done);
    }
    let facts = model.facts();
    terminal.printer.show(
        |width| text(&model, width),
        || {
            json!({
                "model": facts,
                "path": model.path.display().to_string(),
                "gguf_version": model.header.version,
                "tensor_types": model.header.types(),
                "thinking_switches": template.map(switches),
                "chat_template": args.template.then_some(template).flatten(),
            })
        },
    )?;
    Ok(Exit::Done)
}
