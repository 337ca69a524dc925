//! `replay`: shows what other settings would have decided.

use std::path::PathBuf;

use crate::cli::args::replay::ReplayArgs;
use crate::cli::exit::Exit;
use crate::cli::output::replay as shown;
use crate::cli::terminal::Terminal;
use crate::export::replay::{front, replays};
use crate::jobs::replay::{ReplayRequest, ReplayedRun, replay};
use crate::jobs::{InputError, JobError, output};

/// File name of the table in a run folder.
const TABLE: &str = "replay.csv";

/// Replays every run, writes the table of all settings and prints the Pareto front.
pub fn run(args: &ReplayArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let table = table(args)?;
    let request = ReplayRequest {
        runs: args.runs.clone(),
        preset: args.preset,
        axes: args.axes(),
        judges: args.judge.clone(),
        refusal_patterns: args.refusal_patterns.clone(),
        threads: args.threads,
        decisions: args.decisions.is_some(),
    };
    let outcome = replay(&request, &terminal.context(true))?;
    let rows: Vec<_> = outcome.runs.iter().map(|run| (run.name.clone(), run.replay.clone())).collect();
    output::write(&table, &replays(&rows)?)?;
    if let (Some(path), Some(bytes)) = (&args.decisions, &outcome.decisions) {
        output::write(path, bytes)?;
    }
    let front = |run: &ReplayedRun| format!("{}\n", front(&run.name, &table, &run.replay));
    let printer = &terminal.printer;
    match printer.is_json() {
        true => printer.data(outcome.runs.iter().map(front).collect::<String>())?,
        false => printer.text(&shown::text(&table, &outcome.runs, args.all, printer.width()))?,
    }
    Ok(Exit::Done)
}

/// Returns the path of the table. Neither it nor the decisions may overwrite a file of a run or of another program.
fn table(args: &ReplayArgs) -> Result<PathBuf, InputError> {
    let table = match (&args.output, &args.runs[0]) {
        (Some(path), _) => path.clone(),
        (None, first) if first.is_file() => {
            return Err(InputError::new(
                format!("{} is not a run folder to write {TABLE} to", first.display()),
                "name the table: --output FILE.csv",
            ));
        }
        // In a compare or sweep folder, the table is next to the list of cells.
        (None, first) => first.join(TABLE),
    };
    for path in [Some(&table), args.decisions.as_ref()].into_iter().flatten() {
        let is_both = args.decisions.as_ref().is_some_and(|other| *other == table);
        let inputs = args.runs.iter().chain(is_both.then_some(path)).map(PathBuf::as_path);
        output::check(path, inputs, "--output and --decisions")?;
        if is_both {
            return Err(InputError::new(
                format!("{} would be overwritten", path.display()),
                "name different files with --output and --decisions",
            ));
        }
    }
    Ok(table)
}
