//! A cell runs in a process of its own: what ends that process ends one cell, its memory is its own peak, and
//! nothing of one model is left when the next is loaded.

use std::ffi::OsString;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::time::Duration;

use clap::CommandFactory;

use crate::cli::args::Cli;
use crate::cli::interrupt;
use crate::cli::lifeline;

/// Between two looks at a running cell.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// How a cell's process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Done; `failed` if some instances failed.
    Done { failed: bool },
    /// By the user.
    Interrupted,
    /// Any other way, in words.
    Failed(String),
}

/// Runs this program with arguments; its stderr is ours, what it says on stdout is left out.
///
/// # Errors
/// If it cannot be started.
pub fn run(arguments: &[OsString]) -> std::io::Result<Ended> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null());
    // What the environment sets was taken when the sweep began: a cell of today is one of then.
    let program = Cli::command();
    let options = program.get_subcommands().flat_map(clap::Command::get_arguments);
    for variable in options.filter_map(clap::Arg::get_env) {
        command.env_remove(variable);
    }
    lifeline::tie(&mut command);
    let mut child = command.spawn()?;
    let flag = interrupt::flag();
    let mut told = false;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(ended(status, told));
        }
        if flag.load(Ordering::Relaxed) && !told {
            told = true;
            end(&mut child);
        }
        std::thread::sleep(LOOK_EVERY);
    }
}

fn ended(status: ExitStatus, told: bool) -> Ended {
    match status.code() {
        Some(0) => Ended::Done { failed: false },
        Some(1) => Ended::Done { failed: true },
        Some(130) => Ended::Interrupted,
        _ if told => Ended::Interrupted,
        // A signal, such as an abort inside llama.cpp, or the kernel's for lack of memory.
        _ => Ended::Failed(status.to_string()),
    }
}

/// Has it end between two steps, with everything rendered.
#[cfg(unix)]
fn end(child: &mut Child) {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    if let Ok(id) = i32::try_from(child.id()) {
        // It may have ended meanwhile.
        let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
}

#[cfg(not(unix))]
fn end(child: &mut Child) {
    let _ = child.kill();
}
