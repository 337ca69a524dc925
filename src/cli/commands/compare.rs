//! `compare`: baseline, fixed and adaptive sampling on the same prompts, with one model load.

use std::path::Path;

use super::cell::Cell;
use super::run::label;
use super::session::{Answers, load_benchmark};
use super::summary;
use crate::analysis::comparison::{Comparison, comparison_row};
use crate::cli::args::RunArgs;
use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::deepconf::split::Split;
use crate::deepconf::stop::StopRule;
use crate::export;
use crate::plan::Settings;
use crate::record::SCHEMA_VERSION;
use crate::store::atomic;
use crate::store::folder::{self, RunFolder};

/// The cells: name and stop rule. The first is the reference, whose split value holds for all.
fn cells(settings: &Settings) -> [(&'static str, StopRule); 3] {
    [
        ("baseline_n1", StopRule::Fixed { traces: 1 }),
        ("fixed_n5", StopRule::Fixed { traces: 5 }),
        ("deepconf_adaptive", settings.stop),
    ]
}

/// Runs every cell into OUT/CELL and writes OUT/comparison.{json,csv}.
pub fn compare(args: &RunArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let settings = args.settings()?;
    let loaded = load_benchmark(&settings, printer)?;
    let answers = Answers::open(&settings, args.scripted.as_deref())?;
    let prompts = answers.prompts(&settings, &loaded.instances)?;
    let path = match &args.output.output {
        Some(path) => path.clone(),
        None => folder::fresh(Path::new("results"), &format!("compare-{}", label(&settings)))?,
    };
    folder::prepare(&path, args.output.overwrite)?;
    let cells = cells(&settings);
    let folders = cells
        .iter()
        .map(|(name, _)| RunFolder::create(&path.join(name), args.output.overwrite))
        .collect::<Result<Vec<_>, _>>()?;
    let mut engine = answers.engine(&settings, printer)?;
    let mut comparison = Comparison { schema_version: SCHEMA_VERSION, split_value: None, cells: Vec::new() };
    let mut exit = Exit::Done;
    for ((name, stop), folder) in cells.into_iter().zip(folders) {
        let settings = Settings { stop, ..settings.clone() };
        let cell = Cell::begin(folder, settings, answers.facts(), loaded.facts.clone(), &loaded.instances)?;
        let split = comparison.split_value.map(Split::Value);
        let result = cell.run(engine.as_mut(), &prompts, name, split, printer)?;
        comparison.split_value = comparison.split_value.or(result.report.split.value);
        comparison.cells.push(comparison_row(name, stop.name(), &result.report));
        match result.exit() {
            Exit::Interrupted => {
                exit = Exit::Interrupted;
                break;
            }
            Exit::SomeFailed => exit = Exit::SomeFailed,
            _ => {}
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
