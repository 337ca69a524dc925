//! The template that renders a run's prompts: the model's own, a built-in one, or a file.

use std::io::ErrorKind;

use super::error::{InputError, JobError};
use crate::chat::{PromptFormat, built_in};
use crate::model::ModelFile;
use crate::record::manifest::ModelFacts;
use crate::record::names;

/// Options that take the place of a model's template.
pub const TEMPLATE_OPTIONS: &str =
    "--chat-template NAME for a chat model, --few-shot or --raw for a base model (docs/models.md)";

/// Returns the Jinja source of the template that a format names.
///
/// # Errors
/// Fails if the model has no chat template, or the named one does not exist or cannot be read.
pub fn source(file: &ModelFile, format: &PromptFormat) -> Result<String, JobError> {
    match format {
        PromptFormat::Own => match file.header.chat_template() {
            Some(source) => Ok(source.to_owned()),
            None => {
                let message =
                    format!("{} has no chat template (tokenizer.chat_template)", file.path.display());
                Err(InputError::new(message, format!("choose a format: {TEMPLATE_OPTIONS}")).into())
            }
        },
        PromptFormat::File(path) => fs_err::read_to_string(path).map_err(|error| {
            let known: Vec<&str> = built_in::names().collect();
            let name = path.display().to_string();
            let near =
                names::nearest(&name, &known).map_or(String::new(), |near| format!("did you mean {near}? "));
            // The error names the file again, which helps only if there is one.
            let why = match error.kind() {
                ErrorKind::NotFound => String::new(),
                _ => format!(" that can be read: {error}"),
            };
            let message =
                format!("--chat-template {name}: neither the name of a built-in template nor a file{why}");
            InputError::new(message, format!("{near}built in are: {}", known.join(", "))).into()
        }),
        PromptFormat::Named(_) | PromptFormat::Raw | PromptFormat::FewShot => {
            format.source().ok_or_else(|| {
                InputError::plain("the run names a built-in template that this version does not have").into()
            })
        }
    }
}

/// Checks that the template of a run has not changed since it began.
///
/// # Errors
/// Fails if its sha256 differs.
pub fn same_template(begun: &ModelFacts, now: &ModelFacts) -> Result<(), InputError> {
    if begun.template_sha256 == now.template_sha256 {
        return Ok(());
    }
    Err(InputError::new(
        "the chat template has changed since the run began",
        "restore the file that --chat-template named, or start a new run",
    ))
}
