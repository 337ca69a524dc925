//! `doctor`: looks at this machine and gives advice.

use serde_json::json;

use crate::cli::args::doctor::DoctorArgs;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::export::terminal::{Line, Text, Tone};
use crate::jobs::JobError;
use crate::jobs::doctor::{DoctorRequest, Finding, State, doctor as doctor_job};

/// Prints what was found, then advice. Fails if something does not work.
pub fn doctor(args: &DoctorArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let request = DoctorRequest { model: Some(args.model.clone()), hub: args.hub };
    let findings = doctor_job(&request, &terminal.context(args.offline));
    terminal.printer.show(|width| text(&findings, width), || json!({ "findings": findings }))?;
    let works = findings.iter().all(|finding| finding.state != State::Bad);
    Ok(if works { Exit::Done } else { Exit::Unexpected })
}

fn text(findings: &[Finding], width: usize) -> Vec<Line> {
    let mut text = Text::new(width);
    for Finding { subject, state, found, advice } in findings {
        let (tone, mark) = match state {
            State::Good => (Tone::Plain, "ok"),
            State::Advice => (Tone::Plain, "note"),
            State::Bad => (Tone::Warning, "FAILS"),
        };
        text.tone(tone, &format!("{mark:<6}{subject}: {found}"));
        if let Some(advice) = advice {
            text.quiet(&format!("      {advice}"));
        }
    }
    text.done()
}
