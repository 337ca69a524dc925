//! The command line: what was typed becomes settings, errors become hints, events become progress.

mod args;
mod commands;
mod config;
mod download;
mod exit;
mod host;
mod hub_args;
mod interrupt;
mod llama_flags;
mod printer;
mod progress;
mod resume;
mod table;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use args::{Cli, Command};
use exit::Exit;
use printer::Printer;

/// Runs the program with these arguments, its name first, and says how it ended.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let mut program = Cli::command();
    // Gives the subcommands the options of every command.
    program.build();
    let arguments: Vec<OsString> = llama_flags::long(arguments).collect();
    let arguments = match config::expand(arguments, &program) {
        Ok(arguments) => arguments,
        Err(error) => return failed(&error, &Printer::new(false, false)),
    };
    let parsed = program
        .clone()
        .try_get_matches_from(arguments)
        .and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version go to stdout, errors to stderr; a closed pipe is no concern of ours.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done }.into();
        }
    };
    let printer = Printer::new(cli.global.quiet, cli.global.json);
    printer::log_to_stderr(cli.global.verbose);
    match execute(&cli, &program, &matches, &printer) {
        Ok(exit) => exit.into(),
        Err(error) => failed(&error, &printer),
    }
}

fn execute(
    cli: &Cli,
    program: &clap::Command,
    matches: &ArgMatches,
    printer: &Printer,
) -> anyhow::Result<Exit> {
    if let (Command::Run(run) | Command::Compare(run), Some((name, matches))) =
        (&cli.command, matches.subcommand())
        && run.print_config
    {
        let command = program.find_subcommand(name).unwrap_or(program);
        printer.data(&config::print(command, matches))?;
        return Ok(Exit::Done);
    }
    if let (Command::Run(run) | Command::Compare(run), Some((name, matches))) =
        (&cli.command, matches.subcommand())
        && run.resume.is_some()
    {
        let command = program.find_subcommand(name).unwrap_or(program);
        resume::check(command, matches)?;
        let run = resume::without_environment(run, matches);
        return match &cli.command {
            Command::Compare(_) => commands::compare::compare(&run, printer),
            _ => commands::run::run(&run, printer),
        };
    }
    match &cli.command {
        Command::Run(run) if run.compare => commands::compare::compare(run, printer),
        Command::Run(run) => commands::run::run(run, printer),
        Command::Compare(compare) => commands::compare::compare(compare, printer),
        Command::Info(info) => commands::info::info(info, printer),
        Command::Fetch(fetch) => commands::fetch::fetch(fetch, printer),
        Command::Models => commands::models::models(printer),
    }
}

fn failed(error: &anyhow::Error, printer: &Printer) -> ExitCode {
    printer.error(error);
    Exit::of_error(error).into()
}
