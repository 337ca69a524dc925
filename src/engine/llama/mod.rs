//! llama.cpp in process.

mod admission;
mod backends;
mod branch;
mod cache;
mod cells;
mod names;
mod options;
pub mod plan;
mod reader;
mod reading;
mod scheduler;
mod sequences;
pub mod shape;
mod slots;
mod step;
mod tokens;
mod trie;

use std::num::NonZeroU32;
use std::sync::OnceLock;
use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};

use self::backends::Backends;
use self::plan::{EnginePlan, PlanOptions};
pub use self::reader::LlamaReader;
use self::scheduler::Scheduler;
use self::shape::ModelShape;
use super::{Engine, EngineError, Session, Workload};
use crate::chat::Prompt;
use crate::model::ModelFile;
use crate::record::engine::{CacheType, GpuLayers, NamedLayers};
use crate::record::manifest::EngineFacts;

/// A loaded model and how to run it.
#[derive(Debug)]
pub struct LlamaEngine {
    model: LlamaModel,
    shape: ModelShape,
    options: PlanOptions,
    backends: Backends,
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
    /// [`EngineError::Load`], and [`EngineError::Unfit`] for options that do not fit the model. Cost: maps
    /// the file; some quantizations are repacked in memory.
    pub fn load(file: &ModelFile, options: PlanOptions) -> Result<Self, EngineError> {
        let failed = |reason: String| EngineError::Load { path: file.path.display().to_string(), reason };
        let shape = ModelShape::of(&file.header);
        shape.check(&options)?;
        let backend = backend()?;
        let backends = Backends::of(&options);
        let params = model_params(&options, &backends).map_err(|error| failed(error.to_string()))?;
        let model = LlamaModel::load_from_file(backend, &file.path, &params)
            .map_err(|error| failed(format!("{error}; run again with -v to see what llama.cpp says")))?;
        if model.is_recurrent() || model.is_hybrid() {
            let reason =
                "models with a recurrent state are not supported: their prompts cannot be shared by cells";
            return Err(failed(reason.to_owned()));
        }
        let control_texts = tokens::control_texts(&model);
        Ok(Self { shape, options, backends, control_texts, model })
    }

    /// Sets the number of traces side by side for the sessions to come.
    pub fn set_parallel(&mut self, parallel: Option<usize>) {
        self.options.parallel = parallel;
    }

    /// What a session would take: width, cells and memory.
    #[must_use]
    pub fn plan(&self, session: &Session) -> EnginePlan {
        plan::plan(&self.shape, &self.options, session, self.backends.gpu.is_some())
    }

    /// A context for the plan, or for a narrower one if llama.cpp cannot make that.
    fn context(
        &self,
        session: &Session,
        mut plan: EnginePlan,
    ) -> Result<(EnginePlan, LlamaContext<'_>), EngineError> {
        loop {
            for warning in &plan.warnings {
                tracing::warn!("{warning}");
            }
            match self.context_of(&plan) {
                Ok(context) => return Ok((plan, context)),
                Err(error) => {
                    let on_gpu = self.backends.gpu.is_some();
                    let next = plan::narrower(&plan, &self.shape, &self.options, session, on_gpu);
                    plan = next.ok_or(error)?;
                }
            }
        }
    }

