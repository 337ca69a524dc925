//! Ties a process to the one that started it: a sweep that is killed leaves no cell running.

use std::process::Command;

/// Tells a child who its parent is.
const PARENT: &str = "SAFETY_DEEPCONF_PARENT";

/// Has the child end when this process does, and hear of Ctrl-C from it alone.
pub fn tie(command: &mut Command) {
    command.env(PARENT, std::process::id().to_string());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
}

/// The child's part, before anything else. Where the system cannot tell it of its parent's end it goes on to its
/// own.
#[cfg(target_os = "linux")]
pub fn hold() {
    use nix::sys::prctl::set_pdeathsig;
    use nix::sys::signal::{Signal, raise};
    use nix::unistd::getppid;
    let parent = std::env::var(PARENT).ok().and_then(|id| id.parse::<i32>().ok());
    let Some(parent) = parent else { return };
    let _ = set_pdeathsig(Signal::SIGTERM);
    // It may have ended before.
    if getppid().as_raw() != parent {
        let _ = raise(Signal::SIGTERM);
    }
}

/// The child's part.
#[cfg(not(target_os = "linux"))]
pub fn hold() {}
