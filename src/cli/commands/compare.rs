//! `compare`: several policies with one model, or several models with one policy, on the same prompts
//! and seeds.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cell::{Beginning, Cell};
use super::judging::judge;
use super::names::{distinct, of_model, plain};
use super::paired;
use super::run::{label, same_judge, same_model};
use super::session::{Answers, load_benchmark};
use super::summary;
use crate::analysis::comparison::{Comparison, comparison_row};
use crate::chat::Prompt;
use crate::cli::args::RunArgs;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::cli::resume;
use crate::deepconf::stop::StopRule;
use crate::deepconf::weight::VoteWeight;
use crate::engine::Engine;
use crate::export;
use crate::judge::Judge;
use crate::plan::Settings;
use crate::record::manifest::ModelFacts;
use crate::record::{Instance, SCHEMA_VERSION};
use crate::store::folder::{self, RunFolder};
use crate::store::{StoreError, atomic};

/// What OUT/compare.json keeps, so that an interrupted comparison can be continued.
#[derive(Debug, Serialize, Deserialize)]
struct CellList {
    schema_version: u32,
    /// Folders below OUT, the reference first.
    cells: Vec<String>,
}

const CELL_LIST: &str = "compare.json";
const COMPARISON: [&str; 4] = ["comparison.json", "comparison.csv", "paired.json", "paired.csv"];

/// A model and its cells.
struct Group {
    answers: Answers,
    settings: Settings,
    cells: Vec<(String, StopRule)>,
}

/// A model in memory.
struct Loaded {
    name: String,
    engine: Box<dyn Engine>,
    prompts: Vec<Prompt>,
}

impl Loaded {
    fn new(
        settings: &Settings,
        instances: &[Instance],
        answers: &[(String, Answers)],
        printer: &Printer,
    ) -> anyhow::Result<Self> {
        let name = settings.model.clone();
        let Some((_, answers)) = answers.iter().find(|(model, _)| *model == name) else {
            anyhow::bail!("a cell names a model that was not opened: {name}");
        };
        let prompts = answers.prompts(settings, instances)?;
        Ok(Self { name, engine: answers.engine(settings, printer)?, prompts })
    }
}

/// Begins a comparison, or continues one with `--resume`.
pub fn compare(args: &RunArgs, printer: &Printer) -> anyhow::Result<Exit> {
    if args.chat.print_prompt {
        let hint = Some("`run --print-prompt` prints the prompt of one model".to_owned());
        return Err(InputError { message: "compare has no --print-prompt".to_owned(), hint }.into());
    }
    match &args.resume {
        Some(path) => resume(path, args, printer),
        None => begin(args, printer),
    }
}

fn begin(args: &RunArgs, printer: &Printer) -> anyhow::Result<Exit> {
    if !args.panel().is_empty() {
        return Err(InputError {
            message: "compare takes one judge of text".to_owned(),
            hint: Some("judge OUT/* --judge … has others speak of its cells".to_owned()),
        }
        .into());
    }
    let settings = args.settings()?;
    let loaded = load_benchmark(&settings, args.hub.offline, printer)?;
    let (judge, judge_facts) = judge(&settings)?;
    if let Some(path) = &args.output.output {
        folder::probe(path, args.output.overwrite)?;
    }
    let groups = groups(args, &settings, printer)?;
    for group in &groups {
        // Templates that cannot be rendered are told before anything is written or loaded.
        group.answers.prompts(&group.settings, &loaded.instances[..1])?;
    }
    let path = match &args.output.output {
        Some(path) => path.clone(),
        None => folder::fresh(Path::new("results"), &format!("compare-{}", label(&settings)))?,
    };
    clear_earlier(&path)?;
    let mut cells = Vec::new();
    for group in &groups {
        for (name, stop) in &group.cells {
            let mut settings = Settings { stop: *stop, ..group.settings.clone() };
            settings.reading.vote = args.reading.vote.unwrap_or(VoteWeight::usual(stop));
            let beginning = Beginning {
                settings,
                judge: judge_facts.clone(),
                model: group.answers.facts(),
                benchmark: loaded.facts.clone(),
                instances: &loaded.instances,
            };
            let folder = RunFolder::create(&path.join(name), args.output.overwrite)?;
            cells.push((name.clone(), Cell::begin(folder, beginning)?));
        }
    }
    let names = cells.iter().map(|(name, _)| name.clone()).collect();
    let list = CellList { schema_version: SCHEMA_VERSION, cells: names };
    atomic::write(&path.join(CELL_LIST), &export::json::pretty(&list)?)?;
    let answers = groups.into_iter().map(|group| (group.settings.model, group.answers)).collect();
    carry_out(&path, cells, answers, judge.as_ref(), printer)
}

