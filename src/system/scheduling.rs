//! Processors and priority of this process and of all that it starts.

use std::collections::BTreeSet;
use std::io;

/// Processors and priority. The default changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scheduling {
    /// Numbers of the processors to run on; any if empty.
    pub processors: BTreeSet<usize>,
    /// Niceness: -20 is served first, 19 last.
    pub nice: Option<i32>,
}

/// Applies it to this process. Call it before threads start: they inherit it.
///
/// # Errors
/// What could not be set, and the system's reason.
pub fn apply(scheduling: &Scheduling) -> Result<(), (String, io::Error)> {
    if !scheduling.processors.is_empty() {
        let list: Vec<String> = scheduling.processors.iter().map(usize::to_string).collect();
        bind(&scheduling.processors)
            .map_err(|error| (format!("cannot run on the processors {}", list.join(", ")), error))?;
    }
    if let Some(nice) = scheduling.nice {
        renice(nice).map_err(|error| (format!("cannot set the niceness to {nice}"), error))?;
    }
    Ok(())
}

#[cfg(target_os = "linux")]
fn bind(processors: &BTreeSet<usize>) -> io::Result<()> {
    use rustix::thread::{CpuSet, sched_setaffinity};
    let mut set = CpuSet::new();
    processors.iter().filter(|&&number| number < CpuSet::MAX_CPU).for_each(|&number| set.set(number));
    Ok(sched_setaffinity(None, &set)?)
}

#[cfg(not(target_os = "linux"))]
fn bind(_: &BTreeSet<usize>) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system does not bind processes to processors"))
}

#[cfg(unix)]
fn renice(nice: i32) -> io::Result<()> {
    Ok(rustix::process::setpriority_process(None, nice)?)
}

#[cfg(not(unix))]
fn renice(_: i32) -> io::Result<()> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no niceness"))
}
