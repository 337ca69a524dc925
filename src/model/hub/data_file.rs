//! Files of data sets: their origin and their place in the cache.

use std::path::PathBuf;

use hf_hub::{Repo, RepoType};

/// Host of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// The Hugging Face hub.
    Hub,
    /// GitHub. Files are public and pinned by commit and sha256.
    GitHub,
}

/// A file of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatasetFile {
    /// Host of the file.
    pub host: Host,
    /// `user/repo`.
    pub repository: &'static str,
    /// Commit to read; the main branch if absent.
    pub revision: Option<&'static str>,
    /// Name of the file in the repository.
    pub file: &'static str,
    /// Expected sha256, if the program pins it.
    pub sha256: Option<&'static str>,
}

/// A cached and hashed file of a data set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundDataset {
    /// Path of the file.
    pub path: PathBuf,
    /// Commit of the file.
    pub revision: String,
    /// sha256 of the file.
    pub sha256: String,
}

impl DatasetFile {
    /// Returns the repository as a manifest names it.
    #[must_use]
    pub fn address(&self) -> String {
        match self.host {
            Host::Hub => self.repository.to_owned(),
            Host::GitHub => format!("github.com/{}", self.repository),
        }
    }

    /// Returns repository and file name for messages.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.repository, self.file)
    }

    /// Returns the repository at a revision.
    pub(super) fn at(&self, revision: &str) -> Repo {
        Repo::with_revision(self.repository.to_owned(), RepoType::Dataset, revision.to_owned())
    }
}
