//! Which GPUs hold which part of a model. Pure: the caller lists the devices.

use super::devices::{Device, DeviceKind};
use super::gpu_memory::LayerBytes;
use crate::engine::EngineError;
use crate::record::engine::{GpuLayers, NamedLayers};
use crate::record::engine_settings::EngineSettings;
use crate::record::gpu::{GpuDevice, GpuFacts, LayersChosenBy};
use crate::record::names;
use crate::record::placement::SplitMode;

/// GPU backends of llama.cpp that this program can be built with.
const FEATURES: [(&str, bool); 3] = [
    ("cuda", cfg!(feature = "cuda")),
    ("vulkan", cfg!(feature = "vulkan")),
    ("metal", cfg!(feature = "metal") || cfg!(all(target_os = "macos", target_arch = "aarch64"))),
];

/// Which GPUs hold which part of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offload {
    /// GPUs that hold layers; none if all are on the CPU.
    pub devices: Vec<Device>,
    /// Number of layers on them, the output layer included.
    pub layers: u32,
    /// Number of layers of the model, the output layer included.
    of: u32,
    /// Place, among the devices, of the GPU for what is not split.
    pub main_gpu: usize,
    chosen_by: LayersChosenBy,
    /// Whether a build for GPUs found none, and nobody asked for the CPU.
    fell_back: bool,
    /// What the person should know.
    pub note: Option<String>,
}

impl Offload {
    /// Chooses devices and layers by the settings, and by free memory where they leave it open.
    ///
    /// # Errors
    /// [`EngineError::Unfit`] if the settings ask for a GPU that build or machine lacks.
    pub fn of(
        settings: &EngineSettings,
        bytes: &LayerBytes,
        devices: &[Device],
    ) -> Result<Self, EngineError> {
        let placement = &settings.placement;
        let layers = settings.gpu_layers;
        let asked = layers.filter(|&layers| layers != GpuLayers::Count(0));
        let asked = asked.map(|layers| format!("-ngl {}", layers.text()));
        if placement.is_cpu_alone() {
            return match asked {
                None => Ok(Self::cpu(bytes, false)),
                Some(asked) => Err(EngineError::Unfit(format!("{asked} contradicts -dev none"))),
            };
        }
        let mut gpus = named(&placement.devices, devices)?;
        if gpus.is_empty() {
            return match asked.or_else(|| placement.asks_for_gpu()) {
                Some(asked) => Err(EngineError::Unfit(format!("{asked}: {}", missing()))),
                None => {
                    let is_for_gpus = FEATURES.iter().any(|(_, is_in)| *is_in);
                    Ok(Self::cpu(bytes, is_for_gpus && layers.is_none()))
                }
            };
        }
        let mut main_gpu = placement.main_gpu.unwrap_or(0) as usize;
        if main_gpu >= gpus.len() {
            let last = gpus.len() - 1;
            return Err(EngineError::Unfit(format!(
                "-mg {main_gpu}: the GPUs in use are numbered 0 to {last}"
            )));
        }
        if placement.split_mode == Some(SplitMode::None) {
            gpus = vec![gpus.swap_remove(main_gpu)];
            main_gpu = 0;
        }
        if placement.tensor_split.len() > gpus.len() {
            let (shares, gpus) = (placement.tensor_split.len(), gpus.len());
            return Err(EngineError::Unfit(format!("-ts has {shares} shares, and {gpus} GPUs are in use")));
        }
        let of = bytes.layers();
        let (layers, chosen_by) = match layers {
            Some(GpuLayers::Count(count)) => (count.min(of), LayersChosenBy::Given),
            Some(GpuLayers::Named(NamedLayers::All)) => (of, LayersChosenBy::Given),
            None => match bytes.fit(&gpus) {
                fits if fits == of => (of, LayersChosenBy::All),
                fits => (fits, LayersChosenBy::Memory),
            },
        };
        let note = (chosen_by == LayersChosenBy::Memory).then(|| fit_note(layers, of, &gpus));
        let devices = if layers == 0 { Vec::new() } else { gpus };
        Ok(Self { devices, layers, of, main_gpu, chosen_by, fell_back: false, note })
    }

