//! The command line: what was typed becomes settings, errors become hints, events become progress.

mod args;
mod commands;
mod exit;
mod host;
mod interrupt;
mod llama_flags;
mod printer;
mod progress;
mod table;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use exit::Exit;
use printer::Printer;

/// Runs the program with these arguments, its name first, and says how it ended.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(llama_flags::long(arguments)) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to stdout, errors to stderr; a closed pipe is no concern of ours.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let printer = Printer::new(cli.global.quiet, cli.global.json);
    printer::log_to_stderr(cli.global.verbose);
    let ended = match &cli.command {
        Command::Run(run) if run.compare => commands::compare::compare(&run.without_compare(), &printer),
        Command::Run(run) => commands::run::run(run, &printer),
        Command::Compare(compare) => commands::compare::compare(compare, &printer),
        Command::Info(info) => commands::info::info(info, &printer),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(error) => {
            printer.error(&error);
            Exit::of_error(&error).into()
        }
    }
}
