//! The cache of the hub's tools: `models--user--repo/{blobs,refs,snapshots}`, and `datasets--user--repo` for
//! data sets. All programs share its files.

use std::path::{Path, PathBuf};

use hf_hub::{Cache, CacheRepo, Repo};

use super::error::HubError;
use crate::model::level;
use crate::model::parts;

/// Branch that is read unless a commit is pinned.
pub const BRANCH: &str = "main";

/// Folder of one repository in the cache.
pub struct RepoFolder {
    cache: PathBuf,
    repo: Repo,
    paths: CacheRepo,
}

/// A model in the cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedFile {
    /// `user/repo`.
    pub repository: String,
    /// Name of the file in the repository, or of the first part.
    pub file: String,
    /// Commit of the snapshot.
    pub revision: String,
    /// Path of the file.
    pub path: PathBuf,
    /// Size in bytes, of all parts together.
    pub size: u64,
}

impl RepoFolder {
    /// Returns the folder of a repository at a revision.
    pub fn new(cache: &Path, repo: Repo) -> Self {
        let paths = Cache::new(cache.to_owned()).repo(repo.clone());
        Self { cache: cache.to_owned(), repo, paths }
    }

    fn folder(&self) -> PathBuf {
        self.cache.join(self.repo.folder_name())
    }

    /// Returns the path of a file in a snapshot, whether it exists or not.
    pub fn file(&self, commit: &str, file: &str) -> PathBuf {
        self.paths.pointer_path(commit).join(file)
    }

    /// Returns the path of a tag's blob, whether it exists or not.
    pub fn blob(&self, etag: &str) -> PathBuf {
        self.paths.blob_path(etag)
    }

    /// Returns the path of a tag's partial blob, under the name that the hub's Python tools use.
    pub fn part(&self, etag: &str) -> PathBuf {
        self.paths.blob_path(&format!("{etag}.incomplete"))
    }

    /// Returns the path of a tag's lock, which the hub's Python tools use too.
    pub fn lock(&self, etag: &str) -> PathBuf {
        self.cache.join(".locks").join(self.repo.folder_name()).join(format!("{etag}.lock"))
    }

    /// Returns the commits with snapshots in the cache: the branch's first, then the others by name. If the
    /// revision is a pinned commit, returns at most that one.
    pub fn commits(&self) -> Vec<String> {
        let branch = fs_err::read_to_string(self.folder().join("refs").join(self.repo.revision())).ok();
        let branch = branch.map(|commit| commit.trim().to_owned());
        let mut commits = names(&self.folder().join("snapshots"));
        if self.repo.revision() != BRANCH {
            commits.retain(|commit| commit == self.repo.revision());
        }
        commits.sort_by_key(|commit| (Some(commit) != branch.as_ref(), commit.clone()));
        commits
    }

    /// Returns the model files of a snapshot, sorted.
    pub fn models(&self, commit: &str) -> Vec<String> {
        let mut files = Vec::new();
        walk(&self.paths.pointer_path(commit), "", &mut files);
        files.retain(|file| level::is_model(file));
        files.sort();
        files
    }

    /// Links a blob into a snapshot, and points the branch to the snapshot's commit.
    pub fn link(&self, etag: &str, commit: &str, file: &str) -> Result<PathBuf, HubError> {
        let path = self.file(commit, file);
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
        }
        if !path.exists() {
            // The link may point to a removed blob.
            if path.is_symlink() {
                fs_err::remove_file(&path)?;
            }
            let up = "../".repeat(file.split('/').count() + 1);
            show(&self.blob(etag), &PathBuf::from(up).join("blobs").join(etag), &path)?;
        }
        self.point_to(commit)?;
        Ok(path)
    }

    /// Points the branch to a commit.
    pub fn point_to(&self, commit: &str) -> Result<(), HubError> {
        if self.repo.revision() != commit {
            self.paths.create_ref(commit)?;
        }
        Ok(())
    }
}

