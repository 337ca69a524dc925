//! `sweep.json` of version 1, which stores settings as options of `run`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory, FromArgMatches};

use super::args::{Cli, Command};
use crate::jobs::sweep::OldCell;
use crate::jobs::{InputError, JobError};
use crate::settings::Settings;

/// Returns the settings of a cell, and the script that replaces the model.
///
/// # Errors
/// If `run` no longer has an option, or a value is out of range.
pub fn settings(options: &[String], cell: &OldCell) -> Result<(Settings, Option<PathBuf>), JobError> {
    let (policy, traces) = cell.policy.split_once(':').unwrap_or((&cell.policy, ""));
    let (max, min) = match traces.split_once('-') {
        Some((min, max)) => (max, min),
        None => (traces, ""),
    };
    let mut arguments: Vec<OsString> = vec!["safety-deepconf".into(), "run".into()];
    arguments.extend(options.iter().map(OsString::from));
    let mut add = |name: &str, value: &str| {
        if !value.is_empty() {
            arguments.push(format!("--{name}={value}").into());
        }
    };
    add("model", &cell.model);
    add("benchmark", &cell.benchmark);
    add("data", cell.data.as_deref().unwrap_or_default());
    add("seed", &cell.seed.to_string());
    match policy {
        "baseline" => {
            add("stop", "fixed");
            add("max-traces", "1");
        }
        rule => {
            add("stop", rule);
            add("max-traces", max);
            add("min-traces", min);
        }
    }
    // Today's environment must not change an old sweep.
    let mut program = Cli::command();
    program.build();
    let program = program.mut_subcommand("run", |run| run.mut_args(|option| option.env(None::<&str>)));
    let parsed = program.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    match parsed {
        Ok(Cli { command: Command::Run(run), .. }) => {
            let settings = run.settings().map_err(|error| error.about(cell.name.clone()))?;
            Ok((settings, run.scripted.clone()))
        }
        Ok(_) => Err(InputError::plain(format!("{}: not a run", cell.name)).into()),
        Err(error) => {
            let text = error.to_string();
            let what = text.trim_start_matches("error: ").trim();
            Err(InputError::plain(format!("{}: {what}", cell.name)).into())
        }
    }
}
