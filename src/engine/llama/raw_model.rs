//! Loading of weights: the binding has no methods for shares of GPUs and for buffers other than the CPU's.

#![allow(unsafe_code)]

use std::ffi::{CStr, CString};
use std::path::Path;
use std::ptr;

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_sys_2 as sys;

use super::ffi_enums;
use crate::record::placement::{SplitMode, TensorOverride};

/// How to load the weights.
#[derive(Clone, Copy, Debug)]
pub struct Loading<'a> {
    /// Number of layers on GPUs.
    pub gpu_layers: u32,
    /// Places of the GPUs in llama.cpp's list of devices. Without any, no GPU is used for anything.
    pub devices: &'a [usize],
    /// Place, among these, of the GPU for what is not split.
    pub main_gpu: usize,
    /// How layers are split between GPUs; by llama.cpp's default if absent.
    pub split_mode: Option<SplitMode>,
    /// Share of each GPU; by free memory if empty.
    pub shares: &'a [f32],
    /// Tensors with a place of their own.
    pub overrides: &'a [TensorOverride],
    /// Whether to map the file into memory.
    pub mmap: bool,
    /// Whether to keep the weights in RAM.
    pub mlock: bool,
}

/// Returns the names of the buffer types in which tensors can be placed.
pub fn buffer_types() -> Vec<String> {
    buffers().into_iter().map(|(name, _)| name).collect()
}

/// Loads the weights.
///
/// # Errors
/// What failed. llama.cpp's log has the reason.
pub fn load(_: &LlamaBackend, path: &Path, loading: &Loading<'_>) -> Result<LlamaModel, String> {
    let c_string = |text: &str| CString::new(text).map_err(|error| error.to_string());
    let path = c_string(path.to_str().ok_or("the path is not UTF-8")?)?;
    // SAFETY: returns a struct by value.
    let mut params = unsafe { sys::llama_model_default_params() };
    params.n_gpu_layers = i32::try_from(loading.gpu_layers).unwrap_or(i32::MAX);
    params.load_mode = match (loading.mmap, loading.mlock) {
        (false, false) => sys::LLAMA_LOAD_MODE_NONE,
        (true, false) => sys::LLAMA_LOAD_MODE_MMAP,
        (false, true) => sys::LLAMA_LOAD_MODE_MLOCK,
        (true, true) => sys::LLAMA_LOAD_MODE_MMAP_MLOCK,
    };
    if let Some(mode) = loading.split_mode {
        params.split_mode = ffi_enums::split_mode(mode);
    }
    params.main_gpu = i32::try_from(loading.main_gpu).unwrap_or(0);
    let mut devices: Vec<sys::ggml_backend_dev_t> =
        loading.devices.iter().filter_map(|&index| device(index)).collect();
    if devices.len() != loading.devices.len() {
        return Err("a device is gone".to_owned());
    }
    devices.push(ptr::null_mut());
    params.devices = devices.as_mut_ptr();
    // SAFETY: no arguments.
    let mut shares = vec![0.0_f32; unsafe { sys::llama_max_devices() }];
    if !loading.shares.is_empty() {
        shares.iter_mut().zip(loading.shares).for_each(|(to, from)| *to = *from);
        params.tensor_split = shares.as_ptr();
    }
    let buffers = buffers();
    let patterns =
        loading.overrides.iter().map(|one| c_string(&one.pattern)).collect::<Result<Vec<_>, _>>()?;
    let mut overrides = Vec::new();
    for (one, pattern) in loading.overrides.iter().zip(&patterns) {
        let buffer = buffers.iter().find(|(name, _)| *name == one.buffer);
        let (_, buft) = buffer.ok_or_else(|| format!("there is no buffer type {}", one.buffer))?;
        overrides.push(sys::llama_model_tensor_buft_override { pattern: pattern.as_ptr(), buft: *buft });
    }
    if !overrides.is_empty() {
        let end = sys::llama_model_tensor_buft_override { pattern: ptr::null(), buft: ptr::null_mut() };
        overrides.push(end);
        params.tensor_buft_overrides = overrides.as_ptr();
    }
    // SAFETY: the path ends with a zero byte; lists end with a null entry or have the length that llama.cpp reads, and
    // they outlive the call, which copies what it keeps but for the patterns, which it reads while it loads. llama.cpp
    // was initialised: the caller holds the proof.
    let model = unsafe { sys::llama_model_load_from_file(path.as_ptr(), params) };
    if model.is_null() {
        return Err("it returned no model".to_owned());
    }
    const {
        assert!(size_of::<LlamaModel>() == size_of::<*mut sys::llama_model>());
    }
    // SAFETY: LlamaModel is `repr(transparent)` over a non-null pointer to the model, of the size checked above, and
    // frees it. Nothing else holds the pointer.
    Ok(unsafe { std::mem::transmute_copy::<*mut sys::llama_model, LlamaModel>(&model) })
}

/// Returns a device of llama.cpp's list.
fn device(index: usize) -> Option<sys::ggml_backend_dev_t> {
    // SAFETY: the place is checked first. Devices live as long as the process.
    let device = unsafe {
        if index >= sys::ggml_backend_dev_count() {
            return None;
        }
        sys::ggml_backend_dev_get(index)
    };
    (!device.is_null()).then_some(device)
}

/// Returns each device's buffer type with its name.
fn buffers() -> Vec<(String, sys::ggml_backend_buffer_type_t)> {
    let mut found: Vec<(String, sys::ggml_backend_buffer_type_t)> = Vec::new();
    for device in (0..).map_while(device) {
        // SAFETY: the device lives as long as the process, and so do its buffer type and the type's name.
        let (buffer, name) = unsafe {
            let buffer = sys::ggml_backend_dev_buffer_type(device);
            if buffer.is_null() {
                continue;
            }
            (buffer, CStr::from_ptr(sys::ggml_backend_buft_name(buffer)))
        };
        let name = name.to_string_lossy().into_owned();
        if found.iter().all(|(known, _)| *known != name) {
            found.push((name, buffer));
        }
    }
    found
}
