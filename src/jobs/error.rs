//! Errors of jobs, with their kind and a hint.

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

/// A request that cannot be carried out, with a hint.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct InputError {
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl InputError {
    /// Builds an error with a hint.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: Some(hint.into()) }
    }

    /// Builds an error without a hint.
    pub fn plain(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }
}

/// The origin of an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request, or a file that it names, is wrong: the user can correct it.
    Input,
    /// Anything else.
    Unexpected,
}

/// The error of a job.
///
/// ```
/// use safety_deepconf::jobs::{ErrorKind, JobError};
///
/// fn report(error: &JobError) -> u8 {
///     eprintln!("error: {error}");
///     if let Some(hint) = error.hint() {
///         eprintln!("hint: {hint}");
///     }
///     if error.kind() == ErrorKind::Input { 2 } else { 1 }
/// }
/// ```
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// An error in the request.
    #[error(transparent)]
    Input(#[from] InputError),
    /// A setting out of its range.
    #[error(transparent)]
    Setting(#[from] BadSetting),
    /// An error in a benchmark or its data.
    #[error(transparent)]
    Benchmark(#[from] BenchmarkError),
    /// An invalid model name.
    #[error(transparent)]
    Name(#[from] BadName),
    /// An error in a model file.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// An error in a chat template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// An error of the engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// An error while quantizing.
    #[error(transparent)]
    Quantize(#[from] QuantizeError),
    /// An error in a run folder.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An input or output error of a file.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// An error with its subject.
    #[error("{about}")]
    About {
        /// Subject: a file, an instance or a cell.
        about: String,
        /// Underlying error.
        #[source]
        error: Box<JobError>,
    },
    /// Any other error.
    #[error(transparent)]
    Other(BoxError),
}

impl JobError {
    /// Adds the subject to the error.
    #[must_use]
    pub fn about(self, about: impl Into<String>) -> Self {
        Self::About { about: about.into(), error: Box::new(self) }
    }

    /// Returns the origin of the error.
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

    /// Returns what to do about the error, if known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Input(error) => error.hint.clone(),
            Self::Benchmark(error) => hints::of_benchmark(error),
            Self::Name(_) => Some("docs/models.md lists every form; `demo` is the built-in model".to_owned()),
            Self::Model(error) => hints::of_model(error),
            Self::Store(error) => hints::of_store(error),
            Self::Template(_) => Some(
                "`info MODEL --template` shows the template; another file of the model may have a valid one"
                    .to_owned(),
            ),
            Self::Engine(EngineError::Context { .. }) => {
                Some("fewer traces side by side (-np) or a shorter context (-c) need less memory".to_owned())
            }
            Self::About { error, .. } => error.hint(),
            _ => None,
        }
    }
}

/// Unwraps the kinds that the layers below pass on as boxed errors.
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
            // The engine wraps the workload's own error.
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

/// Returns whether the path is wrong, as opposed to, say, a full disk.
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
