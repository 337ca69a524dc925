//! What to do about errors of the rooms below.

use crate::benchmark::BenchmarkError;
use crate::model::{HubError, ModelError};
use crate::store::StoreError;

/// What to do about a benchmark that could not be had.
pub fn of_benchmark(error: &BenchmarkError) -> Option<String> {
    match error {
        BenchmarkError::Fetch { file, error, .. } => of_data(file, error),
        _ => None,
    }
}

/// What to do about a model that could not be opened.
pub fn of_model(error: &ModelError) -> Option<String> {
    Some(match error {
        ModelError::Missing { .. } => {
            "--model takes the path of a .gguf file, user/repo[:LEVEL] on the hub, or `demo` for the model inside the program".to_owned()
        }
        ModelError::Hub(error) => return of_hub(error),
        ModelError::Gguf { .. } => {
            "the file may be another format or an unfinished download: compare its size and sha256 with its source's"
                .to_owned()
        }
        _ => return None,
    })
}

/// What to do about a folder that cannot be used.
pub fn of_store(error: &StoreError) -> Option<String> {
    match error {
        StoreError::NotEmpty(_) => Some(
            "choose another --output, continue an unfinished run with --resume DIR, or replace it with --overwrite"
                .to_owned(),
        ),
        StoreError::Damaged { .. } => {
            Some("move the damaged line and what follows away to continue from there".to_owned())
        }
        _ => None,
    }
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
        HubError::BrokenOff { .. } => "repeat the command: the download continues".to_owned(),
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
