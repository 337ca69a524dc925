//! Devices that llama.cpp can compute on.

use llama_cpp_2::{LlamaBackendDeviceType, list_llama_ggml_backend_devices};

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Name, as `-dev` would take it.
    pub name: String,
    /// Name of the product.
    pub description: String,
    /// Free memory in bytes.
    pub free: u64,
    /// Whether it is a GPU: neither the processor nor a library of matrix products on it.
    pub is_gpu: bool,
}

/// Returns the devices that this build sees.
#[must_use]
pub fn devices() -> Vec<Device> {
    let devices = list_llama_ggml_backend_devices().into_iter();
    devices
        .map(|device| Device {
            name: device.name,
            description: device.description,
            free: device.memory_free as u64,
            is_gpu: !matches!(
                device.device_type,
                LlamaBackendDeviceType::Cpu | LlamaBackendDeviceType::Accelerator
            ),
        })
        .collect()
}
