//! A loaded model with the prompts it will get: made once, used by every cell of a command.

use crate::benchmark::{self, Benchmark, Loaded, Request};
use crate::chat::{ChatTemplate, Prompt, TemplateOptions};
use crate::cli::args::RunArgs;
use crate::cli::benchmark_args::AUTO;
use crate::cli::download;
use crate::cli::exit::InputError;
use crate::cli::host;
use crate::cli::printer::Printer;
use crate::cli::stdin;
use crate::engine::Engine;
use crate::engine::llama::LlamaEngine;
use crate::engine::llama::plan::PlanOptions;
use crate::engine::llama::shape::ModelShape;
use crate::engine::scripted::{Script, ScriptedEngine};
use crate::model::ModelFile;
use crate::model::digest::sha256_file;
use crate::plan::{EngineSettings, Settings};
use crate::record::Instance;
use crate::record::manifest::ModelFacts;

/// Where answers come from.
pub enum Answers {
    /// A checked model file; its weights are not loaded yet.
    Model(Box<ModelFile>),
    /// A script.
    Script(Script, Box<ModelFacts>),
}

impl Answers {
    /// Finds and checks the model file, or reads the script if one is given.
    ///
    /// # Errors
    /// If it is missing or not sound, or an option of the engine does not fit it.
    pub fn open(settings: &Settings, args: &RunArgs, printer: &Printer) -> anyhow::Result<Self> {
        match &args.scripted {
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
                let file = download::open(&settings.model, args.hub.offline, printer)?;
                ModelShape::of(&file.header).check(&plan_options(&settings.engine))?;
                Ok(Self::Model(Box::new(file)))
            }
        }
    }

    /// What the manifest says of the model.
    pub fn facts(&self) -> ModelFacts {
        match self {
            Self::Model(file) => file.facts(),
            Self::Script(_, facts) => (**facts).clone(),
        }
    }

    /// Each instance's prompt as the model sees it.
    ///
    /// # Errors
    /// If the model has no chat template, or it cannot be rendered.
    pub fn prompts(&self, settings: &Settings, instances: &[Instance]) -> anyhow::Result<Vec<Prompt>> {
        let Self::Model(file) = self else {
            return Ok(instances.iter().map(|one| Prompt::plain(one.prompt.as_str())).collect());
        };
        prompts(file, settings, instances)
    }

    /// Loads the weights.
    ///
    /// # Errors
    /// If llama.cpp cannot load them.
    pub fn engine(&self, settings: &Settings, printer: &Printer) -> anyhow::Result<Box<dyn Engine>> {
        match self {
            Self::Script(script, _) => Ok(Box::new(ScriptedEngine::new(script.clone()))),
            Self::Model(file) => {
                let facts = file.facts();
                printer.note(&format!(
                    "model: {} ({}, {}, {} MB)",
                    facts.file,
                    facts.architecture,
                    facts.quantization,
                    facts.size / 1_000_000
                ));
                // The weights come first.
                let free_memory = host::free_memory().map(|free| free.saturating_sub(facts.size));
                let options = PlanOptions { free_memory, ..plan_options(&settings.engine) };
                Ok(Box::new(LlamaEngine::load(file, options)?))
            }
        }
    }
}

/// Each instance's prompt as the model of a file sees it.
///
/// # Errors
/// If it has no chat template, or it cannot be rendered.
pub fn prompts(file: &ModelFile, settings: &Settings, instances: &[Instance]) -> anyhow::Result<Vec<Prompt>> {
    let Some(source) = file.header.chat_template() else {
        return Err(InputError {
            message: format!("{} has no chat template (tokenizer.chat_template)", file.path.display()),
            hint: Some("a base model is not tuned to answer: use an instruct or chat model".to_owned()),
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

/// What the engine is told of the settings.
pub fn plan_options(engine: &EngineSettings) -> PlanOptions {
    PlanOptions {
        parallel: engine.parallel,
        context: engine.context,
        threads: engine.threads,
        threads_batch: engine.threads_batch,
        batch: engine.batch,
        micro_batch: engine.micro_batch,
        gpu_layers: engine.gpu_layers,
        flash_attention: engine.flash_attention,
        cache_k: engine.cache_type_k,
        cache_v: engine.cache_type_v,
        mlock: engine.mlock,
        mmap: engine.mmap,
        unified: engine.kv_unified,
        fork: engine.fork,
        free_memory: None,
    }
}

/// Loads the prompts, from the hub unless a file is named, and says what was left out.
///
/// # Errors
/// If the benchmark is unknown, or its data cannot be had or are not sound.
pub fn load_benchmark(settings: &Settings, offline: bool, printer: &Printer) -> anyhow::Result<Loaded> {
    let asked = &settings.benchmark;
    let mut request = Request {
        data: asked.data.clone(),
        stdin: asked
            .data
            .as_deref()
            .filter(|data| stdin::is_meant(data))
            .map(|_| stdin::read())
            .transpose()?,
        num_instances: asked.num_instances,
        shuffle_seed: asked.shuffle_seed,
        include_copyright: asked.include_copyright,
        human_annotated_only: asked.human_annotated_only,
        keep_unlabelled: asked.keep_unlabelled,
        prompt_style: asked.prompt_style.clone(),
        custom: asked.custom.clone(),
        ..Request::default()
    };
    let benchmark = if asked.name.eq_ignore_ascii_case(AUTO) {
        let found = benchmark::recognise(&request)?;
        found.put_into(&mut request);
        let command = benchmark::command(found.benchmark, &request, &settings.model);
        request.found.push(format!("the same in full: {command}"));
        found.benchmark
    } else {
        Benchmark::named(&asked.name)?
    };
    let wanted = benchmark.subsets(asked.subset.as_deref())?;
    let wanted = if asked.data.is_none() { wanted } else { Vec::new() };
    let fetched = wanted.into_iter().map(|subset| {
        let found = download::subset(benchmark, subset, offline, printer);
        found.map_err(|error| error.with_address(subset.address()))
    });
    request.fetched = fetched.collect::<Result<_, _>>()?;
    let loaded = benchmark::load(benchmark, &request)?;
    printer.note(&format!("benchmark: {}, {} instances", loaded.facts.name, loaded.instances.len()));
    for note in &loaded.facts.notes {
        printer.note(&format!("  {note}"));
    }
    Ok(loaded)
}
