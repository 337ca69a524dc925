//! Estimates downloads, memory and time of the cells of a sweep, without running them.

use std::path::Path;

use super::file::SweepFile;
use super::grid::{SweepCell, reference as reference_of};
use super::models::Opened;
use super::state::{State, state};
use crate::benchmark::Loaded;
use crate::engine::Session;
use crate::engine::llama::plan::{self, EnginePlan, Machine};
use crate::engine::llama::shape::ModelShape;
use crate::jobs::analysis_file::AnalysisFile;
use crate::jobs::answer_source::{free_memory, load};
use crate::jobs::context::Context;
use crate::jobs::error::JobError;
use crate::jobs::prompts::load_prompts;
use crate::model::{ModelFile, known};
use crate::settings::{EngineSettings, Settings};
use crate::speed::{self, Case};

/// Approximate bytes per token in benchmark prompts.
const BYTES_PER_TOKEN: usize = 4;
/// Approximate number of tokens of a chat template.
const TEMPLATE_TOKENS: usize = 32;

/// Load of a speed measurement: prompts, traces per prompt, tokens per trace.
const PROBE: (usize, u32, u32) = (2, 8, 16);

/// The estimates for one cell. Unknown values are `None`.
pub struct PreviewLine {
    /// Name of the cell.
    pub name: String,
    /// `to do`, `begun` or `done`.
    pub state: &'static str,
    /// Number of prompts.
    pub prompts: Option<usize>,
    /// Bytes to download.
    pub download: Option<u64>,
    /// Bytes of weights and KV cache, or of both models of a drift measurement if that is more.
    pub memory: Option<u64>,
    /// Upper bound of the sampled tokens.
    pub at_most: Option<u64>,
    /// Expected sampled tokens, from a similar finished cell if there is one.
    pub expected: Option<u64>,
    /// Seconds for the expected tokens, without drift and guards.
    pub seconds: Option<f64>,
}

/// The estimates for a sweep.
pub struct Preview {
    /// Estimates for each cell.
    pub lines: Vec<PreviewLine>,
    /// Bytes to download in total, as far as known.
    pub download: u64,
    /// Number of models to download whose size is unknown.
    pub unknown_downloads: usize,
}

/// Estimates every cell. Downloads nothing, but measures the speed of the models on this machine.
pub fn preview(
    path: Option<&Path>,
    file: &SweepFile,
    opened: &[Opened],
    context: &Context<'_>,
) -> Result<Preview, JobError> {
    let mut benchmarks: Vec<(String, Option<String>, Option<Loaded>)> = Vec::new();
    let mut speeds: Vec<(String, Option<f64>)> = Vec::new();
    let mut lines = Vec::new();
    for cell in &file.cells {
        if !benchmarks.iter().any(|(name, data, _)| *name == cell.benchmark && *data == cell.data) {
            // Prompts that would have to be downloaded cannot be counted.
            let loaded = load_prompts(&cell.settings, context);
            if let Err(error) = &loaded {
                context.note(&format!("note: {} is not on this machine: {error}", cell.benchmark));
            }
            benchmarks.push((cell.benchmark.clone(), cell.data.clone(), loaded.ok()));
        }
        let loaded = benchmarks
            .iter()
            .find(|(name, data, _)| *name == cell.benchmark && *data == cell.data)
            .and_then(|(.., loaded)| loaded.as_ref());
        let model = opened.iter().find(|one| one.name == cell.model).and_then(|one| one.file.as_ref());
        if let Some(model) = model.filter(|_| !speeds.iter().any(|(name, _)| *name == cell.model)) {
            speeds.push((cell.model.clone(), speed(model, &cell.settings)));
        }
        let rate = speeds.iter().find(|(name, _)| *name == cell.model).and_then(|(_, rate)| *rate);
        let mut line = line(cell, loaded, model, rate, path, file)?;
        let reference = reference_of(&file.cells, cell).filter(|other| other.model != cell.model);
        let its =
            reference.and_then(|other| opened.iter().find(|one| one.name == other.model)?.file.as_ref());
        if let (Some(model), Some(its), Some(_)) = (model, its, file.drift_traces) {
            line.memory = line.memory.max(Some(drift_memory(model) + drift_memory(its)));
        }
        lines.push(line);
    }
    // Each model is downloaded once, however many cells use it.
    let missing = opened.iter().filter(|one| one.file.is_none());
    let sizes: Vec<Option<u64>> = missing.map(|one| known_size(&one.name)).collect();
    Ok(Preview {
        lines,
        download: sizes.iter().flatten().sum(),
        unknown_downloads: sizes.iter().filter(|size| size.is_none()).count(),
    })
}

