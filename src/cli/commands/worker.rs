//! `worker`: one piece of a sweep's work, in a process of its own.

use std::io::Read;
use std::time::Instant;

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::jobs::sweep::{Relay, WorkItem, carry_out};
use crate::jobs::{Context, InputError, JobError};

#[derive(Clone, Copy, Debug, Args)]
pub struct WorkerArgs {
    /// Use only what is on this machine.
    #[arg(long)]
    pub offline: bool,
}

/// Reads a piece of work from stdin as JSON and carries it out; what it has to say goes to stdout as JSON lines.
pub fn worker(args: WorkerArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let item: WorkItem = serde_json::from_str(&text)
        .map_err(|error| InputError::new(format!("stdin: {error}"), "`sweep` starts this command"))?;
    let begun = Instant::now();
    let clock = || begun.elapsed().as_secs_f64();
    // Nobody hears it once the sweep has ended.
    let write = |line: &[u8]| drop(terminal.printer.data(line));
    let relay = Relay::new(terminal.printer.is_verbose(), &clock, &write);
    let context = Context { notify: &relay, ..terminal.cancellable(args.offline) };
    Ok(carry_out(&item, &context)?.into())
}
