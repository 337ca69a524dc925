//! Runs one benchmark on one model.
//!
//! [`run`] begins a run in a folder, or continues the run that the folder holds. [`resume`] continues from
//! the folder alone, without the settings. Both write the rendered files and return the report.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::run::{Changes, RunRequest, resume, run};
//! use safety_deepconf::jobs::{Context, Silent};
//! use safety_deepconf::settings::Settings;
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let output = Some("results/demo".into());
//! let outcome = run(&RunRequest { output, ..RunRequest::new(Settings::new("demo")) }, &context)?;
//! println!("{:?}: {} decided", outcome.status, outcome.result.ending.decided);
//!
//! // After an interruption, in this process or another:
//! let outcome = resume("results/demo".as_ref(), &Changes::default(), &context)?;
//! println!("{:?}: {} decided", outcome.status, outcome.result.ending.decided);
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::active_run::{ActiveRun, Beginning, RunResult};
use super::answer_source::AnswerSource;
use super::chat_template::same_template;
use super::context::Context;
use super::differences::differences;
use super::error::{InputError, JobError};
use super::folder_names::label;
use super::idle_settings;
use super::judge::live::{live_judge, same_judge};
use super::judge::{self, JudgeOutcome, PanelRequest};
use super::prompts::load_prompts;
use super::same_model::same_model;
use super::status::Status;
use crate::record::manifest::Manifest;
use crate::settings::{EngineSettings, Panel, Settings};
use crate::store::folder::{self, MANIFEST, RunFolder};

/// A run to begin or continue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRequest {
    /// Everything that results depend on.
    pub settings: Settings,
    /// Script that answers instead of the model, for tests.
    pub script: Option<PathBuf>,
    /// Run folder; a new one under `results/` if absent. If it holds a run with the same settings, that run
    /// continues.
    pub output: Option<PathBuf>,
    /// Whether to replace the run in the folder.
    pub overwrite: bool,
}

impl RunRequest {
    /// Requests a run with these settings in a new folder.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, script: None, output: None, overwrite: false }
    }
}

/// What may change when a run continues: the places of its files, the judges afterwards, and how the engine
/// runs.
pub struct Changes<'a> {
    /// Another name or path of the same weights.
    pub model: Option<String>,
    /// Script that answers instead of the model.
    pub script: Option<PathBuf>,
    /// Another path of the same pattern file.
    pub refusal_patterns: Option<PathBuf>,
    /// Judges after the run. If it names none, those of the run judge, with the other fields given here.
    pub panel: Panel,
    /// Function from the run's engine settings to those to use.
    pub engine: Box<dyn Fn(EngineSettings) -> EngineSettings + 'a>,
}

impl Default for Changes<'_> {
    fn default() -> Self {
        Self {
            model: None,
            script: None,
            refusal_patterns: None,
            panel: Panel::default(),
            engine: Box::new(|settings| settings),
        }
    }
}

/// The result of a run.
pub struct RunOutcome {
    /// Run folder.
    pub path: PathBuf,
    /// How the run ended, and the report by its own judge.
    pub result: RunResult,
    /// Report by the run's panel; absent without a panel, or before it has judged everything.
    pub judged: Option<JudgeOutcome>,
    /// How the run and its panel ended.
    pub status: Status,
}

/// Begins a run. If the folder holds a run with the same settings, continues it, or renders it again if it is
/// complete.
///
/// # Errors
/// Fails before anything is written if a setting is out of range, model, prompts, template or judges cannot be used, or the folder
/// holds anything else. Fails later if the engine or the disk fails; the journal keeps what was done.
pub fn run(request: &RunRequest, context: &Context<'_>) -> Result<RunOutcome, JobError> {
    let RunRequest { settings, script, output, overwrite } = request;
    settings.check()?;
    if let Some(path) = output.as_ref().filter(|path| !overwrite && path.join(MANIFEST).is_file()) {
        return again(path, request, context);
    }
    let loaded = load_prompts(settings, context)?;
    let (judge, judge_facts) = live_judge(settings)?;
    if let Some(path) = output {
        // Checked before a download, which may take long.
        folder::probe(path, *overwrite)?;
    }
    check_panel(settings, context)?;
    let source = AnswerSource::open(settings, script.as_deref(), context)?;
    let prompts = source.prompts(settings, &loaded.instances)?;
    idle_settings::note(settings, &source, &loaded.instances, context)?;
    let path = match output {
        Some(path) => path.clone(),
        None => folder::fresh(Path::new("results"), &label(settings))?,
    };
    // `create` removes an earlier run, so it waits until the weights are loaded.
    folder::prepare(&path, *overwrite)?;
    let mut engine = source.engine(settings, context)?;
    let folder = RunFolder::create(&path, *overwrite)?;
    let beginning = Beginning {
        settings: settings.clone(),
        judge: judge_facts,
        model: source.facts(),
        benchmark: loaded.facts,
        instances: &loaded.instances,
    };
    let run = ActiveRun::begin(folder, beginning)?;
    let result = run.run(engine.as_mut(), &prompts, judge.as_ref(), "run", context)?;
    // Frees the weights before those of a guard are loaded.
    drop(engine);
    conclude(&path, result, settings, context)
}

