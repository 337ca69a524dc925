//! Devices that llama.cpp can compute on.

use llama_cpp_2::{LlamaBackendDeviceType, list_llama_ggml_backend_devices};

use super::raw;
use super::start::backend;

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Place in llama.cpp's list.
    pub index: usize,
    /// Name, as `-dev` takes it.
    pub name: String,
    /// Name of the product.
    pub description: String,
    /// Memory in bytes; 0 if unknown.
    pub memory: u64,
    /// Free memory in bytes.
    pub free: u64,
    /// What it is.
    pub kind: DeviceKind,
}

/// Kind of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// The processor.
    Cpu,
    /// A library that computes matrix products on the processor.
    Accelerator,
    /// A GPU with memory of its own.
    Gpu,
    /// A GPU in the processor's memory.
    IntegratedGpu,
}

impl Device {
    /// Returns whether it is a GPU.
    #[must_use]
    pub fn is_gpu(&self) -> bool {
        matches!(self.kind, DeviceKind::Gpu | DeviceKind::IntegratedGpu)
    }
}

/// Returns the devices that this build sees; none if llama.cpp cannot start.
#[must_use]
pub fn devices() -> Vec<Device> {
    if backend().is_err() {
        return Vec::new();
    }
    let devices = list_llama_ggml_backend_devices().into_iter();
    devices
        .map(|device| Device {
            index: device.index,
            name: device.name,
            description: device.description,
            memory: device.memory_total as u64,
            free: device.memory_free as u64,
            kind: match device.device_type {
                LlamaBackendDeviceType::Cpu => DeviceKind::Cpu,
                LlamaBackendDeviceType::Accelerator => DeviceKind::Accelerator,
                LlamaBackendDeviceType::IntegratedGpu => DeviceKind::IntegratedGpu,
                LlamaBackendDeviceType::Gpu | LlamaBackendDeviceType::Unknown => DeviceKind::Gpu,
            },
        })
        .collect()
}

/// Returns the instruction sets that llama.cpp's CPU backend was compiled for, under llama.cpp's names.
#[must_use]
pub fn instruction_sets() -> Vec<String> {
    if backend().is_err() {
        return Vec::new();
    }
    names(&raw::system_info())
}

/// Reads the names with the value 1 from the part about the CPU: `CPU : SSE3 = 1 | AVX2 = 1 | OPENMP = 1 | `.
fn names(info: &str) -> Vec<String> {
    const NOT_INSTRUCTIONS: [&str; 4] = ["LLAMAFILE", "OPENMP", "REPACK", "ACCELERATE"];
    let cpu = info.split("CPU :").nth(1).unwrap_or_default();
    let fields = cpu.split('|').map_while(|field| {
        // The next backend begins with its name and a colon.
        (!field.contains(':')).then(|| field.trim())
    });
    let is_on = |field: &str| {
        let (name, value) = field.split_once(" = ")?;
        (value == "1" && !NOT_INSTRUCTIONS.contains(&name)).then(|| name.to_owned())
    };
    fields.filter_map(is_on).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_instruction_sets_of_the_cpu() {
        let info = "CUDA : ARCHS = 800 | CPU : SSE3 = 1 | AVX2 = 1 | AVX512 = 0 | LLAMAFILE = 1 | OPENMP = 1 | BLAS : X = 1 | ";
        assert_eq!(names(info), ["SSE3", "AVX2"]);
        assert_eq!(names(""), [""; 0]);
    }
}
