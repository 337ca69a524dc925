//! `--config`: reads options from a TOML file; the environment and the command line override them.
//!
//! The entries become arguments in front of the typed ones, so the same definitions parse and check them. An entry is
//! skipped if the environment sets its option.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::jobs::{InputError, JobError};
use crate::record::names::nearest;

/// Options that a file cannot set.
const NOT_IN_A_FILE: [&str; 4] = ["config", "print-config", "help", "version"];

/// Returns the arguments with those of the `--config` file inserted after the subcommand.
///
/// # Errors
/// If the file cannot be read, is not TOML, or has an unknown key or a value of the wrong type.
pub fn expand(arguments: Vec<OsString>, program: &Command) -> Result<Vec<OsString>, JobError> {
    let Some(path) = config_path(&arguments) else { return Ok(arguments) };
    let subcommand = arguments.iter().position(|argument| argument.to_str().is_some_and(takes_config));
    let Some(subcommand) = subcommand else { return Ok(arguments) };
    let name = arguments[subcommand].to_string_lossy().into_owned();
    let Some(command) = program.find_subcommand(&name) else { return Ok(arguments) };
    let parsed = program.clone().ignore_errors(true).try_get_matches_from(&arguments).ok();
    let parsed = parsed.as_ref().and_then(ArgMatches::subcommand).map(|(_, matches)| matches);
    let typed = |option: &Arg| {
        let is_typed =
            |id| parsed.and_then(|matches| matches.value_source(id)) == Some(ValueSource::CommandLine);
        let id = option.get_id().as_str();
        is_typed(id) || id == "model" && is_typed("more_models")
    };
    let entries = read(&path, command, &typed)?;
    let mut expanded = arguments;
    expanded.splice(subcommand + 1..subcommand + 1, entries);
    Ok(expanded)
}

fn takes_config(argument: &str) -> bool {
    matches!(argument, "run" | "compare" | "sweep")
}

/// Returns the value of the last `--config`.
fn config_path(arguments: &[OsString]) -> Option<PathBuf> {
    let mut path = None;
    for (index, argument) in arguments.iter().enumerate() {
        let Some(text) = argument.to_str() else { continue };
        if text == "--" {
            break;
        } else if text == "--config" {
            path = arguments.get(index + 1).map(PathBuf::from);
        } else if let Some(value) = text.strip_prefix("--config=") {
            path = Some(PathBuf::from(value));
        }
    }
    path
}

fn read(path: &Path, command: &Command, typed: &dyn Fn(&Arg) -> bool) -> Result<Vec<OsString>, JobError> {
    let bad = |what: String| InputError {
        message: format!("{}: {what}", path.display()),
        hint: Some("`run --print-config` prints all options in the format of this file".to_owned()),
    };
    let text = fs_err::read_to_string(path)?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| bad(error.to_string()))?;
    let mut arguments = Vec::new();
    for (key, value) in table {
        let Some(option) = option_of(command, &key) else {
            let options = command.get_arguments().filter(|option| !option.is_hide_set());
            let names: Vec<&str> = options.filter_map(Arg::get_long).collect();
            let meant =
                nearest(&key, &names).map_or_else(String::new, |name| format!("; did you mean {name}?"));
            return Err(bad(format!("unknown option {key:?}{meant}")).into());
        };
        // The command line would append to a list instead of replacing it.
        let is_list = matches!(option.get_action(), ArgAction::Append);
        if option.get_env().is_some_and(|name| std::env::var_os(name).is_some()) || (is_list && typed(option))
        {
            continue;
        }
        let name = key.replace('_', "-");
        match argument(option, &name, &value) {
            Ok(typed) => arguments.extend(typed.into_iter().map(OsString::from)),
            Err(expected) => {
                return Err(bad(format!("{key} = {value}: expected {expected}")).into());
            }
        }
    }
    // Parsed alone first, so that an error about a value names the file.
    let alone = [OsString::from(command.get_name())].into_iter().chain(arguments.clone());
    if let Err(error) = command.clone().no_binary_name(false).try_get_matches_from(alone) {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        return Err(bad(first).into());
    }
    Ok(arguments)
}

