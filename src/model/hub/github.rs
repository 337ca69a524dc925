//! Public files of GitHub repositories, pinned by commit and sha256. They share the hub's cache, as
//! `datasets--github.com--user--repo`.

use hf_hub::{Repo, RepoType};

use super::address::escaped;
use super::client::{Client, RemoteFile};
use super::data_file::{DatasetFile, FoundDataset};
use super::download::{self, Target};
use super::error::HubError;
use super::folder::RepoFolder;
use super::{DownloadListener, HubSettings};
use crate::model::digest::sha256_file;

/// Returns the address of a file, for messages.
#[must_use]
pub fn address(endpoint: &str, wanted: &DatasetFile) -> String {
    let revision = wanted.revision.unwrap_or("main");
    format!("{endpoint}/{}/{revision}/{}", wanted.repository, escaped(wanted.file))
}

/// Finds a file and downloads it unless it is cached. A cached file needs no request.
///
/// # Errors
/// Returns [`HubError`]; also if the file is not pinned.
pub fn find(
    settings: &HubSettings,
    wanted: &DatasetFile,
    listener: &mut dyn DownloadListener,
) -> Result<FoundDataset, HubError> {
    let url = address(&settings.github, wanted);
    let (Some(commit), Some(expected)) = (wanted.revision, wanted.sha256) else {
        let what = format!("{url} is not pinned");
        return Err(HubError::Answer { endpoint: settings.github.clone(), what });
    };
    let repository = wanted.address();
    let repo = Repo::with_revision(repository.clone(), RepoType::Dataset, commit.to_owned());
    let folder = RepoFolder::new(&settings.cache, repo);
    let path = folder.file(commit, wanted.file);
    if !path.exists() {
        let name = wanted.name();
        if settings.offline {
            let folder = settings.cache.clone();
            return Err(HubError::NotCached { wanted: name, folder, present: Vec::new() });
        }
        // The hub's token is not sent to GitHub.
        let there = HubSettings { endpoint: settings.github.clone(), token: None, ..settings.clone() };
        let client = Client::new(&there, &name);
        let (repository, file) = (repository.as_str(), wanted.file);
        let size = match client.look_up_at(repository, &url, file, listener) {
            Ok(remote) => remote.size,
            // The server sends no tags.
            Err(HubError::Answer { .. }) => None,
            Err(error) => return Err(error),
        };
        let remote = RemoteFile { etag: expected.to_owned(), commit: Some(commit.to_owned()), size };
        let target = Target { repository, file, url: &url, remote: &remote, sha256: Some(expected) };
        download::fetch(&client, &target, &folder, listener)?;
        folder.link(expected, commit, wanted.file)?;
    }
    // The file is hashed on disk, whether it is new or was cached.
    let found = sha256_file(&path)?;
    if !expected.eq_ignore_ascii_case(&found) {
        return Err(HubError::Damaged { path, expected: expected.to_owned(), found });
    }
    Ok(FoundDataset { path, revision: commit.to_owned(), sha256: found })
}
