//! The call of llama.cpp's quantizer, and its log.

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

/// Everything that the call takes. What is not named is as llama.cpp has it by default.
#[derive(Clone, Debug)]
pub struct Call {
    /// The file to read.
    pub source: CString,
    /// The file to write; one that is there is cut and written to.
    pub target: CString,
    /// llama.cpp's number of the file type.
    pub file_type: u32,
    /// Whether weights that are quantized already are taken.
    pub allow_requantize: bool,
    /// Threads.
    pub threads: usize,
    /// Only say what it would come to.
    pub dry_run: bool,
}

/// What the calling thread does with its part of the log.
struct Hearing {
    /// The line that has not ended yet.
    begun: String,
    lines: Sender<LogLine>,
}

thread_local! {
    /// Set in threads that quantize; llama.cpp has one log, and other threads may write to it too.
    static HEARING: RefCell<Option<Hearing>> = const { RefCell::new(None) };
}

/// The log is changed for the time of a call, so there is one call at a time.
static CALLS: Mutex<()> = Mutex::new(());

/// Quantizes in a thread of its own, since llama.cpp cannot be told to stop: a caller may go away. The
/// lines end with the call; a call that failed says [`LogLine::Failed`].
///
/// # Errors
/// If the system gives no thread.
pub fn start(call: Call) -> io::Result<Receiver<LogLine>> {
    let (lines, receiver) = channel();
    thread::Builder::new().name("quantize".to_owned()).spawn(move || {
        let _one = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
        HEARING.set(Some(Hearing { begun: String::new(), lines: lines.clone() }));
        let code = quantize(&call);
        HEARING.set(None);
        if code != 0 {
            // Behind what llama.cpp has said of it itself.
            let _ = lines.send(LogLine::Failed(format!("it ended with code {code}")));
        }
    })?;
    Ok(receiver)
}

fn quantize(call: &Call) -> u32 {
    let mut callback: sys::ggml_log_callback = None;
    let mut data: *mut c_void = ptr::null_mut();
    // SAFETY: the paths outlive the call; the parameters are llama.cpp's own defaults, whose pointers are
    // null, with numbers changed; `hear` is a function without state that may be called from any thread, at
    // any time; what was the log's function before is so again afterwards.
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

/// llama.cpp's log, piece by piece.
unsafe extern "C" fn hear(_: sys::ggml_log_level, text: *const c_char, _: *mut c_void) {
    // SAFETY: llama.cpp hands over a terminated string that is there until this returns.
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
                    // Whoever asked may be gone.
                    let _ = self.lines.send(line);
                }
            }
        }
    }
}
