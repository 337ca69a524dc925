//! Ctrl-C: once to end between two steps with everything rendered, twice to end at once.

use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// The flag that Ctrl-C, SIGTERM and SIGHUP set.
pub fn flag() -> &'static AtomicBool {
    let set = || {
        if INTERRUPTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    // Fails only if a handler is set already: then it is this one.
    let _ = ctrlc::set_handler(set);
    &INTERRUPTED
}
