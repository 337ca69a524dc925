//! Carries out a cell in this process or in a child process. In a child process a crash ends one cell only,
//! the peak memory is that of the cell, and nothing of one model remains when the next is loaded.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::relay::pass_on;
use crate::export::json;
use crate::jobs::context::Context;
use crate::jobs::drift::{DriftRequest, Source, drift};
use crate::jobs::error::JobError;
use crate::jobs::notify::Notice;
use crate::jobs::run::{Changes, RunRequest, resume, run};
use crate::jobs::status::Status;
use crate::store::atomic;
use crate::system::parent_death;

/// Interval between checks of a child process.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A piece of a sweep's work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkItem {
    /// Begin a run.
    Run(Box<RunRequest>),
    /// Continue a run.
    Resume {
        /// Run folder.
        folder: PathBuf,
        /// Script that answers instead of the model.
        script: Option<PathBuf>,
    },
    /// Measure a model's drift from the model of a run.
    Drift {
        /// Run of the reference model.
        run: PathBuf,
        /// Model to compare.
        model: String,
        /// Number of traces of each instance.
        traces: u32,
        /// Path of the report to write.
        output: PathBuf,
    },
}

/// The ending of a piece of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The work is done.
    Done {
        /// Whether some instances failed.
        failed: bool,
    },
    /// The work was cancelled.
    Interrupted,
    /// The work failed, for this reason.
    Failed(String),
}

/// Something that carries out pieces of work.
pub trait Worker {
    /// Carries out a piece of work.
    ///
    /// # Errors
    /// Fails if the work cannot begin.
    fn work(&self, item: &WorkItem, context: &Context<'_>) -> Result<Ended, JobError>;
}

/// A worker in this process.
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

/// Carries out a piece of work in this process.
///
/// # Errors
/// Fails as the job does.
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

/// A worker that starts a child process for each piece of work. The program reads a [`WorkItem`] as JSON from
/// stdin, carries it out with [`carry_out`] and a [`super::Relay`] that writes to stdout, and exits with 0, with
/// 1 if instances failed, or with 130 if interrupted. What it writes to stderr is passed on.
#[derive(Clone, Debug)]
pub struct ChildProcess {
    /// Program to start.
    pub program: PathBuf,
    /// Arguments of the program.
    pub arguments: Vec<OsString>,
}

impl Worker for ChildProcess {
    fn work(&self, item: &WorkItem, context: &Context<'_>) -> Result<Ended, JobError> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        parent_death::tie(&mut command);
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A child that exits at once reports the reason itself.
            let _ = stdin.write_all(&serde_json::to_vec(item)?);
        }
        let heard = listen(&mut child);
        let mut told = false;
        loop {
            match heard.recv_timeout(LOOK_EVERY) {
                Ok(Heard::Message(line)) => pass_on(&line, context.notify),
                Ok(Heard::Line(line)) => context.notify.hear(Notice::Line(&line)),
                Err(RecvTimeoutError::Timeout) => {}
                // The child has closed both, so it has ended or is about to.
                Err(RecvTimeoutError::Disconnected) => return Ok(ended(child.wait()?, told)),
            }
            if context.is_cancelled() && !told {
                told = true;
                end(&mut child);
            }
        }
    }
}

/// A line of a child process.
enum Heard {
    /// A line of stdout.
    Message(String),
    /// A line of stderr.
    Line(String),
}

/// Reads stdout and stderr of a child in threads, so that neither pipe fills up.
fn listen(child: &mut Child) -> Receiver<Heard> {
    let (sender, receiver) = channel();
    if let Some(stdout) = child.stdout.take() {
        read(stdout, sender.clone(), Heard::Message);
    }
    if let Some(stderr) = child.stderr.take() {
        read(stderr, sender, Heard::Line);
    }
    receiver
}

fn read(pipe: impl Read + Send + 'static, sender: Sender<Heard>, heard: fn(String) -> Heard) {
    std::thread::spawn(move || {
        let lines = BufReader::new(pipe).split(b'\n').map_while(Result::ok);
        for line in lines {
            let line = String::from_utf8_lossy(&line).trim_end_matches('\r').to_owned();
            if sender.send(heard(line)).is_err() {
                return;
            }
        }
    });
}

fn ended(status: ExitStatus, told: bool) -> Ended {
    match status.code() {
        Some(0) => Ended::Done { failed: false },
        Some(1) => Ended::Done { failed: true },
        Some(130) => Ended::Interrupted,
        _ if told => Ended::Interrupted,
        // For example a signal: an abort inside llama.cpp, or the kernel's when memory runs out.
        _ => Ended::Failed(status.to_string()),
    }
}

/// Asks the child to end after its current step, with everything rendered.
#[cfg(unix)]
fn end(child: &mut Child) {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    if let Ok(id) = i32::try_from(child.id()) {
        // Fails if the child has already ended.
        let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
    }
}

#[cfg(not(unix))]
fn end(child: &mut Child) {
    let _ = child.kill();
}
