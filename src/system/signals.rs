//! Ctrl-C and SIGTERM: once to end between two steps with everything rendered, twice to end at once.
//! SIGHUP is left alone, so that `nohup` does what it says.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// The flag that the signals set.
pub fn flag() -> &'static AtomicBool {
    static INTERRUPTED: OnceLock<Arc<AtomicBool>> = OnceLock::new();
    INTERRUPTED.get_or_init(|| {
        let interrupted = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // The order matters: the second signal finds the flag that the first has set. Both fail only
            // for signals that cannot be caught, which these are not.
            let _ = flag::register_conditional_shutdown(signal, 130, Arc::clone(&interrupted));
            let _ = flag::register(signal, Arc::clone(&interrupted));
        }
        interrupted
    })
}