fn resume(path: &Path, args: &RunArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let list = read_list(path)?
        .ok_or_else(|| StoreError::NotARun { folder: path.to_owned(), missing: CELL_LIST })?;
    let mut cells = Vec::new();
    let mut answers: Vec<(String, Answers)> = Vec::new();
    let mut the_judge = None;
    for name in list.cells {
        let mut cell = Cell::resume(RunFolder::open(&path.join(&name))?, printer)?;
        let settings = &mut cell.manifest.settings;
        settings.engine = resume::engine(&args.engine, settings.engine, printer)?;
        if args.reading.refusal_patterns.is_some() {
            settings.refusal_patterns.clone_from(&args.reading.refusal_patterns);
        }
        let (judge, facts) = judge(settings)?;
        same_judge(&cell.manifest.judge, &facts)?;
        the_judge = Some(judge);
        if answers.iter().all(|(model, _)| *model != cell.manifest.settings.model) {
            let opened = Answers::open(&cell.manifest.settings, args, printer)?;
            same_model(&cell.manifest.model, &opened.facts())?;
            answers.push((cell.manifest.settings.model.clone(), opened));
        }
        cells.push((name, cell));
    }
    let judge =
        the_judge.ok_or_else(|| anyhow::anyhow!("{} lists no cells", path.join(CELL_LIST).display()))?;
    carry_out(path, cells, answers, judge.as_ref(), printer)
}

/// Runs what is left of every cell, in order, and writes the comparison. The first cell is the
/// reference: its split value holds for all.
fn carry_out(
    path: &Path,
    cells: Vec<(String, Cell)>,
    answers: Vec<(String, Answers)>,
    judge: &dyn Judge,
    printer: &Printer,
) -> anyhow::Result<Exit> {
    let mut comparison = Comparison { schema_version: SCHEMA_VERSION, split_value: None, cells: Vec::new() };
    let mut exit = Exit::Done;
    let mut folders: Vec<PathBuf> = Vec::new();
    // One model in memory at a time, with the prompts that all its cells share.
    let mut loaded: Option<Loaded> = None;
    for (name, mut cell) in cells {
        if let Some(value) = comparison.split_value {
            cell.set_split(value)?;
        }
        let settings = cell.manifest.settings.clone();
        let facts = cell.manifest.model.clone();
        let result = if cell.is_complete() {
            cell.finished()?
        } else {
            let mut model = match loaded.take() {
                Some(model) if model.name == settings.model => model,
                earlier => {
                    drop(earlier);
                    Loaded::new(&settings, &cell.instances, &answers, printer)?
                }
            };
            let result = cell.run(model.engine.as_mut(), &model.prompts, judge, &name, printer)?;
            loaded = Some(model);
            result
        };
        folders.push(path.join(&name));
        comparison.split_value = comparison.split_value.or(result.report.split.value);
        comparison.cells.push(comparison_row(&name, &facts, settings.stop.name(), &result.report));
        match result.exit() {
            Exit::Interrupted => {
                exit = Exit::Interrupted;
                break;
            }
            Exit::SomeFailed => exit = Exit::SomeFailed,
            _ => {}
        }
    }
    atomic::write(&path.join(COMPARISON[0]), &export::json::pretty(&comparison)?)?;
    atomic::write(&path.join(COMPARISON[1]), &export::comparison::csv(&comparison)?)?;
    // The first cell is the reference of all others.
    let pairs: Vec<_> = folders.iter().skip(1).map(|cell| (folders[0].clone(), cell.clone())).collect();
    let reports = paired::pairs(&pairs, printer)?;
    atomic::write(&path.join(COMPARISON[2]), &export::paired::document(&reports)?)?;
    atomic::write(&path.join(COMPARISON[3]), &export::paired::table(&reports)?)?;
    let text = if printer.is_json() {
        summary::comparison_json(path, &comparison)?
    } else {
        summary::comparison_text(path, &comparison)
    };
    printer.data(&text)?;
    if exit == Exit::Interrupted {
        let path = path.display();
        printer.note(&format!("interrupted; continue with: safety-deepconf compare --resume {path}"));
    }
    Ok(exit)
}

