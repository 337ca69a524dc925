//! llama.cpp in process.

mod cache;
mod live;
pub mod plan;
mod scheduler;
mod step;

use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};

use self::plan::{EnginePlan, ModelShape, PlanOptions};
use self::scheduler::Scheduler;
use super::{Engine, EngineError, Session, Workload};
use crate::chat::Prompt;
use crate::model::ModelFile;
use crate::record::manifest::EngineFacts;

/// A loaded model and how to run it.
#[derive(Debug)]
pub struct LlamaEngine {
    model: LlamaModel,
    shape: ModelShape,
    options: PlanOptions,
    /// Texts of the control tokens, which a prompt's words must not turn into tokens.
    control_texts: Vec<String>,
}

/// llama.cpp's global state: made once, never undone.
fn backend() -> Result<&'static LlamaBackend, EngineError> {
    static BACKEND: OnceLock<Result<LlamaBackend, String>> = OnceLock::new();
    let made = BACKEND.get_or_init(|| {
        send_logs_to_tracing(LogOptions::default());
        LlamaBackend::init().map_err(|error| error.to_string())
    });
    made.as_ref().map_err(|error| EngineError::Other(format!("llama.cpp could not start: {error}")))
}

impl LlamaEngine {
    /// Loads the weights of a checked file.
    ///
    /// # Errors
    /// [`EngineError::Load`]. Cost: maps the file; some quantizations are repacked in memory.
    pub fn load(file: &ModelFile, options: PlanOptions) -> Result<Self, EngineError> {
        let failed = |reason: String| EngineError::Load { path: file.path.display().to_string(), reason };
        let params = match options.gpu_layers {
            Some(layers) => LlamaModelParams::default().with_n_gpu_layers(layers),
            None => LlamaModelParams::default(),
        };
        let model = LlamaModel::load_from_file(backend()?, &file.path, &params)
            .map_err(|error| failed(format!("{error}; run again with -v to see what llama.cpp says")))?;
        if model.is_recurrent() || model.is_hybrid() {
            let reason =
                "models with a recurrent state are not supported: their prompts cannot be shared by cells";
            return Err(failed(reason.to_owned()));
        }
        let vocab = model.vocab();
        let control_texts = vocab
            .tokens()
            .filter(|&token| vocab.is_control(token))
            .filter_map(|token| Some(vocab.text(token)?.to_string_lossy().into_owned()))
            .filter(|text| !text.is_empty())
            .collect();
        Ok(Self { shape: ModelShape::of(&file.header), options, control_texts, model })
    }

    /// The tokens of a prompt. Control tokens are read in the template's part only.
    fn tokenize(&self, prompt: &Prompt) -> Vec<LlamaToken> {
        let vocab = self.model.vocab();
        let bos = vocab.should_add_bos() && {
            let text = vocab.text(vocab.bos()).map(|text| text.to_string_lossy().into_owned());
            text.is_none_or(|text| !prompt.text.starts_with(&text))
        };
        let (before, content, after) = prompt.parts();
        // The plain way is exactly what other programs do. It is left only where the user's words
        // spell a control token.
        if !self.control_texts.iter().any(|text| content.contains(text.as_str())) {
            return vocab.tokenize(prompt.text.as_bytes(), bos, true);
        }
        let mut tokens = vocab.tokenize(before.as_bytes(), bos, true);
        tokens.extend(vocab.tokenize(content.as_bytes(), false, false));
        tokens.extend(vocab.tokenize(after.as_bytes(), false, true));
        tokens
    }

    /// The tokens of a prompt before its user's words. The last of them is left out: together with
    /// what follows it could have been another.
    fn head(&self, prompt: &Prompt) -> Vec<LlamaToken> {
        let (before, content, _) = prompt.parts();
        if content.is_empty() {
            return Vec::new();
        }
        let mut tokens = self.tokenize(&Prompt { text: before.to_owned(), content: None });
        tokens.pop();
        tokens
    }

    /// What a session would take: width, cells and memory.
    #[must_use]
    pub fn plan(&self, session: &Session) -> EnginePlan {
        plan::plan(&self.shape, &self.options, session)
    }

    fn context(&self, plan: &EnginePlan) -> Result<LlamaContext<'_>, EngineError> {
        let cells = plan.cells as u64 * plan.streams() as u64;
        let failed = |reason: &str| EngineError::Context { cells, reason: reason.to_owned() };
        let n_ctx = u32::try_from(cells).map_err(|_| failed("more than llama.cpp can count"))?;
        let threads = i32::try_from(plan.threads).unwrap_or(i32::MAX);
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(n_ctx))
            .with_n_seq_max(plan.streams() as u32)
            .with_n_batch(plan.micro_batch as u32)
            .with_n_ubatch(plan.micro_batch as u32)
            .with_n_threads(threads)
            .with_n_threads_batch(threads)
            .with_kv_unified(false)
            .with_no_perf(true);
        self.model.new_context(backend()?, params).map_err(|error| failed(&error.to_string()))
    }
}

impl Engine for LlamaEngine {
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize, EngineError> {
        Ok(self.tokenize(prompt).len())
    }

    fn head_tokens(&self, prompt: &Prompt) -> usize {
        self.head(prompt).len()
    }

    fn run(&mut self, session: &Session, workload: &mut dyn Workload) -> Result<EngineFacts, EngineError> {
        let plan = self.plan(session);
        for warning in &plan.warnings {
            tracing::warn!("{warning}");
        }
        let context = self.context(&plan)?;
        let begun = Instant::now();
        // The same for every prompt, so that of the first will do.
        let head = if plan.head_streams > 0 { self.head(workload.prompt(0)) } else { Vec::new() };
        let mut scheduler = Scheduler::new(self, context, session, &plan, head);
        // As many threads for sampling as for llama.cpp; they take turns.
        let threads = rayon::ThreadPoolBuilder::new().num_threads(plan.threads).build();
        let threads = threads.map_err(|error| EngineError::Other(error.to_string()))?;
        scheduler.run(&threads, workload)?;
        let mut facts = scheduler.into_facts();
        facts.width = plan.width;
        facts.threads = plan.threads;
        facts.context_per_sequence = plan.cells;
        facts.seconds = begun.elapsed().as_secs_f64();
        Ok(facts)
    }
}
