//! Compares several policies with one model, or several models with one policy, on the same prompts and
//! seeds.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::compare::{CompareRequest, compare};
//! use safety_deepconf::jobs::{Context, Silent};
//! use safety_deepconf::settings::Settings;
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let outcome = compare(&CompareRequest::new(Settings::new("demo")), &context)?;
//! for cell in &outcome.comparison.cells {
//!     println!("{}: {} tokens", cell.cell, cell.total_tokens);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

mod cell_list;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use self::cell_list::{CELL_LIST, COMPARISON, CellList, clear_earlier, read_list};
use crate::analysis::comparison::{Comparison, comparison_row};
use crate::chat::Prompt;
use crate::deepconf::split::Split;
use crate::deepconf::stop::StopRule;
use crate::deepconf::weight::VoteWeight;
use crate::engine::Engine;
use crate::export;
use crate::jobs::active_run::{ActiveRun, Beginning};
use crate::jobs::answer_source::AnswerSource;
use crate::jobs::chat_template::same_template;
use crate::jobs::context::Context;
use crate::jobs::differences::differences;
use crate::jobs::error::{InputError, JobError};
use crate::jobs::folder_names::{distinct, label, of_model, plain};
use crate::jobs::judge::live::{live_judge, same_judge};
use crate::jobs::paired::pairs;
use crate::jobs::prompts::load_prompts;
use crate::jobs::run::Changes;
use crate::jobs::same_model::same_model;
use crate::jobs::status::Status;
use crate::judge::Judge;
use crate::record::manifest::{Manifest, ModelFacts};
use crate::record::{Instance, SCHEMA_VERSION};
use crate::settings::Settings;
use crate::store::folder::{self, RunFolder};
use crate::store::{StoreError, atomic};

/// A comparison to begin or continue.
#[derive(Clone, Debug, PartialEq)]
pub struct CompareRequest {
    /// Settings that all cells share.
    pub settings: Settings,
    /// Models, one cell each. If empty, the cells are three policies with the model of the settings: baseline
    /// (1 trace), fixed (5 traces) and the stop rule of the settings.
    pub models: Vec<String>,
    /// Weight of votes in every cell; the usual one of each cell's stop rule if absent.
    pub vote: Option<VoteWeight>,
    /// Whether to compare models even if their quantization levels differ.
    pub allow_mixed_levels: bool,
    /// Script that answers instead of the models, for tests.
    pub script: Option<PathBuf>,
    /// Output folder; a new one under `results/` if absent. If it holds the same comparison, that one
    /// continues.
    pub output: Option<PathBuf>,
    /// Whether to replace the contents of the folder.
    pub overwrite: bool,
}

impl CompareRequest {
    /// Requests baseline, fixed and adaptive sampling with these settings, in a new folder.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            models: Vec::new(),
            vote: None,
            allow_mixed_levels: false,
            script: None,
            output: None,
            overwrite: false,
        }
    }
}

/// The result of a comparison.
pub struct CompareOutcome {
    /// Folder of the comparison.
    pub path: PathBuf,
    /// Cells that were run, including an interrupted one.
    pub comparison: Comparison,
    /// How the comparison ended.
    pub status: Status,
}

/// The folder name and the settings of a cell.
type CellSettings = (String, Settings);

/// A loaded model with the prompts that all its cells share.
struct Loaded {
    name: String,
    engine: Box<dyn Engine>,
    prompts: Vec<Prompt>,
}

impl Loaded {
    fn new(
        settings: &Settings,
        instances: &[Instance],
        sources: &[(String, AnswerSource)],
        context: &Context<'_>,
    ) -> Result<Self, JobError> {
        let name = settings.model.clone();
        let Some((_, source)) = sources.iter().find(|(model, _)| *model == name) else {
            return Err(InputError::plain(format!("a cell names a model that was not opened: {name}")).into());
        };
        let prompts = source.prompts(settings, instances)?;
        Ok(Self { name, engine: source.engine(settings, context)?, prompts })
    }
}