/// Returns the first instance's prompt as the model sees it. Writes nothing.
///
/// # Errors
/// Fails as [`run`] does.
pub fn first_prompt(request: &RunRequest, context: &Context<'_>) -> Result<String, JobError> {
    let loaded = load_prompts(&request.settings, context)?;
    let source = AnswerSource::open(&request.settings, request.script.as_deref(), context)?;
    let mut prompts = source.prompts(&request.settings, &loaded.instances[..1])?;
    Ok(prompts.remove(0).text)
}

/// Continues an interrupted run from its journal, or renders a complete run again.
///
/// # Errors
/// Fails if the folder holds no run of this version, or if the model, the judge or the patterns differ from
/// those the run began with. Otherwise fails as [`run`] does.
pub fn resume(path: &Path, changes: &Changes<'_>, context: &Context<'_>) -> Result<RunOutcome, JobError> {
    let run = ActiveRun::resume(RunFolder::open(path)?, context)?;
    let mut settings = run.manifest.settings.clone();
    settings.panel = panel_of(&settings, &changes.panel);
    let engine = (changes.engine)(settings.engine.clone());
    crate::settings::engine::check(&engine)?;
    let is_same = engine.gives_the_same_bytes(&settings.engine);
    settings.engine = engine;
    check_panel(&settings, context)?;
    if run.is_complete() {
        context.note("the run is complete: rendering it again");
        return conclude(path, run.finished()?, &settings, context);
    }
    if !is_same {
        context.note(
            "note: the engine settings differ from those the run began with: the results may differ \
             from those of an uninterrupted run",
        );
    }
    if let Some(model) = &changes.model {
        settings.model.clone_from(model);
    }
    if changes.refusal_patterns.is_some() {
        settings.refusal_patterns.clone_from(&changes.refusal_patterns);
    }
    let source = AnswerSource::open(&settings, changes.script.as_deref(), context)?;
    same_model(&run.manifest.model, &source.facts())?;
    same_template(&run.manifest.model, &source.facts())?;
    let (judge, judge_facts) = live_judge(&settings)?;
    same_judge(&run.manifest.judge, &judge_facts)?;
    let prompts = source.prompts(&settings, &run.instances)?;
    let mut engine = source.engine(&settings, context)?;
    let result = run.run(engine.as_mut(), &prompts, judge.as_ref(), "resumed", context)?;
    drop(engine);
    conclude(path, result, &settings, context)
}

/// Carries out a request on a folder that holds a run.
fn again(path: &Path, request: &RunRequest, context: &Context<'_>) -> Result<RunOutcome, JobError> {
    let folder = RunFolder::open(path)?;
    let manifest: Manifest<Settings> = folder.read_manifest()?;
    let found = differences(&manifest.settings, &request.settings);
    if !found.is_empty() {
        return Err(InputError::new(
            format!("{} holds a run with other settings: {}", path.display(), found.join("; ")),
            "choose another --output, or replace the run with --overwrite",
        )
        .into());
    }
    let data = request.settings.benchmark.data.as_ref();
    if let (Some(data), Some(sha256)) = (data.filter(|data| data.is_file()), &manifest.benchmark.sha256)
        && crate::model::digest::sha256_file(data)? != *sha256
    {
        return Err(InputError::new(
            format!("{} has changed since the run in {} began", data.display(), path.display()),
            "choose another --output, or replace the run with --overwrite",
        )
        .into());
    }
    let engine = request.settings.engine.clone();
    let changes = Changes {
        model: Some(request.settings.model.clone()),
        script: request.script.clone(),
        panel: request.settings.panel.clone(),
        engine: Box::new(move |_| engine.clone()),
        ..Changes::default()
    };
    resume(path, &changes, context)
}

/// Lets the panel judge a run that has ended.
fn conclude(
    path: &Path,
    result: RunResult,
    settings: &Settings,
    context: &Context<'_>,
) -> Result<RunOutcome, JobError> {
    let status = result.status();
    let mut outcome = RunOutcome { path: path.to_owned(), result, judged: None, status };
    if !settings.panel.is_empty() && status != Status::Interrupted {
        outcome.judged = judge::judge(path, &panel_request(settings), context)?;
        if outcome.judged.is_none() {
            outcome.status = Status::Interrupted;
        }
    }
    Ok(outcome)
}

fn check_panel(settings: &Settings, context: &Context<'_>) -> Result<(), JobError> {
    match settings.panel.is_empty() {
        true => Ok(()),
        false => judge::check(&panel_request(settings), context),
    }
}

fn panel_request(settings: &Settings) -> PanelRequest {
    PanelRequest { panel: settings.panel.clone(), engine: settings.engine.clone(), ..PanelRequest::default() }
}

/// Returns the judges that judge a continued run afterwards.
fn panel_of(begun: &Settings, given: &Panel) -> Panel {
    if !given.is_empty() {
        return given.clone();
    }
    let own = begun.panel.clone();
    Panel {
        family: given.family.clone().or(own.family),
        template: given.template.clone().or(own.template),
        rubric: given.rubric.clone().or(own.rubric),
        judges: own.judges,
    }
}
