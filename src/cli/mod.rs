//! The command line: what was typed becomes settings, errors become hints, events become progress.

mod args;
mod commands;
mod config;
mod exit;
mod llama_flags;
mod old_sweep;
mod output;
mod resume;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use args::{Cli, Command, RunArgs};
use exit::Exit;
use output::printer::{self, Printer};
use terminal::Terminal;

use crate::jobs::JobError;
use crate::system::parent_death;

/// Runs the program with these arguments, its name first, and says how it ended.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    parent_death::hold();
    let mut program = Cli::command();
    // Gives the subcommands the options of every command.
    program.build();
    let arguments: Vec<OsString> = llama_flags::long(arguments);
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
    match execute(&cli, &program, &matches, &Terminal::new(printer)) {
        Ok(exit) => exit.into(),
        Err(error) => failed(&error, &printer),
    }
}

fn execute(
    cli: &Cli,
    program: &clap::Command,
    matches: &ArgMatches,
    terminal: &Terminal,
) -> Result<Exit, JobError> {
    match (&cli.command, matches.subcommand()) {
        (Command::Run(run) | Command::Compare(run), Some((name, matches))) => {
            let command = program.find_subcommand(name).unwrap_or(program);
            let compares = run.compare || matches!(cli.command, Command::Compare(_));
            execute_run(run, compares, command, matches, terminal)
        }
        (Command::Sweep(sweep), Some((name, matches))) => {
            let command = program.find_subcommand(name).unwrap_or(program);
            commands::sweep::sweep(sweep, command, matches, terminal)
        }
        (Command::Table(table), _) => commands::table::run(table, terminal),
        (Command::Info(info), _) => commands::info::info(info, terminal),
        (Command::Fetch(fetch), _) => commands::fetch::fetch(fetch, terminal),
        (Command::Benchmarks(benchmarks), _) => commands::benchmarks::benchmarks(benchmarks, terminal),
        (Command::Bench(bench), _) => commands::bench::bench(bench, terminal),
        (Command::Analyze(analyze), _) => commands::analyze::analyze(analyze, terminal),
        (Command::Judge(judge), _) => commands::judge::run(judge, terminal),
        (Command::Agreement(agreement), _) => commands::agreement::run(agreement, terminal),
        (Command::Review(review), _) => commands::review::run(review, terminal),
        (Command::Replay(replay), _) => commands::replay::run(replay, terminal),
        (Command::Drift(drift), _) => commands::drift::run(drift, terminal),
        (Command::Completions(shell), _) => commands::manual::completions(shell, program, terminal),
        (Command::Man(pages), _) => commands::manual::man(pages, program, terminal),
        (Command::Worker(worker), _) => commands::worker::worker(*worker, terminal),
        (Command::Quantize(quantize), _) => commands::quantize::quantize(quantize, terminal),
        (Command::Paired(paired), _) => commands::paired::run(paired, terminal),
        (Command::Models, _) => commands::models::models(terminal),
        (Command::Run(_) | Command::Compare(_) | Command::Sweep(_), None) => Ok(Exit::Usage),
    }
}

fn execute_run(
    run: &RunArgs,
    compares: bool,
    command: &clap::Command,
    matches: &ArgMatches,
    terminal: &Terminal,
) -> Result<Exit, JobError> {
    if run.print_config {
        terminal.printer.data(&config::print(command, matches))?;
        return Ok(Exit::Done);
    }
    let mut run = run.clone();
    args::run::one_model(&mut run, matches)?;
    if run.resume.is_some() {
        resume::check(command, matches)?;
        resume::forget_environment(&mut run, matches);
    }
    for note in run.stopping.idle(matches) {
        terminal.printer.note(&note);
    }
    if compares { commands::compare::compare(&run, terminal) } else { commands::run::run(&run, terminal) }
}

fn failed(error: &JobError, printer: &Printer) -> ExitCode {
    printer.error(error);
    Exit::from(error).into()
}
