//! Who carries out a cell: this process, or one of its own, so that what ends it ends one cell, its memory is its
//! own peak, and nothing of one model is left when the next is loaded.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::export::json;
use crate::jobs::context::Context;
use crate::jobs::drift::{DriftRequest, Source, drift};
use crate::jobs::error::JobError;
use crate::jobs::run::{Changes, RunRequest, resume, run};
use crate::jobs::status::Status;
use crate::store::atomic;
use crate::system::parent_death;

/// Between two looks at a running cell.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// One piece of a sweep's work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkItem {
    /// Begin a run.
    Run(Box<RunRequest>),
    /// Continue one.
    Resume {
        /// Its folder.
        folder: PathBuf,
        /// A script in the model's place.
        script: Option<PathBuf>,
    },
    /// Measure a model's drift from a run's.
    Drift {
        /// The reference's run.
        run: PathBuf,
        /// The model.
        model: String,
        /// Traces of each instance.
        traces: u32,
        /// The report.
        output: PathBuf,
    },
}

/// How a piece of work ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Done; `failed` if some instances failed.
    Done {
        /// Whether some instances failed.
        failed: bool,
    },
    /// It was cancelled.
    Interrupted,
    /// Any other way, in words.
    Failed(String),
}

/// Carries out pieces of work.
pub trait Worker {
    /// Carries out one.
    ///
    /// # Errors
    /// If it cannot be begun.
    fn work(&self, item: &WorkItem, context: &Context<'_>) -> Result<Ended, JobError>;
}

/// Works in this process.
#[derive(Clone, Copy, Debug, Default)]
pub struct InProcess;

impl Worker for InProcess {
    fn work(&self, item: &WorkItem, context: &Context<'_>) -> Result<Ended, JobError> {
        Ok(match carry_out(item, context)? {
            Status::Done => Ended::Done { failed: false },
            Status::SomeFailed => Ended::Done { failed: true },
            Status::Interrupted => Ended::Interrupted,
        })
    }
}

/// Carries out a piece of work here.
///
/// # Errors
/// As the job.
pub fn carry_out(item: &WorkItem, context: &Context<'_>) -> Result<Status, JobError> {
    match item {
        WorkItem::Run(request) => Ok(run(request, context)?.status),
        WorkItem::Resume { folder, script } => {
            let changes = Changes { script: script.clone(), ..Changes::default() };
            Ok(resume(folder, &changes, context)?.status)
        }
        WorkItem::Drift { run, model, traces, output } => {
            let source = Source::Run { run: run.clone(), reference: None, traces: *traces };
            let mut written = Ok(());
            let mut found = |found| {
                written = json::pretty(&found)
                    .map_err(JobError::from)
                    .and_then(|bytes| Ok(atomic::write(output, &bytes)?));
            };
            let status = drift(&DriftRequest::new(source, [model]), &mut found, context)?;
            written?;
            Ok(status)
        }
    }
}

/// Works in a process of its own: a program that reads a [`WorkItem`] as JSON from stdin, carries it out with
/// [`carry_out`], and ends with 0, 1 if instances failed, or 130 if it was interrupted. Its stderr is this
/// process's.
#[derive(Clone, Debug)]
pub struct ChildProcess {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

impl Worker for ChildProcess {
    fn work(&self, item: &WorkItem, context: &Context<'_>) -> Result<Ended, JobError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).stdin(Stdio::piped()).stdout(Stdio::null());
        parent_death::tie(&mut command);
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A child that ends at once says why itself.
            let _ = stdin.write_all(&serde_json::to_vec(item)?);
        }
        let mut told = false;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(ended(status, told));
            }
            if context.is_cancelled() && !told {
                told = true;
                end(&mut child);
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }
}

fn ended(status: ExitStatus, told: bool) -> Ended {
    match status.code() {
        Some(0) => Ended::Done { failed: false },
        Some(1) => Ended::Done { failed: true },
        Some(130) => Ended::Interrupted,
        _ if told => Ended::Interrupted,
        // A signal, such as an abort inside llama.cpp, or the kernel's for lack of memory.
        _ => Ended::Failed(status.to_string()),
    }
}

/// Has it end between two steps, with everything rendered.
#[cfg(unix)]
fn end(child: &mut Child) {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    if let Ok(id) = i32::try_from(child.id()) {
        // It may have ended meanwhile.
        let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
}

#[cfg(not(unix))]
fn end(child: &mut Child) {
    let _ = child.kill();
}
