//! Options that may accompany `--resume`: a run continues with its own settings.

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::args::RunArgs;
use crate::jobs::InputError;
use crate::jobs::judge::name::is_panel;

/// Options that do not change the results: speed, memory, and where the run's files are now.
const ALLOWED: [&str; 45] = [
    "resume", "model", "more_models", "hf_repo", "hf_file", "offline", "refusal_patterns", "judge",
    "judge_family", "judge_template", "judge_rubric", "scripted", "parallel", "ctx_size", "threads",
    "threads_batch", "batch_size", "ubatch_size", "gpu_layers", "cpu_moe", "n_cpu_moe", "device",
    "split_mode", "main_gpu", "tensor_split", "override_tensor", "cpu_mask", "cpu_range", "prio", "nice",
    "flash_attn", "cache_type_k", "cache_type_v", "kv_unified", "load_mode", "mlock", "mmap", "no_mmap",
    "no_fork", "quiet", "json", "verbose", "color", "print_config", "no_report",
];

/// Checks that no typed option would be ignored by the resumed run.
///
/// # Errors
/// [`InputError`] with the name of the option.
pub fn check(command: &Command, matches: &ArgMatches) -> Result<(), InputError> {
    check_for(command, matches, &ALLOWED)
}

/// Does the same with another list of allowed options.
///
/// # Errors
/// As [`check`].
pub fn check_for(command: &Command, matches: &ArgMatches, allowed: &[&str]) -> Result<(), InputError> {
    for option in command.get_arguments() {
        let id = option.get_id().as_str();
        let is_typed = matches.value_source(id) == Some(ValueSource::CommandLine);
        // Judges after the run may be named again; the judge during the run may not.
        let is_live = id == "judge"
            && matches
                .get_many::<String>(id)
                .is_some_and(|judges| !is_panel(&judges.cloned().collect::<Vec<_>>()));
        if is_typed && (is_live || !allowed.contains(&id)) {
            let name = option.get_long().unwrap_or(id);
            return Err(InputError {
                message: format!("--{name} cannot be used with --resume: the run keeps its own settings"),
                hint: Some("remove it, or start a new run".to_owned()),
            });
        }
    }
    Ok(())
}

/// Drops a model that only the environment names: the run has its own.
pub fn forget_environment(run: &mut RunArgs, matches: &ArgMatches) {
    let is_typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
    if !is_typed("model") {
        run.model.clear();
    }
    if !is_typed("hf_repo") {
        run.hub.hf_repo = None;
    }
}
