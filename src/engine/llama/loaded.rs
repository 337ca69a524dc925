//! Loaded model: weights in memory, and contexts to run them.

use std::num::NonZeroU32;
use std::pin::pin;
use std::sync::OnceLock;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};

use super::adapters::Adapters;
use super::backends::Backends;
use super::control_tokens::control_texts;
use super::experts;
use super::ffi_enums;
use super::pace::Watch;
use super::plan::{self, EnginePlan, Machine};
use super::shape::ModelShape;
use crate::engine::{EngineError, Session};
use crate::model::ModelFile;
use crate::record::engine::{GpuLayers, NamedLayers};
use crate::record::engine_settings::EngineSettings;

/// Loaded model with the settings to run it.
#[derive(Debug)]
pub struct LlamaEngine {
    pub(super) model: LlamaModel,
    pub(super) shape: ModelShape,
    pub(super) settings: EngineSettings,
    machine: Machine,
    pub(super) backends: Backends,
    pub(super) adapters: Adapters,
    /// Texts of the control tokens, which untrusted parts of a prompt must not produce.
    pub(super) control_texts: Vec<String>,
    /// What other programs take, if the number of threads follows it.
    pub(super) watch: Option<Watch>,
}

/// Returns llama.cpp's global state, which is initialised once and never freed.
pub(super) fn backend() -> Result<&'static LlamaBackend, EngineError> {
    static BACKEND: OnceLock<Result<LlamaBackend, String>> = OnceLock::new();
    let made = BACKEND.get_or_init(|| {
        send_logs_to_tracing(LogOptions::default());
        LlamaBackend::init().map_err(|error| error.to_string())
    });
    made.as_ref().map_err(|error| EngineError::Other(format!("llama.cpp could not start: {error}")))
}

impl LlamaEngine {
    /// Loads the weights of a checked file. `free_memory` is the number of bytes available for the KV cache,
    /// if known.
    ///
    /// Cost: maps the file; some quantizations are repacked in memory.
    ///
    /// # Errors
    /// [`EngineError::Load`], or [`EngineError::Unfit`] for options that do not fit the model.
    pub fn load(
        file: &ModelFile,
        settings: EngineSettings,
        free_memory: Option<u64>,
    ) -> Result<Self, EngineError> {
        let failed = |reason: String| EngineError::Load { path: file.path.display().to_string(), reason };
        let mut shape = ModelShape::of(&file.header);
        shape.check(&settings)?;
        let backend = backend()?;
        let backends = Backends::of(&settings);
        if let Some(layers) =
            settings.gpu_layers.filter(|&layers| layers != GpuLayers::Count(0) && !backends.has_gpu)
        {
            tracing::warn!("-ngl {}: this build sees no GPU; all layers run on the CPU", layers.text());
        }
        let params = model_params(&settings, &backends).map_err(|error| failed(error.to_string()))?;
        let mut params = pin!(params);
        let mut on_cpu = Vec::new();
        if let Some(layers) = settings.cpu_moe {
            match experts::idle_note(layers, backends.gpu.is_some(), &file.header) {
                Some(note) => tracing::warn!("{note}"),
                None => {
                    on_cpu =
                        experts::patterns(layers, &file.header).map_err(|error| failed(error.to_string()))?
                }
            }
        }
        for pattern in &on_cpu {
            params.as_mut().add_cpu_buft_override(pattern);
        }
        let mut model = LlamaModel::load_from_file(backend, &file.path, &params)
            .map_err(|error| failed(format!("{error}; run again with -v to see llama.cpp's log")))?;
        // Also for an architecture whose state's size the header does not tell us.
        shape.rewinds &= !model.is_recurrent() && !model.is_hybrid();
        let adapters = Adapters::load(&mut model, file)?;
        let control_texts = control_texts(&model);
        let machine = Machine { on_gpu: backends.gpu.is_some(), free_memory };
        Ok(Self { shape, settings, machine, backends, adapters, control_texts, watch: None, model })
    }

    /// Sets the number of parallel traces for later sessions.
    pub fn set_parallel(&mut self, parallel: Option<usize>) {
        self.settings.parallel = parallel;
    }

    /// Lets the number of threads follow what other programs leave, instead of the number in the settings.
    pub fn watch(&mut self, watch: Watch) {
        self.watch = Some(watch);
    }

    /// Plans the batch width, cells and memory of a session.
    #[must_use]
    pub fn plan(&self, session: &Session) -> EnginePlan {
        plan::plan(&self.shape, &self.settings, self.machine, session)
    }

    /// Creates a context for the plan, or for a narrower plan if llama.cpp cannot create it.
    pub(super) fn context(
        &self,
        session: &Session,
        mut plan: EnginePlan,
        threads: usize,
    ) -> Result<(EnginePlan, LlamaContext<'_>), EngineError> {
        loop {
            for warning in &plan.warnings {
                tracing::warn!("{warning}");
            }
            match self.context_of(&plan, threads) {
                Ok(context) => return Ok((plan, context)),
                Err(error) => {
                    let next = plan::narrower(&plan, &self.shape, &self.settings, self.machine, session);
                    plan = next.ok_or(error)?;
                }
            }
        }
    }

    /// Creates a context whose batches take `threads_batch` threads.
    pub(super) fn context_of(
        &self,
        plan: &EnginePlan,
        threads_batch: usize,
    ) -> Result<LlamaContext<'_>, EngineError> {
        let failed =
            |reason: &str| EngineError::Context { cells: plan.total_cells, reason: reason.to_owned() };
        // Many systems overcommit memory and kill the process when it is used.
        if self.backends.gpu.is_none() && self.machine.free_memory.is_some_and(|free| plan.kv_bytes > free) {
            return Err(failed("they need more than the free memory"));
        }
        let n_ctx = u32::try_from(plan.total_cells).map_err(|_| failed("the count exceeds 32 bits"))?;
        let threads = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        let params = LlamaContextParams::default()
            .with_n_ctx(NonZeroU32::new(n_ctx))
            .with_n_seq_max(plan.streams() as u32)
            // llama.cpp keeps one row of logits per sequence, at most this many.
            .with_n_batch(plan.micro_batch.max(plan.streams()) as u32)
            .with_n_ubatch(plan.micro_batch as u32)
            .with_n_threads(threads(plan.threads))
            .with_n_threads_batch(threads(threads_batch))
            .with_flash_attention_policy(ffi_enums::flash_attention(self.settings.flash_attention))
            .with_type_k(ffi_enums::cache_type(self.settings.cache_type_k))
            .with_type_v(ffi_enums::cache_type(self.settings.cache_type_v))
            .with_kv_unified(plan.unified)
            // Layers with a window keep all cells too: their order, and with it the order of sums, stays that of the
            // tokens, and a sequence can be cut back.
            .with_swa_full(true)
            .with_no_perf(true);
        let context = self.model.new_context(backend()?, params);
        let mut context = context.map_err(|error| failed(&error.to_string()))?;
        self.adapters.apply(&mut context)?;
        Ok(context)
    }
}

fn model_params(
    options: &EngineSettings,
    backends: &Backends,
) -> Result<LlamaModelParams, llama_cpp_2::LlamaCppError> {
    let mut params = LlamaModelParams::default();
    match options.gpu_layers {
        None => {}
        Some(GpuLayers::Count(layers)) => params = params.with_n_gpu_layers(layers),
        Some(GpuLayers::Named(NamedLayers::All)) => params = params.with_n_gpu_layers(u32::MAX),
    }
    if backends.has_gpu && backends.gpu.is_none() {
        // Without layers the GPU would still compute large matrix products.
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
