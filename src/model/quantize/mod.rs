//! Quantization of a model to other levels by llama.cpp's quantizer.

mod call;
pub mod level;
mod log;
pub mod types;

use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use call::Call;
pub use level::{BadLevel, Level};
use log::LogLine;
pub use log::Misfit;

use super::gguf::{self, Header};

/// Time between two checks for an interruption.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Source, target and parameters of a quantization.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// Source: a GGUF file with a checked header.
    pub source: &'a Path,
    /// Target: an existing file is overwritten. It may be empty for [`bytes`].
    pub target: &'a Path,
    /// Level of the target.
    pub level: Level,
    /// Whether weights that are already quantized are accepted.
    pub allow_requantize: bool,
    /// Number of threads. The bytes do not depend on it.
    pub threads: usize,
}

/// Listener for the progress of a quantization.
pub trait QuantizeListener {
    /// Reports that `done` of `total` tensors are finished, the last one `name`.
    fn tensor(&mut self, done: u64, total: u64, name: &str);
    /// Returns whether to give up. Called about twenty times a second.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Listener that does nothing.
pub struct Silent;

impl QuantizeListener for Silent {
    fn tensor(&mut self, _: u64, _: u64, _: &str) {}
}

/// Error of a quantization.
#[derive(Debug, thiserror::Error)]
pub enum QuantizeError {
    /// llama.cpp failed.
    #[error("llama.cpp could not make {level} of {}: {reason}", path.display())]
    Failed {
        /// Path of the source.
        path: PathBuf,
        /// Name of the level.
        level: &'static str,
        /// llama.cpp's message.
        reason: String,
    },
    /// The listener gave up. llama.cpp continues in its thread and writes to the target until the process
    /// ends.
    #[error("interrupted")]
    Interrupted,
    /// A path contains a zero byte, or no thread could be started.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Quantizes a model to a level. Returns the tensors whose shape did not allow the intended type.
///
/// The same source gives the same bytes with any number of threads. llama.cpp may not notice a full disk, so
/// read the header of the target afterwards.
///
/// # Errors
/// Returns [`QuantizeError`]; the partial target is kept.
pub fn quantize(job: &Job<'_>, listener: &mut dyn QuantizeListener) -> Result<Vec<Misfit>, QuantizeError> {
    Ok(run(job, false, listener)?.misfits)
}

/// Returns the size of a level on the disk in bytes, or slightly more. Cost: reads the header.
///
/// # Errors
/// Returns [`QuantizeError`], for example if llama.cpp rejects the source.
pub fn bytes(job: &Job<'_>, header: &Header) -> Result<u64, QuantizeError> {
    let tensors = run(job, true, &mut Silent)?.bytes;
    let metadata = header.file_size.saturating_sub(header.tensors.iter().map(|tensor| tensor.bytes).sum());
    // Each tensor is padded to 32 bytes.
    Ok(tensors + metadata + 32 * header.tensors.len() as u64)
}

/// Returns whether a model has quantized weights.
#[must_use]
pub fn is_quantized(header: &Header) -> bool {
    header.tensors.iter().any(|tensor| gguf::is_quantized(tensor.kind))
}

#[derive(Default)]
struct CallSummary {
    misfits: Vec<Misfit>,
    bytes: u64,
}

fn run(
    job: &Job<'_>,
    dry_run: bool,
    listener: &mut dyn QuantizeListener,
) -> Result<CallSummary, QuantizeError> {
    let lines = call::start(Call {
        source: path(job.source)?,
        target: path(job.target)?,
        file_type: job.level.file_type,
        allow_requantize: job.allow_requantize,
        threads: job.threads.max(1),
        dry_run,
    })?;
    let mut said = CallSummary::default();
    let mut failed = None;
    loop {
        if listener.interrupted() {
            return Err(QuantizeError::Interrupted);
        }
        match lines.recv_timeout(LOOK_EVERY) {
            Ok(LogLine::Tensor { number, total, name }) => listener.tensor(number, total, &name),
            Ok(LogLine::Misfit(misfit)) => said.misfits.push(misfit),
            Ok(LogLine::Size(bytes)) => said.bytes = bytes,
            Ok(LogLine::Failed(reason)) => failed = failed.or(Some(reason)),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    match failed {
        None => Ok(said),
        Some(reason) => {
            Err(QuantizeError::Failed { path: job.source.to_owned(), level: job.level.name, reason })
        }
    }
}

fn path(path: &Path) -> std::io::Result<CString> {
    CString::new(path.as_os_str().as_encoded_bytes()).map_err(|_| {
        std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            format!("zero byte in the path {}", path.display()),
        )
    })
}
