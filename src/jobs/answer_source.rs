//! The source of a run's answers: a model file, or a script instead of it.

use std::path::Path;

use super::context::Context;
use super::download;
use super::error::{InputError, JobError};
use crate::chat::{ChatTemplate, Prompt, TemplateOptions};
use crate::engine::Engine;
use crate::engine::llama::LlamaEngine;
use crate::engine::llama::shape::ModelShape;
use crate::engine::scripted::{Script, ScriptedEngine};
use crate::model::ModelFile;
use crate::model::digest::sha256_file;
use crate::record::Instance;
use crate::record::manifest::ModelFacts;
use crate::settings::{EngineSettings, Settings};
use crate::system::host;

/// The source of a run's answers.
pub enum AnswerSource {
    /// A checked model file. Its weights are not loaded yet.
    Model(Box<ModelFile>),
    /// A script with the facts that the manifest records.
    Script(Script, Box<ModelFacts>),
}

impl AnswerSource {
    /// Finds and checks the model file, or reads the script if one is given.
    ///
    /// # Errors
    /// Fails if the file is missing or invalid, or if an engine setting does not fit the model.
    pub fn open(settings: &Settings, script: Option<&Path>, context: &Context<'_>) -> Result<Self, JobError> {
        match script {
            Some(path) => {
                let facts = ModelFacts {
                    name: settings.model.clone(),
                    file: path.display().to_string(),
                    sha256: sha256_file(path)?,
                    ..ModelFacts::default()
                };
                Ok(Self::Script(Script::read(path)?, Box::new(facts)))
            }
            None => {
                let file = download::model(&settings.model, context)?;
                ModelShape::of(&file.header).check(&settings.engine)?;
                Ok(Self::Model(Box::new(file)))
            }
        }
    }

    /// Returns the model facts for the manifest.
    pub fn facts(&self) -> ModelFacts {
        match self {
            Self::Model(file) => file.facts(),
            Self::Script(_, facts) => (**facts).clone(),
        }
    }

    /// Renders each instance's prompt as the model sees it.
    ///
    /// # Errors
    /// Fails if the model has no chat template, or the template cannot be rendered.
    pub fn prompts(&self, settings: &Settings, instances: &[Instance]) -> Result<Vec<Prompt>, JobError> {
        let Self::Model(file) = self else {
            return Ok(instances.iter().map(|one| Prompt::plain(one.prompt.as_str())).collect());
        };
        prompts(file, settings, instances)
    }

    /// Loads the weights.
    ///
    /// # Errors
    /// Fails if llama.cpp cannot load them.
    pub fn engine(&self, settings: &Settings, context: &Context<'_>) -> Result<Box<dyn Engine>, JobError> {
        match self {
            Self::Script(script, _) => Ok(Box::new(ScriptedEngine::new(script.clone()))),
            Self::Model(file) => {
                let facts = file.facts();
                context.note(&format!(
                    "model: {} ({}, {}, {} MB)",
                    facts.file,
                    facts.architecture,
                    facts.quantization,
                    facts.size / 1_000_000
                ));
                Ok(Box::new(load(file, settings.engine)?))
            }
        }
    }
}

/// Renders each instance's prompt with the chat template of a model file.
///
/// # Errors
/// Fails if the model has no chat template, or the template cannot be rendered.
pub fn prompts(
    file: &ModelFile,
    settings: &Settings,
    instances: &[Instance],
) -> Result<Vec<Prompt>, JobError> {
    let Some(source) = file.header.chat_template() else {
        return Err(InputError {
            message: format!("{} has no chat template (tokenizer.chat_template)", file.path.display()),
            hint: Some("base models are not tuned to answer: use an instruct or chat model".to_owned()),
        }
        .into());
    };
    let template = ChatTemplate::compile(source)?;
    let options = TemplateOptions {
        thinking: settings.chat.thinking,
        bos_token: file.header.token_text("tokenizer.ggml.bos_token_id").to_owned(),
        eos_token: file.header.token_text("tokenizer.ggml.eos_token_id").to_owned(),
    };
    let system = settings.chat.system.as_deref();
    instances.iter().map(|instance| Ok(template.prompt(system, &instance.prompt, &options)?)).collect()
}

/// Loads a model's weights, and plans with the memory that remains free.
///
/// # Errors
/// Fails if llama.cpp cannot load them, or a setting does not fit the model.
pub fn load(file: &ModelFile, settings: EngineSettings) -> Result<LlamaEngine, JobError> {
    Ok(LlamaEngine::load(file, settings, free_memory(file))?)
}

/// Returns the bytes that remain free once the weights are loaded, if known.
pub fn free_memory(file: &ModelFile) -> Option<u64> {
    host::free_memory().map(|free| free.saturating_sub(file.facts().size))
}