fn line(
    cell: &SweepCell,
    loaded: Option<&Loaded>,
    model: Option<&ModelFile>,
    rate: Option<f64>,
    path: Option<&Path>,
    file: &SweepFile,
) -> Result<PreviewLine, JobError> {
    let settings = &cell.settings;
    let folder = path.map(|path| path.join(&cell.name));
    let state = folder.as_deref().map_or(Ok(State::Missing), state)?;
    let prompts = loaded.map(|loaded| loaded.instances.len());
    let longest = loaded.map_or(0, |loaded| {
        loaded.instances.iter().map(|instance| instance.prompt.len() / BYTES_PER_TOKEN).max().unwrap_or(0)
    });
    let memory = model.map(|model| {
        let plan = planned(model, settings, longest + TEMPLATE_TOKENS, prompts.unwrap_or(1));
        model.facts().size + plan.kv_bytes
    });
    let per_prompt = per_prompt(cell, path, file);
    let left = prompts.filter(|_| state != State::Complete);
    let expected = left.map(|prompts| (prompts as f64 * per_prompt) as u64);
    let traces = u64::from(settings.stop.max_traces()) * u64::from(settings.max_tokens);
    Ok(PreviewLine {
        name: cell.name.clone(),
        state: match state {
            State::Missing => "to do",
            State::Begun => "begun",
            State::Complete => "done",
        },
        prompts,
        download: if model.is_some() { Some(0) } else { known_size(&cell.model) },
        memory,
        at_most: left.map(|prompts| prompts as u64 * traces),
        expected,
        seconds: expected.zip(rate).map(|(tokens, rate)| tokens as f64 / rate),
    })
}

/// Returns the expected tokens per prompt: those of a finished cell with the same policy on these prompts, or
/// else the minimum number of traces at half their maximum length.
fn per_prompt(cell: &SweepCell, path: Option<&Path>, file: &SweepFile) -> f64 {
    let settings = &cell.settings;
    let finished = path.and_then(|path| {
        let alike = |other: &&SweepCell| {
            (&other.benchmark, &other.data, &other.policy) == (&cell.benchmark, &cell.data, &cell.policy)
        };
        file.cells.iter().filter(alike).find_map(|other| {
            AnalysisFile::read(&path.join(&other.name)).ok()??.overall.avg_tokens_per_instance
        })
    });
    finished.unwrap_or(f64::from(settings.stop.min_traces()) * f64::from(settings.max_tokens) / 2.0)
}

/// Returns the bytes of the weights and of a micro-batch of logits.
fn drift_memory(model: &ModelFile) -> u64 {
    model.weights() + EngineSettings::default().micro_batch() as u64 * model.header.vocabulary() * 4
}

fn planned(model: &ModelFile, settings: &Settings, longest_prompt: usize, prompts: usize) -> EnginePlan {
    let machine = Machine { on_gpu: false, free_memory: free_memory(model) };
    let session = Session {
        sampling: settings.sampling,
        max_tokens: settings.max_tokens,
        longest_prompt,
        head: 0,
        head_prompt: 0,
        traces_at_once: settings.stop.min_traces(),
        prompts,
        ignore_eos: false,
    };
    plan::plan(&ModelShape::of(&model.header), &settings.engine, machine, &session)
}

/// Measures tokens per second in a short run. Returns `None` if the model cannot run here.
fn speed(model: &ModelFile, settings: &Settings) -> Option<f64> {
    let (prompts, traces, tokens) = PROBE;
    let mut engine = load(model, settings.engine.clone()).ok()?;
    let case = Case { traces, tokens, sampling: settings.sampling };
    let prompts = speed::prompts(&engine, prompts, 64).ok()?;
    speed::measure(&mut engine, &case, &prompts).ok()?.total_rate()
}

/// Returns the bytes of a hub model that this program knows by name.
fn known_size(name: &str) -> Option<u64> {
    let name = name.strip_prefix("hf:").unwrap_or(name);
    let (repository, level) = name.split_once(':')?;
    let known = known::models().repository(repository)?;
    known.files.iter().find(|file| file.level().eq_ignore_ascii_case(level)).map(|file| file.size)
}
