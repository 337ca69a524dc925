//! Calls of llama.cpp that the binding has no methods for: several LoRA adapters at once, control vectors, the number
//! of threads of a context, a description of the backends.

#![allow(unsafe_code)]

use std::ffi::CStr;
use std::ptr;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::model::LlamaLoraAdapter;
use llama_cpp_sys_2 as sys;

/// Sets the LoRA adapters of a context with their factors, in place of earlier ones. Returns false on failure.
pub fn set_loras(context: &mut LlamaContext<'_>, loras: &[(LlamaLoraAdapter, f32)]) -> bool {
    const {
        assert!(size_of::<LlamaLoraAdapter>() == size_of::<*mut sys::llama_adapter_lora>());
    }
    let Some(context) = address(context) else { return false };
    // SAFETY: LlamaLoraAdapter is `repr(transparent)` over a non-null pointer to the adapter, of the size checked above.
    let pointer = |lora: &LlamaLoraAdapter| unsafe {
        ptr::from_ref(lora).cast::<*mut sys::llama_adapter_lora>().read()
    };
    let mut adapters: Vec<_> = loras.iter().map(|(lora, _)| pointer(lora)).collect();
    let mut scales: Vec<f32> = loras.iter().map(|(_, scale)| *scale).collect();
    // SAFETY: the context is borrowed mutably, both lists have the given length and are copied by llama.cpp, and the
    // adapters live as long as their model, which the context borrows.
    let code = unsafe {
        sys::llama_set_adapters_lora(context, adapters.as_mut_ptr(), adapters.len(), scales.as_mut_ptr())
    };
    code == 0
}

/// Sets the control vector of a context: directions of `length` values from layer 1 on, applied to the layers from
/// the first to the last. Returns false on failure.
pub fn set_control_vector(
    context: &mut LlamaContext<'_>,
    directions: &[f32],
    length: usize,
    [first, last]: [i32; 2],
) -> bool {
    let (Some(context), Ok(length)) = (address(context), i32::try_from(length)) else { return false };
    // SAFETY: the context is borrowed mutably; llama.cpp copies the given number of values.
    let code = unsafe {
        sys::llama_set_adapter_cvec(context, directions.as_ptr(), directions.len(), length, first, last)
    };
    code == 0
}

/// Sets the number of threads of a context. Returns false, and changes nothing, on failure.
pub fn set_threads(context: &mut LlamaContext<'_>, threads: usize) -> bool {
    let (Some(context), Ok(threads)) = (address(context), i32::try_from(threads)) else { return false };
    // SAFETY: the context is borrowed mutably, and no batch is being evaluated.
    unsafe { sys::llama_set_n_threads(context, threads, threads) };
    true
}

/// Returns what llama.cpp says of its backends: `CPU : SSE3 = 1 | AVX2 = 1 | …`.
pub fn system_info() -> String {
    // SAFETY: returns a string that ends with a zero byte and lives until the next call.
    let text = unsafe { CStr::from_ptr(sys::llama_print_system_info()) };
    text.to_string_lossy().into_owned()
}

/// Returns the address of llama.cpp's context. The binding, whose version is pinned, has no method for it, but shows
/// it in its `Debug` form: `LlamaContext { context: 0x… }`. `None` if that form has changed.
fn address(context: &mut LlamaContext<'_>) -> Option<*mut sys::llama_context> {
    let text = format!("{context:?}");
    let digits = text.strip_prefix("LlamaContext { context: 0x")?.strip_suffix(" }")?;
    let address = usize::from_str_radix(digits, 16).ok().filter(|&address| address != 0)?;
    // Formatting a pointer exposes its provenance.
    Some(ptr::with_exposed_provenance_mut(address))
}
