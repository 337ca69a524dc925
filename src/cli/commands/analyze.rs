//! `analyze`: the files of a run from what was recorded, read as before or in another way.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::cell::CellResult;
use super::records::Record;
use super::rejudged::Judges;
use super::{rejudged, rendering, summary};
use crate::analysis::Outcome;
use crate::analysis::cascade::CascadeReport;
use crate::analysis::predictions::decide_all;
use crate::analysis::remeasure::remeasure;
use crate::analysis::report::ReportOptions;
use crate::cli::analyze_args::AnalyzeArgs;
use crate::cli::exit::{Exit, InputError};
use crate::cli::printer::Printer;
use crate::deepconf::TOP_K;
use crate::deepconf::stop::StopRule;
use crate::export;
use crate::plan::Settings;
use crate::record::prediction::PredictionRow;
use crate::stats::proportion::RateInterval;
use crate::store::atomic;
use crate::store::folder::{JOURNAL, RunFolder, SOURCES};
use crate::store::journal::Journal;

/// Analyses each run, or all of them as one.
pub fn analyze(args: &AnalyzeArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let targets = targets(args)?;
    if args.is_pooled() {
        let parts: Vec<Part> =
            args.runs.iter().map(|path| Part::read(path, args, printer)).collect::<anyhow::Result<_>>()?;
        conclude(&named_apart(parts), targets.first(), args, printer)?;
    } else {
        for (index, path) in args.runs.iter().enumerate() {
            let part = Part::read(path, args, printer)?;
            conclude(&[part], targets.get(index), args, printer)?;
        }
    }
    Ok(Exit::Done)
}

/// The folders that are written to, seen to hold no run that is read or that nobody named.
fn targets(args: &AnalyzeArgs) -> Result<Vec<PathBuf>, InputError> {
    let Some(output) = &args.output else { return Ok(Vec::new()) };
    let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let targets: Vec<PathBuf> = match args.runs.len() {
        _ if args.is_pooled() => vec![output.clone()],
        1 => vec![output.clone()],
        _ => args.runs.iter().map(|run| output.join(name(run).unwrap_or_default())).collect(),
    };
    let mut seen = HashSet::new();
    for target in &targets {
        let refuse = |message: String, hint: &str| InputError { message, hint: Some(hint.to_owned()) };
        if !seen.insert(target) {
            let message =
                format!("two runs have the same name: both would be written to {}", target.display());
            return Err(refuse(message, "analyse them one by one, each with its --output"));
        }
        let holds_a_run = target.join(JOURNAL).exists() && !target.join(SOURCES).exists();
        if holds_a_run {
            let message = format!("{} holds a run, which an analysis does not replace", target.display());
            return Err(refuse(message, "name another --output"));
        }
        let is_input = args.runs.iter().any(|run| match (run.canonicalize(), target.canonicalize()) {
            (Ok(run), Ok(target)) => run == target,
            _ => false,
        });
        if is_input {
            let message = format!("{} is read and would be written to", target.display());
            return Err(refuse(message, "name another --output"));
        }
    }
    Ok(targets)
}

/// Gives parts of the same name a number, so that their instances can be told apart.
fn named_apart(mut parts: Vec<Part>) -> Vec<Part> {
    let names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
    for (index, part) in parts.iter_mut().enumerate() {
        if names.iter().filter(|name| **name == part.name).count() > 1 {
            part.name = format!("{}#{}", part.name, index + 1);
        }
    }
    parts
}

/// A record as it is to be read.
struct Part {
    name: String,
    record: Record,
    settings: Settings,
    outcomes: Vec<Outcome>,
    /// What the cascades among its judges did.
    cascades: Vec<CascadeReport>,
    /// Whether it is read in another way than it was run.
    is_changed: bool,
}

impl Part {
    fn read(path: &Path, args: &AnalyzeArgs, printer: &Printer) -> anyhow::Result<Self> {
        let mut record = Record::open_as(path, &|settings| args.change(settings), printer)?;
        let begun = record.manifest.settings.clone();
        let mut settings = begun.clone();
        args.change(&mut settings);
        settings.check()?;
        let k = args.k.unwrap_or(TOP_K);
        let is_measured = settings.reading.window == begun.reading.window && k == TOP_K;
        if !is_measured && settings.stop.online().is_some() {
            printer.note(
                "note: the run cut traces by its own window and k; the bar is found anew with the others, the cuts \
                 are not",
            );
        }
        // A file of traces becomes a run folder, its entries as they are.
        let entries = match (&record.folder, &args.output) {
            (None, Some(_)) if !args.is_pooled() => record.entries.clone(),
            _ => Vec::new(),
        };
        let mut outcomes = record.outcomes();
        record.entries = entries;
        if !is_measured {
            remeasure(&mut outcomes, settings.reading.window, k).map_err(|error| InputError {
                message: format!("{}: {error}", path.display()),
                hint: None,
            })?;
        }
        let Judges { name, harm, cascades } = rejudged::apply(&record, &mut outcomes, &args.judge)?;
        let is_changed = settings.reading != begun.reading
            || k != TOP_K
            || !args.judge.is_empty()
            || args.intervals() != RateInterval::default();
        record.manifest.judge.name = name;
        record.manifest.judge.harm = harm;
        Ok(Self { name: record.name(), record, settings, outcomes, cascades, is_changed })
    }

