//! The models of a sweep, looked at before the first cell begins.

use std::collections::BTreeSet;

use crate::jobs::context::Context;
use crate::jobs::download;
use crate::model::ModelFile;
use crate::model::gguf::Header;

/// A model of the sweep, or why it cannot be had: its cells will fail, the others go on.
pub struct Opened {
    pub name: String,
    pub file: Option<ModelFile>,
}

/// Opens every model, downloading what is missing unless the context is offline, and warns of what would make a comparison one of files
/// instead of levels.
pub fn open(names: &[&str], scripted: bool, context: &Context<'_>) -> Vec<Opened> {
    let mut opened = Vec::new();
    for name in names {
        let file = if scripted { Ok(None) } else { download::model(name, context).map(Some) };
        match file {
            Ok(file) => opened.push(Opened { name: (*name).to_owned(), file }),
            Err(error) => {
                context.warn(&format!("{name} cannot be had: {error}"));
                opened.push(Opened { name: (*name).to_owned(), file: None });
            }
        }
    }
    let files: Vec<&ModelFile> = opened.iter().filter_map(|one| one.file.as_ref()).collect();
    for warning in warnings(&files) {
        context.warn(&warning);
    }
    opened
}

/// What differs between files of one model beside their level.
fn warnings(files: &[&ModelFile]) -> Vec<String> {
    let mut warnings = Vec::new();
    for (index, file) in files.iter().enumerate() {
        // Each with the first file of the same model.
        let Some(first) = files[..index].iter().find(|other| same_model(other, file)) else { continue };
        let names = format!("{} and {}", first.facts().file, file.facts().file);
        let mut differ = |what: &str| warnings.push(format!("{names} {what}"));
        if let (Some(one), Some(other)) = (&first.origin, &file.origin)
            && publisher(&one.hub.repository) != publisher(&other.hub.repository)
        {
            differ(&format!(
                "are {}'s and {}'s: publishers make files of one level in different ways (some carry a second copy of \
                 the output tensor, or were made with an importance matrix), so that a difference may be theirs",
                publisher(&one.hub.repository),
                publisher(&other.hub.repository)
            ));
        }
        if (first.header.vocabulary(), first.header.tokens_crc)
            != (file.header.vocabulary(), file.header.tokens_crc)
        {
            differ("have other vocabularies: prompts are other tokens, and drift cannot be measured");
        }
        if first.facts().template_sha256 != file.facts().template_sha256 {
            differ("have other chat templates: prompts are other texts");
        }
        if tensors(&first.header) != tensors(&file.header) {
            differ("do not have the same tensors: one may carry an output tensor of its own");
        }
    }
    warnings.sort();
    warnings.dedup();
    warnings
}

/// Files of one model at different levels: the same shape.
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
