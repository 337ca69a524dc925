//! The source of a run's answers: a model file, or a script instead of it.

use std::path::Path;
use std::time::Duration;

use super::chat_template;
use super::context::Context;
use super::download;
use super::error::JobError;
use crate::chat::{ChatTemplate, Prompt, Switches, TemplateOptions};
use crate::engine::Engine;
use crate::engine::command::CommandEngine;
use crate::engine::llama::LlamaEngine;
use crate::engine::llama::pace::Watch;
use crate::engine::llama::shape::ModelShape;
use crate::engine::scripted::{Script, ScriptedEngine};
use crate::model::ModelFile;
use crate::model::digest::{sha256_bytes, sha256_file};
use crate::record::Instance;
use crate::record::manifest::ModelFacts;
use crate::settings::{ChatSettings, EngineSettings, Settings};
use crate::system::busy::OtherPrograms;
use crate::system::cores::decoding_cores;
use crate::system::host;

/// The source of a run's answers.
pub enum AnswerSource {
    /// A checked model file, and the source of the template that renders its prompts. Its weights are not loaded
    /// yet.
    Model(Box<ModelFile>, String),
    /// Another program that answers, with the facts that the manifest records.
    Program(CommandEngine, Box<ModelFacts>),
    /// A script with the facts that the manifest records.
    Script(Script, Box<ModelFacts>),
}

impl AnswerSource {
    /// Finds and checks the model file, or reads the script if one is given.
    ///
    /// # Errors
    /// Fails if the file is missing or invalid, if it has no chat template and the settings name none, or if an
    /// engine setting does not fit the model.
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
            None if !settings.source.is_model() => program(settings),
            None => {
                let file = download::model_with(&settings.model, &settings.adapters, context)?;
                ModelShape::of(&file.header).check(&settings.engine)?;
                let template = chat_template::source(&file, &settings.chat.format)?;
                Ok(Self::Model(Box::new(file), template))
            }
        }
    }

    /// Returns the model facts for the manifest, with the digest of the template that renders the prompts.
    pub fn facts(&self) -> ModelFacts {
        match self {
            Self::Model(file, template) => {
                let template_sha256 = Some(sha256_bytes(template.as_bytes()));
                ModelFacts { template_sha256, ..file.facts() }
            }
            Self::Program(_, facts) | Self::Script(_, facts) => (**facts).clone(),
        }
    }

    /// Returns the template's switches for thinking; a script has none.
    ///
    /// # Errors
    /// Fails if the template does not parse.
    pub fn switches(&self) -> Result<Switches, JobError> {
        match self {
            Self::Model(_, template) => Ok(ChatTemplate::compile(template)?.switches()),
            Self::Program(..) | Self::Script(..) => Ok(Switches::default()),
        }
    }

    /// Renders each instance's prompt as the model sees it.
    ///
    /// # Errors
    /// Fails if the template cannot be rendered.
    pub fn prompts(&self, settings: &Settings, instances: &[Instance]) -> Result<Vec<Prompt>, JobError> {
        let Self::Model(file, template) = self else {
            return Ok(instances.iter().map(|one| Prompt::plain(one.prompt.as_str())).collect());
        };
        prompts(file, template, settings, instances)
    }

    /// Loads the weights.
    ///
    /// # Errors
    /// Fails if llama.cpp cannot load them.
    pub fn engine(&self, settings: &Settings, context: &Context<'_>) -> Result<Box<dyn Engine>, JobError> {
        match self {
            Self::Script(script, _) => Ok(Box::new(ScriptedEngine::new(script.clone()))),
            Self::Program(engine, _) => Ok(Box::new(engine.another())),
            Self::Model(file, _) => {
                let facts = file.facts();
                context.note(&format!(
                    "model: {} ({}, {}, {} MB)",
                    facts.with_adapters(&facts.file),
                    facts.architecture,
                    facts.quantization,
                    facts.size / 1_000_000
                ));
                Ok(Box::new(load(file, settings.engine.clone())?))
            }
        }
    }
}

/// Returns another program as the source, identified by its command and by the files that the command names.
fn program(settings: &Settings) -> Result<AnswerSource, JobError> {
    let words = settings.source.words();
    let mut identity = settings.source.to_string();
    for word in words.iter().filter(|word| Path::new(word).is_file()) {
        identity.push_str(&format!("\n{}", sha256_file(Path::new(word))?));
    }
    let facts = ModelFacts {
        name: settings.model.clone(),
        file: settings.source.to_string(),
        sha256: sha256_bytes(identity.as_bytes()),
        ..ModelFacts::default()
    };
    Ok(AnswerSource::Program(CommandEngine::new(words, settings.chat.system.clone()), Box::new(facts)))
}

/// Renders each instance's prompt with a template, as the settings ask for it.
///
/// # Errors
/// Fails if the template does not parse or cannot be rendered.
pub fn prompts(
    file: &ModelFile,
    template: &str,
    settings: &Settings,
    instances: &[Instance],
) -> Result<Vec<Prompt>, JobError> {
    let template = ChatTemplate::compile(template)?;
    let ChatSettings { system, thinking, effort, format: _ } = &settings.chat;
    let switches = template.switches();
    let options = TemplateOptions {
        thinking: *thinking,
        variables: switches.variables(*thinking, *effort),
        bos_token: file.header.token_text("tokenizer.ggml.bos_token_id").to_owned(),
        eos_token: file.header.token_text("tokenizer.ggml.eos_token_id").to_owned(),
    };
    let system = switches.system(*thinking, system.as_deref());
    let prompt = |instance: &Instance| Ok(template.prompt(system.as_deref(), &instance.prompt, &options)?);
    instances.iter().map(prompt).collect()
}

/// How often to look what other programs take.
const WATCH: Duration = Duration::from_secs(2);

/// Loads a model's weights, and plans with the memory that remains free.
///
/// # Errors
/// Fails if llama.cpp cannot load them, or a setting does not fit the model.
pub fn load(file: &ModelFile, settings: EngineSettings) -> Result<LlamaEngine, JobError> {
    let mut others = OtherPrograms::new();
    let follows = settings.threads.is_none() && settings.threads_batch.is_none();
    let threads = settings.threads.unwrap_or_else(decoding_cores);
    let settings = EngineSettings { threads: Some(threads), ..settings };
    let mut engine = LlamaEngine::load(file, settings, free_memory(file))?;
    if follows {
        engine.watch(Watch::new(Box::new(move || others.cores()), WATCH));
    }
    Ok(engine)
}

/// Returns the bytes that remain free once the weights are loaded, if known.
pub fn free_memory(file: &ModelFile) -> Option<u64> {
    host::free_memory().map(|free| free.saturating_sub(file.weights()))
}
