//! Models and data sets of the Hugging Face hub, cached on this machine.

mod address;
pub mod client;
mod data_file;
mod dataset;
mod download;
pub mod error;
pub mod folder;
mod github;
mod listener;
pub mod settings;

use std::path::PathBuf;

use hf_hub::{Repo, RepoType};

use super::known;
use super::level::Wanted;
use super::level::{self, NoChoice};
use super::parts;
use super::source::HubName;
use client::{Client, RemoteFile};
pub use data_file::{DatasetFile, FoundDataset, Host};
pub use dataset::find_dataset;
use download::Target;
pub use error::HubError;
use folder::RepoFolder;
pub use github::address as github_address;
pub use listener::{DownloadListener, Silent};
pub use settings::{GITHUB, HubSettings, Token};

/// A cached model of the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Repository, `user/repo`.
    pub repository: String,
    /// Commit of the files.
    pub revision: String,
    /// Whether models/manifest.toml pins the sha256 of every file.
    pub pinned: bool,
    /// The file, or all parts in order.
    pub files: Vec<FoundFile>,
}

/// A cached file of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Path of the file.
    pub path: PathBuf,
    /// Name of the file in the repository.
    pub file: String,
    /// Expected sha256, if known.
    pub expected: Option<String>,
    /// sha256 of the file, if the download computed it.
    pub computed: Option<String>,
}

/// Finds a model: lists the repository's files, chooses one or all parts of one, and downloads what is not
/// cached. If the hub is unreachable, cached files are used. Cost: one small request if they are cached,
/// otherwise one more for each file, and the download.
///
/// # Errors
/// Returns [`HubError`].
pub fn find(
    settings: &HubSettings,
    name: &HubName,
    listener: &mut dyn DownloadListener,
) -> Result<Found, HubError> {
    let repository = name.repository();
    let pinned = known::models().repository(repository).and_then(|known| known.revision.clone());
    let revision = pinned.unwrap_or_else(|| folder::BRANCH.to_owned());
    let repo = Repo::with_revision(repository.to_owned(), RepoType::Model, revision);
    let folder = RepoFolder::new(&settings.cache, repo.clone());
    let search = Search { settings, name, repository, repo, folder };
    if settings.offline {
        return search.cached().ok_or_else(|| search.not_cached());
    }
    or_cached(search.online(listener), || search.cached(), |found| found.files[0].file.clone(), listener)
}

/// Asks the hub for the commit of a model repository. Cost: one small request.
///
/// # Errors
/// Returns [`HubError`] if the hub is out of reach or refuses.
pub fn ask(settings: &HubSettings, repository: &str) -> Result<String, HubError> {
    let repo = Repo::with_revision(repository.to_owned(), RepoType::Model, folder::BRANCH.to_owned());
    Ok(Client::new(settings, repository).describe(repository, &repo, &mut listener::Silent)?.sha)
}

/// Returns the hub's result, or a cached one if the hub is unreachable.
fn or_cached<T>(
    result: Result<T, HubError>,
    cached: impl FnOnce() -> Option<T>,
    name: impl FnOnce(&T) -> String,
    listener: &mut dyn DownloadListener,
) -> Result<T, HubError> {
    match result {
        Err(error) if error.is_out_of_reach() => {
            let Some(found) = cached() else { return Err(error) };
            listener.note(&format!("{}; using the cached {}", short(&error), name(&found)));
            Ok(found)
        }
        result => result,
    }
}

/// Returns the expected sha256: the pinned one, otherwise the hub's. An error if they differ.
fn agreed(
    file: &str,
    pin: Option<&str>,
    remote: &RemoteFile,
    pinned_by: &'static str,
) -> Result<Option<String>, HubError> {
    let hub = remote.sha256();
    match (pin, hub) {
        (Some(pin), Some(hub)) if !pin.eq_ignore_ascii_case(hub) => {
            let (file, expected, found) = (file.to_owned(), pin.to_owned(), hub.to_owned());
            Err(HubError::Pin { file, expected, found, pinned_by })
        }
        _ => Ok(pin.or(hub).map(str::to_owned)),
    }
}

/// Returns an error's message without a statement about the cache.
fn short(error: &HubError) -> String {
    match error {
        HubError::Unreachable { endpoint, why, .. } => format!("the hub {endpoint} is out of reach ({why})"),
        error => error.to_string(),
    }
}

struct Search<'a> {
    settings: &'a HubSettings,
    name: &'a HubName,
    repository: &'a str,
    repo: Repo,
    folder: RepoFolder,
}

