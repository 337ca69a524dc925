//! Handlers of SIGINT (Ctrl-C) and SIGTERM. The first signal ends the run between two steps and renders all
//! files; the second ends the process at once. SIGHUP keeps its default, so that `nohup` works.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Returns the flag that the signals set. The first call installs the handlers.
pub fn flag() -> &'static AtomicBool {
    static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    INTERRUPTED.get_or_init(|| {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // The order matters: the second signal must find the flag that the first one set. Both calls fail
            // only for signals that cannot be caught.
            let _ = flag::register_conditional_shutdown(signal, 130, Arc::clone(&interrupted));
            let _ = flag::register(signal, Arc::clone(&interrupted));
        }
        interrupted
    })
}
