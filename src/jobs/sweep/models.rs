//! The models of a sweep, opened and checked before the first cell begins.

use std::collections::BTreeSet;

use crate::jobs::context::Context;
use crate::jobs::download;
use crate::model::ModelFile;
use crate::model::gguf::Header;
use crate::settings::AdapterSettings;

/// A model of the sweep. Without a file it is not available: its cells will fail, the others continue.
pub struct Opened {
    pub name: String,
    pub file: Option<ModelFile>,
}

/// Opens every model, downloading missing files unless the context is offline. Warns of differences between
/// files that are not differences of level; of templates only if the files' own templates are used.
pub fn open(
    names: &[&str],
    adapters: &AdapterSettings,
    scripted: bool,
    own_templates: bool,
    context: &Context<'_>,
) -> Vec<Opened> {
    let mut opened = Vec::new();
    for name in names {
        let file = if scripted { Ok(None) } else { download::model_with(name, adapters, context).map(Some) };
        match file {
            Ok(file) => opened.push(Opened { name: (*name).to_owned(), file }),
            Err(error) => {
                context.warn(&format!("{name} is not available: {error}"));
                opened.push(Opened { name: (*name).to_owned(), file: None });
            }
        }
    }
    let files: Vec<&ModelFile> = opened.iter().filter_map(|one| one.file.as_ref()).collect();
    for warning in warnings(&files, own_templates) {
        context.warn(&warning);
    }
    opened
}

/// Returns warnings of differences, besides the level, between files of one model.
fn warnings(files: &[&ModelFile], own_templates: bool) -> Vec<String> {
    let mut warnings = Vec::new();
    for (index, file) in files.iter().enumerate() {
        // Compares each file with the first file of the same model.
        let Some(first) = files[..index].iter().find(|other| same_model(other, file)) else { continue };
        let names = format!("{} and {}", first.facts().file, file.facts().file);
        let mut differ = |what: &str| warnings.push(format!("{names} {what}"));
        if let (Some(one), Some(other)) = (&first.origin, &file.origin)
            && publisher(&one.hub.repository) != publisher(&other.hub.repository)
        {
            differ(&format!(
                "come from {} and {}: publishers make files of one level differently (some add a second copy \
                 of the output tensor or use an importance matrix), which may cause differences",
                publisher(&one.hub.repository),
                publisher(&other.hub.repository)
            ));
        }
        if (first.header.vocabulary(), first.header.tokens_crc)
            != (file.header.vocabulary(), file.header.tokens_crc)
        {
            differ("have different vocabularies: prompts differ in tokens, and drift cannot be measured");
        }
        if own_templates && first.facts().template_sha256 != file.facts().template_sha256 {
            differ("have different chat templates: prompts differ");
        }
        if tensors(&first.header) != tensors(&file.header) {
            differ("have different tensors: one may have a separate output tensor");
        }
    }
    warnings.sort();
    warnings.dedup();
    warnings
}

/// Returns whether two files have the same shape, as levels of one model have.
fn same_model(one: &ModelFile, other: &ModelFile) -> bool {
    let shape = |file: &ModelFile| {
        let header = &file.header;
        let number = |key| header.of_architecture(key);
        (
            header.architecture().map(str::to_owned),
            number("block_count"),
            number("embedding_length"),
            number("feed_forward_length"),
        )
    };
    shape(one) == shape(other)
}

fn tensors(header: &Header) -> BTreeSet<&str> {
    header.tensors.iter().map(|tensor| tensor.name.as_str()).collect()
}

fn publisher(repository: &str) -> &str {
    repository.split('/').next().unwrap_or(repository)
}
