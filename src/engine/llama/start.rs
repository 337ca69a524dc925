//! Start of llama.cpp: its log, its backends, its global state.

use std::sync::OnceLock;

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};

use crate::engine::EngineError;

/// Returns llama.cpp's global state, which is initialised once and never freed. Devices are known from then on.
///
/// # Errors
/// [`EngineError::Other`] if llama.cpp cannot start, or the program's backends are missing.
pub fn backend() -> Result<&'static LlamaBackend, EngineError> {
    static BACKEND: OnceLock<Result<LlamaBackend, String>> = OnceLock::new();
    let made = BACKEND.get_or_init(|| {
        send_logs_to_tracing(LogOptions::default());
        load_backends()?;
        LlamaBackend::init().map_err(|error| error.to_string())
    });
    made.as_ref().map_err(|error| EngineError::Other(format!("llama.cpp could not start: {error}")))
}

#[cfg(feature = "dynamic-backends")]
fn load_backends() -> Result<(), String> {
    use llama_cpp_2::llama_backend::load_backends_from_path;
    use std::path::Path;
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    // A link to the program stands for the program.
    let program = program.canonicalize().unwrap_or(program);
    let folder = super::backend_files::folder(&program, llama_cpp_sys_2::BACKENDS_DIR).ok_or_else(|| {
        let here = program.parent().unwrap_or(Path::new(".")).display();
        format!(
            "its CPU backends (libggml-cpu-…) are neither beside the program in {here} nor in its lib folder"
        )
    })?;
    if folder.to_str().is_none() {
        return Err(format!("the path {} is not UTF-8", folder.display()));
    }
    load_backends_from_path(&folder);
    Ok(())
}

#[cfg(not(feature = "dynamic-backends"))]
#[expect(clippy::unnecessary_wraps, reason = "backends that are loaded may be missing")]
fn load_backends() -> Result<(), String> {
    Ok(())
}