/// Finds an option by its long name, written with dashes or underscores.
fn option_of<'a>(command: &'a Command, key: &str) -> Option<&'a Arg> {
    let name = key.replace('_', "-");
    command
        .get_arguments()
        .filter(|option| option.get_long().is_some_and(|long| !NOT_IN_A_FILE.contains(&long)))
        .find(|option| {
            option.get_long() == Some(&name)
                || option.get_all_aliases().unwrap_or_default().contains(&name.as_str())
        })
}

/// Converts an entry to arguments, none for a flag that is off. Fails with the type that is expected.
fn argument(option: &Arg, name: &str, value: &toml::Value) -> Result<Vec<String>, &'static str> {
    let is_flag = matches!(option.get_action(), ArgAction::SetTrue | ArgAction::Count);
    let text = match value {
        toml::Value::Boolean(on) if is_flag => {
            return Ok(on.then(|| format!("--{name}")).into_iter().collect());
        }
        _ if is_flag => return Err("true or false"),
        // `reasoning = true` is unambiguous.
        toml::Value::Boolean(on) => if *on { "on" } else { "off" }.to_owned(),
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::Array(values) => {
            let takes_many = matches!(option.get_action(), ArgAction::Append);
            let text = |value: &toml::Value| match value {
                toml::Value::String(text) => Some(text.clone()),
                toml::Value::Integer(number) if takes_many => Some(number.to_string()),
                _ => None,
            };
            let texts: Option<Vec<String>> = values.iter().map(text).collect();
            let texts = texts.ok_or("a list of strings")?;
            if option.get_num_args().is_some_and(|count| count.min_values() > 1) {
                return Ok([format!("--{name}")].into_iter().chain(texts).collect());
            }
            // If values may contain commas, each becomes its own argument.
            if matches!(option.get_action(), ArgAction::Append) && option.get_value_delimiter().is_none() {
                return Ok(texts.iter().map(|text| format!("--{name}={text}")).collect());
            }
            texts.join(",")
        }
        toml::Value::Table(_) | toml::Value::Datetime(_) => return Err("a string or a number"),
    };
    Ok(vec![format!("--{name}={text}")])
}

/// Renders the options in effect as a TOML file; options without a value become comments.
pub fn print(command: &Command, matches: &ArgMatches) -> String {
    let mut text = String::from(
        "# The options in effect, for --config FILE.toml; those in comments have their defaults\n",
    );
    let options = command.get_arguments().filter(|option| !option.is_hide_set());
    for option in options {
        let Some(long) = option.get_long().filter(|long| !NOT_IN_A_FILE.contains(long)) else { continue };
        let id = option.get_id().as_str();
        let line = match option.get_action() {
            ArgAction::SetTrue => format!("{long} = {}", matches.get_flag(id)),
            ArgAction::Count => continue,
            action => match matches.try_get_raw(id).ok().flatten() {
                Some(values) => {
                    let mut texts: Vec<String> =
                        values.map(|value| literal(&value.to_string_lossy())).collect();
                    match action {
                        ArgAction::Append => format!("{long} = [{}]", texts.join(", ")),
                        _ => format!("{long} = {}", texts.pop().unwrap_or_default()),
                    }
                }
                None => format!("# {long} ="),
            },
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Renders a plain number as a number, and any other value as a string, which gives the same option.
fn literal(value: &str) -> String {
    let is_plain = value.parse::<i64>().is_ok_and(|number| number.to_string() == value)
        || (value.contains('.') && value.parse::<f64>().is_ok_and(|number| number.to_string() == value));
    if is_plain { value.to_owned() } else { toml::Value::from(value).to_string() }
}
