//! What a model file contains, for a terminal.

use crate::chat::ChatTemplate;
use crate::export::terminal::{Line, Text};
use crate::jobs::TEMPLATE_OPTIONS;
use crate::model::ModelFile;

/// Returns the template's switches for thinking; none if it does not parse.
pub fn switches(template: &str) -> Vec<&'static str> {
    ChatTemplate::compile(template).map(|template| template.switches().names().collect()).unwrap_or_default()
}

/// Returns a line for each fact of a model file.
pub fn text(model: &ModelFile, width: usize) -> Vec<Line> {
    let (facts, template) = (model.facts(), model.header.chat_template());
    let types = model.header.types();
    let parameters = facts.parameters as f64;
    let shares =
        types.iter().map(|(name, count)| format!("{name} {:.1} %", 100.0 * *count as f64 / parameters));
    let template = match (template, &facts.template_sha256) {
        (Some(text), Some(sha256)) => {
            let switches = switches(text);
            let known =
                if switches.is_empty() { String::new() } else { format!(", knows {}", switches.join(", ")) };
            format!("{} bytes{known}, sha256 {}", text.len(), &sha256[..16])
        }
        _ => format!("none: name one with {TEMPLATE_OPTIONS}"),
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
    ];
    for part in &facts.parts {
        lines.push(("part", format!("{}, {} bytes, sha256 {}", part.file, part.size, part.sha256)));
    }
    let of_parts = if facts.parts.is_empty() { "" } else { " (of the list of the parts' sha256)" };
    lines.push(("sha256", format!("{}{of_parts}", facts.sha256)));
    for adapter in &facts.adapters {
        lines.push((
            adapter.what(),
            format!("{}, {} bytes, sha256 {}", adapter.title(), adapter.size, adapter.sha256),
        ));
    }
    if let Some(origin) = &model.origin {
        lines.push(("from the hub", format!("{} at {}", origin.hub.repository, origin.hub.revision)));
    }
    Text::new(width).fields(&lines, 14).done()
}
