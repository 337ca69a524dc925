//! Hints on what to do about errors of the layers below.

use crate::benchmark::BenchmarkError;
use crate::model::gguf::GgufError;
use crate::model::hub::settings::is_offline_by_variable;
use crate::model::{HubError, ModelError, SplitError};
use crate::store::StoreError;

/// Returns what to do about a benchmark error.
pub fn of_benchmark(error: &BenchmarkError) -> Option<String> {
    match error {
        BenchmarkError::Fetch { file, error, .. } => of_data(file, error),
        BenchmarkError::FetchPublic { error, .. } if matches!(**error, HubError::NotCached { .. }) => {
            Some(online())
        }
        _ => None,
    }
}

/// Returns what to do about a model that could not be opened.
pub fn of_model(error: &ModelError) -> Option<String> {
    Some(match error {
        ModelError::Missing { .. } => {
            "--model takes the path of a .gguf file, user/repo[:LEVEL] on the hub, or `demo`, the built-in \
             model"
                .to_owned()
        }
        ModelError::Hub(error) => return of_hub(error),
        ModelError::NoAdapter { .. } => {
            "--lora and --control-vector take paths of GGUF files, separated by commas".to_owned()
        }
        ModelError::Split(error) => of_split(error),
        ModelError::Gguf { source: GgufError::LfsPointer, .. } => return None,
        ModelError::Gguf { .. } => {
            "the file may have another format or be an unfinished download: compare size and sha256 with its \
             source"
                .to_owned()
        }
        _ => return None,
    })
}

/// Returns what to do about parts of a model that do not fit together.
fn of_split(error: &SplitError) -> String {
    match error {
        SplitError::Missing { .. } => {
            "put all parts into one folder, under the names they were published with"
        }
        SplitError::Renamed { .. } => {
            "give every part its own name again: NAME-00001-of-00003.gguf and so on"
        }
        SplitError::Key { .. } | SplitError::Join { .. } => {
            "the folder may hold parts of two models or two versions: download all parts again"
        }
    }
    .to_owned()
}

/// Returns what to do about a folder that cannot be used.
pub fn of_store(error: &StoreError) -> Option<String> {
    match error {
        StoreError::NotEmpty(_) => Some(
            "choose another --output, continue an unfinished run with --resume DIR, or replace it with \
             --overwrite"
                .to_owned(),
        ),
        StoreError::Damaged { .. } => {
            Some("to continue, move the damaged line and all lines after it to another file".to_owned())
        }
        _ => None,
    }
}

/// Returns what to do about a model that could not be downloaded.
fn of_hub(error: &HubError) -> Option<String> {
    let without = "--model demo or the path of a .gguf file needs no download";
    Some(match error {
        HubError::Unreachable { .. } => format!("{without}; HF_ENDPOINT names another hub"),
        HubError::NotCached { .. } => format!("{}; {without}", online()),
        HubError::Denied { token: None, .. } => {
            "if it exists, accept its terms on its page and set HF_TOKEN to a token of your own".to_owned()
        }
        HubError::Denied { token: Some(place), .. } => format!(
            "the token in {place} was sent: accept the terms on the model's page with that account, or check the \
             token"
        ),
        HubError::NoRepository { .. } => {
            "check the name: case matters, and repositories with GGUF files mostly end in -GGUF; no local \
             file has this name either"
                .to_owned()
        }
        HubError::NoLevel { elsewhere, .. } if !elsewhere.is_empty() => {
            format!("other publishers have the model at this level: {}", elsewhere.join(", "))
        }
        HubError::NoGguf { elsewhere, .. } if !elsewhere.is_empty() => {
            format!("the model in GGUF: {}", elsewhere.join(", "))
        }
        HubError::NoGguf { .. } => {
            "only GGUF files can be read: look for a repository of the model that ends in -GGUF".to_owned()
        }
        HubError::NoPart { .. } => {
            "the upload may be unfinished: choose another level, or another publisher's repository".to_owned()
        }
        HubError::Busy { .. } => {
            "repeat the command later; with HF_TOKEN set, the hub's limit is higher".to_owned()
        }
        HubError::BrokenOff { .. } => "repeat the command: the download continues".to_owned(),
        HubError::Checksum { .. } => {
            "repeat the command; if it fails again, something on the way from the hub changes the file"
                .to_owned()
        }
        HubError::Damaged { .. } => "delete the file and repeat the command".to_owned(),
        HubError::Status { status, .. } if *status >= 500 => {
            format!("the hub has a problem: repeat the command later; {without}")
        }
        HubError::Status { .. } | HubError::Answer { .. } => {
            "HF_ENDPOINT or a proxy may lead to a server that is not a hub".to_owned()
        }
        HubError::NoSpace { .. } => "set HF_HUB_CACHE to a folder on another disk".to_owned(),
        _ => return None,
    })
}

/// Returns what allows downloads again.
fn online() -> String {
    match is_offline_by_variable() {
        true => "HF_HUB_OFFLINE is set: unset it, and leave out --offline, to download the file",
        false => "leave out --offline (or unset LLAMA_ARG_OFFLINE) to download the file",
    }
    .to_owned()
}

/// Returns what to do about a benchmark file that could not be downloaded.
fn of_data(file: &str, error: &HubError) -> Option<String> {
    let name = file.rsplit('/').next().unwrap_or(file);
    let without = format!("--data FILE reads a {name} on this machine");
    Some(match error {
        HubError::Unreachable { .. } => format!("{without}; HF_ENDPOINT names another hub"),
        HubError::NotCached { .. } => format!("{}; {without}", online()),
        HubError::Denied { endpoint, repository, token, .. } => {
            let page = format!("{endpoint}/datasets/{repository}");
            let token = match token {
                None => "and set HF_TOKEN to a token of your account".to_owned(),
                Some(place) => {
                    format!("with the account of the token in {place}, which was sent, or check the token")
                }
            };
            format!("accept the terms and fill in the form, if there is one, on {page} {token}; {without}")
        }
        HubError::NoRepository { .. } | HubError::NoFile { .. } => {
            format!("the file may have moved, or HF_ENDPOINT names a hub without it; {without}")
        }
        HubError::Pin { .. } => {
            format!("the hub's file is not the version this program knows; {without} without this check")
        }
        HubError::Status { status, .. } if *status >= 500 => {
            format!("the hub has a problem: repeat the command later; {without}")
        }
        error => return of_hub(error),
    })
}
