//! Runs a benchmark through the library, interrupts it after three decisions, continues it, and reads the
//! report.
//!
//! ```sh
//! cargo run --release --example run_benchmark
//! ```

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use safety_deepconf::jobs::notify::RunEvent;
use safety_deepconf::jobs::run::{Changes, RunRequest, resume, run};
use safety_deepconf::jobs::{Context, JobError, Notice, Notify, Silent, Status};
use safety_deepconf::settings::Settings;

/// A listener that prints decisions and cancels the run after the third.
struct Impatient<'a> {
    decisions: AtomicUsize,
    cancel: &'a AtomicBool,
}

impl Notify for Impatient<'_> {
    fn hear(&self, notice: Notice<'_>) {
        if let Notice::Run(RunEvent::Decision(decision)) = notice {
            println!("{}: {} traces", decision.instance_id, decision.traces_used);
            if self.decisions.fetch_add(1, Ordering::Relaxed) + 1 == 3 {
                self.cancel.store(true, Ordering::Relaxed);
            }
        }
    }
}

fn main() -> Result<(), JobError> {
    let folder = tempfile::tempdir()?;
    let mut settings = Settings::new("demo");
    settings.benchmark.num_instances = Some(12);
    settings.engine.parallel = Some(8);
    let output = Some(folder.path().join("run"));
    let request = RunRequest { output, ..RunRequest::new(settings) };

    // Begin the run. The listener cancels it.
    let cancel = AtomicBool::new(false);
    let impatient = Impatient { decisions: AtomicUsize::new(0), cancel: &cancel };
    let context = Context { notify: &impatient, cancel: &cancel, offline: true };
    let outcome = run(&request, &context)?;
    assert_eq!(outcome.status, Status::Interrupted);
    println!("interrupted: {} decided, {} left", outcome.result.ending.decided, outcome.result.ending.open);

    // Continue it from its folder.
    let cancel = AtomicBool::new(false);
    let context = Context { notify: &Silent, cancel: &cancel, offline: true };
    let outcome = resume(&outcome.path, &Changes::default(), &context)?;
    assert_eq!(outcome.status, Status::Done);
    let overall = &outcome.result.report.overall;
    println!("complete: {} decided, {} tokens", overall.decided, overall.total_tokens);
    Ok(())
}