/// Begins a comparison, or continues it if the folder holds the same one.
///
/// # Errors
/// Fails as [`super::run::run`] does, and if models have different quantization levels.
pub fn compare(request: &CompareRequest, context: &Context<'_>) -> Result<CompareOutcome, JobError> {
    let settings = &request.settings;
    settings.check()?;
    if !settings.panel.is_empty() {
        return Err(InputError::new(
            "compare takes one text judge",
            "add other judges afterwards with `judge OUT/* --judge …`",
        )
        .into());
    }
    let cells = cells(request);
    if let Some(path) = request.output.as_ref().filter(|_| !request.overwrite)
        && let Some(list) = read_list(path)?
    {
        is_the_same(path, &list, &cells)?;
        let engine = settings.engine.clone();
        let changes = Changes {
            script: request.script.clone(),
            engine: Box::new(move |_| engine.clone()),
            ..Changes::default()
        };
        return resume(path, &changes, context);
    }
    let loaded = load_prompts(settings, context)?;
    let (judge, judge_facts) = live_judge(settings)?;
    if let Some(path) = &request.output {
        folder::probe(path, request.overwrite)?;
    }
    let mut sources: Vec<(String, AnswerSource)> = Vec::new();
    for (_, settings) in &cells {
        if sources.iter().all(|(model, _)| *model != settings.model) {
            let source = AnswerSource::open(settings, request.script.as_deref(), context)?;
            // Reports a template that cannot be rendered before anything is written or loaded.
            source.prompts(settings, &loaded.instances[..1])?;
            sources.push((settings.model.clone(), source));
        }
    }
    let facts_of = |settings: &Settings| -> ModelFacts {
        let source = sources.iter().find(|(model, _)| *model == settings.model);
        source.map(|(_, source)| source.facts()).unwrap_or_default()
    };
    if !request.models.is_empty() && !request.allow_mixed_levels {
        check_levels(&cells.iter().map(|(_, settings)| facts_of(settings)).collect::<Vec<_>>())?;
    }
    let path = match &request.output {
        Some(path) => path.clone(),
        None => folder::fresh(Path::new("results"), &format!("compare-{}", label(&cells[0].1)))?,
    };
    clear_earlier(&path)?;
    let mut runs = Vec::new();
    for (name, settings) in cells {
        let beginning = Beginning {
            judge: judge_facts.clone(),
            model: facts_of(&settings),
            benchmark: loaded.facts.clone(),
            instances: &loaded.instances,
            settings,
        };
        let folder = RunFolder::create(&path.join(&name), request.overwrite)?;
        runs.push((name, ActiveRun::begin(folder, beginning)?));
    }
    let names = runs.iter().map(|(name, _)| name.clone()).collect();
    let list = CellList { schema_version: SCHEMA_VERSION, cells: names };
    atomic::write(&path.join(CELL_LIST), &export::json::pretty(&list)?)?;
    carry_out(&path, runs, &sources, judge.as_ref(), context)
}

/// Continues an interrupted comparison, or rewrites the tables of a complete one.
///
/// # Errors
/// Fails if the folder holds no comparison. Otherwise fails as [`super::run::resume`] does.
pub fn resume(path: &Path, changes: &Changes<'_>, context: &Context<'_>) -> Result<CompareOutcome, JobError> {
    let list = read_list(path)?
        .ok_or_else(|| StoreError::NotARun { folder: path.to_owned(), missing: CELL_LIST })?;
    let mut runs = Vec::new();
    let mut sources: Vec<(String, AnswerSource)> = Vec::new();
    let mut the_judge = None;
    for name in list.cells {
        let mut run = ActiveRun::resume(RunFolder::open(&path.join(&name))?, context)?;
        let settings = &mut run.manifest.settings;
        settings.engine = (changes.engine)(settings.engine.clone());
        crate::settings::engine::check(&settings.engine)?;
        if changes.refusal_patterns.is_some() {
            settings.refusal_patterns.clone_from(&changes.refusal_patterns);
        }
        let (judge, facts) = live_judge(settings)?;
        same_judge(&run.manifest.judge, &facts)?;
        the_judge = Some(judge);
        if sources.iter().all(|(model, _)| *model != run.manifest.settings.model) {
            let source = AnswerSource::open(&run.manifest.settings, changes.script.as_deref(), context)?;
            same_model(&run.manifest.model, &source.facts())?;
            same_template(&run.manifest.model, &source.facts())?;
            sources.push((run.manifest.settings.model.clone(), source));
        }
        runs.push((name, run));
    }
    let judge = the_judge
        .ok_or_else(|| InputError::plain(format!("{} lists no cells", path.join(CELL_LIST).display())))?;
    carry_out(path, runs, &sources, judge.as_ref(), context)
}

