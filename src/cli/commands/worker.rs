//! `worker`: one piece of a sweep's work, in a process of its own.

use std::io::Read;

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::jobs::sweep::{WorkItem, carry_out};
use crate::jobs::{InputError, JobError};

#[derive(Clone, Copy, Debug, Args)]
pub struct WorkerArgs {
    /// Use only what is on this machine.
    #[arg(long)]
    pub offline: bool,
}

/// Reads a piece of work from stdin as JSON and carries it out; prints nothing on stdout.
pub fn worker(args: WorkerArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let item: WorkItem = serde_json::from_str(&text)
        .map_err(|error| InputError::new(format!("stdin: {error}"), "`sweep` starts this command"))?;
    Ok(carry_out(&item, &terminal.cancellable(args.offline))?.into())
}
