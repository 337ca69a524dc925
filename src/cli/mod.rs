//! The command line: what was typed becomes settings, errors become hints, events become progress.

mod agreement_args;
mod analyze_args;
mod args;
mod bench_args;
mod benchmark_args;
mod commands;
mod config;
mod download;
mod drift_args;
mod energy;
mod engine_args;
mod exit;
mod host;
mod hub_args;
mod interrupt;
mod judge_args;
mod lifeline;
mod llama_flags;
mod paired_args;
mod printer;
mod progress;
mod quantize_args;
mod replay_args;
mod resume;
mod review_args;
mod stdin;
mod stopping_args;
mod sweep_args;
mod table;
mod table_args;
mod tensor_progress;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches};

use args::{Cli, Command, RunArgs};
use exit::Exit;
use printer::Printer;

/// Runs the program with these arguments, its name first, and says how it ended.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    lifeline::hold();
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
    match (&cli.command, matches.subcommand()) {
        (Command::Run(run) | Command::Compare(run), Some((name, matches))) => {
            let command = program.find_subcommand(name).unwrap_or(program);
            let compares = run.compare || matches!(cli.command, Command::Compare(_));
            execute_run(run, compares, command, matches, printer)
        }
        (Command::Sweep(sweep), Some((name, matches))) => {
            let command = program.find_subcommand(name).unwrap_or(program);
            commands::sweep::sweep(sweep, command, matches, printer)
        }
        (Command::Table(table), _) => commands::table::run(table, printer),
        (Command::Info(info), _) => commands::info::info(info, printer),
        (Command::Fetch(fetch), _) => commands::fetch::fetch(fetch, printer),
        (Command::Benchmarks(benchmarks), _) => commands::benchmarks::benchmarks(benchmarks, printer),
        (Command::Bench(bench), _) => commands::bench::bench(bench, printer),
        (Command::Analyze(analyze), _) => commands::analyze::analyze(analyze, printer),
        (Command::Judge(judge), _) => commands::judge::run(judge, printer),
        (Command::Agreement(agreement), _) => commands::agreement::run(agreement, printer),
        (Command::Review(review), _) => commands::review::run(review, printer),
        (Command::Replay(replay), _) => commands::replay::run(replay, printer),
        (Command::Drift(drift), _) => commands::drift::run(drift, printer),
        (Command::Completions(shell), _) => commands::manual::completions(shell, program, printer),
        (Command::Man(pages), _) => commands::manual::man(pages, program, printer),
        (Command::Quantize(quantize), _) => commands::quantize::quantize(quantize, printer),
        (Command::Paired(paired), _) => commands::paired::run(paired, printer),
        (Command::Models, _) => commands::models::models(printer),
        (Command::Run(_) | Command::Compare(_) | Command::Sweep(_), None) => Ok(Exit::Usage),
    }
}

fn execute_run(
    run: &RunArgs,
    compares: bool,
    command: &clap::Command,
    matches: &ArgMatches,
    printer: &Printer,
) -> anyhow::Result<Exit> {
    if run.print_config {
        printer.data(&config::print(command, matches))?;
        return Ok(Exit::Done);
    }
    let mut run = run.clone();
    hub_args::one_model(&mut run, matches)?;
    if run.resume.is_some() {
        resume::check(command, matches)?;
        resume::forget_environment(&mut run, matches);
    }
    for note in run.stopping.idle(matches) {
        printer.note(&note);
    }
    if compares { commands::compare::compare(&run, printer) } else { commands::run::run(&run, printer) }
}

fn failed(error: &anyhow::Error, printer: &Printer) -> ExitCode {
    printer.error(error);
    Exit::of_error(error).into()
}
