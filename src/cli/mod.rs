//! The command line: parses arguments, runs jobs, and shows their events, outcomes and errors.

mod args;
mod commands;
mod config;
mod exit;
mod help;
mod llama_flags;
mod old_sweep;
mod output;
mod resume;
mod terminal;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use args::judge::JudgeCommand;
use args::{Cli, Command, RunArgs};
use exit::Exit;
use output::log;
use output::printer::Printer;
use terminal::Terminal;

use crate::jobs::{InputError, JobError};
use crate::system::{cores, parent_death, scheduling};

/// Runs the program with these arguments, its name first, and returns the exit status.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    parent_death::hold();
    let mut program = help::arranged(Cli::command());
    // Adds the global options to the subcommands.
    program.build();
    let arguments: Vec<OsString> = llama_flags::long(arguments);
    let environment = environment(&program, &arguments);
    let arguments = match config::expand(arguments, &program) {
        Ok(arguments) => arguments,
        Err(error) => return failed(&error, &environment, &Printer::new(false, false, 0)),
    };
    let parsed = program
        .clone()
        .try_get_matches_from(arguments)
        .and_then(|matches| Ok((Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version go to stdout, errors to stderr. A closed pipe is not an error.
            let _ = error.print();
            if !error.use_stderr() {
                return Exit::Done.into();
            }
            Printer::new(false, false, 0).note(environment.trim_start_matches('\n'));
            return Exit::Usage.into();
        }
    };
    cli.global.color.write_global();
    let printer = Printer::new(cli.global.quiet, cli.global.json, cli.global.verbose);
    log::log_to_stderr(printer, cli.global.verbose);
    match execute(&cli, &program, &matches, &Terminal::new(printer)) {
        Ok(exit) => exit.into(),
        Err(error) => failed(&error, &environment, &printer),
    }
}

/// Checks that the program knows these arguments, its name first. Runs nothing.
///
/// # Errors
/// The message that a person would see.
pub fn parses(arguments: impl IntoIterator<Item = OsString>) -> Result<(), String> {
    let parsed = Cli::command().try_get_matches_from(llama_flags::long(arguments));
    parsed.map(drop).map_err(|error| error.to_string())
}

fn execute(
    cli: &Cli,
    program: &clap::Command,
    matches: &ArgMatches,
    terminal: &Terminal,
) -> Result<Exit, JobError> {
    schedule(&cli.command)?;
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
        (Command::Merge(merge), _) => commands::merge::merge(merge, terminal),
        (Command::Report(report), _) => commands::report::report(report, terminal),
        (Command::Show(show), _) => commands::show::show(show, terminal),
        (Command::Export(export), _) => commands::export::export(export, terminal),
        (Command::Table(table), _) => commands::table::run(table, terminal),
        (Command::Info(info), _) => commands::info::info(info, terminal),
        (Command::Fetch(fetch), _) => commands::fetch::fetch(fetch, terminal),
        (Command::Benchmarks(benchmarks), _) => commands::benchmarks::benchmarks(benchmarks, terminal),
        (Command::Bench(bench), _) => commands::bench::bench(bench, terminal),
        (Command::Analyze(analyze), _) => commands::analyze::analyze(analyze, terminal),
        (Command::Judge(judge), _) => match &judge.command {
            Some(JudgeCommand::Agreement(agreement)) => commands::agreement::run(agreement, terminal),
            Some(JudgeCommand::Review(review)) => commands::review::run(review, terminal),
            None => commands::judge::run(judge, terminal),
        },
        (Command::Agreement(agreement), _) => commands::agreement::run(agreement, terminal),
        (Command::Review(review), _) => commands::review::run(review, terminal),
        (Command::Replay(replay), _) => commands::replay::run(replay, terminal),
        (Command::Drift(drift), _) => commands::drift::run(drift, terminal),
        (Command::Completions(shell), _) => commands::manual::completions(shell, program, terminal),
        (Command::Man(pages), _) => commands::manual::man(pages, program, terminal),
        (Command::Worker(worker), _) => commands::worker::worker(*worker, terminal),
        (Command::Quantize(quantize), _) => commands::quantize::quantize(quantize, terminal),
        (Command::Diff(paired), _) => commands::paired::run(paired, terminal),
        (Command::Doctor(doctor), _) => commands::doctor::doctor(doctor, terminal),
        (Command::Models, _) => commands::models::models(terminal),
        (Command::Run(_) | Command::Compare(_) | Command::Sweep(_), None) => Ok(Exit::Usage),
    }
}

/// Binds this process to processors, and sets its priority, if the options of the engine ask for it.
fn schedule(command: &Command) -> Result<(), JobError> {
    let engine = match command {
        Command::Run(run) | Command::Compare(run) => &run.engine,
        Command::Sweep(sweep) => &sweep.run.engine,
        Command::Judge(judge) => &judge.engine,
        Command::Drift(drift) => &drift.engine,
        Command::Bench(bench) => &bench.engine,
        _ => return Ok(()),
    };
    let wanted = engine.scheduling.scheduling(cores::allowed().as_ref())?;
    let hint = "a niceness below 0 needs the rights of root";
    scheduling::apply(&wanted)
        .map_err(|(what, error)| InputError::new(format!("{what}: {error}"), hint).into())
}

fn execute_run(
    run: &RunArgs,
    compares: bool,
    command: &clap::Command,
    matches: &ArgMatches,
    terminal: &Terminal,
) -> Result<Exit, JobError> {
    if run.print_config {
        terminal.printer.data(config::print(command, matches))?;
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

/// Prints an error; if it is about an option, with the options that the environment sets.
fn failed(error: &JobError, environment: &str, printer: &Printer) -> ExitCode {
    let is_about_option = matches!(error, JobError::Setting(_));
    printer.error(error, if is_about_option { environment } else { "" });
    Exit::from(error).into()
}

/// Returns the options that the environment sets for the command that was typed, for the end of an error message.
fn environment(program: &clap::Command, arguments: &[OsString]) -> String {
    let command = arguments.iter().find_map(|name| program.find_subcommand(name));
    let names =
        command.into_iter().flat_map(clap::Command::get_arguments).filter_map(|option| option.get_env());
    let set = names.filter_map(|name| Some((name, std::env::var_os(name)?)));
    let set: Vec<String> =
        set.map(|(name, value)| format!("{}={}", name.to_string_lossy(), value.to_string_lossy())).collect();
    if set.is_empty() { String::new() } else { format!("\n  set by the environment: {}", set.join(" ")) }
}