/// Runs what is left of every cell, in order, and writes the comparison. The first cell is the reference: all
/// cells use its split value.
fn carry_out(
    path: &Path,
    runs: Vec<(String, ActiveRun)>,
    sources: &[(String, AnswerSource)],
    judge: &dyn Judge,
    context: &Context<'_>,
) -> Result<CompareOutcome, JobError> {
    let mut comparison = Comparison { schema_version: SCHEMA_VERSION, split_value: None, cells: Vec::new() };
    let mut status = Status::Done;
    let mut folders: Vec<PathBuf> = Vec::new();
    // Only one model is in memory at a time.
    let mut loaded: Option<Loaded> = None;
    for (name, mut run) in runs {
        if let Some(value) = comparison.split_value {
            run.set_split(value)?;
        }
        let settings = run.manifest.settings.clone();
        let facts = run.manifest.model.clone();
        let result = if run.is_complete() {
            run.finished()?
        } else {
            let mut model = match loaded.take() {
                Some(model) if model.name == settings.model => model,
                earlier => {
                    drop(earlier);
                    Loaded::new(&settings, &run.instances, sources, context)?
                }
            };
            let result = run.run(model.engine.as_mut(), &model.prompts, judge, &name, context)?;
            loaded = Some(model);
            result
        };
        folders.push(path.join(&name));
        comparison.split_value = comparison.split_value.or(result.report.split.value);
        comparison.cells.push(comparison_row(&name, &facts, settings.stop.name(), &result.report));
        status = status.max(result.status());
        if status == Status::Interrupted {
            break;
        }
    }
    atomic::write(&path.join(COMPARISON[0]), &export::json::pretty(&comparison)?)?;
    atomic::write(&path.join(COMPARISON[1]), &export::comparison::csv(&comparison)?)?;
    let reference = folders.iter().skip(1).map(|cell| (folders[0].clone(), cell.clone()));
    let reports = pairs(&reference.collect::<Vec<_>>(), context)?;
    atomic::write(&path.join(COMPARISON[2]), &export::paired::document(&reports)?)?;
    atomic::write(&path.join(COMPARISON[3]), &export::paired::table(&reports)?)?;
    Ok(CompareOutcome { path: path.to_owned(), comparison, status })
}

/// Returns the cells of a request, the reference first.
fn cells(request: &CompareRequest) -> Vec<CellSettings> {
    let with = |model: &str, stop: StopRule| {
        let mut settings = Settings { model: model.to_owned(), stop, ..request.settings.clone() };
        settings.analysis.vote = request.vote.unwrap_or(VoteWeight::usual(&stop));
        settings
    };
    let stop = request.settings.stop;
    if request.models.is_empty() {
        let policies = [
            ("baseline_n1", StopRule::Fixed { traces: 1 }),
            ("fixed_n5", StopRule::Fixed { traces: 5 }),
            ("deepconf_adaptive", stop),
        ];
        let model = &request.settings.model;
        return policies.map(|(name, stop)| (name.to_owned(), with(model, stop))).to_vec();
    }
    let names: Vec<String> = request.models.iter().map(|model| plain(of_model(model), 80)).collect();
    // Two folders may hold files of the same name.
    let cells = request.models.iter().zip(distinct(&names));
    cells.map(|(model, name)| (name, with(model, stop))).collect()
}

/// Checks that a folder holds the requested comparison.
///
/// # Errors
/// Fails if its cells or their settings differ.
fn is_the_same(path: &Path, list: &CellList, cells: &[CellSettings]) -> Result<(), JobError> {
    let other = |what: String| {
        InputError::new(
            format!("{} holds another comparison: {what}", path.display()),
            "choose another --output, or replace it with --overwrite",
        )
    };
    let names: Vec<&String> = cells.iter().map(|(name, _)| name).collect();
    if list.cells.iter().collect::<Vec<_>>() != names {
        return Err(other(format!("its cells are {}", list.cells.join(", "))).into());
    }
    for (name, settings) in cells {
        let manifest: Manifest<Settings> = RunFolder::open(&path.join(name))?.read_manifest()?;
        let mut begun = manifest.settings;
        if matches!(begun.analysis.split, Split::Value(_)) {
            // The other cells got the first cell's split value.
            begun.analysis.split = settings.analysis.split;
        }
        let found = differences(&begun, settings);
        if !found.is_empty() {
            return Err(other(format!("{name}: {}", found.join("; "))).into());
        }
    }
    Ok(())
}

/// Checks that all models have the same quantization level.
fn check_levels(models: &[ModelFacts]) -> Result<(), InputError> {
    let levels: HashSet<&str> = models.iter().map(|facts| facts.quantization.as_str()).collect();
    if levels.len() < 2 {
        return Ok(());
    }
    let list: Vec<String> =
        models.iter().map(|facts| format!("{} is {}", facts.name, facts.quantization)).collect();
    Err(InputError::new(
        format!("the models have different quantization levels: {}", list.join(", ")),
        "choose files of one level, or compare them anyway with --allow-mixed-levels",
    ))
}
