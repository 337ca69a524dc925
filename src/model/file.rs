//! A model on this machine, in one file or several, with its checked header and its facts.

use std::path::{Path, PathBuf};

use super::adapters::{self, Adapter};
use super::demo;
use super::digest::sha256_bytes;
use super::error::ModelError;
use super::gguf::Header;
use super::hub::{self, DownloadListener, Found, HubError, HubSettings};
use super::parts;
use super::source::ModelSource;
use crate::record::adapters::AdapterSettings;
use crate::record::manifest::{HubFacts, ModelFacts, PartFacts};

/// A GGUF model with a checked header.
#[derive(Clone, Debug)]
pub struct ModelFile {
    /// Source as named by the user.
    pub source: ModelSource,
    /// Path of the file, or of the first part.
    pub path: PathBuf,
    /// Parts of a model in several files, in order; empty for a model in one file.
    pub parts: Vec<Part>,
    /// Checked header of the whole model.
    pub header: Header,
    /// sha256 of the file; of several parts, as [`parts::sha256_of`] defines it.
    pub sha256: String,
    /// Origin on the hub, if any.
    pub origin: Option<Origin>,
    /// LoRA adapters and control vectors.
    pub adapters: Vec<Adapter>,
}

/// A part of a model in several files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Path of the file.
    pub path: PathBuf,
    /// Name and digest.
    pub facts: PartFacts,
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
    /// Finds a model with the hub settings of the environment, checks its header, and hashes it. A model in
    /// several files is found by any of its parts. Cost: one read of the files, and a download of those that
    /// are not cached.
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
        let files = read(&path)?;
        let sha256 = parts::hash(&files.paths)?;
        Self::of_files(source, files, &sha256, None)
    }

    fn of_found(source: &ModelSource, found: Found) -> Result<Self, ModelError> {
        let unknown = found.files.iter().filter(|file| file.computed.is_none());
        let unknown: Vec<PathBuf> = unknown.map(|file| file.path.clone()).collect();
        let mut hashed = parts::hash(&unknown)?.into_iter();
        let mut all = Vec::new();
        for file in found.files {
            let Some(sha256) = file.computed.or_else(|| hashed.next()) else { continue };
            if let Some(expected) = file.expected.filter(|expected| !expected.eq_ignore_ascii_case(&sha256)) {
                return Err(HubError::Damaged { path: file.path, expected, found: sha256 }.into());
            }
            all.push((file.path, file.file, sha256));
        }
        let Some((path, file, _)) = all.first().cloned() else {
            return Err(HubError::NoGguf { repository: found.repository, elsewhere: Vec::new() }.into());
        };
        let files = read(&path)?;
        // A file may be named like a part and be a whole model.
        let sha256: Vec<String> =
            all.into_iter().map(|(.., sha256)| sha256).take(files.paths.len()).collect();
        let (repository, revision, pinned) = (found.repository, found.revision, found.pinned);
        let origin = Some(Origin { file, hub: HubFacts { repository, revision, pinned } });
        Self::of_files(source, files, &sha256, origin)
    }

    fn of_files(
        source: &ModelSource,
        files: parts::Files,
        sha256: &[String],
        origin: Option<Origin>,
    ) -> Result<Self, ModelError> {
        let parts::Files { paths, header } = files;
        let mut parts = Vec::new();
        if paths.len() > 1 {
            for (path, sha256) in paths.iter().zip(sha256) {
                let size = fs_err::metadata(path)?.len();
                let facts = PartFacts { file: file_name(path), size, sha256: sha256.clone() };
                parts.push(Part { path: path.clone(), facts });
            }
        }
        let (source, sha256, path) = (source.clone(), parts::sha256_of(sha256), paths[0].clone());
        Ok(Self { source, path, parts, header, sha256, origin, adapters: Vec::new() })
    }

    /// Adds adapters, after checking that they fit. Cost: one read of each.
    ///
    /// # Errors
    /// Returns [`ModelError`], which names the adapter.
    pub fn with_adapters(mut self, settings: &AdapterSettings) -> Result<Self, ModelError> {
        self.adapters = adapters::open(settings, &self.header)?;
        Ok(self)
    }

    /// Returns the bytes of the model and its adapters.
    #[must_use]
    pub fn weights(&self) -> u64 {
        self.header.file_size + self.adapters.iter().map(|adapter| adapter.facts.size).sum::<u64>()
    }

    /// Returns the facts for the manifest.
    #[must_use]
    pub fn facts(&self) -> ModelFacts {
        let header = &self.header;
        ModelFacts {
            name: self.source.to_string(),
            file: match self.source {
                ModelSource::Demo => demo::FILE_NAME.to_owned(),
                ModelSource::Path(_) | ModelSource::Hub(_) => file_name(&self.path),
            },
            size: header.file_size,
            sha256: self.sha256.clone(),
            architecture: header.architecture().unwrap_or_default().to_owned(),
            quantization: header.quantization(),
            parameters: header.parameters(),
            context_length: header.of_architecture("context_length").unwrap_or_default(),
            vocabulary: header.vocabulary(),
            template_sha256: header.chat_template().map(|template| sha256_bytes(template.as_bytes())),
            parts: self.parts.iter().map(|part| part.facts.clone()).collect(),
            adapters: self.adapters.iter().map(|adapter| adapter.facts.clone()).collect(),
            hub: self.origin.as_ref().map(|origin| origin.hub.clone()),
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Reads and checks the files of a model that generates text.
fn read(path: &Path) -> Result<parts::Files, ModelError> {
    let files = parts::read(path)?;
    let header = &files.header;
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
    Ok(files)
}
