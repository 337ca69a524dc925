//! One run folder from its first entry to its rendered files.

use super::rendering;
use crate::analysis::predictions::decide_all;
use crate::analysis::{Report, outcomes};
use crate::benchmark::fingerprint;
use crate::chat::Prompt;
use crate::cli::energy::Meter;
use crate::cli::exit::{Exit, InputError};
use crate::cli::host;
use crate::cli::interrupt;
use crate::cli::printer::Printer;
use crate::cli::progress::Progress;
use crate::deepconf::split::Split;
use crate::engine::Engine;
use crate::experiment::{Ending, Event, Experiment, Listener};
use crate::judge::Judge;
use crate::plan::Settings;
use crate::record::journal::Entry;
use crate::record::manifest::{BenchmarkFacts, JudgeFacts, Manifest, ModelFacts, ProcessFacts, Status};
use crate::record::{Instance, SCHEMA_VERSION};
use crate::store::folder::{JOURNAL, RunFolder, TIMINGS};
use crate::store::journal::{self, Journal};
use crate::store::timings::{Reading, Timings};

/// An open run folder.
pub struct Cell {
    pub folder: RunFolder,
    pub manifest: Manifest<Settings>,
    pub instances: Vec<Instance>,
    known: Vec<Entry>,
    journal: Journal,
}

/// What a cell came to.
pub struct CellResult {
    pub ending: Ending,
    pub report: Report,
}

impl CellResult {
    /// The exit status it calls for.
    pub fn exit(&self) -> Exit {
        match () {
            () if self.ending.open > 0 => Exit::Interrupted,
            () if self.ending.failed > 0 => Exit::SomeFailed,
            () => Exit::Done,
        }
    }
}

/// What a new run is made of.
pub struct Beginning<'a> {
    pub settings: Settings,
    pub judge: JudgeFacts,
    pub model: ModelFacts,
    pub benchmark: BenchmarkFacts,
    pub instances: &'a [Instance],
}

impl Cell {
    /// Begins a run: manifest and prompts are on disk when this returns.
    pub fn begin(folder: RunFolder, beginning: Beginning<'_>) -> anyhow::Result<Self> {
        let Beginning { settings, judge, model, benchmark, instances } = beginning;
        let manifest = Manifest {
            schema_version: SCHEMA_VERSION,
            status: Status::Running,
            started: now(),
            finished: None,
            model,
            benchmark,
            judge,
            settings,
            build: host::build_facts(),
            resumed_by: None,
            host: host::host_facts(),
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
    /// If it is no run folder, is being written to, or its journal does not hold the prompts that its
    /// manifest describes.
    pub fn resume(folder: RunFolder, printer: &Printer) -> anyhow::Result<Self> {
        let mut manifest: Manifest<Settings> = folder.read_manifest()?;
        let path = folder.path().display();
        let unfit = |message: String, hint: &str| InputError { message, hint: Some(hint.to_owned()) };
        if manifest.schema_version != SCHEMA_VERSION {
            let message = format!(
                "{path} has files of schema {}; this program writes {SCHEMA_VERSION}",
                manifest.schema_version
            );
            return Err(unfit(message, "continue it with the version that began it").into());
        }
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
            return Err(unfit(message, "the journal is damaged at its beginning: begin a new run").into());
        }
        let build = host::build_facts();
        if manifest.build != build {
            printer.note(&format!(
                "note: the run was begun by {} ({}), another build than this one: its results may differ in the last bits",
                manifest.build.version, manifest.build.revision
            ));
            manifest.resumed_by = Some(build);
        }
        Ok(Self { folder, manifest, instances, known, journal })
    }

    /// Instances that are decided already.
    pub fn decided(&self) -> usize {
        self.known.iter().filter(|entry| matches!(entry, Entry::Decision(_))).count()
    }

    /// Whether nothing is left to run.
    pub fn is_complete(&self) -> bool {
        self.manifest.status == Status::Complete && self.decided() == self.instances.len()
    }

    /// Has the run divide confident from uncertain at this value; the manifest keeps it.
    pub fn set_split(&mut self, value: f64) -> anyhow::Result<()> {
        self.manifest.settings.reading.split = Split::Value(value);
        Ok(self.folder.write_manifest(&self.manifest)?)
    }

    /// Runs what is left and renders everything.
    pub fn run(
        mut self,
        engine: &mut dyn Engine,
        prompts: &[Prompt],
        judge: &dyn Judge,
        label: &str,
        printer: &Printer,
    ) -> anyhow::Result<CellResult> {
        let decided = self.decided();
        let mut progress = Progress::new(label, self.instances.len(), decided, *printer);
        let mut writer = Writer {
            journal: &mut self.journal,
            timings: Timings::open(&self.folder.file(TIMINGS))?,
            begun: Vec::new(),
        };
        let experiment = Experiment {
            settings: &self.manifest.settings,
            instances: &self.instances,
            prompts,
            known: &self.known,
            judge,
            interrupt: interrupt::flag(),
        };
        let mut listeners: Vec<&mut dyn Listener> = vec![&mut writer, &mut progress];
        let meter = Meter::start();
        let ended = experiment.run(engine, &mut listeners);
        let energy = meter.joules();
        progress.finish();
        if let Ok(ending) = &ended {
            writer.end(ending)?;
        }
        self.journal.sync()?;
        // What was learned is rendered even if the engine failed in the middle.
        let report = self.render()?;
        let ending = ended?;
        self.manifest.status = if ending.open > 0 { Status::Interrupted } else { Status::Complete };
        self.manifest.finished = Some(now());
        self.manifest.engine = Some(ending.engine.clone());
        self.manifest.process = Some(ProcessFacts {
            instances: ending.decided.saturating_sub(decided),
            peak_memory: host::peak_memory(),
            energy,
        });
        self.folder.write_manifest(&self.manifest)?;
        Ok(CellResult { ending, report })
    }

    /// Renders a complete run again, without an engine.
    pub fn finished(&self) -> anyhow::Result<CellResult> {
        let report = self.render()?;
        let engine = self.manifest.engine.clone().unwrap_or_default();
        let ending = Ending { decided: self.decided(), failed: 0, open: 0, engine };
        Ok(CellResult { ending, report })
    }

    fn render(&self) -> anyhow::Result<Report> {
        let (entries, _) = journal::read(&self.folder.file(JOURNAL))?;
        let outcomes = outcomes(entries);
        let harm = self.manifest.judge.harm.clone();
        let settings = &self.manifest.settings;
        let rows = decide_all(&outcomes, &settings.policy());
        let (predictions, report) = rendering::read(&outcomes, rows, &rendering::options(settings, harm));
        rendering::write(&self.folder, &predictions, &report)?;
        Ok(report)
    }
}

/// Writes journal and clock readings as the run goes.
struct Writer<'a> {
    journal: &'a mut Journal,
    timings: Timings,
    /// When each running trace got its first token.
    begun: Vec<(String, u32, f64)>,
}