impl Search<'_> {
    fn online(&self, listener: &mut dyn DownloadListener) -> Result<Found, HubError> {
        let client = Client::new(self.settings, &self.name.to_string());
        let info = client.describe(self.repository, &self.repo, listener)?;
        let files: Vec<String> = info.siblings.into_iter().map(|sibling| sibling.rfilename).collect();
        let (files, others) = self.choose(&files)?;
        if !others.is_empty() {
            let (first, more) = (&files[0], others.join(", "));
            let name = &self.name.name;
            listener.note(&format!(
                "taking {first}; {name} has other files of this level: {more} ({name}:FILE.gguf takes one)"
            ));
        }
        let mut found = self.found(&info.sha, &files);
        let at = Repo::with_revision(self.repository.to_owned(), RepoType::Model, info.sha.clone());
        let mut wanted = Vec::new();
        for (index, file) in found.files.iter().enumerate().filter(|(_, file)| !file.path.exists()) {
            let remote = client.look_up(self.repository, &at, &file.file, listener)?;
            let expected = self.expected(&file.file, &remote, listener)?;
            wanted.push((index, remote, expected));
        }
        let sizes = wanted.iter().map(|(_, remote, _)| (remote.etag.as_str(), remote.size.unwrap_or(0)));
        download::check_room(&self.folder, &found.files[0].file, &sizes.collect::<Vec<_>>())?;
        for (index, remote, expected) in wanted {
            let file = &mut found.files[index];
            let url = client.url(&at, &file.file);
            let (repository, sha256) = (self.repository, expected.as_deref());
            let target = Target { repository, file: &file.file, url: &url, remote: &remote, sha256 };
            file.computed = download::fetch(&client, &target, &self.folder, listener)?;
            if let Some(commit) = remote.commit {
                found.revision = commit;
            }
            file.path = self.folder.link(&remote.etag, &found.revision, &file.file)?;
            file.expected = expected;
        }
        self.folder.point_to(&found.revision)?;
        Ok(found)
    }

    /// Returns the expected sha256: the pinned one, otherwise the hub's. An error if they differ.
    fn expected(
        &self,
        file: &str,
        remote: &RemoteFile,
        listener: &mut dyn DownloadListener,
    ) -> Result<Option<String>, HubError> {
        let known = known::models().file(self.repository, file);
        let pin = known.and_then(|known| known.sha256.as_deref());
        let sha256 = agreed(file, pin, remote, "models/manifest.toml")?;
        if let (Some(known), Some(size)) = (known.filter(|known| known.exact), remote.size)
            && known.size != size
        {
            let noted = known.size;
            listener.note(&format!(
                "{file} has {size} bytes on the hub but {noted} in models/manifest.toml: it was replaced"
            ));
        }
        Ok(sha256)
    }

    /// Returns the names of the chosen file, or of all parts of the model that it belongs to, and those of other
    /// files that would fit.
    fn choose(&self, files: &[String]) -> Result<(Vec<String>, Vec<String>), HubError> {
        let repository = self.repository.to_owned();
        let wanted = &self.name.wanted;
        let choice = level::choose(files, wanted).map_err(|none| match (none, wanted) {
            (NoChoice::NoFile(present), Wanted::File(file)) => {
                HubError::NoFile { repository, file: file.clone(), present }
            }
            (NoChoice::NoLevel(present), Wanted::Level(level)) => {
                let elsewhere = known::models().elsewhere(self.repository, level);
                HubError::NoLevel { repository, level: level.clone(), present, elsewhere }
            }
            _ => HubError::NoGguf { repository, elsewhere: known::models().conversions(self.repository) },
        })?;
        let (file, others) = (choice.file, choice.others.iter().map(|&name| name.to_owned()).collect());
        let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        if !file.split('/').all(is_plain) || file.contains(['\\', '\0']) {
            let what = format!("{file:?} is not a file name");
            return Err(HubError::Answer { endpoint: self.settings.endpoint.clone(), what });
        }
        let Some(parts) = parts::names(file) else { return Ok((vec![file.to_owned()], others)) };
        let missing: Vec<String> = parts.iter().filter(|part| !files.contains(part)).cloned().collect();
        match missing.is_empty() {
            true => Ok((parts, others)),
            false => {
                let (repository, file) = (self.repository.to_owned(), file.to_owned());
                Err(HubError::NoPart { repository, file, count: parts.len(), missing })
            }
        }
    }

    /// Returns the cached file that the name means, if all its parts are in one snapshot.
    fn cached(&self) -> Option<Found> {
        self.folder.commits().iter().find_map(|commit| {
            let files = self.folder.models(commit);
            self.choose(&files).ok().map(|(files, _)| self.found(commit, &files))
        })
    }

    fn not_cached(&self) -> HubError {
        let mut present: Vec<String> =
            self.folder.commits().iter().flat_map(|commit| self.folder.models(commit)).collect();
        present.sort();
        present.dedup();
        HubError::NotCached { wanted: self.name.to_string(), folder: self.settings.cache.clone(), present }
    }

    fn found(&self, commit: &str, files: &[String]) -> Found {
        let pin = |file: &str| known::models().file(self.repository, file)?.sha256.clone();
        let one = |file: &String| {
            let path = self.folder.file(commit, file);
            let expected = pin(file).or_else(|| folder::named_sha256(&path));
            FoundFile { path, file: file.clone(), expected, computed: None }
        };
        Found {
            repository: self.repository.to_owned(),
            revision: commit.to_owned(),
            pinned: files.iter().all(|file| pin(file).is_some()),
            files: files.iter().map(one).collect(),
        }
    }
}