/// Creates a relative link, so that the folder can be moved.
#[cfg(unix)]
fn show(_blob: &Path, relative: &Path, path: &Path) -> std::io::Result<()> {
    // Another process may have created the same link in the meantime.
    match std::os::unix::fs::symlink(relative, path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

/// Creates a hard link, or moves the file itself: symbolic links need special rights on this system. The
/// hub's own tools do the same.
#[cfg(not(unix))]
fn show(blob: &Path, _relative: &Path, path: &Path) -> std::io::Result<()> {
    fs_err::hard_link(blob, path).or_else(|_| fs_err::rename(blob, path))
}

/// Returns the sha256 in the name of the blob that a snapshot's file links to.
pub fn named_sha256(path: &Path) -> Option<String> {
    let blob = fs_err::canonicalize(path).ok()?;
    let name = blob.file_name()?.to_str()?;
    let is_sha256 = name.len() == 64 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_sha256.then(|| name.to_owned())
}

/// Returns every model in a cache, sorted by repository. Of a model in several files, all parts must be there.
pub fn list(cache: &Path) -> Vec<CachedFile> {
    let mut found = Vec::new();
    for folder in names(cache) {
        let Some(repository) = folder.strip_prefix("models--").map(|name| name.replacen("--", "/", 1)) else {
            continue;
        };
        let place = RepoFolder::new(cache, Repo::model(repository.clone()));
        for revision in place.commits() {
            for file in place.models(&revision) {
                let files = match parts::names(&file) {
                    None => vec![file.clone()],
                    Some(parts) if parts[0] == file => parts,
                    Some(_) => continue,
                };
                let sizes = files.iter().map(|file| fs_err::metadata(place.file(&revision, file)));
                let sizes: Result<Vec<u64>, _> = sizes.map(|data| data.map(|data| data.len())).collect();
                let Ok(size) = sizes.map(|sizes| sizes.iter().sum()) else { continue };
                let path = place.file(&revision, &file);
                let revision = revision.clone();
                found.push(CachedFile { repository: repository.clone(), file, revision, path, size });
            }
        }
    }
    found
}

/// Returns the names in a folder, sorted; empty if the folder cannot be read.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs_err::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    names
}

/// Collects the files below a folder with their relative paths. Skips broken links.
fn walk(folder: &Path, before: &str, files: &mut Vec<String>) {
    for name in names(folder) {
        let (path, name) = (folder.join(&name), format!("{before}{name}"));
        if path.is_file() {
            files.push(name);
        } else if path.is_dir() && !path.is_symlink() {
            walk(&path, &format!("{name}/"), files);
        }
    }
}

#[cfg(test)]
mod tests {
    use hf_hub::RepoType;

    use super::*;

    fn at(cache: &Path, revision: &str) -> RepoFolder {
        RepoFolder::new(cache, Repo::with_revision("a/b".to_owned(), RepoType::Model, revision.to_owned()))
    }

    #[test]
    fn the_branch_s_snapshot_comes_first_and_a_pinned_one_alone() {
        let cache = tempfile::tempdir().unwrap();
        let main = at(cache.path(), BRANCH);
        assert!(main.commits().is_empty());
        fs_err::create_dir_all(cache.path().join("models--a--b/blobs")).unwrap();
        for commit in ["c1", "c3", "c2"] {
            fs_err::write(main.blob("tag"), "bytes").unwrap();
            main.link("tag", commit, "deep/m.gguf").unwrap();
        }
        assert_eq!(main.commits(), ["c2", "c1", "c3"]);
        assert_eq!(main.models("c1"), ["deep/m.gguf"]);
        assert_eq!(fs_err::read_to_string(main.file("c3", "deep/m.gguf")).unwrap(), "bytes");
        assert_eq!(at(cache.path(), "c3").commits(), ["c3"]);
        assert!(at(cache.path(), "c4").commits().is_empty());
        assert_eq!(list(cache.path()).len(), 3);
    }

    #[test]
    fn links_to_nothing_are_no_models_and_are_replaced() {
        let cache = tempfile::tempdir().unwrap();
        let main = at(cache.path(), BRANCH);
        fs_err::create_dir_all(cache.path().join("models--a--b/blobs")).unwrap();
        fs_err::write(main.blob("one"), "1").unwrap();
        main.link("one", "c1", "m.gguf").unwrap();
        fs_err::remove_file(main.blob("one")).unwrap();
        assert!(list(cache.path()).is_empty());
        fs_err::write(main.blob("two"), "2").unwrap();
        let path = main.link("two", "c1", "m.gguf").unwrap();
        assert_eq!(fs_err::read_to_string(path).unwrap(), "2");
    }
}
