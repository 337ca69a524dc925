//! Tests of the choice of devices and layers.

use super::*;
use crate::engine::llama::shape::ModelShape;
use crate::model::gguf::Header;
use crate::record::placement::Placement;

const GIB: u64 = 1 << 30;

fn device(index: usize, name: &str, kind: DeviceKind, free: u64) -> Device {
    let description = format!("product {index}");
    Device { index, name: name.to_owned(), description, memory: 16 * GIB, free, kind }
}

fn two_gpus() -> Vec<Device> {
    vec![
        device(0, "CUDA0", DeviceKind::Gpu, 8 * GIB),
        device(1, "CUDA1", DeviceKind::Gpu, 8 * GIB),
        device(2, "Vulkan0", DeviceKind::IntegratedGpu, 8 * GIB),
        device(3, "CPU", DeviceKind::Cpu, 8 * GIB),
    ]
}

/// The demo: four blocks and the output, a few megabytes.
fn demo() -> LayerBytes {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf");
    let header = Header::read(&path).unwrap();
    LayerBytes::of(&header, &ModelShape::of(&header), &EngineSettings::default(), |_| false)
}

fn settings(layers: Option<GpuLayers>, placement: Placement) -> EngineSettings {
    EngineSettings { gpu_layers: layers, placement, ..EngineSettings::default() }
}

fn with_devices(names: &[&str]) -> Placement {
    Placement { devices: names.iter().map(|&name| name.to_owned()).collect(), ..Placement::default() }
}

fn chosen(settings: &EngineSettings, devices: &[Device]) -> Result<(Vec<String>, u32), String> {
    let offload = Offload::of(settings, &demo(), devices).map_err(|error| error.to_string())?;
    Ok((offload.devices.iter().map(|device| device.name.clone()).collect(), offload.layers))
}

#[test]
fn all_gpus_of_their_own_memory_by_default() {
    let usual = settings(None, Placement::default());
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    assert_eq!(chosen(&usual, &two_gpus()), Ok((names(&["CUDA0", "CUDA1"]), 5)));
    assert_eq!(chosen(&usual, &two_gpus()[2..]), Ok((names(&["Vulkan0"]), 5)));
    assert_eq!(chosen(&usual, &two_gpus()[3..]), Ok((Vec::new(), 0)));
    let given = settings(Some(GpuLayers::Count(2)), with_devices(&["vulkan0"]));
    assert_eq!(chosen(&given, &two_gpus()), Ok((names(&["Vulkan0"]), 2)));
    let none = settings(Some(GpuLayers::Count(0)), Placement::default());
    assert_eq!(chosen(&none, &two_gpus()), Ok((Vec::new(), 0)));
    let many = settings(Some(GpuLayers::Count(99)), Placement::default());
    assert_eq!(chosen(&many, &two_gpus()).unwrap().1, 5);
    let one = Placement { split_mode: Some(SplitMode::None), main_gpu: Some(1), ..Placement::default() };
    assert_eq!(chosen(&settings(None, one), &two_gpus()), Ok((names(&["CUDA1"]), 5)));
}

#[test]
fn what_does_not_fit_stays_on_the_cpu() {
    let usual = settings(None, Placement::default());
    let full = [device(0, "CUDA0", DeviceKind::Gpu, GIB)];
    let offload = Offload::of(&usual, &demo(), &full).unwrap();
    assert_eq!((offload.layers, offload.facts()), (0, None));
    assert!(offload.note.unwrap().contains("no layer fits in the free memory of CUDA0"));
    let bytes = demo();
    let room = GIB + (1 << 20);
    let part = Offload::of(&usual, &bytes, &[device(0, "CUDA0", DeviceKind::Gpu, room)]).unwrap();
    assert!((1..5).contains(&part.layers), "{part:?}");
    let facts = part.facts().unwrap();
    assert_eq!((facts.of, facts.layers_chosen_by), (5, LayersChosenBy::Memory));
    assert_eq!((facts.devices[0].free, facts.devices[0].memory), (room, 16 * GIB));
    assert!(part.note.unwrap().contains("the others run on the CPU"));
    let whole = Offload::of(&usual, &bytes, &two_gpus()).unwrap();
    assert_eq!(whole.facts().unwrap().layers_chosen_by, LayersChosenBy::All);
    assert_eq!(
        (whole.note.clone(), whole.text().unwrap()),
        (None, "5 of 5 layers on CUDA0, CUDA1".to_owned())
    );
}

#[test]
fn asking_for_a_missing_gpu_is_an_error() {
    let cpu = [device(0, "CPU", DeviceKind::Cpu, GIB)];
    let error = |layers, placement| chosen(&settings(layers, placement), &cpu).unwrap_err();
    assert!(error(Some(GpuLayers::ALL), Placement::default()).starts_with("-ngl all: "));
    assert!(error(None, with_devices(&["CUDA0"])).starts_with("-dev CUDA0: "));
    let split = Placement { split_mode: Some(SplitMode::Row), ..Placement::default() };
    assert!(error(None, split).starts_with("-sm row: "));
    assert_eq!(chosen(&settings(None, with_devices(&["none"])), &cpu), Ok((Vec::new(), 0)));
}

#[test]
fn wrong_devices_are_named() {
    let error = |layers, placement| chosen(&settings(layers, placement), &two_gpus()).unwrap_err();
    let unknown = error(None, with_devices(&["CUDA7"]));
    assert!(unknown.contains("did you mean CUDA") && unknown.contains("Vulkan0"), "{unknown}");
    assert!(error(Some(GpuLayers::Count(1)), with_devices(&["none"])).contains("contradicts"));
    let main = Placement { split_mode: Some(SplitMode::None), main_gpu: Some(2), ..Placement::default() };
    assert!(error(None, main).contains("0 to 1"));
    let rows = Placement { split_mode: Some(SplitMode::Row), main_gpu: Some(1), ..Placement::default() };
    let offload = Offload::of(&settings(None, rows), &demo(), &two_gpus()).unwrap();
    assert_eq!((offload.devices.len(), offload.main_gpu), (2, 1));
    let shares = Placement { tensor_split: vec![1.0, 1.0, 2.0], ..Placement::default() };
    assert!(error(None, shares).contains("3 shares, and 2 GPUs"));
}