    /// Its outcomes and decisions by its own policy, ids told apart where that is asked for.
    fn decided(&self, prefixed: bool) -> (Vec<Outcome>, Vec<PredictionRow>) {
        let mut outcomes = self.outcomes.clone();
        if prefixed {
            for outcome in &mut outcomes {
                outcome.instance.id = format!("{}/{}", self.name, outcome.instance.id);
            }
        }
        let rows = decide_all(&outcomes, &self.settings.policy());
        (outcomes, rows)
    }
}

/// Reads the parts as one, writes the files where they go, says what came out.
fn conclude(
    parts: &[Part],
    target: Option<&PathBuf>,
    args: &AnalyzeArgs,
    printer: &Printer,
) -> anyhow::Result<()> {
    let first = &parts[0];
    let settings = pooled_settings(parts, printer)?;
    let mut ids = HashSet::new();
    let all_ids = || parts.iter().flat_map(|part| &part.outcomes).map(|outcome| outcome.instance.id.as_str());
    let is_repeated = !all_ids().all(|id| ids.insert(id));
    let (outcomes, rows): (Vec<_>, Vec<_>) = parts.iter().map(|part| part.decided(is_repeated)).unzip();
    let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().collect();
    let harm = parts.iter().find_map(|part| part.record.manifest.judge.harm.clone());
    let cascades = parts.iter().flat_map(|part| part.cascades.clone()).collect();
    let options =
        ReportOptions { intervals: args.intervals(), cascades, ..rendering::options(&settings, harm) };
    let (predictions, report) = rendering::read(&outcomes, rows.into_iter().flatten().collect(), &options);
    let own = first.record.folder.as_ref().filter(|_| parts.len() == 1 && !first.is_changed);
    let shown = match (target, own) {
        (Some(path), _) => {
            let folder = RunFolder::create(path, args.overwrite)?;
            if parts.len() == 1 && !first.record.entries.is_empty() {
                folder.write_manifest(&first.record.manifest)?;
                Journal::create(&folder.file(JOURNAL), &first.record.entries)?.sync()?;
            }
            rendering::write(&folder, &predictions, &report)?;
            atomic::write(&folder.file(SOURCES), &sources(parts, &settings, args)?)?;
            path.clone()
        }
        (None, Some(folder)) => {
            rendering::write(folder, &predictions, &report)?;
            folder.path().to_owned()
        }
        (None, None) => {
            printer.note("note: nothing is written: --output DIR names a folder for the files");
            first.record.path.clone()
        }
    };
    let engine = first.record.manifest.engine.clone().unwrap_or_default();
    let result = CellResult { ending: rejudged::ending(&outcomes, engine), report };
    let text =
        if printer.is_json() { summary::json(&shown, &result)? } else { summary::text(&shown, &result) };
    Ok(printer.data(&text)?)
}

/// The first part's settings, with a stop rule whose budgets hold for all; notes what makes confidences
/// differ. Each part is decided by its own rule.
fn pooled_settings(parts: &[Part], printer: &Printer) -> Result<Settings, InputError> {
    let first = &parts[0];
    let mut settings = first.settings.clone();
    for part in &parts[1..] {
        let (a, b) = (&first.record.manifest, &part.record.manifest);
        if first.settings.reading != part.settings.reading {
            return Err(InputError {
                message: format!("{} and {} are read in different ways", first.name, part.name),
                hint: Some("name --confidence, --window, --vote and --split for both".to_owned()),
            });
        }
        for (what, is_same) in [
            ("model", a.model.sha256 == b.model.sha256),
            ("judge", a.judge.name == b.judge.name && a.judge.harm == b.judge.harm),
            ("chat settings", a.settings.chat == b.settings.chat),
            ("sampling", a.settings.sampling == b.settings.sampling),
            ("--max-tokens", a.settings.max_tokens == b.settings.max_tokens),
        ] {
            if !is_same {
                printer.note(&format!(
                    "warning: {} and {} differ in {what}: their confidences do not compare",
                    first.name, part.name
                ));
            }
        }
        let (one, other) = (settings.stop, part.settings.stop);
        if one != other {
            let (min_traces, max_traces) =
                (one.min_traces().min(other.min_traces()), one.max_traces().max(other.max_traces()));
            settings.stop = match one.online().or(other.online()) {
                Some((eta, _)) => StopRule::DeepConf { eta, tau: 1.0, warm_up: min_traces, max_traces },
                None => StopRule::Consensus { tau: 1.0, min_traces, max_traces, settled: false },
            };
        }
    }
    Ok(settings)
}

/// What an analysis was made of.
fn sources(parts: &[Part], settings: &Settings, args: &AnalyzeArgs) -> anyhow::Result<Vec<u8>> {
    let runs: Vec<_> = parts
        .iter()
        .map(|part| {
            let manifest = &part.record.manifest;
            json!({
                "run": part.record.path,
                "name": part.name,
                "model": manifest.model,
                "benchmark": manifest.benchmark,
                "judge": manifest.judge,
                "stop": part.settings.stop,
            })
        })
        .collect();
    let k = args.k.unwrap_or(TOP_K);
    Ok(export::json::pretty(
        &json!({ "reading": settings.reading, "k": k, "intervals": args.intervals(), "runs": runs }),
    )?)
}
