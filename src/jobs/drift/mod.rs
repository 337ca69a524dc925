//! Measures how far models are from a reference model, on the reference's own answers: KL divergence, top
//! tokens, confidence.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::drift::{DriftRequest, Source, drift};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let source = Source::Run { run: "results/Q8_0".into(), reference: None, traces: 1 };
//! let request = DriftRequest::new(source, ["model-Q4_0.gguf"]);
//! drift(&request, &mut |found| println!("{}", found.report.rows[0].mean_kl.point), &context)?;
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

mod texts;

use std::ops::ControlFlow;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use self::texts::{Texts, no_tokens, of_run, of_text};
use super::answer_source::load;
use super::context::Context;
use super::error::{InputError, JobError};
use super::notify::{Task, TaskKind};
use super::run_folders::run_folders;
use super::same_model::same_model;
use super::status::Status;
use super::{download, open_run};
use crate::drift::{self as divergence, DriftReport};
use crate::engine::llama::LlamaEngine;
use crate::model::ModelFile;
use crate::record::SCHEMA_VERSION;
use crate::record::manifest::ModelFacts;
use crate::settings::{AdapterSettings, EngineSettings};
use crate::stats::Draws;

/// Bootstrap resamples for the intervals.
const DRAWS: Draws = Draws { count: 2_000, seed: 0 };

/// The texts that the models read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The recorded answers of a run.
    Run {
        /// Run folder.
        run: PathBuf,
        /// Name or path of the reference model, if it is no longer where the run found it.
        reference: Option<String>,
        /// Number of traces of each instance, counted from the first.
        traces: u32,
    },
    /// A plain text in chunks. The second half of each chunk is compared, as in llama-perplexity.
    Text {
        /// Text file.
        file: PathBuf,
        /// Reference model.
        reference: String,
        /// Tokens per chunk, at least 4.
        chunk: usize,
    },
}

/// A request to compare models with a reference model.
pub struct DriftRequest<'a> {
    /// Texts to read.
    pub source: Source,
    /// Models to compare.
    pub models: Vec<String>,
    /// Adapters of the models to compare; those of the run if absent. The reference has those of its run.
    pub adapters: Option<AdapterSettings>,
    /// Function from the engine settings of the run, or the defaults for a text, to those to use.
    pub engine: &'a dyn Fn(EngineSettings) -> EngineSettings,
}

impl DriftRequest<'_> {
    /// Requests a comparison with the engine settings of the run.
    pub fn new<M: Into<String>>(source: Source, models: impl IntoIterator<Item = M>) -> Self {
        let models = models.into_iter().map(Into::into).collect();
        Self { source, models, adapters: None, engine: &|settings| settings }
    }
}

/// The comparison of one model with the reference, as written to a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftFile {
    /// Version of the schema.
    pub schema_version: u32,
    /// Name of the run folder or text file that was read.
    pub texts: String,
    /// Number of traces read of each instance; absent for a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traces_per_instance: Option<u32>,
    /// Facts of the reference model.
    pub reference: ModelFacts,
    /// Facts of the compared model.
    pub model: ModelFacts,
    /// Number of tokens in the vocabulary that each divergence covers.
    pub vocabulary: u64,
    /// Measured differences.
    #[serde(flatten)]
    pub report: DriftReport,
}

