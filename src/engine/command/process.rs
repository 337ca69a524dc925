//! The process of a program that answers: lines in, lines out, and what it says on stderr.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::protocol::FromProgram;
use crate::engine::EngineError;

/// Longest line that is read. A longer one is an error, not memory.
const LONGEST_LINE: u64 = 1 << 24;

/// Lines of stderr that an error shows.
const LAST_LINES: usize = 5;

/// How long a program may take to end by itself when its input is closed.
const GRACE: Duration = Duration::from_secs(2);

/// A running program.
pub struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Result<FromProgram, String>>,
    stderr: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// Starts a program with its arguments.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn start(words: &[String]) -> Result<Self, EngineError> {
        let (program, arguments) =
            words.split_first().ok_or_else(|| EngineError::Other("no program is named".to_owned()))?;
        let child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut child =
            child.map_err(|error| EngineError::Other(format!("cannot start {program}: {error}")))?;
        let (sender, messages) = channel();
        let stderr = Arc::new(Mutex::new(Vec::new()));
        if let Some(stdout) = child.stdout.take() {
            thread::spawn(move || {
                let mut reader = BufReader::new(stdout);
                loop {
                    let message = match next_line(&mut reader) {
                        Ok(None) => break,
                        Ok(Some(line)) if line.trim().is_empty() => continue,
                        Ok(Some(line)) => serde_json::from_str(&line)
                            .map_err(|error| format!("it wrote {}: {error}", shortened(&line))),
                        Err(error) => Err(error),
                    };
                    if sender.send(message).is_err() {
                        break;
                    }
                }
            });
        }
        if let Some(out) = child.stderr.take() {
            let lines = Arc::clone(&stderr);
            thread::spawn(move || {
                let mut reader = BufReader::new(out);
                while let Ok(Some(line)) = next_line(&mut reader) {
                    tracing::info!("{line}");
                    let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
                    if lines.len() == LAST_LINES {
                        lines.remove(0);
                    }
                    lines.push(line);
                }
            });
        }
        Ok(Self { stdin: child.stdin.take(), child, messages, stderr })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// If the program has ended.
    pub fn send(&mut self, message: &impl Serialize) -> Result<(), EngineError> {
        let mut line = serde_json::to_vec(message).map_err(|error| EngineError::Other(error.to_string()))?;
        line.push(b'\n');
        let written = self.stdin.as_mut().map(|stdin| stdin.write_all(&line).and_then(|()| stdin.flush()));
        match written {
            Some(Ok(())) => Ok(()),
            _ => Err(self.ended()),
        }
    }

    /// Waits for the next message; `None` if there is none in this time.
    ///
    /// # Errors
    /// If the program has ended, or wrote something else.
    pub fn receive(&mut self, time: Duration) -> Result<Option<FromProgram>, EngineError> {
        match self.messages.recv_timeout(time) {
            Ok(Ok(message)) => Ok(Some(message)),
            Ok(Err(error)) => {
                Err(EngineError::Other(format!("the program does not keep to the protocol: {error}")))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(self.ended()),
        }
    }

    /// Says how the program ended, with the last lines of its stderr.
    fn ended(&mut self) -> EngineError {
        self.stdin = None;
        let status = self
            .wait()
            .map_or_else(|| "is closed to messages".to_owned(), |status| format!("ended: {status}"));
        // The reader of stderr may not be done yet.
        thread::sleep(Duration::from_millis(50));
        let lines = self.stderr.lock().unwrap_or_else(PoisonError::into_inner).join("\n  ");
        let said = if lines.is_empty() { String::new() } else { format!("; its last words:\n  {lines}") };
        EngineError::Other(format!("the program {status}{said}"))
    }

    /// Waits a moment for the end.
    fn wait(&mut self) -> Option<std::process::ExitStatus> {
        const STEP: Duration = Duration::from_millis(10);
        let mut left = GRACE;
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return Some(status),
                Ok(None) if left > Duration::ZERO => {
                    thread::sleep(STEP);
                    left = left.saturating_sub(STEP);
                }
                _ => return None,
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stdin = None;
        if self.wait().is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

/// Reads a line of at most [`LONGEST_LINE`] bytes; `None` at the end.
fn next_line(reader: &mut impl BufRead) -> Result<Option<String>, String> {
    use std::io::Read;
    let mut line = Vec::new();
    let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
    match read.map_err(|error| error.to_string())? {
        0 => Ok(None),
        _ if !line.ends_with(b"\n") && line.len() as u64 == LONGEST_LINE => {
            Err(format!("a line is longer than {LONGEST_LINE} bytes"))
        }
        _ => Ok(Some(String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned())),
    }
}

fn shortened(line: &str) -> String {
    const SHOWN: usize = 80;
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?} …", &line[..end]),
        None => format!("{line:?}"),
    }
}
