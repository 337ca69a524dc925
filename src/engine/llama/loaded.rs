//! Loaded model: weights in memory, and contexts to run them.

use std::num::NonZeroU32;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::model::LlamaModel;

use super::adapters::Adapters;
use super::backends::Backends;
use super::control_tokens::control_texts;
use super::devices::devices;
use super::experts;
use super::ffi_enums;
use super::gpu_memory::LayerBytes;
use super::offload::Offload;
use super::overrides::Overrides;
use super::pace::Watch;
use super::plan::{self, EnginePlan, Machine};
use super::raw_model::{self, Loading};
use super::shape::ModelShape;
use super::start::backend;
use crate::engine::{EngineError, Session};
use crate::model::ModelFile;
use crate::record::engine_settings::EngineSettings;

/// Loaded model with the settings to run it.
#[derive(Debug)]
pub struct LlamaEngine {
    pub(super) model: LlamaModel,
    pub(super) shape: ModelShape,
    pub(super) settings: EngineSettings,
    machine: Machine,
    pub(super) backends: Backends,
    pub(super) offload: Offload,
    pub(super) adapters: Adapters,
    /// Texts of the control tokens, which untrusted parts of a prompt must not produce.
    pub(super) control_texts: Vec<String>,
    /// What other programs take, if the number of threads follows it.
    pub(super) watch: Option<Watch>,
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
        let devices = devices();
        let overrides = Overrides::of(&settings, &file.header, &raw_model::buffer_types())?;
        let bytes = LayerBytes::of(&file.header, &shape, &settings, |name| overrides.is_on_cpu(name));
        let offload = Offload::of(&settings, &bytes, &devices)?;
        let backends = Backends::of(&offload, &devices);
        let uses_gpu = backends.gpu.is_some();
        let idle = settings.cpu_moe.and_then(|layers| experts::idle_note(layers, uses_gpu, &file.header));
        let idle_overrides = (!uses_gpu && !settings.placement.overrides.is_empty())
            .then(|| "-ot changes nothing: no layer is on a GPU".to_owned());
        for note in offload.note.iter().chain(&idle).chain(&idle_overrides) {
            tracing::warn!("{note}");
        }
        let places: Vec<usize> = offload.devices.iter().map(|device| device.index).collect();
        let loading = Loading {
            gpu_layers: offload.layers,
            devices: &places,
            main_gpu: offload.main_gpu,
            split_mode: settings.placement.split_mode,
            shares: &settings.placement.tensor_split,
            // On the CPU alone all tensors are where the experts would be kept.
            overrides: if uses_gpu { &overrides.all } else { &[] },
            mmap: settings.mmap,
            mlock: settings.mlock,
        };
        let mut model = raw_model::load(backend, &file.path, &loading)
            .map_err(|error| failed(format!("{error}; run again with -vv to see llama.cpp's log")))?;
        // Also for an architecture whose state's size the header does not tell us.
        shape.rewinds &= !model.is_recurrent() && !model.is_hybrid();
        let adapters = Adapters::load(&mut model, file)?;
        let control_texts = control_texts(&model);
        let machine = Machine { on_gpu: uses_gpu, free_memory };
        Ok(Self { shape, settings, machine, backends, offload, adapters, control_texts, watch: None, model })
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
