//! Ties a child process to its parent, so that a killed sweep leaves no cell running.

use std::process::Command;

/// Environment variable with the parent's process id.
const PARENT: &str = "SAFETY_DEEPCONF_PARENT";

/// Makes the child end with this process, and puts it in a process group of its own: Ctrl-C reaches only the
/// parent.
pub fn tie(command: &mut Command) {
    command.env(PARENT, std::process::id().to_string());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
}

/// Applies the tie in the child; call it before anything else. Only Linux notifies a child of its parent's
/// death; elsewhere the child runs to its own end.
#[cfg(target_os = "linux")]
pub fn hold() {
    use nix::sys::prctl::set_pdeathsig;
    use nix::sys::signal::{Signal, raise};
    use nix::unistd::getppid;
    let parent = std::env::var(PARENT).ok().and_then(|id| id.parse::<i32>().ok());
    let Some(parent) = parent else { return };
    let _ = set_pdeathsig(Signal::SIGTERM);
    // The parent may have died before the call above.
    if getppid().as_raw() != parent {
        let _ = raise(Signal::SIGTERM);
    }
}

/// Does nothing: the system does not notify a child of its parent's death.
#[cfg(not(target_os = "linux"))]
pub fn hold() {}