fn read_list(path: &Path) -> anyhow::Result<Option<CellList>> {
    let file = path.join(CELL_LIST);
    if !file.is_file() {
        return Ok(None);
    }
    let text = fs_err::read_to_string(&file)?;
    let list = serde_json::from_str(&text)
        .map_err(|error| StoreError::Manifest { file: file.clone(), what: error.to_string() })?;
    Ok(Some(list))
}

/// Removes what an earlier comparison left in a folder: its tables, and its cells' files.
fn clear_earlier(path: &Path) -> anyhow::Result<()> {
    let is_name = |name: &String| Path::new(name).components().count() == 1 && !name.starts_with('.');
    for name in
        read_list(path)?.map(|list| list.cells).unwrap_or_default().iter().filter(|name| is_name(name))
    {
        let folder: PathBuf = path.join(name);
        if folder.is_dir() {
            RunFolder::create(&folder, true)?;
            // Stays if somebody put something else there.
            let _ = fs_err::remove_dir(&folder);
        }
    }
    for name in COMPARISON.into_iter().chain([CELL_LIST]) {
        let file = path.join(name);
        if file.is_file() {
            fs_err::remove_file(file)?;
        }
    }
    Ok(())
}

fn groups(args: &RunArgs, settings: &Settings, printer: &Printer) -> anyhow::Result<Vec<Group>> {
    if args.models.is_empty() {
        let answers = Answers::open(settings, args, printer)?;
        let cells = [
            ("baseline_n1", StopRule::Fixed { traces: 1 }),
            ("fixed_n5", StopRule::Fixed { traces: 5 }),
            ("deepconf_adaptive", settings.stop),
        ];
        let cells = cells.map(|(name, stop)| (name.to_owned(), stop)).to_vec();
        return Ok(vec![Group { answers, settings: settings.clone(), cells }]);
    }
    let names: Vec<String> = args.models.iter().map(|model| plain(of_model(model), 80)).collect();
    let mut groups = Vec::new();
    // Files of the same name may stand in two folders.
    for (model, name) in args.models.iter().zip(distinct(&names)) {
        let settings = Settings { model: model.clone(), ..settings.clone() };
        let answers = Answers::open(&settings, args, printer)?;
        groups.push(Group { cells: vec![(name, settings.stop)], settings, answers });
    }
    let facts: Vec<ModelFacts> = groups.iter().map(|group| group.answers.facts()).collect();
    if !args.allow_mixed_levels {
        check_levels(&facts)?;
    }
    Ok(groups)
}

/// Models of unequal levels differ by more than their size.
fn check_levels(models: &[ModelFacts]) -> Result<(), InputError> {
    let levels: HashSet<&str> = models.iter().map(|facts| facts.quantization.as_str()).collect();
    if levels.len() < 2 {
        return Ok(());
    }
    let list: Vec<String> =
        models.iter().map(|facts| format!("{} is {}", facts.name, facts.quantization)).collect();
    Err(InputError {
        message: format!("the models have unequal quantization levels: {}", list.join(", ")),
        hint: Some(
            "choose files of one level, or compare them all the same with --allow-mixed-levels".to_owned(),
        ),
    })
}