    fn cpu(bytes: &LayerBytes, fell_back: bool) -> Self {
        let (of, chosen_by) = (bytes.layers(), LayersChosenBy::Given);
        Self { devices: Vec::new(), layers: 0, of, main_gpu: 0, chosen_by, fell_back, note: None }
    }

    /// Returns the facts for the manifest; `None` if all layers are on the CPU.
    pub fn facts(&self) -> Option<GpuFacts> {
        let device = |device: &Device| GpuDevice {
            name: device.name.clone(),
            description: device.description.clone(),
            memory: device.memory,
            free: device.free,
        };
        (self.layers > 0).then(|| GpuFacts {
            layers: self.layers,
            of: self.of,
            layers_chosen_by: self.chosen_by,
            devices: self.devices.iter().map(device).collect(),
        })
    }

    /// Describes it in a few words; `None` if all layers are on the CPU because of the build or of what was asked for.
    pub fn text(&self) -> Option<String> {
        if self.fell_back {
            return Some("no GPU found".to_owned());
        }
        let names: Vec<&str> = self.devices.iter().map(|device| device.name.as_str()).collect();
        (self.layers > 0).then(|| format!("{} of {} layers on {}", self.layers, self.of, names.join(", ")))
    }
}

/// Returns the GPUs of these names, or those that llama.cpp would use: integrated ones only if there is no other.
fn named(names: &[String], devices: &[Device]) -> Result<Vec<Device>, EngineError> {
    let gpus: Vec<&Device> = devices.iter().filter(|device| device.is_gpu()).collect();
    if names.is_empty() || gpus.is_empty() {
        let has_own = gpus.iter().any(|device| device.kind == DeviceKind::Gpu);
        let is_used = |device: &&Device| !has_own || device.kind == DeviceKind::Gpu;
        return Ok(gpus.into_iter().filter(is_used).cloned().collect());
    }
    let find = |name: &String| {
        let found = gpus.iter().find(|device| device.name.eq_ignore_ascii_case(name));
        found.map(|device| (*device).clone()).ok_or_else(|| {
            let known: Vec<&str> = gpus.iter().map(|device| device.name.as_str()).collect();
            EngineError::Unfit(format!("-dev: {}", names::unknown("device", name, &known)))
        })
    };
    names.iter().map(find).collect()
}

/// Says why there is no GPU, and what to do.
fn missing() -> String {
    let built: Vec<&str> = FEATURES.iter().filter(|(_, is_in)| *is_in).map(|(name, _)| *name).collect();
    match (built.is_empty(), cfg!(feature = "dynamic-backends")) {
        (false, _) => format!(
            "this machine has no GPU that this build ({}) can use; check its driver, or leave the option out",
            built.join(", ")
        ),
        (true, true) => {
            "no GPU backend lies beside the program, or its driver is missing; add the backend's library, or \
                         leave the option out"
                .to_owned()
        }
        (true, false) => {
            "this build has no GPU backend; build with --features cuda (NVIDIA), vulkan (any GPU) or metal \
                          (Apple), or leave the option out"
                .to_owned()
        }
    }
}

fn fit_note(layers: u32, of: u32, gpus: &[Device]) -> String {
    let free = gpus.iter().map(|gpu| gpu.free).sum::<u64>() as f64 / 1e9;
    let names: Vec<&str> = gpus.iter().map(|gpu| gpu.name.as_str()).collect();
    let names = names.join(", ");
    match layers {
        0 => format!("no layer fits in the free memory of {names} ({free:.1} GB): all run on the CPU"),
        _ => format!(
            "{layers} of {of} layers fit in the free memory of {names} ({free:.1} GB); the others run on the CPU"
        ),
    }
}

#[cfg(test)]
mod tests;