    fn context_of(&self, plan: &EnginePlan) -> Result<LlamaContext<'_>, EngineError> {
        let failed =
            |reason: &str| EngineError::Context { cells: plan.total_cells, reason: reason.to_owned() };
        // Many systems promise more memory than there is, and end the process when it is used.
        if self.backends.gpu.is_none() && self.options.free_memory.is_some_and(|free| plan.kv_bytes > free) {
            return Err(failed("they take more than the free memory"));
        }
        let n_ctx = u32::try_from(plan.total_cells).map_err(|_| failed("more than llama.cpp can count"))?;
        let threads = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(n_ctx))
            .with_n_seq_max(plan.streams() as u32)
            // llama.cpp keeps a row of logits for each sequence, and no more than this.
            .with_n_batch(plan.micro_batch.max(plan.streams()) as u32)
            .with_n_ubatch(plan.micro_batch as u32)
            .with_n_threads(threads(plan.threads))
            .with_n_threads_batch(threads(plan.threads_batch))
            .with_flash_attention_policy(names::flash_attention(self.options.flash_attention))
            .with_type_k(names::cache_type(self.options.cache_k))
            .with_type_v(names::cache_type(self.options.cache_v))
            .with_kv_unified(plan.unified)
            .with_no_perf(true);
        self.model.new_context(backend()?, params).map_err(|error| failed(&error.to_string()))
    }

    /// What a plan will take, in a line.
    fn described(&self, plan: &EnginePlan) -> String {
        let mebibytes = |bytes: u64| thousands(bytes.div_ceil(1 << 20));
        let (keys, values) = (self.options.cache_k, self.options.cache_v);
        let types = match (keys, values) {
            (CacheType::F16, CacheType::F16) => String::new(),
            (keys, values) if keys == values => format!(" {}", keys.name()),
            (keys, values) => format!(" {}/{}", keys.name(), values.name()),
        };
        let pool = if plan.unified { ", one pool" } else { "" };
        let threads = if plan.threads_batch == 1 { "thread" } else { "threads" };
        format!(
            "engine: {} traces side by side, {} tokens each; KV cache{types} {} MiB ({} sequences{pool}), model \
             {} MiB, {} {threads}",
            plan.width,
            plan.cells,
            mebibytes(plan.kv_bytes),
            plan.streams(),
            mebibytes(self.model.size()),
            plan.threads_batch,
        )
    }
}

fn model_params(
    options: &PlanOptions,
    backends: &Backends,
) -> Result<LlamaModelParams, llama_cpp_2::LlamaCppError> {
    let mut params = LlamaModelParams::default();
    match options.gpu_layers {
        None => {}
        Some(GpuLayers::Count(layers)) => params = params.with_n_gpu_layers(layers),
        Some(GpuLayers::Named(NamedLayers::All)) => params = params.with_n_gpu_layers(u32::MAX),
    }
    if backends.has_gpu && backends.gpu.is_none() {
        // Without layers it would still be given large matrix products.
        params = params.with_devices(&[])?;
    }
    if !options.mmap {
        params = params.with_use_mmap(false);
    }
    if options.mlock {
        params = params.with_use_mlock(true);
    }
    Ok(params)
}

/// A number with commas between its thousands.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let groups: Vec<&str> = std::iter::once(&digits[..first])
        .chain((first..digits.len()).step_by(3).map(|at| &digits[at..at + 3]))
        .filter(|group| !group.is_empty())
        .collect();
    groups.join(",")
}

impl Engine for LlamaEngine {
    fn count_tokens(&self, prompt: &Prompt) -> Result<usize, EngineError> {
        Ok(self.tokenize(prompt).len())
    }

    fn head_tokens(&self, prompt: &Prompt) -> usize {
        self.head(prompt).len()
    }

    fn vocabulary(&self, tell: &mut dyn FnMut(u32, &[u8])) {
        self.texts_of_tokens(tell);
    }

    fn describe(&self, session: &Session) -> Option<String> {
        Some(self.described(&self.plan(session)))
    }

    fn run(&mut self, session: &Session, workload: &mut dyn Workload) -> Result<EngineFacts, EngineError> {
        let (plan, context) = self.context(session, self.plan(session))?;
        let begun = Instant::now();
        let head = match plan.shares_head {
            true => self.head(workload.prompt(session.head_prompt)),
            false => Vec::new(),
        };
        let mut scheduler = Scheduler::new(self, context, session, &plan, head);
        // With this one as many threads for sampling as for llama.cpp; they take turns.
        let threads = rayon::ThreadPoolBuilder::new().num_threads(plan.helpers().max(1)).build();
        let threads = threads.map_err(|error| EngineError::Other(error.to_string()))?;
        scheduler.run(&threads, workload)?;
        let mut facts = scheduler.into_facts();
        facts.width = plan.width;
        facts.width_chosen_by = Some(plan.width_chosen_by);
        facts.threads = plan.threads;
        facts.threads_batch = plan.threads_batch;
        facts.kv_bytes = plan.kv_bytes;
        facts.schedule_note = self.backends.schedule_note(&plan);
        facts.schedule_independent = facts.schedule_note.is_none();
        facts.context_per_sequence = plan.cells;
        facts.micro_batch = plan.micro_batch;
        facts.seconds = begun.elapsed().as_secs_f64();
        Ok(facts)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn thousands_are_told_apart() {
        let texts = [0, 12, 378, 1_932, 45_678, 1_234_567].map(super::thousands);
        assert_eq!(texts, ["0", "12", "378", "1,932", "45,678", "1,234,567"]);
    }
}
