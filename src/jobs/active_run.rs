//! One run folder from its first entry to its rendered files.

use super::context::Context;
use super::error::{InputError, JobError};
use super::journal_writer::JournalWriter;
use super::log_file::LogFile;
use super::notify::{Notice, RunPlan, Task, TaskKind};
use super::open_run;
use super::render;
use super::status::Status;
use crate::analysis::{Predictions, Report, outcomes};
use crate::benchmark::fingerprint;
use crate::chat::Prompt;
use crate::deepconf::split::Split;
use crate::engine::Engine;
use crate::experiment::{Ending, Event, Experiment, Listener};
use crate::judge::Judge;
use crate::record::journal::Entry;
use crate::record::manifest::{
    BenchmarkFacts, JudgeFacts, Manifest, ModelFacts, ProcessFacts, Status as RunStatus,
};
use crate::record::{BoxError, Instance, SCHEMA_VERSION};
use crate::settings::Settings;
use crate::store::folder::{JOURNAL, LOG, RunFolder, TIMINGS};
use crate::store::journal::{self, Journal};
use crate::system::energy::Meter;
use crate::system::host;

/// An open run folder with its manifest, prompts and journal.
pub struct ActiveRun {
    pub folder: RunFolder,
    pub manifest: Manifest<Settings>,
    pub instances: Vec<Instance>,
    known: Vec<Entry>,
    journal: Journal,
}

/// The ending and the report of a run.
pub struct RunResult {
    /// Numbers of instances decided, failed and left open, and what the engine did.
    pub ending: Ending,
    /// The decided instances, as in `predictions.jsonl`.
    pub predictions: Predictions,
    /// Report on the decided instances, as in `analysis.json`.
    pub report: Report,
}

impl RunResult {
    /// Returns whether the run is done, done with failed instances, or interrupted.
    #[must_use]
    pub fn status(&self) -> Status {
        match () {
            () if self.ending.open > 0 => Status::Interrupted,
            () if self.ending.failed > 0 => Status::SomeFailed,
            () => Status::Done,
        }
    }
}

/// Everything that a new run starts from.
pub struct Beginning<'a> {
    pub settings: Settings,
    pub judge: JudgeFacts,
    pub model: ModelFacts,
    pub benchmark: BenchmarkFacts,
    pub instances: &'a [Instance],
}

