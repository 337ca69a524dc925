//! `drift`: how far models are from a reference on the reference's own answers.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::Ordering;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::{Deserialize, Serialize};

use super::records::Record;
use super::run::same_model;
use super::session::{plan_options, prompts};
use crate::analysis::remeasure::tokens;
use crate::analysis::{Outcome, State};
use crate::cli::drift_args::DriftArgs;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::cli::{download, interrupt, table};
use crate::drift::{self, DriftReport, Text};
use crate::engine::llama::LlamaEngine;
use crate::export::json;
use crate::model::ModelFile;
use crate::plan::{EngineSettings, Settings};
use crate::record::manifest::ModelFacts;
use crate::record::{Measure, SCHEMA_VERSION, Trace};
use crate::stats::Draws;
use crate::store::atomic;
use crate::store::folder::is_ours;

/// Resamples of the intervals.
const DRAWS: Draws = Draws { count: 2_000, seed: 0 };

/// One model held against the reference, as written to a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftFile {
    /// Version of the schema.
    pub schema_version: u32,
    /// What was read: a run folder's name, or a file of text.
    pub texts: String,
    /// Traces of each instance that were read; absent for a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traces_per_instance: Option<u32>,
    /// The reference.
    pub reference: ModelFacts,
    /// The model.
    pub model: ModelFacts,
    /// Over how many tokens each divergence is.
    pub vocabulary: u64,
    /// What was found.
    #[serde(flatten)]
    pub report: DriftReport,
}

/// What both models read.
struct Texts {
    name: String,
    texts: Vec<Text>,
    measure: Option<(Measure, usize)>,
}

/// Reads the reference's answers with every model.
pub fn run(args: &DriftArgs, printer: &Printer) -> anyhow::Result<Exit> {
    if args.output.is_some() && args.model.len() > 1 {
        return Err(InputError {
            message: "--output takes the report of one model".to_owned(),
            hint: Some("without it, or with --json, every model's report goes to stdout".to_owned()),
        }
        .into());
    }
    if let Some(path) = args.output.as_ref().filter(|path| is_ours(path)) {
        return Err(InputError {
            message: format!("{} would be overwritten", path.display()),
            hint: Some("--output takes a name of its own".to_owned()),
        }
        .into());
    }
    let mut record = args.run.as_deref().map(|path| Record::open(path, printer)).transpose()?;
    let engine = match &record {
        Some(record) => args.engine.over(record.manifest.settings.engine),
        None => args.engine.over(EngineSettings::default()),
    };
    engine.check()?;
    let named = record.as_ref().map(|record| record.manifest.settings.model.clone());
    let name = args.reference.clone().or(named).unwrap_or_default();
    let reference = download::open(&name, args.offline, printer)?;
    if let Some(record) = &record {
        same_model(&record.manifest.model, &reference.facts())?;
    }
    let files: Vec<ModelFile> = args
        .model
        .iter()
        .map(|name| download::open(name, args.offline, printer))
        .collect::<Result<_, _>>()?;
    for file in &files {
        same_vocabulary(&reference, file)?;
    }
    let loaded = LlamaEngine::load(&reference, plan_options(&engine))?;
    let texts = match (&mut record, &args.text) {
        (Some(record), _) => of_run(record, &reference, &loaded, args.traces)?,
        (None, Some(path)) => of_text(path, args.chunk, &loaded)?,
        (None, None) => anyhow::bail!("neither a run nor a text"),
    };
    for file in &files {
        let Some(report) = compare(&loaded, file, &engine, &texts, printer)? else {
            printer.note("interrupted: nothing was written");
            return Ok(Exit::Interrupted);
        };
        let found = DriftFile {
            schema_version: SCHEMA_VERSION,
            texts: texts.name.clone(),
            traces_per_instance: args.run.is_some().then_some(args.traces),
            reference: reference.facts(),
            model: file.facts(),
            vocabulary: file.header.vocabulary(),
            report,
        };
        if let Some(path) = &args.output {
            atomic::write(path, &json::pretty(&found)?)?;
        }
        let text = if printer.is_json() {
            format!("{}\n", serde_json::to_string(&found)?)
        } else {
            described(&found)
        };
        printer.data(&text)?;
    }
    Ok(Exit::Done)
}

/// None if it was interrupted.
fn compare(
    reference: &LlamaEngine,
    file: &ModelFile,
    engine: &EngineSettings,
    texts: &Texts,
    printer: &Printer,
) -> anyhow::Result<Option<DriftReport>> {
    let model = LlamaEngine::load(file, plan_options(engine))?;
    let longest = texts.texts.iter().map(|text| text.tokens.len()).max().unwrap_or(0);
    let (mut one, mut other) = (reference.reader(longest)?, model.reader(longest)?);
    let target = if printer.is_quiet() { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(texts.texts.len() as u64), target);
    if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:28} {pos}/{len} texts, {eta} left") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.set_prefix(format!("drift {}", file.facts().quantization));
    let flag = interrupt::flag();
    let mut read = |done: usize| {
        bar.set_position(done as u64);
        if flag.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let drifts = drift::compare(&mut one, &mut other, &texts.texts, &mut read);
    bar.finish_and_clear();
    let drifts = drifts?;
    if drifts.len() < texts.texts.len() {
        return Ok(None);
    }
    let report = drift::report(&texts.texts, &drifts, texts.measure, DRAWS);
    Ok(Some(report.ok_or_else(|| no_tokens(&texts.name))?))
}

