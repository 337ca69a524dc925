//! Other weights of the demo model, made by llama.cpp's quantizer.

#![allow(unsafe_code)]

use std::ffi::CString;
use std::path::Path;

/// Writes `from` as `to` with most weights in a file type of llama.cpp.
pub fn quantize(from: &Path, to: &Path, file_type: llama_cpp_sys_2::llama_ftype) {
    let path = |path: &Path| CString::new(path.to_str().unwrap()).unwrap();
    // Safety: both strings outlive the call, and the parameters are llama.cpp's own defaults.
    let code = unsafe {
        let mut params = llama_cpp_sys_2::llama_model_quantize_default_params();
        params.ftype = file_type;
        params.nthread = 1;
        llama_cpp_sys_2::llama_model_quantize(path(from).as_ptr(), path(to).as_ptr(), &raw const params)
    };
    assert_eq!(code, 0, "llama.cpp could not quantize {}", from.display());
}
