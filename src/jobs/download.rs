//! Opens a model by name, or a benchmark file, downloading it if necessary.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::{Context, Silent, download};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: false };
//! let file = download::model("unsloth/Qwen3-0.6B-GGUF:Q8_0", &context)?;
//! println!("{}: {} bytes", file.path.display(), file.facts().size);
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use super::context::Context;
use super::error::JobError;
use super::notify::{Task, TaskKind};
use crate::benchmark::{Benchmark, BenchmarkError, Fetched, Subset};
use crate::model::hub;
use crate::model::{DownloadListener, HubSettings, ModelFile, ModelSource};
use crate::settings::AdapterSettings;

/// Finds a model, downloads it if necessary, and checks it.
///
/// # Errors
/// Fails if no model has this name, the download fails, or the file is invalid.
pub fn model(name: &str, context: &Context<'_>) -> Result<ModelFile, JobError> {
    let source: ModelSource = name.parse()?;
    Ok(ModelFile::open_with(&source, context.offline, &mut Downloads(context))?)
}

/// Finds a model as [`model`] does, with adapters.
///
/// # Errors
/// Also fails if an adapter is missing or does not fit the model.
pub fn model_with(
    name: &str,
    adapters: &AdapterSettings,
    context: &Context<'_>,
) -> Result<ModelFile, JobError> {
    Ok(model(name, context)?.with_adapters(adapters)?)
}

/// Finds a benchmark file on the hub, downloads it if necessary, and checks it.
///
/// # Errors
/// Fails if the file is not available or its sha256 is wrong.
pub fn subset(
    benchmark: Benchmark,
    subset: &'static Subset,
    context: &Context<'_>,
) -> Result<Fetched, BenchmarkError> {
    let found = HubSettings::from_env(context.offline)
        .and_then(|settings| hub::find_dataset(&settings, &subset.file, &mut Downloads(context)));
    match found {
        Ok(found) => Ok(Fetched { subset, path: found.path, revision: found.revision }),
        Err(error) => Err(BenchmarkError::Fetch {
            name: benchmark.name(),
            file: subset.file.file,
            error: Box::new(error),
        }),
    }
}

/// Passes the progress of a download on to the context.
struct Downloads<'a>(&'a Context<'a>);

impl DownloadListener for Downloads<'_> {
    fn begin(&mut self, file: &str, size: Option<u64>, done: u64) {
        self.0.begin(Task { kind: TaskKind::Bytes, label: file, total: size, done, run: None });
    }

    fn advance(&mut self, done: u64) {
        self.0.progress(done, "");
    }

    fn end(&mut self) {
        self.0.end();
    }

    fn note(&mut self, text: &str) {
        self.0.note(text);
    }
}
