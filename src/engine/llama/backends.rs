//! Processors that llama.cpp computes on, as far as results and batch width depend on them.

use llama_cpp_2::{LlamaBackendDeviceType, list_llama_ggml_backend_devices};

use super::plan::EnginePlan;
use crate::record::engine::GpuLayers;
use crate::record::engine_settings::EngineSettings;

/// Backends in use besides the CPU backend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backends {
    /// Whether a GPU is available, in use or not.
    pub has_gpu: bool,
    /// Name of the GPU that holds layers.
    pub gpu: Option<String>,
    /// Name of a library that computes matrix products on the CPU.
    pub accelerator: Option<String>,
}

impl Backends {
    /// Returns the backends for a model with these settings. A GPU without layers is not used at all.
    pub fn of(settings: &EngineSettings) -> Self {
        let devices = list_llama_ggml_backend_devices();
        let find = |kinds: &[LlamaBackendDeviceType]| {
            devices
                .iter()
                .find(|device| kinds.contains(&device.device_type))
                .map(|device| device.name.clone())
        };
        let gpu = find(&[
            LlamaBackendDeviceType::Gpu,
            LlamaBackendDeviceType::IntegratedGpu,
            LlamaBackendDeviceType::Unknown,
        ]);
        Self {
            has_gpu: gpu.is_some(),
            gpu: gpu.filter(|_| settings.gpu_layers != Some(GpuLayers::Count(0))),
            accelerator: find(&[LlamaBackendDeviceType::Accelerator]),
        }
    }

    /// Returns why results may depend on the schedule; `None` if they are guaranteed not to.
    pub fn schedule_note(&self, plan: &EnginePlan) -> Option<String> {
        let last_bits = "results may differ in the last bits between widths and orders";
        if let Some(name) = self.gpu.as_ref().or(self.accelerator.as_ref()) {
            return Some(format!(
                "{name} computes in ways that depend on what runs side by side: {last_bits}"
            ));
        }
        plan.unified.then(|| {
            format!(
                "sequences share one pool of cells (-kvu), whose order depends on the schedule: {last_bits}"
            )
        })
    }
}
