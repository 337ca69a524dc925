//! A model file on this machine, with its checked header and its facts.

use std::path::{Path, PathBuf};

use super::demo;
use super::digest::{sha256_bytes, sha256_file};
use super::gguf::{GgufError, Header};
use super::hub::{self, DownloadListener, Found, HubError, HubSettings};
use super::source::ModelSource;
use crate::record::manifest::{HubFacts, ModelFacts};

/// Error of opening a model.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file does not exist.
    #[error("no such model file: {}", path.display())]
    Missing {
        /// Path as given.
        path: PathBuf,
    },
    /// The file is not a valid GGUF.
    #[error("{}: {source}", path.display())]
    Gguf {
        /// Path of the file.
        path: PathBuf,
        /// Error in the header.
        source: GgufError,
    },
    /// The file is a valid GGUF but not a language model.
    #[error("{}: {what}", path.display())]
    Unfit {
        /// Path of the file.
        path: PathBuf,
        /// Description of what is missing.
        what: String,
    },
    /// The model cannot be fetched.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The file cannot be read or unpacked.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A GGUF file with a checked header.
#[derive(Clone, Debug)]
pub struct ModelFile {
    /// Source as named by the user.
    pub source: ModelSource,
    /// Path of the file.
    pub path: PathBuf,
    /// Checked header.
    pub header: Header,
    /// sha256 of the whole file.
    pub sha256: String,
    /// Origin on the hub, if any.
    pub origin: Option<Origin>,
}

/// Origin of a model on the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Name of the file in the repository.
    pub file: String,
    /// Repository, commit, and whether models/manifest.toml pins the sha256.
    pub hub: HubFacts,
}

impl ModelFile {
    /// Finds a model with the hub settings of the environment, checks its header, and hashes it. Cost: one
    /// read of the file, and a download if it is not cached.
    ///
    /// # Errors
    /// Returns [`ModelError`].
    pub fn open(source: &ModelSource) -> Result<Self, ModelError> {
        Self::open_with(source, false, &mut hub::Silent)
    }

    /// Does the same with a listener for downloads. With `offline`, uses only files on this machine.
    ///
    /// # Errors
    /// Returns [`ModelError`].
    pub fn open_with(
        source: &ModelSource,
        offline: bool,
        listener: &mut dyn DownloadListener,
    ) -> Result<Self, ModelError> {
        let path = match source {
            ModelSource::Demo => demo::unpack()?,
            ModelSource::Path(path) => path.clone(),
            ModelSource::Hub(name) => {
                let found = hub::find(&HubSettings::from_env(offline)?, name, listener)?;
                return Self::of_found(source, found);
            }
        };
        let header = check(&path)?;
        let sha256 = sha256_file(&path)?;
        Ok(Self { source: source.clone(), path, header, sha256, origin: None })
    }

    fn of_found(source: &ModelSource, found: Found) -> Result<Self, ModelError> {
        let Found { path, repository, file, revision, expected, computed, pinned } = found;
        let sha256 = match computed {
            Some(sha256) => sha256,
            None => sha256_file(&path)?,
        };
        if let Some(expected) = expected.filter(|expected| !expected.eq_ignore_ascii_case(&sha256)) {
            return Err(HubError::Damaged { path, expected, found: sha256 }.into());
        }
        let header = check(&path)?;
        let origin = Some(Origin { file, hub: HubFacts { repository, revision, pinned } });
        Ok(Self { source: source.clone(), path, header, sha256, origin })
    }

    /// Returns the facts for the manifest.
    #[must_use]
    pub fn facts(&self) -> ModelFacts {
        let header = &self.header;
        ModelFacts {
            name: self.source.to_string(),
            file: match self.source {
                ModelSource::Demo => demo::FILE_NAME.to_owned(),
                ModelSource::Path(_) | ModelSource::Hub(_) => {
                    self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
                }
            },
            size: header.file_size,
            sha256: self.sha256.clone(),
            architecture: header.architecture().unwrap_or_default().to_owned(),
            quantization: header.quantization(),
            parameters: header.parameters(),
            context_length: header.of_architecture("context_length").unwrap_or_default(),
            vocabulary: header.vocabulary(),
            template_sha256: header.chat_template().map(|template| sha256_bytes(template.as_bytes())),
            hub: self.origin.as_ref().map(|origin| origin.hub.clone()),
        }
    }
}

fn check(path: &Path) -> Result<Header, ModelError> {
    if !path.exists() {
        return Err(ModelError::Missing { path: path.to_owned() });
    }
    let header = Header::read(path).map_err(|source| ModelError::Gguf { path: path.to_owned(), source })?;
    let unfit = |what: &str| Err(ModelError::Unfit { path: path.to_owned(), what: what.to_owned() });
    if header.architecture().is_none() {
        return unfit("the GGUF names no architecture (general.architecture): it is not a model");
    }
    if header.vocabulary() == 0 {
        return unfit("the GGUF has no vocabulary (tokenizer.ggml.tokens): it is not a language model");
    }
    if header.tensors.is_empty() {
        return unfit("the GGUF contains a vocabulary but no weights");
    }
    Ok(header)
}
