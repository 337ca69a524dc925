//! `info`: shows what a model file contains.

use serde_json::json;

use crate::cli::args::info::InfoArgs;
use crate::cli::exit::Exit;
use crate::cli::output::values::fields;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::download;
use crate::model::ModelFile;

/// Prints architecture, quantization, context, template, size and sha256. Loads no weights.
pub fn info(args: &InfoArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let model = download::model(args.model.required()?, &terminal.context(args.offline))?;
    let template = model.header.chat_template();
    if args.template && !terminal.printer.is_json() {
        terminal.printer.data(format!("{}\n", template.unwrap_or_default()))?;
        return Ok(Exit::Done);
    }
    let facts = model.facts();
    terminal.printer.show(
        || text(&model),
        || {
            json!({
                "model": facts,
                "path": model.path.display().to_string(),
                "gguf_version": model.header.version,
                "tensor_types": model.header.types(),
                "chat_template": args.template.then_some(template).flatten(),
            })
        },
    )?;
    Ok(Exit::Done)
}

fn text(model: &ModelFile) -> String {
    let (facts, template) = (model.facts(), model.header.chat_template());
    let types = model.header.types();
    let parameters = facts.parameters as f64;
    let shares =
        types.iter().map(|(name, count)| format!("{name} {:.1} %", 100.0 * *count as f64 / parameters));
    let template = match (template, &facts.template_sha256) {
        (Some(text), Some(sha256)) => {
            let thinking = if text.contains("enable_thinking") { ", knows enable_thinking" } else { "" };
            format!("{} bytes{thinking}, sha256 {}", text.len(), &sha256[..16])
        }
        _ => "none".to_owned(),
    };
    let mut lines = vec![
        ("file", model.path.display().to_string()),
        ("name", model.header.string("general.name").unwrap_or("-").to_owned()),
        ("architecture", facts.architecture),
        ("parameters", format!("{:.1} M", parameters / 1e6)),
        ("quantization", facts.quantization),
        ("tensor types", shares.collect::<Vec<_>>().join(", ")),
        ("context", format!("{} tokens", facts.context_length)),
        ("vocabulary", format!("{} tokens", facts.vocabulary)),
        ("template", template),
        ("licence", model.header.string("general.license").unwrap_or("-").to_owned()),
        ("size", format!("{} bytes", facts.size)),
        ("sha256", facts.sha256),
    ];
    if let Some(origin) = &model.origin {
        lines.push(("from the hub", format!("{} at {}", origin.hub.repository, origin.hub.revision)));
    }
    fields(&lines, 14)
}
