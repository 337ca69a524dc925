//! A file of a benchmark that can be fetched.

use crate::model::hub::{DatasetFile, GITHUB, Host, github_address};

/// A file of a benchmark on the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subset {
    /// As `--subset` names it.
    pub name: &'static str,
    /// Where it is.
    pub file: DatasetFile,
}

impl Subset {
    /// A public file on GitHub, at a commit and with its sha256.
    pub const fn public(
        name: &'static str,
        (repository, commit): (&'static str, &'static str),
        file: &'static str,
        sha256: &'static str,
    ) -> Self {
        let (revision, sha256) = (Some(commit), Some(sha256));
        Self { name, file: DatasetFile { host: Host::GitHub, repository, revision, file, sha256 } }
    }

    /// Where a person finds it, if anybody may have it.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        (self.file.host == Host::GitHub).then(|| github_address(GITHUB, &self.file))
    }
}
