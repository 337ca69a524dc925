//! Processors that llama.cpp computes on, as far as results depend on them.

use super::devices::{Device, DeviceKind};
use super::offload::Offload;
use super::plan::EnginePlan;

/// Backends in use besides the CPU backend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backends {
    /// Name of the first GPU that holds layers.
    pub gpu: Option<String>,
    /// Name of a library that computes matrix products on the CPU.
    pub accelerator: Option<String>,
}

impl Backends {
    /// Returns the backends for a model that is placed so.
    pub fn of(offload: &Offload, devices: &[Device]) -> Self {
        let accelerator = devices.iter().find(|device| device.kind == DeviceKind::Accelerator);
        Self {
            gpu: offload.devices.first().map(|device| device.name.clone()),
            accelerator: accelerator.map(|device| device.name.clone()),
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
