//! Finds files of data sets on the hub and returns their paths in the cache.

use std::path::PathBuf;

use hf_hub::Repo;

use super::client::Client;
use super::data_file::{DatasetFile, FoundDataset, Host};
use super::download::{self, Target};
use super::error::HubError;
use super::folder::{self, RepoFolder};
use super::github;
use super::{DownloadListener, HubSettings, agreed, or_cached};
use crate::model::digest::sha256_file;

/// Finds a file of a data set and downloads it unless it is cached. A cached file of a pinned commit needs no
/// request. If the hub is unreachable, a cached file is used. Cost: one read of the file, and a download if
/// it is not cached.
///
/// # Errors
/// Returns [`HubError`].
pub fn find_dataset(
    settings: &HubSettings,
    wanted: &DatasetFile,
    listener: &mut dyn DownloadListener,
) -> Result<FoundDataset, HubError> {
    if wanted.host == Host::GitHub {
        return github::find(settings, wanted, listener);
    }
    let repo = wanted.at(wanted.revision.unwrap_or(folder::BRANCH));
    let folder = RepoFolder::new(&settings.cache, repo.clone());
    let cached = || {
        let commits = folder.commits().into_iter();
        commits.map(|commit| (folder.file(&commit, wanted.file), commit)).find(|(path, _)| path.exists())
    };
    let (path, revision) = match cached() {
        Some(found) if wanted.revision.is_some() || settings.offline => found,
        None if settings.offline => {
            let (wanted, folder) = (wanted.name(), settings.cache.clone());
            return Err(HubError::NotCached { wanted, folder, present: Vec::new() });
        }
        _ => {
            let found = online(settings, wanted, &repo, &folder, listener);
            or_cached(found, cached, |_| wanted.file.to_owned(), listener)?
        }
    };
    // The file is hashed on disk, whether it is new or was cached.
    let sha256 = sha256_file(&path)?;
    let expected = wanted.sha256.map(str::to_owned).or_else(|| folder::named_sha256(&path));
    if let Some(expected) = expected.filter(|expected| !expected.eq_ignore_ascii_case(&sha256)) {
        return Err(HubError::Damaged { path, expected, found: sha256 });
    }
    Ok(FoundDataset { path, revision, sha256 })
}

fn online(
    settings: &HubSettings,
    wanted: &DatasetFile,
    repo: &Repo,
    folder: &RepoFolder,
    listener: &mut dyn DownloadListener,
) -> Result<(PathBuf, String), HubError> {
    let (repository, file) = (wanted.repository, wanted.file);
    let client = Client::new(settings, &wanted.name());
    let commit = client.describe(repository, repo, listener)?.sha;
    if let Some(pin) = wanted.revision.filter(|pin| *pin != commit) {
        let what = format!("{repository}: commit {commit} for {pin}");
        return Err(HubError::Answer { endpoint: settings.endpoint.clone(), what });
    }
    let path = folder.file(&commit, file);
    if path.exists() {
        folder.point_to(&commit)?;
        return Ok((path, commit));
    }
    let at = wanted.at(&commit);
    let remote = client.look_up(repository, &at, file, listener)?;
    let sha256 = agreed(file, wanted.sha256, &remote, "this program")?;
    let url = client.url(&at, file);
    let target = Target { repository, file, url: &url, remote: &remote, sha256: sha256.as_deref() };
    download::fetch(&client, &target, folder, listener)?;
    Ok((folder.link(&remote.etag, &commit, file)?, commit))
}