impl ActiveRun {
    /// Begins a run. Manifest and prompts are on disk when this returns.
    pub fn begin(folder: RunFolder, beginning: Beginning<'_>) -> Result<Self, JobError> {
        let Beginning { settings, judge, model, benchmark, instances } = beginning;
        let manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            status: RunStatus::Running,
            started: now(),
            finished: None,
            model,
            benchmark,
            judge,
            settings,
            build: host::build_facts(),
            resumed_by: None,
            host: host::host_facts(),
            merged: Vec::new(),
            engine: None,
            process: None,
        };
        folder.write_manifest(&manifest)?;
        let entries: Vec<Entry> = instances.iter().cloned().map(Entry::Instance).collect();
        let journal = Journal::create(&folder.file(JOURNAL), &entries)?;
        Ok(Self { folder, manifest, instances: instances.to_vec(), known: entries, journal })
    }

    /// Opens a run of an earlier process.
    ///
    /// # Errors
    /// Fails if the folder is not a run folder or is being written to, or if its journal does not hold the
    /// prompts that its manifest describes.
    pub fn resume(folder: RunFolder, context: &Context<'_>) -> Result<Self, JobError> {
        let mut manifest: Manifest<Settings> = folder.read_manifest()?;
        let path = folder.path().display();
        let unfit = |message: String, hint: &str| InputError { message, hint: Some(hint.to_owned()) };
        open_run::check_version(folder.path(), manifest.schema_version)?;
        manifest.schema_version = SCHEMA_VERSION;
        let (journal, known) = Journal::resume(&folder.file(JOURNAL))?;
        let instances: Vec<Instance> = known
            .iter()
            .filter_map(|entry| match entry {
                Entry::Instance(instance) => Some(instance.clone()),
                _ => None,
            })
            .collect();
        if fingerprint(&instances) != manifest.benchmark.prompts_sha256 {
            let message =
                format!("{path}: the journal does not hold the prompts that the manifest describes");
            return Err(unfit(message, "the beginning of the journal is damaged: begin a new run").into());
        }
        let build = host::build_facts();
        if manifest.build != build {
            context.note(&format!(
                "note: another build ({}, {}) began the run: its results may differ in the last bits",
                manifest.build.version, manifest.build.revision
            ));
            manifest.resumed_by = Some(build);
        }
        Ok(Self { folder, manifest, instances, known, journal })
    }

    /// Returns the number of decided instances.
    pub fn decided(&self) -> usize {
        self.known.iter().filter(|entry| matches!(entry, Entry::Decision(_))).count()
    }

    /// Returns whether nothing is left to run.
    pub fn is_complete(&self) -> bool {
        self.manifest.status == RunStatus::Complete && self.decided() == self.instances.len()
    }

    /// Sets the value that divides confident from uncertain, and writes it to the manifest.
    pub fn set_split(&mut self, value: f64) -> Result<(), JobError> {
        self.manifest.settings.analysis.split = Split::Value(value);
        Ok(self.folder.write_manifest(&self.manifest)?)
    }

    /// Runs the instances that are left, and renders all files.
    pub fn run(
        mut self,
        engine: &mut dyn Engine,
        prompts: &[Prompt],
        judge: &dyn Judge,
        label: &str,
        context: &Context<'_>,
    ) -> Result<RunResult, JobError> {
        let decided = self.decided();
        let mut writer = JournalWriter::new(&mut self.journal, &self.folder.file(TIMINGS))?;
        let total = Some(self.instances.len() as u64);
        let settings = &self.manifest.settings;
        let plan = RunPlan {
            policy: settings.policy(),
            split: settings.analysis.split,
            max_tokens: settings.max_tokens,
            known: &self.known,
        };
        let done = decided as u64;
        context.begin(Task { kind: TaskKind::Instances, label, total, done, run: Some(plan) });
        let experiment = Experiment {
            settings: &self.manifest.settings,
            instances: &self.instances,
            prompts,
            known: &self.known,
            judge,
            interrupt: context.cancel,
        };
        let (mut passing, mut log) = (Passing(context), LogFile::open(&self.folder.file(LOG)));
        let model = &self.manifest.model;
        log.line(&format!("{label}: {} instances left, {}", self.instances.len() - decided, model.file));
        let mut listeners: Vec<&mut dyn Listener> = vec![&mut writer, &mut log, &mut passing];
        let meter = Meter::start();
        let ended = experiment.run(engine, &mut listeners);
        let energy = meter.joules();
        context.end();
        if let Ok(ending) = &ended {
            writer.end(ending)?;
        }
        self.journal.sync()?;
        match &ended {
            Ok(ending) => log.line(&format!("ended with {} instances left", ending.open)),
            Err(error) => log.line(&format!("ended: {error}")),
        }
        // Renders what is recorded even if the engine failed midway.
        let (predictions, report) = self.render()?;
        let ending = ended?;
        self.manifest.status = if ending.open > 0 { RunStatus::Interrupted } else { RunStatus::Complete };
        self.manifest.finished = Some(now());
        self.manifest.engine = Some(ending.engine.clone());
        self.manifest.process = Some(ProcessFacts {
            instances: ending.decided.saturating_sub(decided),
            peak_memory: host::peak_memory(),
            energy,
        });
        self.folder.write_manifest(&self.manifest)?;
        Ok(RunResult { ending, predictions, report })
    }

    /// Renders a complete run again. Needs no engine.
    pub fn finished(&self) -> Result<RunResult, JobError> {
        let (predictions, report) = self.render()?;
        let engine = self.manifest.engine.clone().unwrap_or_default();
        let ending = Ending { decided: self.decided(), failed: 0, open: 0, engine };
        Ok(RunResult { ending, predictions, report })
    }

    fn render(&self) -> Result<(Predictions, Report), JobError> {
        let (entries, _) = journal::read(&self.folder.file(JOURNAL))?;
        let (predictions, report) = render::by_own_judge(&outcomes(entries), &self.manifest);
        render::write(&self.folder, &predictions, &report)?;
        Ok((predictions, report))
    }
}

/// Passes the events of a run on to [`Context::notify`].
struct Passing<'a>(&'a Context<'a>);

impl Listener for Passing<'_> {
    fn hear(&mut self, event: Event<'_>) -> Result<(), BoxError> {
        self.0.notify.hear(Notice::Run(event));
        Ok(())
    }
}

fn now() -> String {
    // Milliseconds keep runs in order that a script starts within one second.
    format!("{:.3}", jiff::Timestamp::now())
}
