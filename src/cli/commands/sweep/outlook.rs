//! `sweep --dry-run`: what the cells would take, and what they could show.

use serde_json::json;

use super::cells::{self, State, state};
use super::file::SweepFile;
use super::folder_of;
use super::matrix::{self, CellPlan};
use super::models::Opened;
use crate::analysis::Report;
use crate::benchmark::Loaded;
use crate::cli::commands::session::{load_benchmark, plan_options};
use crate::cli::exit::Exit;
use crate::cli::host;
use crate::cli::printer::Printer;
use crate::cli::sweep_args::SweepArgs;
use crate::cli::table;
use crate::engine::Session;
use crate::engine::llama::LlamaEngine;
use crate::engine::llama::plan::{self, EnginePlan};
use crate::engine::llama::shape::ModelShape;
use crate::model::{ModelFile, known};
use crate::plan::Settings;
use crate::speed::{self, Case};
use crate::stats::paired_power::{pairs_needed, smallest_difference};

/// Bytes of a token in the prompts of benchmarks, roughly, and tokens of a template.
const BYTES_PER_TOKEN: usize = 4;
const TEMPLATE_TOKENS: usize = 32;

/// What a model is measured with: prompts, traces of each, tokens of a trace.
const PROBE: (usize, u32, u32) = (2, 8, 16);

/// One cell, as far as can be told before it runs.
struct Line {
    name: String,
    state: &'static str,
    prompts: Option<usize>,
    /// Bytes to download.
    download: Option<u64>,
    memory: Option<u64>,
    at_most: Option<u64>,
    expected: Option<u64>,
    seconds: Option<f64>,
}

/// Prints the cells.
pub fn show(
    file: &SweepFile,
    opened: &[Opened],
    args: &SweepArgs,
    printer: &Printer,
) -> anyhow::Result<Exit> {
    let mut benchmarks: Vec<(String, Option<String>, Option<Loaded>)> = Vec::new();
    let mut speeds: Vec<(String, Option<f64>)> = Vec::new();
    let mut lines = Vec::new();
    for cell in &file.cells {
        let settings = cells::check(file, cell)?;
        if !benchmarks.iter().any(|(name, data, _)| *name == cell.benchmark && *data == cell.data) {
            // What would have to be downloaded is not here to be counted.
            let loaded = load_benchmark(&settings, true, printer);
            if let Err(error) = &loaded {
                printer.note(&format!("note: {} is not on this machine: {error}", cell.benchmark));
            }
            benchmarks.push((cell.benchmark.clone(), cell.data.clone(), loaded.ok()));
        }
        let loaded = benchmarks
            .iter()
            .find(|(name, data, _)| *name == cell.benchmark && *data == cell.data)
            .and_then(|(.., loaded)| loaded.as_ref());
        let model = opened.iter().find(|one| one.name == cell.model).and_then(|one| one.file.as_ref());
        if let Some(model) = model.filter(|_| !speeds.iter().any(|(name, _)| *name == cell.model)) {
            speeds.push((cell.model.clone(), speed(model, &settings)));
        }
        let rate = speeds.iter().find(|(name, _)| *name == cell.model).and_then(|(_, rate)| *rate);
        let mut line = line(cell, &settings, loaded, model, rate, args, file)?;
        let reference = matrix::reference(&file.cells, cell).filter(|other| other.model != cell.model);
        let its =
            reference.and_then(|other| opened.iter().find(|one| one.name == other.model)?.file.as_ref());
        if let (Some(model), Some(its), Some(_)) = (model, its, file.drift_traces) {
            line.memory = line.memory.max(Some(drift_memory(model) + drift_memory(its)));
        }
        lines.push(line);
    }
    print(&lines, opened, printer)?;
    Ok(Exit::Done)
}

