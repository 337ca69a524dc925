//! Other levels of a model, made by llama.cpp's quantizer.

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

/// Between two looks at whether to go on.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// What to make of which file.
#[derive(Clone, Debug)]
pub struct Job<'a> {
    /// A GGUF file whose header was checked.
    pub source: &'a Path,
    /// Where the level is written; a file that is there is written over. May be empty for [`bytes`].
    pub target: &'a Path,
    /// The level.
    pub level: Level,
    /// Whether weights that are quantized already are taken.
    pub allow_requantize: bool,
    /// Threads. The bytes do not depend on them.
    pub threads: usize,
}

/// Hears how far it is.
pub trait QuantizeListener {
    /// So many of so many tensors are done, the last of them this.
    fn tensor(&mut self, done: u64, total: u64, name: &str);
    /// Asked some twenty times a second: true gives up.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Hears nothing.
pub struct Silent;

impl QuantizeListener for Silent {
    fn tensor(&mut self, _: u64, _: u64, _: &str) {}
}

/// Weights that could not be quantized.
#[derive(Debug, thiserror::Error)]
pub enum QuantizeError {
    /// llama.cpp gave up.
    #[error("llama.cpp could not make {level} of {}: {reason}", path.display())]
    Failed {
        /// The source.
        path: PathBuf,
        /// The level.
        level: &'static str,
        /// What it said.
        reason: String,
    },
    /// The listener gave up. llama.cpp goes on in its thread, writing to the target, until the process ends.
    #[error("interrupted")]
    Interrupted,
    /// A path that llama.cpp cannot be told, or no thread to run in.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Makes a level. Says of which tensors the shape did not allow the type that was meant for them.
///
/// The same source gives the same bytes, whatever the number of threads. llama.cpp may not notice that a disk
/// is full: read the header of what was written.
///
/// # Errors
/// [`QuantizeError`]; what was written by then stays.
pub fn quantize(job: &Job<'_>, listener: &mut dyn QuantizeListener) -> Result<Vec<Misfit>, QuantizeError> {
    Ok(run(job, false, listener)?.misfits)
}

/// The bytes that a level will take on the disk, or somewhat more. Cost: reads the header.
///
/// # Errors
/// [`QuantizeError::Failed`], if llama.cpp does not take the source.
pub fn bytes(job: &Job<'_>, header: &Header) -> Result<u64, QuantizeError> {
    let tensors = run(job, true, &mut Silent)?.bytes;
    let metadata = header.file_size.saturating_sub(header.tensors.iter().map(|tensor| tensor.bytes).sum());
    // Each tensor is padded to 32 bytes.
    Ok(tensors + metadata + 32 * header.tensors.len() as u64)
}

/// Whether a model has quantized weights.
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
        std::io::Error::new(std::io::ErrorKind::InvalidInput, format!("a zero byte in {}", path.display()))
    })
}