impl Writer<'_> {
    fn end(&mut self, ending: &Ending) -> anyhow::Result<()> {
        let at = self.timings.now();
        let (tokens_decoded, tokens_cancelled) =
            (ending.engine.tokens_decoded, ending.engine.tokens_cancelled);
        Ok(self.timings.append(&Reading::End { at, tokens_decoded, tokens_cancelled })?)
    }
}

impl Listener for Writer<'_> {
    fn hear(&mut self, event: Event<'_>) -> anyhow::Result<()> {
        // Tokens are many a second and are not timed one by one.
        if matches!(event, Event::Token | Event::Planned(_)) {
            return Ok(());
        }
        let at = self.timings.now();
        match event {
            Event::TraceStarted { instance_id, number } => {
                self.begun.push((instance_id.to_owned(), number, at))
            }
            Event::Token | Event::Planned(_) => {}
            Event::Trace(trace) => {
                self.journal.append(&Entry::Trace(Box::new(trace.clone())))?;
                let is_it = |(id, number, _): &(String, u32, f64)| {
                    *id == trace.instance_id && *number == trace.number
                };
                if let Some(index) = self.begun.iter().position(is_it) {
                    let (instance_id, number, started) = self.begun.swap_remove(index);
                    let tokens = trace.tokens;
                    self.timings.append(&Reading::Trace {
                        instance_id,
                        number,
                        started,
                        finished: at,
                        tokens,
                    })?;
                }
            }
            Event::Decision(decision) => {
                self.journal.append(&Entry::Decision(decision.clone()))?;
                self.begun.retain(|(id, ..)| *id != decision.instance_id);
                self.timings.append(&Reading::Decision { instance_id: decision.instance_id.clone(), at })?;
            }
            Event::Failure(failure) => {
                self.journal.append(&Entry::Failure(failure.clone()))?;
                self.begun.retain(|(id, ..)| *id != failure.instance_id);
            }
        }
        Ok(())
    }
}

fn now() -> String {
    // Whole seconds are enough to tell runs apart.
    jiff::Timestamp::now().round(jiff::Unit::Second).unwrap_or_default().to_string()
}
