//! Number of threads beside other programs: as many as they leave cores.
//!
//! llama.cpp's threads wait for each other at every operation, spinning. One thread too many is therefore slow: it
//! waits for a core while the others wait for it. Results do not depend on the number.

use std::fmt;
use std::time::{Duration, Instant};

/// Returns the number of cores that other programs have taken since the last call; `None` if unknown.
pub type OtherCores = Box<dyn FnMut() -> Option<f64> + Send>;

/// Watches the other programs, and how often.
pub struct Watch {
    other_cores: OtherCores,
    window: Duration,
    /// Number of threads after the last look.
    last: Option<usize>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Watch").field("window", &self.window).finish_non_exhaustive()
    }
}

impl Watch {
    /// Creates a watch that looks once per window.
    pub fn new(other_cores: OtherCores, window: Duration) -> Self {
        Self { other_cores, window, last: None }
    }

    /// Returns the number of threads to begin with, of at most `most`: by a look, or as the session before ended.
    pub fn begin(&mut self, most: usize) -> usize {
        let looked = (self.other_cores)().map(|taken| left(most, taken));
        looked.or(self.last).unwrap_or(most).min(most)
    }
}

/// Number of threads of a session, over time.
#[derive(Debug)]
pub struct Pace {
    watch: Option<Watch>,
    looked: Instant,
    threads: Threads,
}

/// A change of the number of threads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Change {
    pub threads: usize,
    /// Cores that other programs take.
    pub taken: f64,
}

impl Pace {
    /// Creates the pace of a session that has `now` of at most `most` threads. Without a watch it never changes.
    pub fn new(watch: Option<Watch>, most: usize, now: usize) -> Self {
        Self { watch, looked: Instant::now(), threads: Threads { most, now, wish: None } }
    }

    /// Returns a change, if the other programs have left another number of cores for two windows.
    pub(super) fn change(&mut self) -> Option<Change> {
        let watch = self.watch.as_mut().filter(|watch| self.looked.elapsed() >= watch.window)?;
        self.looked = Instant::now();
        let taken = (watch.other_cores)()?;
        let change = self.threads.next(taken).map(|threads| Change { threads, taken });
        watch.last = Some(self.threads.now);
        change
    }

    /// Returns the number of threads now.
    pub fn threads(&self) -> usize {
        self.threads.now
    }

    /// Returns the watch, for the next session.
    pub fn into_watch(self) -> Option<Watch> {
        self.watch
    }
}

#[derive(Debug)]
struct Threads {
    most: usize,
    now: usize,
    /// What the last window would have changed to.
    wish: Option<usize>,
}

impl Threads {
    fn next(&mut self, taken: f64) -> Option<usize> {
        let wish = Some(left(self.most, taken)).filter(|&threads| threads != self.now);
        let held = wish.filter(|_| wish == self.wish);
        self.wish = wish;
        if let Some(threads) = held {
            (self.now, self.wish) = (threads, None);
        }
        held
    }
}

/// Returns the whole cores that are left of `most`, at least one.
fn left(most: usize, taken: f64) -> usize {
    let left = (most as f64 - taken).round();
    // Conversion saturates, and NaN gives 0.
    (left as usize).clamp(1, most.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_begins_as_the_one_before_ended() {
        let mut looks = [Some(1.0), None, Some(0.0)].into_iter();
        let mut watch = Watch::new(Box::new(move || looks.next().flatten()), Duration::ZERO);
        assert_eq!(watch.begin(4), 3);
        watch.last = Some(2);
        assert_eq!(watch.begin(4), 2, "a look that is too soon tells nothing");
        assert_eq!(watch.begin(4), 4);
    }

    #[test]
    fn threads_take_what_is_left() {
        for (most, taken, threads) in
            [(2, 0.0, 2), (2, 0.3, 2), (2, 0.67, 1), (2, 1.9, 1), (8, 2.6, 5), (1, 9.0, 1), (4, f64::NAN, 1)]
        {
            assert_eq!(left(most, taken), threads, "{taken} of {most}");
        }
    }

    #[test]
    fn a_number_changes_after_two_windows_that_agree() {
        let mut threads = Threads { most: 4, now: 4, wish: None };
        let changes: Vec<_> =
            [0.1, 2.0, 0.2, 2.1, 1.9, 2.0, 0.0, 1.0, 0.0, 0.0].map(|taken| threads.next(taken)).into();
        let expected = [None, None, None, None, Some(2), None, None, None, None, Some(4)];
        assert_eq!(changes, expected);
    }
}
