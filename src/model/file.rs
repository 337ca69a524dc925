//! A model file on this machine, checked and described.

use std::path::{Path, PathBuf};

use super::demo;
use super::digest::{sha256_bytes, sha256_file};
use super::gguf::{GgufError, Header};
use super::hub::{self, DownloadListener, Found, HubError, HubSettings};
use super::source::ModelSource;
use crate::record::manifest::{HubFacts, ModelFacts};

/// A model that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The file does not exist.
    #[error("no such model file: {}", path.display())]
    Missing {
        /// As it was given.
        path: PathBuf,
    },
    /// The file is not a sound GGUF.
    #[error("{}: {source}", path.display())]
    Gguf {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: GgufError,
    },
    /// A sound GGUF that is no language model.
    #[error("{}: {what}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What is missing.
        what: String,
    },
    /// It cannot be fetched.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// It cannot be read or unpacked.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A GGUF file whose header was checked.
#[derive(Clone, Debug)]
pub struct ModelFile {
    /// As it was named.
    pub source: ModelSource,
    /// Where it lies.
    pub path: PathBuf,
    /// What it says of itself.
    pub header: Header,
    /// sha256 of the whole file.
    pub sha256: String,
    /// Where on the hub it came from.
    pub origin: Option<Origin>,
}

/// Where on the hub a model came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The name of the file there.
    pub file: String,
    /// Its repository, commit, and whether models/manifest.toml states its sha256.
    pub hub: HubFacts,
}

impl ModelFile {
    /// Finds a model, on the hub as the environment tells, checks its header, and hashes it.
    ///
    /// # Errors
    /// [`ModelError`]. Cost: one read of the file, and its download if it is not here.
    pub fn open(source: &ModelSource) -> Result<Self, ModelError> {
        Self::open_with(source, false, &mut hub::Silent)
    }

    /// The same, with a listener for downloads. `offline`: use what is on this machine only.
    ///
    /// # Errors
    /// [`ModelError`].
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

    /// What the manifest keeps of it.
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
        return unfit("the GGUF names no architecture (general.architecture): it is no model");
    }
    if header.vocabulary() == 0 {
        return unfit("the GGUF has no vocabulary (tokenizer.ggml.tokens): it is no language model");
    }
    if header.tensors.is_empty() {
        return unfit("the GGUF holds a vocabulary and no weights");
    }
    Ok(header)
}
