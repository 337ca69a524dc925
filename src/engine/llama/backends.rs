//! Which processors llama.cpp computes on, as far as results and width depend on it.

use llama_cpp_2::{LlamaBackendDeviceType, list_llama_ggml_backend_devices};

use super::plan::EnginePlan;
use crate::record::engine::GpuLayers;
use crate::record::engine_settings::EngineSettings;

/// The backends in use beside the CPU's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backends {
    /// Whether there is a GPU, in use or not.
    pub has_gpu: bool,
    /// The GPU that layers are on.
    pub gpu: Option<String>,
    /// A library that takes over matrix products on the CPU.
    pub accelerator: Option<String>,
}

impl Backends {
    /// Those that a model with these settings is run on. With no layers on it a GPU is not used at all.
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

    /// Why results may depend on the schedule; `None` where it is promised that they do not.
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
