//! Exit statuses.

use std::io::ErrorKind;
use std::process::ExitCode;

use crate::benchmark::BenchmarkError;
use crate::chat::TemplateError;
use crate::engine::EngineError;
use crate::model::quantize::QuantizeError;
use crate::model::source::BadName;
use crate::model::{HubError, ModelError};
use crate::plan::BadSetting;
use crate::store::StoreError;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Done, and some instances failed.
    SomeFailed = 1,
    /// What was asked for, or its input, is wrong.
    Usage = 2,
    /// Anything else that went wrong.
    Unexpected = 3,
    /// Ended by the user.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// An input error of the command line itself, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct InputError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Exit {
    /// The status for an error: input errors are the user's to mend, others are ours.
    pub fn of_error(error: &anyhow::Error) -> Self {
        let is_input = error.chain().any(|cause| {
            cause.is::<InputError>()
                || cause.is::<BadSetting>()
                || cause.is::<BenchmarkError>()
                || cause.is::<BadName>()
                || cause.is::<ModelError>()
                || cause.is::<TemplateError>()
                || matches!(cause.downcast_ref(), Some(QuantizeError::Failed { .. }))
                || cause.downcast_ref::<EngineError>().is_some_and(|error| {
                    matches!(
                        error,
                        EngineError::Load { .. } | EngineError::Context { .. } | EngineError::Unfit(_)
                    )
                })
                || cause.downcast_ref::<StoreError>().is_some_and(|error| match error {
                    StoreError::Io(error) => is_access(error),
                    _ => true,
                })
                || cause.downcast_ref::<std::io::Error>().is_some_and(is_access)
        });
        if is_input { Self::Usage } else { Self::Unexpected }
    }
}

/// Whether a path was wrong, rather than a disk full.
fn is_access(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound
            | ErrorKind::PermissionDenied
            | ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::InvalidInput
            | ErrorKind::InvalidFilename
    )
}

/// What to do about a model that could not be fetched.
fn of_hub(error: &HubError) -> Option<String> {
    let without = "--model demo needs no download, nor does the path of a .gguf file";
    Some(match error {
        HubError::Unreachable { .. } => format!("{without}; HF_ENDPOINT names another hub"),
        HubError::NotCached { .. } => format!("without --offline it would be downloaded; {without}"),
        HubError::Denied { with_token: false, .. } => {
            "if it exists, accept its terms on its page and set HF_TOKEN to a token of your account".to_owned()
        }
        HubError::Denied { .. } => {
            "HF_TOKEN was sent: accept the terms on the model's page with that account, or check the token"
                .to_owned()
        }
        HubError::NoRepository { .. } => {
            "names of repositories have upper and lower case, and those with GGUF files mostly end in -GGUF; nor is there a file of this name here".to_owned()
        }
        HubError::NoLevel { elsewhere, .. } if !elsewhere.is_empty() => {
            format!("the same model at this level, of another publisher: {}", elsewhere.join(", "))
        }
        HubError::NoGguf { .. } => {
            "safety-deepconf reads GGUF: look for a repository of the same model whose name ends in -GGUF".to_owned()
        }
        HubError::Split { .. } => {
            "download all parts, join them with llama.cpp's `gguf-split --merge`, and name the joined file".to_owned()
        }
        HubError::Busy { .. } => {
            "wait a while and repeat the command; requests with HF_TOKEN set have a higher limit".to_owned()
        }
        HubError::BrokenOff { .. } => "repeat the command: it goes on where it broke off".to_owned(),
        HubError::Checksum { .. } => {
            "repeat the command; if it happens again, something between here and the hub changes the file".to_owned()
        }
        HubError::Damaged { .. } => "delete the file and repeat the command".to_owned(),
        HubError::Status { status, .. } if *status >= 500 => {
            format!("the hub has trouble of its own: repeat the command later; {without}")
        }
        HubError::Status { .. } | HubError::Answer { .. } => {
            "HF_ENDPOINT, or a proxy on the way, may lead to something that is no hub".to_owned()
        }
        HubError::NoSpace { .. } => "HF_HUB_CACHE names a folder for the cache on another disk".to_owned(),
        _ => return None,
    })
}

/// What to do about a benchmark's file that could not be fetched.
fn of_data(file: &str, error: &HubError) -> Option<String> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let without = format!("--data FILE reads a {name} that is on this machine");
    Some(match error {
        HubError::Unreachable { .. } => format!("{without}; HF_ENDPOINT names another hub"),
        HubError::NotCached { .. } => format!("without --offline it would be downloaded; {without}"),
        HubError::Denied { endpoint, repository, with_token, .. } => {
            let page = format!("{endpoint}/datasets/{repository}");
            let token = match with_token {
                false => "and set HF_TOKEN to a token of your account",
                true => "with the account of the token in HF_TOKEN, which was sent, or check the token",
            };
            format!("accept the terms and fill in the form, if there is one, on {page} {token}; {without}")
        }
        HubError::NoRepository { .. } | HubError::NoFile { .. } => {
            format!("it may have moved, or HF_ENDPOINT names a hub without it; {without}")
        }
        HubError::Pin { .. } => {
            format!("the hub's file is not the one this program knows; {without}, and is not held against it")
        }
        HubError::Status { status, .. } if *status >= 500 => {
            format!("the hub has trouble of its own: repeat the command later; {without}")
        }
        error => return of_hub(error),
    })
}

/// What to do about an error, where we know.
pub fn hint(error: &anyhow::Error) -> Option<String> {
    for cause in error.chain() {
        if let Some(error) = cause.downcast_ref::<InputError>() {
            return error.hint.clone();
        }
        if let Some(BenchmarkError::Fetch { file, error, .. }) = cause.downcast_ref::<BenchmarkError>() {
            return of_data(file, error);
        }
        if cause.is::<BadName>() {
            return Some(
                "docs/models.md lists every form; `demo` is the model inside the program".to_owned(),
            );
        }
        if let Some(error) = cause.downcast_ref::<ModelError>() {
            return Some(match error {
                ModelError::Missing { .. } => {
                    "--model takes the path of a .gguf file, user/repo[:LEVEL] on the hub, or `demo` for the model inside the program".to_owned()
                }
                ModelError::Hub(error) => return of_hub(error),
                ModelError::Gguf { .. } => {
                    "the file may be another format or an unfinished download: compare its size and sha256 with its source's"
                        .to_owned()
                }
                _ => return None,
            });
        }
        if let Some(error) = cause.downcast_ref::<StoreError>() {
            return match error {
                StoreError::NotEmpty(_) => Some(
                    "choose another --output, continue an unfinished run with --resume DIR, or replace it with --overwrite"
                        .to_owned(),
                ),
                StoreError::Damaged { .. } => {
                    Some("move the damaged line and what follows away to continue from there".to_owned())
                }
                _ => None,
            };
        }
        if cause.is::<TemplateError>() {
            return Some(
                "`info MODEL --template` shows the template; another file of the model may have a sound one"
                    .to_owned(),
            );
        }
        if let Some(EngineError::Context { .. }) = cause.downcast_ref::<EngineError>() {
            return Some(
                "fewer traces side by side (-np) or a shorter context (-c) take less memory".to_owned(),
            );
        }
    }
    None
}
