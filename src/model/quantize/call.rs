//! The call of llama.cpp's quantizer and the capture of its log.

#![allow(unsafe_code)]

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_void};
use std::io;
use std::ptr;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use llama_cpp_sys_2 as sys;

use super::log::LogLine;

/// Arguments of a call. All other parameters keep llama.cpp's defaults.
#[derive(Clone, Debug)]
pub struct Call {
    /// File to read.
    pub source: CString,
    /// File to write; an existing file is overwritten.
    pub target: CString,
    /// llama.cpp's number of the file type.
    pub file_type: u32,
    /// Whether weights that are already quantized are accepted.
    pub allow_requantize: bool,
    /// Number of threads.
    pub threads: usize,
    /// Whether only the size is computed.
    pub dry_run: bool,
}

/// Capture of the calling thread's part of the log.
struct Hearing {
    /// Line without its end so far.
    begun: String,
    lines: Sender<LogLine>,
}

thread_local! {
    /// Set in threads that quantize. llama.cpp has one log, and other threads may also write to it.
    static HEARING: RefCell<Option<Hearing>> = const { RefCell::new(None) };
}

/// Lock that allows one call at a time, because a call replaces the log callback.
static CALLS: Mutex<()> = Mutex::new(());

/// Quantizes in a separate thread. llama.cpp cannot be stopped, but a caller may stop waiting. The channel
/// closes at the end of the call; a failed call sends [`LogLine::Failed`].
///
/// # Errors
/// Fails if the system cannot start a thread.
pub fn start(call: Call) -> io::Result<Receiver<LogLine>> {
    let (lines, receiver) = channel();
    thread::Builder::new().name("quantize".to_owned()).spawn(move || {
        let _one = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
        HEARING.set(Some(Hearing { begun: String::new(), lines: lines.clone() }));
        let code = quantize(&call);
        HEARING.set(None);
        if code != 0 {
            // This follows llama.cpp's own message.
            let _ = lines.send(LogLine::Failed(format!("the quantizer returned code {code}")));
        }
    })?;
    Ok(receiver)
}

fn quantize(call: &Call) -> u32 {
    let mut callback: sys::ggml_log_callback = None;
    let mut data: *mut c_void = ptr::null_mut();
    // SAFETY: the paths outlive the call. The parameters are llama.cpp's defaults with null pointers, and
    // only numbers are changed. `hear` has no state and may be called from any thread at any time. The
    // previous log callback is restored afterwards.
    unsafe {
        sys::llama_log_get(&raw mut callback, &raw mut data);
        sys::llama_log_set(Some(hear), ptr::null_mut());
        let mut params = sys::llama_model_quantize_default_params();
        params.ftype = call.file_type;
        params.allow_requantize = call.allow_requantize;
        params.nthread = i32::try_from(call.threads).unwrap_or(i32::MAX);
        params.dry_run = call.dry_run;
        let code = sys::llama_model_quantize(call.source.as_ptr(), call.target.as_ptr(), &raw const params);
        sys::llama_log_set(callback, data);
        code
    }
}

/// Receives llama.cpp's log, piece by piece.
unsafe extern "C" fn hear(_: sys::ggml_log_level, text: *const c_char, _: *mut c_void) {
    // SAFETY: llama.cpp passes a terminated string that is valid until this function returns.
    let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
    let heard = HEARING.try_with(|hearing| {
        let mut hearing = hearing.try_borrow_mut().ok()?;
        hearing.as_mut()?.hear(&text);
        Some(())
    });
    if !matches!(heard, Ok(Some(()))) {
        tracing::info!(target: "llama_cpp", "{}", text.trim_end());
    }
}

impl Hearing {
    fn hear(&mut self, text: &str) {
        for piece in text.split_inclusive('\n') {
            self.begun.push_str(piece);
            if piece.ends_with('\n') {
                let line = std::mem::take(&mut self.begun);
                tracing::info!(target: "llama_cpp", "{}", line.trim_end());
                if let Some(line) = LogLine::parse(&line) {
                    // The receiver may be gone.
                    let _ = self.lines.send(line);
                }
            }
        }
    }
}
