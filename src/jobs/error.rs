//! Errors of jobs: whose they are, and what to do about them.

use std::error::Error;
use std::io::ErrorKind as Io;

use super::hints;
use crate::benchmark::BenchmarkError;
use crate::chat::TemplateError;
use crate::engine::EngineError;
use crate::model::ModelError;
use crate::model::quantize::QuantizeError;
use crate::model::source::BadName;
use crate::record::BoxError;
use crate::settings::BadSetting;
use crate::store::StoreError;

/// A request that cannot be carried out, with what to do about it.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct InputError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl InputError {
    /// An error with a hint.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }

    /// An error that says all there is to say.
    pub fn plain(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }
}

/// Whose error it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request, or a file that it names, is wrong.
    Input,
    /// Anything else.
    Unexpected,
}

/// Why a job did not end.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// The request.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A setting.
    #[error(transparent)]
    Setting(#[from] BadSetting),
    /// A benchmark or its data.
    #[error(transparent)]
    Benchmark(#[from] BenchmarkError),
    /// A model's name.
    #[error(transparent)]
    Name(#[from] BadName),
    /// A model's file.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A chat template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// Quantizing.
    #[error(transparent)]
    Quantize(#[from] QuantizeError),
    /// A run folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// An error with the thing that it is about.
    #[error("{about}")]
    About {
        /// A file, an instance, a cell.
        about: String,
        /// What went wrong.
        #[source]
        error: Box<JobError>,
    },
    /// Anything else.
    #[error(transparent)]
    Other(BoxError),
}

impl JobError {
    /// The same error, with the thing that it is about.
    #[must_use]
    pub fn about(self, about: impl Into<String>) -> Self {
        Self::About { about: about.into(), error: Box::new(self) }
    }

    /// Whose error it is: input errors are the user's to mend.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        let is_input = match self {
            Self::Input(_)
            | Self::Setting(_)
            | Self::Benchmark(_)
            | Self::Name(_)
            | Self::Model(_)
            | Self::Template(_) => true,
            Self::Quantize(error) => matches!(error, QuantizeError::Failed { .. }),
            Self::Engine(error) => {
                matches!(
                    error,
                    EngineError::Load { .. } | EngineError::Context { .. } | EngineError::Unfit(_)
                )
            }
            Self::Store(StoreError::Io(error)) => is_access(error),
            Self::Store(_) => true,
            Self::Io(error) => is_access(error),
            Self::About { error, .. } => return error.kind(),
            Self::Other(_) => false,
        };
        if is_input { ErrorKind::Input } else { ErrorKind::Unexpected }
    }

    /// What to do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Input(error) => error.hint.clone(),
            Self::Benchmark(error) => hints::of_benchmark(error),
            Self::Name(_) => {
                Some("docs/models.md lists every form; `demo` is the model inside the program".to_owned())
            }
            Self::Model(error) => hints::of_model(error),
            Self::Store(error) => hints::of_store(error),
            Self::Template(_) => Some(
                "`info MODEL --template` shows the template; another file of the model may have a sound one"
                    .to_owned(),
            ),
            Self::Engine(EngineError::Context { .. }) => {
                Some("fewer traces side by side (-np) or a shorter context (-c) take less memory".to_owned())
            }
            Self::About { error, .. } => error.hint(),
            _ => None,
        }
    }
}

/// Errors of what runs below may hold one of these kinds.
impl From<BoxError> for JobError {
    fn from(error: BoxError) -> Self {
        fn of<E: Error + 'static>(error: BoxError) -> Result<JobError, BoxError>
        where
            JobError: From<E>,
        {
            error.downcast::<E>().map(|error| JobError::from(*error))
        }
        let found = error
            .downcast::<Self>()
            .map(|error| *error)
            .or_else(of::<InputError>)
            .or_else(of::<StoreError>)
            .or_else(of::<EngineError>)
            .or_else(of::<TemplateError>)
            .or_else(of::<std::io::Error>);
        match found {
            // A workload's own error, as the engine passes it on.
            Ok(Self::Engine(EngineError::Workload(error))) => Self::from(error),
            Ok(found) => found,
            Err(error) => Self::Other(error),
        }
    }
}

impl From<csv::Error> for JobError {
    fn from(error: csv::Error) -> Self {
        Self::Other(error.into())
    }
}

impl From<serde_json::Error> for JobError {
    fn from(error: serde_json::Error) -> Self {
        Self::Other(error.into())
    }
}

/// Whether a path was wrong, rather than a disk full.
fn is_access(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        Io::NotFound
            | Io::PermissionDenied
            | Io::NotADirectory
            | Io::IsADirectory
            | Io::ReadOnlyFilesystem
            | Io::InvalidInput
            | Io::InvalidFilename
    )
}