/// Compares every model with the reference, and passes each report to `found` once it is complete.
///
/// # Errors
/// Fails if the run or a model cannot be read, the run has no recorded tokens, or vocabularies differ.
pub fn drift(
    request: &DriftRequest<'_>,
    found: &mut dyn FnMut(DriftFile),
    context: &Context<'_>,
) -> Result<Status, JobError> {
    let mut loaded = match &request.source {
        // Of a comparison or sweep, its first run, which is the reference of the others.
        Source::Run { run, .. } => {
            let first = run_folders(std::slice::from_ref(run))?.swap_remove(0);
            Some(open_run::open(&first, context)?)
        }
        Source::Text { .. } => None,
    };
    let begun =
        loaded.as_ref().map_or_else(EngineSettings::default, |run| run.manifest.settings.engine.clone());
    let engine = (request.engine)(begun);
    crate::settings::engine::check(&engine)?;
    let name = match (&request.source, &loaded) {
        (Source::Text { reference, .. } | Source::Run { reference: Some(reference), .. }, _) => {
            reference.clone()
        }
        (_, Some(run)) => run.manifest.settings.model.clone(),
        (_, None) => String::new(),
    };
    let own = loaded.as_ref().map(|run| run.manifest.settings.adapters.clone()).unwrap_or_default();
    let reference = download::model_with(&name, &own, context)?;
    let adapters = request.adapters.as_ref().unwrap_or(&own);
    crate::settings::adapters::check(adapters)?;
    if let Some(run) = &loaded {
        same_model(&run.manifest.model, &reference.facts())?;
    }
    let files: Vec<ModelFile> = request
        .models
        .iter()
        .map(|name| download::model_with(name, adapters, context))
        .collect::<Result<_, _>>()?;
    for file in &files {
        same_vocabulary(&reference, file)?;
    }
    let weights = load(&reference, engine.clone())?;
    let (texts, traces) = match (&request.source, &mut loaded) {
        (Source::Run { traces, .. }, Some(run)) => {
            (of_run(run, &reference, &weights, *traces)?, Some(*traces))
        }
        (Source::Text { file, chunk, .. }, _) => (of_text(file, *chunk, &weights)?, None),
        (Source::Run { run, .. }, None) => return Err(no_tokens(&run.display().to_string()).into()),
    };
    for file in &files {
        let Some(report) = compare(&weights, file, &engine, &texts, context)? else {
            return Ok(Status::Interrupted);
        };
        found(DriftFile {
            schema_version: SCHEMA_VERSION,
            texts: texts.name.clone(),
            traces_per_instance: traces,
            reference: reference.facts(),
            model: file.facts(),
            vocabulary: file.header.vocabulary(),
            report,
        });
    }
    Ok(Status::Done)
}

/// Compares one model with the reference. Returns `None` if cancelled.
fn compare(
    reference: &LlamaEngine,
    file: &ModelFile,
    engine: &EngineSettings,
    texts: &Texts,
    context: &Context<'_>,
) -> Result<Option<DriftReport>, JobError> {
    let model = load(file, engine.clone())?;
    let longest = texts.texts.iter().map(|text| text.tokens.len()).max().unwrap_or(0);
    let (mut one, mut other) = (reference.reader(longest)?, model.reader(longest)?);
    let label = format!("drift {}", file.facts().quantization);
    let total = Some(texts.texts.len() as u64);
    context.begin(Task { kind: TaskKind::Texts, label: &label, total, done: 0, run: None });
    let mut read = |done: usize| {
        context.progress(done as u64, "");
        if context.is_cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let drifts = divergence::compare(&mut one, &mut other, &texts.texts, &mut read);
    context.end();
    let drifts = drifts?;
    if drifts.len() < texts.texts.len() {
        return Ok(None);
    }
    let report = divergence::report(&texts.texts, &drifts, texts.measure, DRAWS);
    Ok(Some(report.ok_or_else(|| no_tokens(&texts.name))?))
}

/// Checks that both models have the same vocabulary.
fn same_vocabulary(reference: &ModelFile, other: &ModelFile) -> Result<(), InputError> {
    let tokens = |file: &ModelFile| (file.header.vocabulary(), file.header.tokens_crc);
    if tokens(reference) == tokens(other) {
        return Ok(());
    }
    Err(InputError {
        message: format!(
            "{} and {} have different vocabularies: they cannot be compared token by token",
            reference.facts().file,
            other.facts().file
        ),
        hint: Some("compare levels of one model, or models with the same tokenizer".to_owned()),
    })
}
