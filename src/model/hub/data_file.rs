//! A file of a data set: where it is published, and where it lies here.

use std::path::PathBuf;

use hf_hub::{Repo, RepoType};

/// Where a data set is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// The Hugging Face hub.
    Hub,
    /// GitHub: public, and at a commit that is pinned with a sha256.
    GitHub,
}

/// A file of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatasetFile {
    /// Who has it.
    pub host: Host,
    /// `user/repo`.
    pub repository: &'static str,
    /// The commit that is read; the branch if absent.
    pub revision: Option<&'static str>,
    /// Its name in the repository.
    pub file: &'static str,
    /// The sha256 it must have, where the program states one.
    pub sha256: Option<&'static str>,
}

/// A file of a data set that is on this machine, hashed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundDataset {
    /// Where it lies.
    pub path: PathBuf,
    /// Commit.
    pub revision: String,
    /// Its sha256.
    pub sha256: String,
}

impl DatasetFile {
    /// The repository as a manifest names it.
    #[must_use]
    pub fn address(&self) -> String {
        match self.host {
            Host::Hub => self.repository.to_owned(),
            Host::GitHub => format!("github.com/{}", self.repository),
        }
    }

    /// Repository and file, for messages.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.repository, self.file)
    }

    /// The repository at a revision.
    pub(super) fn at(&self, revision: &str) -> Repo {
        Repo::with_revision(self.repository.to_owned(), RepoType::Dataset, revision.to_owned())
    }
}
