//! `compare`: several policies with one model, or several models with one policy, on the same prompts
//! and seeds.

use std::collections::HashSet;
use std::path::Path;

use super::cell::Cell;
use super::judging::judge;
use super::run::{label, plain};
use super::session::{Answers, load_benchmark};
use super::summary;
use crate::analysis::comparison::{Comparison, comparison_row};
use crate::cli::args::RunArgs;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::deepconf::split::Split;
use crate::deepconf::stop::StopRule;
use crate::export;
use crate::plan::Settings;
use crate::record::SCHEMA_VERSION;
use crate::record::manifest::ModelFacts;
use crate::store::atomic;
use crate::store::folder::{self, RunFolder};

/// A model and the cells it runs: name and stop rule. The first cell of all is the reference, whose
/// split value holds for all.
struct Group {
    settings: Settings,
    answers: Answers,
    cells: Vec<(String, StopRule)>,
}

/// Runs every cell into OUT/CELL and writes OUT/comparison.{json,csv}.
pub fn compare(args: &RunArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let settings = args.settings()?;
    let loaded = load_benchmark(&settings, printer)?;
    let (judge, judge_facts) = judge(&settings)?;
    let groups = groups(args, &settings, printer)?;
    // Every template is rendered before anything is written or loaded.
    let prompts = groups
        .iter()
        .map(|group| group.answers.prompts(&group.settings, &loaded.instances))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let path = match &args.output.output {
        Some(path) => path.clone(),
        None => folder::fresh(Path::new("results"), &format!("compare-{}", label(&settings)))?,
    };
    folder::prepare(&path, args.output.overwrite)?;
    for (name, _) in groups.iter().flat_map(|group| &group.cells) {
        RunFolder::create(&path.join(name), args.output.overwrite)?;
    }
    let mut comparison = Comparison { schema_version: SCHEMA_VERSION, split_value: None, cells: Vec::new() };
    let mut exit = Exit::Done;
    'models: for (group, prompts) in groups.iter().zip(&prompts) {
        let mut engine = group.answers.engine(&group.settings, printer)?;
        for (name, stop) in &group.cells {
            let settings = Settings { stop: *stop, ..group.settings.clone() };
            let folder = RunFolder::create(&path.join(name), true)?;
            let (facts, benchmark) = (group.answers.facts(), loaded.facts.clone());
            let cell = Cell::begin(
                folder,
                settings,
                judge_facts.clone(),
                facts.clone(),
                benchmark,
                &loaded.instances,
            )?;
            let split = comparison.split_value.map(Split::Value);
            let result = cell.run(engine.as_mut(), prompts, &judge, name, split, printer)?;
            comparison.split_value = comparison.split_value.or(result.report.split.value);
            comparison.cells.push(comparison_row(name, &facts, stop.name(), &result.report));
            match result.exit() {
                Exit::Interrupted => {
                    exit = Exit::Interrupted;
                    break 'models;
                }
                Exit::SomeFailed => exit = Exit::SomeFailed,
                _ => {}
            }
        }
    }
    atomic::write(&path.join("comparison.json"), &export::json::pretty(&comparison)?)?;
    atomic::write(&path.join("comparison.csv"), &export::csv::comparison(&comparison)?)?;
    let text = if printer.is_json() {
        summary::comparison_json(&path, &comparison)?
    } else {
        summary::comparison_text(&path, &comparison)
    };
    printer.data(&text)?;
    Ok(exit)
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
        return Ok(vec![Group { settings: settings.clone(), answers, cells }]);
    }
    let mut names = HashSet::new();
    let mut groups = Vec::new();
    for model in &args.models {
        let settings = Settings { model: model.clone(), ..settings.clone() };
        let answers = Answers::open(&settings, args, printer)?;
        let base =
            plain(&Path::new(model).file_stem().map_or_else(|| model.into(), |stem| stem.to_string_lossy()));
        let mut name = base.clone();
        // Files of the same name in two folders.
        for number in 2.. {
            if names.insert(name.clone()) {
                break;
            }
            name = format!("{base}_{number}");
        }
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