fn line(
    cell: &CellPlan,
    settings: &Settings,
    loaded: Option<&Loaded>,
    model: Option<&ModelFile>,
    rate: Option<f64>,
    args: &SweepArgs,
    file: &SweepFile,
) -> anyhow::Result<Line> {
    let folder = args.run.output.output.as_ref().map(|path| folder_of(path, &cell.name));
    let state = folder.as_deref().map_or(Ok(State::Missing), state)?;
    let prompts = loaded.map(|loaded| loaded.instances.len());
    let longest = loaded.map_or(0, |loaded| {
        loaded.instances.iter().map(|instance| instance.prompt.len() / BYTES_PER_TOKEN).max().unwrap_or(0)
    });
    let memory = model.map(|model| {
        let plan = planned(model, settings, longest + TEMPLATE_TOKENS, prompts.unwrap_or(1));
        model.facts().size + plan.kv_bytes
    });
    let per_prompt = per_prompt(cell, settings, args, file);
    let left = prompts.filter(|_| state != State::Complete);
    let expected = left.map(|prompts| (prompts as f64 * per_prompt) as u64);
    let traces = u64::from(settings.stop.max_traces()) * u64::from(settings.max_tokens);
    Ok(Line {
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

/// Tokens of a prompt's traces: what a finished cell with the same policy on these prompts took; before there is one,
/// the fewest traces at half their length.
fn per_prompt(cell: &CellPlan, settings: &Settings, args: &SweepArgs, file: &SweepFile) -> f64 {
    let finished = args.run.output.output.as_ref().and_then(|path| {
        let alike = |other: &&CellPlan| {
            (&other.benchmark, &other.data, &other.policy) == (&cell.benchmark, &cell.data, &cell.policy)
        };
        file.cells.iter().filter(alike).find_map(|other| {
            let text = fs_err::read_to_string(folder_of(path, &other.name).join("analysis.json")).ok()?;
            serde_json::from_str::<Report>(&text).ok()?.overall.avg_tokens_per_instance
        })
    });
    finished.unwrap_or(f64::from(settings.stop.min_traces()) * f64::from(settings.max_tokens) / 2.0)
}

/// Weights, and the rows of a chunk.
fn drift_memory(model: &ModelFile) -> u64 {
    model.facts().size + plan::PlanOptions::default().micro_batch() as u64 * model.header.vocabulary() * 4
}

fn planned(model: &ModelFile, settings: &Settings, longest_prompt: usize, prompts: usize) -> EnginePlan {
    let free = host::free_memory().map(|free| free.saturating_sub(model.facts().size));
    let options = plan::PlanOptions { free_memory: free, ..plan_options(&settings.engine) };
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
    plan::plan(&ModelShape::of(&model.header), &options, &session, false)
}

/// Tokens a second, from a short measurement; `None` if the model cannot be run here.
fn speed(model: &ModelFile, settings: &Settings) -> Option<f64> {
    let (prompts, traces, tokens) = PROBE;
    let mut engine = LlamaEngine::load(model, plan_options(&settings.engine)).ok()?;
    let case = Case { traces, tokens, sampling: settings.sampling };
    let prompts = speed::prompts(&engine, prompts, 64).ok()?;
    speed::measure(&mut engine, &case, &prompts).ok()?.total_rate()
}

/// Bytes of a hub model that this program knows by name.
fn known_size(name: &str) -> Option<u64> {
    let name = name.strip_prefix("hf:").unwrap_or(name);
    let (repository, level) = name.split_once(':')?;
    let known = known::models().repository(repository)?;
    known.files.iter().find(|file| file.level().eq_ignore_ascii_case(level)).map(|file| file.size)
}

/// What a difference of two cells must be to be shown, by the share of prompts that change sides.
fn power(prompts: usize) -> String {
    let mut text = String::new();
    for share in [0.05, 0.1, 0.2] {
        let smallest = smallest_difference(prompts, share).map_or("no difference".to_owned(), |delta| {
            format!("a difference of {:.1} points", 100.0 * delta)
        });
        let needed: Vec<String> = [0.02, 0.05]
            .into_iter()
            .filter_map(|delta| {
                Some(format!("{:.0} for {:.0} points", pairs_needed(delta, share)?.ceil(), 100.0 * delta))
            })
            .collect();
        text.push_str(&format!(
            "if {:.0} % of the prompts change sides, {prompts} prompts can show {smallest}; needed: {}\n",
            100.0 * share,
            needed.join(", ")
        ));
    }
    format!("\n{text}(McNemar's test, two-sided 5 %, power 80 %; Connor 1987)\n")
}

fn print(lines: &[Line], opened: &[Opened], printer: &Printer) -> anyhow::Result<()> {
    // A model is downloaded once.
    let missing = opened.iter().filter(|one| one.file.is_none());
    let sizes: Vec<Option<u64>> = missing.map(|one| known_size(&one.name)).collect();
    let download: u64 = sizes.iter().flatten().sum();
    let unknown = sizes.iter().filter(|size| size.is_none()).count();
    // An empty sum is -0.
    let seconds: f64 = lines.iter().filter_map(|line| line.seconds).sum::<f64>() + 0.0;
    if printer.is_json() {
        let cells: Vec<_> = lines
            .iter()
            .map(|line| {
                json!({
                    "cell": line.name,
                    "state": line.state,
                    "prompts": line.prompts,
                    "download_bytes": line.download,
                    "memory_bytes": line.memory,
                    "tokens_at_most": line.at_most,
                    "tokens_expected": line.expected,
                    "seconds_expected": line.seconds,
                })
            })
            .collect();
        let line = json!({ "cells": cells, "download_bytes": download, "downloads_of_unknown_size": unknown, "seconds_expected": seconds });
        printer.data(&format!("{line}\n"))?;
        return Ok(());
    }
    let show = |value: Option<u64>, unit: f64| {
        value.map_or("?".to_owned(), |value| format!("{:.1}", value as f64 / unit))
    };
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            vec![
                line.name.clone(),
                line.state.to_owned(),
                line.prompts.map_or("?".to_owned(), |prompts| prompts.to_string()),
                show(line.download, 1e6),
                show(line.memory, 1e6),
                show(line.at_most, 1e3),
                show(line.expected, 1e3),
                line.seconds.map_or("?".to_owned(), |seconds| format!("{:.1}", seconds / 60.0)),
            ]
        })
        .collect();
    let header =
        ["cell", "state", "prompts", "download MB", "memory MB", "tokens at most k", "expected k", "minutes"];
    let mut text = table::render(&header, &rows);
    text.push_str(&format!("\n{} cells, about {:.0} minutes", lines.len(), seconds / 60.0));
    if download > 0 || unknown > 0 {
        text.push_str(&format!(", {:.0} MB to download", download as f64 / 1e6));
    }
    if unknown > 0 {
        text.push_str(&format!(" and {unknown} models of unknown size"));
    }
    if let Some(prompts) = lines.iter().filter_map(|line| line.prompts).max() {
        text.push_str(&power(prompts));
    }
    text.push_str(
        "\nMemory is weights and KV cache, or both models of a drift. Expected tokens are those of finished cells; before there is one, of the \
         fewest traces at half of --max-tokens. Minutes are from a short measurement of each model that is here, without drift and guards.\n",
    );
    printer.data(&text)?;
    Ok(())
}
