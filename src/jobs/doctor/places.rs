//! The cache folder and the hub.

use super::finding::Finding;
use crate::jobs::JobError;
use crate::model::HubSettings;
use crate::model::ModelError;
use crate::model::disk;
use crate::model::hub::ask;

/// Free disk space below which a model of 8 B parameters does not fit.
const LITTLE_DISK: u64 = 6_000_000_000;

/// A small public repository, for a question to the hub.
const PUBLIC: &str = "Qwen/Qwen3-0.6B-GGUF";

pub fn findings(ask_hub: bool) -> Vec<Finding> {
    let settings = match HubSettings::from_env(!ask_hub) {
        Ok(settings) => settings,
        Err(error) => return vec![Finding::bad("cache", error.to_string(), None)],
    };
    let mut findings = vec![cache(&settings)];
    if ask_hub {
        findings.push(hub(&settings));
    }
    findings
}

fn cache(settings: &HubSettings) -> Finding {
    // The folder may not be there yet: its nearest parent tells the disk.
    let there = settings.cache.ancestors().find(|folder| folder.is_dir());
    let free = there.and_then(disk::free);
    let space =
        free.map_or("free space not known".to_owned(), |bytes| format!("{:.1} GB free", bytes as f64 / 1e9));
    let found = format!("{}, {space}", settings.cache.display());
    match free.is_some_and(|bytes| bytes < LITTLE_DISK) {
        true => Finding::advice("cache", found, "HF_HUB_CACHE puts it on another disk"),
        false => Finding::good("cache", found),
    }
}

fn hub(settings: &HubSettings) -> Finding {
    if settings.offline {
        return Finding::advice("hub", "not asked: HF_HUB_OFFLINE is set", "unset it to download models");
    }
    let token = match &settings.token {
        Some(token) => format!("a token from {}", token.place),
        None => "no token".to_owned(),
    };
    match ask(settings, PUBLIC) {
        Ok(_) => Finding::good("hub", format!("{} answers; {token}", settings.endpoint)),
        Err(error) => {
            let error = JobError::from(ModelError::from(error));
            Finding::bad("hub", error.to_string(), error.hint())
        }
    }
}
