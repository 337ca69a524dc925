//! What may be typed beside `--resume`: a run goes on with its own settings.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::args::{RunArgs, has_others};
use crate::jobs::InputError;

/// Options that change how a run goes on and not what comes out, or that say where its parts are now.
const ALLOWED: [&str; 31] = [
    "resume",
    "model",
    "hf_repo",
    "hf_file",
    "offline",
    "refusal_patterns",
    "judge",
    "judge_family",
    "judge_template",
    "judge_rubric",
    "scripted",
    "parallel",
    "ctx_size",
    "threads",
    "threads_batch",
    "batch_size",
    "ubatch_size",
    "gpu_layers",
    "flash_attn",
    "cache_type_k",
    "cache_type_v",
    "kv_unified",
    "load_mode",
    "mlock",
    "mmap",
    "no_mmap",
    "no_fork",
    "quiet",
    "json",
    "verbose",
    "print_config",
];

/// Sees that nothing was typed that a resumed run would have to ignore.
///
/// # Errors
/// [`InputError`], which names the option.
pub fn check(command: &Command, matches: &ArgMatches) -> Result<(), InputError> {
    check_for(command, matches, &ALLOWED)
}

/// The same where only these may be typed.
///
/// # Errors
/// As [`check`].
pub fn check_for(command: &Command, matches: &ArgMatches, allowed: &[&str]) -> Result<(), InputError> {
    for option in command.get_arguments() {
        let id = option.get_id().as_str();
        let is_typed = matches.value_source(id) == Some(ValueSource::CommandLine);
        // Who judges when the run is over may be told again, who judges while it goes on may not.
        let is_live = id == "judge"
            && matches
                .get_many::<String>(id)
                .is_some_and(|judges| !has_others(&judges.cloned().collect::<Vec<_>>()));
        if is_typed && (is_live || !allowed.contains(&id)) {
            let name = option.get_long().unwrap_or(id);
            return Err(InputError {
                message: format!(
                    "--{name} cannot change a run that is resumed: it goes on with its own settings"
                ),
                hint: Some("leave it out, or begin a new run".to_owned()),
            });
        }
    }
    Ok(())
}

/// Forgets a model that only the environment names: the run knows its own.
pub fn forget_environment(run: &mut RunArgs, matches: &ArgMatches) {
    let is_typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
    if !is_typed("model") {
        run.model = None;
    }
    if !is_typed("hf_repo") {
        run.hub.hf_repo = None;
    }
}