fn no_tokens(name: &str) -> InputError {
    InputError { message: format!("{name}: no token of an answer to compare"), hint: None }
}

/// Token ids mean the same to both.
fn same_vocabulary(reference: &ModelFile, other: &ModelFile) -> Result<(), InputError> {
    let tokens = |file: &ModelFile| (file.header.vocabulary(), file.header.tokens_crc);
    if tokens(reference) == tokens(other) {
        return Ok(());
    }
    Err(InputError {
        message: format!(
            "{} and {} have other vocabularies: their rows cannot be compared token by token",
            reference.facts().file,
            other.facts().file
        ),
        hint: Some("drift compares levels of one model, or models with one tokenizer".to_owned()),
    })
}

/// The first traces of every decided instance.
fn of_run(record: &mut Record, file: &ModelFile, engine: &LlamaEngine, traces: u32) -> anyhow::Result<Texts> {
    let settings: Settings = record.manifest.settings.clone();
    let name = record.name();
    let outcomes: Vec<Outcome> = record.outcomes();
    let instances: Vec<_> = outcomes.iter().map(|outcome| outcome.instance.clone()).collect();
    let rendered = prompts(file, &settings, &instances)?;
    let mut texts = Vec::new();
    for (prompt, (outcome, rendered)) in outcomes.iter().zip(&rendered).enumerate() {
        let State::Decided { traces: made, .. } = &outcome.state else { continue };
        let before = engine.token_ids(rendered);
        for trace in made.iter().filter(|trace| trace.number < traces && trace.tokens > 0) {
            let ids = ids_of(trace, file.header.vocabulary())?;
            texts.push(Text {
                prompt,
                answer: before.len(),
                tokens: before.iter().copied().chain(ids).collect(),
                label: outcome.instance.label,
                refused: trace.judgement.verdict.refused(),
            });
        }
    }
    if texts.is_empty() {
        return Err(no_tokens(&name).into());
    }
    Ok(Texts { name, texts, measure: Some((settings.reading.confidence, settings.reading.window)) })
}

fn ids_of(trace: &Trace, vocabulary: u64) -> Result<Vec<u32>, InputError> {
    let error = |what: String| InputError {
        message: format!("{}, trace {}: {what}", trace.instance_id, trace.number),
        hint: Some("run the reference again with --record tokens".to_owned()),
    };
    let ids = tokens(trace).map_err(error)?.ids;
    match ids.iter().find(|&&id| u64::from(id) >= vocabulary) {
        Some(id) => Err(error(format!("token {id} is outside the model's vocabulary of {vocabulary}"))),
        None => Ok(ids),
    }
}

/// Chunks of a text; of each the second half is compared, as llama-perplexity does.
fn of_text(path: &Path, chunk: usize, engine: &LlamaEngine) -> anyhow::Result<Texts> {
    let name = path.display().to_string();
    let text = fs_err::read_to_string(path)?;
    let (tokens, first) = engine.tokens_of_text(&text);
    let unfit = |message: String| InputError { message, hint: None };
    if chunk < 4 {
        return Err(unfit(format!("--chunk {chunk}: a chunk has at least 4 tokens")).into());
    }
    if tokens.len() < chunk {
        let message = format!("{name} has {} tokens, less than a chunk of {chunk}", tokens.len());
        return Err(unfit(message).into());
    }
    let texts = tokens.chunks_exact(chunk).enumerate().map(|(number, part)| {
        let mut tokens = part.to_vec();
        if let Some(first) = first {
            tokens[0] = first;
        }
        Text { prompt: number, tokens, answer: chunk / 2 + 1, label: None, refused: None }
    });
    Ok(Texts { name, texts: texts.collect(), measure: None })
}

fn described(found: &DriftFile) -> String {
    let mut text = format!(
        "{} against {}, on {}: {} texts, KL over {} tokens of vocabulary\n",
        found.model.file, found.reference.file, found.texts, found.report.rows[0].texts, found.vocabulary
    );
    let rows: Vec<Vec<String>> = found
        .report
        .rows
        .iter()
        .map(|row| {
            vec![
                row.tokens.clone(),
                row.n.to_string(),
                format!("{:.5} ({:.5} to {:.5})", row.mean_kl.point, row.mean_kl.low, row.mean_kl.high),
                format!("{:.5}", row.median_kl),
                format!("{:.4}", row.p99_kl),
                format!("{:.2} %", 100.0 * row.same_top),
                format!("{:+.4}", row.log_probability_change),
                format!("{:.3}", row.reference_confidence),
                format!("{:+.3}", row.model_confidence - row.reference_confidence),
            ]
        })
        .collect();
    let header =
        ["tokens", "n", "mean KL (95 %)", "median", "99 %", "same top", "d ln p", "confidence", "change"];
    text.push_str(&table::render(&header, &rows));
    if let Some(measure) = &found.report.measure {
        let change = &measure.change;
        text.push_str(&format!(
            "{}: {:.4}, by the reference {:.4}: {:+.4} ({:+.4} to {:+.4})\n",
            measure.measure.name(),
            measure.model,
            measure.reference,
            change.point,
            change.low,
            change.high
        ));
    }
    text
}
