//! A downloadable file of a benchmark.

use crate::model::hub::{DatasetFile, GITHUB, Host, github_address};

/// A downloadable file of a benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subset {
    /// Name that `--subset` takes.
    pub name: &'static str,
    /// Place of the file.
    pub file: DatasetFile,
}

impl Subset {
    /// Creates a public file on GitHub, pinned by commit and sha256.
    pub const fn public(
        name: &'static str,
        (repository, commit): (&'static str, &'static str),
        file: &'static str,
        sha256: &'static str,
    ) -> Self {
        let (revision, sha256) = (Some(commit), Some(sha256));
        Self { name, file: DatasetFile { host: Host::GitHub, repository, revision, file, sha256 } }
    }

    /// Returns the address of a public file.
    #[must_use]
    pub fn address(&self) -> Option<String> {
        (self.file.host == Host::GitHub).then(|| github_address(GITHUB, &self.file))
    }
}
