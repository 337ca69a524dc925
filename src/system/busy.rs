//! Cores that other programs take.

use std::time::{Duration, Instant};

use sysinfo::System;

use super::cores;

/// Shortest time over which the system reports the use of its processors.
const SHORTEST: Duration = sysinfo::MINIMUM_CPU_UPDATE_INTERVAL;

/// Use of the machine by other programs.
#[derive(Debug)]
pub struct OtherPrograms {
    system: System,
    looked: Instant,
    own: Option<f64>,
}

impl OtherPrograms {
    /// Begins to look.
    #[must_use]
    pub fn new() -> Self {
        let mut system = System::new();
        system.refresh_cpu_usage();
        Self { system, looked: Instant::now(), own: own_seconds() }
    }

    /// Returns the number of cores that other programs have taken on average since the last look; `None` if it was just
    /// now, or if the system does not report it.
    pub fn cores(&mut self) -> Option<f64> {
        let seconds = self.looked.elapsed();
        if seconds < SHORTEST {
            return None;
        }
        self.system.refresh_cpu_usage();
        self.looked = Instant::now();
        // Others do not hold up this process on processors that it may not use.
        let allowed = cores::allowed();
        let is_allowed = |number: &usize| allowed.as_ref().is_none_or(|set| set.contains(number));
        let usage = self.system.cpus().iter().enumerate().filter(|(number, _)| is_allowed(number));
        let all = usage.map(|(_, processor)| f64::from(processor.cpu_usage()) / 100.0).sum::<f64>();
        let own = own_seconds();
        let before = std::mem::replace(&mut self.own, own);
        Some((all - (own? - before?) / seconds.as_secs_f64()).max(0.0))
    }
}

impl Default for OtherPrograms {
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the processor seconds that this process has taken.
#[cfg(unix)]
fn own_seconds() -> Option<f64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let usage = getrusage(UsageWho::RUSAGE_SELF).ok()?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Some(seconds(usage.user_time()) + seconds(usage.system_time()))
}

#[cfg(not(unix))]
fn own_seconds() -> Option<f64> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn own_work_is_not_that_of_others() {
        let mut others = OtherPrograms::new();
        assert_eq!(others.cores(), None, "just now");
        let (begun, own) = (Instant::now(), own_seconds().unwrap());
        while begun.elapsed() < 2 * SHORTEST {
            std::hint::spin_loop();
        }
        let own = (own_seconds().unwrap() - own) / begun.elapsed().as_secs_f64();
        let cores = std::thread::available_parallelism().unwrap().get() as f64;
        let taken = others.cores().unwrap();
        assert!(own > 0.1, "this thread works: {own}");
        assert!(taken <= cores - own + 0.3, "others take {taken}, this process {own} of {cores}");
    }
}
