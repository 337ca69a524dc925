//! `--config`: options from a TOML file, put between defaults and environment.
//!
//! The file's entries become arguments in front of the typed ones, so that they are parsed, checked
//! and documented by the same definitions. An entry is left out where the environment sets its option.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::jobs::{InputError, JobError};

/// Options that a file may not hold: they are about the file itself.
const NOT_IN_A_FILE: [&str; 4] = ["config", "print-config", "help", "version"];

/// The arguments with those of the file that `--config` names put after the subcommand; unchanged
/// without one.
///
/// # Errors
/// If the file cannot be read, is no TOML, or holds an unknown key or a value of the wrong kind.
pub fn expand(arguments: Vec<OsString>, program: &Command) -> Result<Vec<OsString>, JobError> {
    let Some(path) = config_path(&arguments) else { return Ok(arguments) };
    let subcommand = arguments.iter().position(|argument| argument.to_str().is_some_and(takes_config));
    let Some(subcommand) = subcommand else { return Ok(arguments) };
    let name = arguments[subcommand].to_string_lossy().into_owned();
    let Some(command) = program.find_subcommand(&name) else { return Ok(arguments) };
    let typed = |option: &Arg| {
        arguments[subcommand..].iter().filter_map(|argument| argument.to_str()).any(|text| {
            let name = text.split('=').next().unwrap_or_default();
            option.get_long().is_some_and(|long| name.strip_prefix("--") == Some(long))
        })
    };
    let entries = read(&path, command, &typed)?;
    let mut expanded = arguments;
    expanded.splice(subcommand + 1..subcommand + 1, entries);
    Ok(expanded)
}

fn takes_config(argument: &str) -> bool {
    matches!(argument, "run" | "compare" | "sweep")
}

/// The value of the last `--config`.
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
        hint: Some("`run --print-config` prints every option as a file has it".to_owned()),
    };
    let text = fs_err::read_to_string(path)?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| bad(error.to_string()))?;
    let mut arguments = Vec::new();
    for (key, value) in table {
        let Some(option) = option_of(command, &key) else {
            return Err(bad(format!("there is no option {key:?}{}", similar(command, &key))).into());
        };
        // A list would be added to the typed one instead of giving way to it.
        let is_list = matches!(option.get_action(), ArgAction::Append);
        if option.get_env().is_some_and(|name| std::env::var_os(name).is_some()) || (is_list && typed(option))
        {
            continue;
        }
        let name = key.replace('_', "-");
        match argument(option, &name, &value) {
            Ok(typed) => arguments.extend(typed.into_iter().map(OsString::from)),
            Err(expected) => {
                return Err(bad(format!("{key} = {value}: {expected} is expected")).into());
            }
        }
    }
    // Checked alone first, so that a wrong value is told as the file's.
    let alone = [OsString::from(command.get_name())].into_iter().chain(arguments.clone());
    if let Err(error) = command.clone().no_binary_name(false).try_get_matches_from(alone) {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        return Err(bad(first).into());
    }
    Ok(arguments)
}

/// The option of a long name, written with dashes or underscores.
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

fn similar(command: &Command, key: &str) -> String {
    let name = key.replace('_', "-");
    let begins =
        |long: &&str| long.starts_with(name.get(..3).unwrap_or(&name)) || long.contains(name.as_str());
    let longs = command.get_arguments().filter(|option| !option.is_hide_set()).filter_map(Arg::get_long);
    let close: Vec<&str> = longs.filter(begins).collect();
    if close.is_empty() { String::new() } else { format!("; there is {}", close.join(", ")) }
}

/// An entry as arguments, none for a flag that is off; what is expected, if it is something else.
fn argument(option: &Arg, name: &str, value: &toml::Value) -> Result<Vec<String>, &'static str> {
    let is_flag = matches!(option.get_action(), ArgAction::SetTrue | ArgAction::Count);
    let text = match value {
        toml::Value::Boolean(on) if is_flag => {
            return Ok(on.then(|| format!("--{name}")).into_iter().collect());
        }
        _ if is_flag => return Err("true or false"),
        // `reasoning = true` reads well and can mean one thing only.
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
            let texts = texts.ok_or("a list of texts")?;
            // Where the option's values may hold commas, each is an argument of its own.
            if matches!(option.get_action(), ArgAction::Append) && option.get_value_delimiter().is_none() {
                return Ok(texts.iter().map(|text| format!("--{name}={text}")).collect());
            }
            texts.join(",")
        }
        toml::Value::Table(_) | toml::Value::Datetime(_) => return Err("a text or a number"),
    };
    Ok(vec![format!("--{name}={text}")])
}

/// The options in effect as a TOML file; options without a value stand as comments.
pub fn print(command: &Command, matches: &ArgMatches) -> String {
    let mut text = String::from("# The options in effect; save as FILE.toml for --config FILE.toml\n");
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

/// A plain number as a number; all else, and whatever TOML would read or write in another way, as a
/// text, which reads as the same option.
fn literal(value: &str) -> String {
    let is_plain = value.parse::<i64>().is_ok_and(|number| number.to_string() == value)
        || (value.contains('.') && value.parse::<f64>().is_ok_and(|number| number.to_string() == value));
    if is_plain { value.to_owned() } else { toml::Value::from(value).to_string() }
}
