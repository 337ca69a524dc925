//! The notices of a cell in a process of its own: it writes them to stdout as JSON lines, and the sweep passes
//! them on.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};

use crate::jobs::live::{Figures, LiveRun, decision_line};
use crate::jobs::notify::{Notice, Notify, RunEvent, Task, TaskKind};

/// Seconds between two messages about progress.
const EVERY: f64 = 0.2;

/// A message on a line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Message {
    Note(String),
    Warning(String),
    Begin { kind: TaskKind, label: String, total: Option<u64>, done: u64 },
    Progress { done: u64, what: String },
    Figures(Box<Figures>),
    End,
}

/// Writes notices as JSON lines.
pub struct Relay<'a> {
    /// Whether decisions are written as notes.
    verbose: bool,
    /// Returns the seconds since the process began.
    clock: &'a dyn Fn() -> f64,
    /// Writes a line, with its end.
    write: &'a dyn Fn(&[u8]),
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    begun: f64,
    said: f64,
    run: Option<LiveRun>,
}

impl<'a> Relay<'a> {
    /// Writes with `write`. `clock` returns the seconds since some fixed time.
    pub fn new(verbose: bool, clock: &'a dyn Fn() -> f64, write: &'a dyn Fn(&[u8])) -> Self {
        Self { verbose, clock, write, state: RefCell::default() }
    }

    fn say(&self, message: &Message) {
        if let Ok(mut line) = serde_json::to_vec(message) {
            line.push(b'\n');
            (self.write)(&line);
        }
    }

    fn note(&self, text: String) {
        self.say(&Message::Note(text));
    }

    /// Returns whether it is time for a message about progress.
    fn is_due(&self, now: f64) -> bool {
        let mut state = self.state.borrow_mut();
        let is_due = now - state.said >= EVERY;
        if is_due {
            state.said = now;
        }
        is_due
    }

    fn figures(&self, now: f64) {
        let state = self.state.borrow();
        if let Some(run) = &state.run {
            self.say(&Message::Figures(Box::new(run.figures(now - state.begun))));
        }
    }

    fn event(&self, event: RunEvent<'_>) {
        let now = (self.clock)();
        {
            let mut state = self.state.borrow_mut();
            let begun = state.begun;
            if let Some(run) = &mut state.run {
                run.hear(event, now - begun);
            }
        }
        match event {
            RunEvent::Planned(line) => self.note(line.to_owned()),
            RunEvent::Decision(decision) if self.verbose => self.note(decision_line(decision)),
            RunEvent::Failure(failure) => {
                self.say(&Message::Warning(format!("{} failed: {}", failure.instance_id, failure.error)));
            }
            _ => {}
        }
        if self.is_due(now) {
            self.figures(now);
        }
    }
}

impl Notify for Relay<'_> {
    fn hear(&self, notice: Notice<'_>) {
        match notice {
            Notice::Note(text) | Notice::Line(text) => self.note(text.to_owned()),
            Notice::Warning(text) => self.say(&Message::Warning(text.to_owned())),
            Notice::Begin(Task { kind, label, total, done, run }) => {
                let begun = (self.clock)();
                let run = run.map(|plan| LiveRun::new(total.unwrap_or(0), done, &plan));
                *self.state.borrow_mut() = State { begun, said: begun, run };
                self.say(&Message::Begin { kind, label: label.to_owned(), total, done });
            }
            Notice::Progress { done, what } => {
                if self.is_due((self.clock)()) {
                    self.say(&Message::Progress { done, what: what.to_owned() });
                }
            }
            Notice::Run(event) => self.event(event),
            Notice::End => {
                self.figures((self.clock)());
                self.state.borrow_mut().run = None;
                self.say(&Message::End);
            }
            // A cell has no cells.
            Notice::Cell(_) | Notice::Figures(_) => {}
        }
    }
}

/// Passes a line of a process on. A line that is no message is passed on as it is.
pub fn pass_on(line: &str, notify: &dyn Notify) {
    let Ok(message) = serde_json::from_str(line) else {
        notify.hear(Notice::Line(line));
        return;
    };
    notify.hear(match &message {
        Message::Note(text) => Notice::Note(text),
        Message::Warning(text) => Notice::Warning(text),
        Message::Begin { kind, label, total, done } => {
            Notice::Begin(Task { kind: *kind, label, total: *total, done: *done, run: None })
        }
        Message::Progress { done, what } => Notice::Progress { done: *done, what },
        Message::Figures(figures) => Notice::Figures(figures),
        Message::End => Notice::End,
    });
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::jobs::live::Live;

    /// Follows notices as a terminal does.
    #[derive(Default)]
    struct Screen {
        live: RefCell<Live>,
        said: RefCell<Vec<String>>,
    }

    impl Notify for Screen {
        fn hear(&self, notice: Notice<'_>) {
            self.live.borrow_mut().hear(&notice, 0.0);
            match notice {
                Notice::Note(text) | Notice::Line(text) => self.said.borrow_mut().push(text.to_owned()),
                Notice::Warning(text) => self.said.borrow_mut().push(format!("warning: {text}")),
                _ => {}
            }
        }
    }

    #[test]
    fn notices_pass_through_a_pipe() {
        let (now, screen) = (Cell::new(0.0), Screen::default());
        let clock = || now.get();
        let write = |line: &[u8]| {
            let line = std::str::from_utf8(line).unwrap();
            assert!(line.ends_with('\n') && line.matches('\n').count() == 1);
            pass_on(line.trim_end(), &screen);
        };
        let relay = Relay::new(false, &clock, &write);
        relay.hear(Notice::Note("two\nlines"));
        relay.hear(Notice::Warning("careful"));
        let task = Task { kind: TaskKind::Texts, label: "drift", total: Some(9), done: 0, run: None };
        relay.hear(Notice::Begin(task));
        relay.hear(Notice::Progress { done: 1, what: "" });
        assert_eq!(screen.live.borrow().log_line(0.0).unwrap(), "drift 0/9 texts, time left unknown");
        now.set(0.3);
        relay.hear(Notice::Progress { done: 3, what: "" });
        assert_eq!(screen.live.borrow().log_line(6.0).unwrap(), "drift 3/9 texts, about 12 s left");
        relay.hear(Notice::End);
        assert_eq!(screen.live.borrow().log_line(0.0), None);
        pass_on("ggml: not a message", &screen);
        assert_eq!(*screen.said.borrow(), ["two\nlines", "warning: careful", "ggml: not a message"]);
    }
}
