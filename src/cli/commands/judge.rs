//! `judge`: adds other judges' verdicts on recorded traces.

use crate::cli::args::judge::JudgeArgs;
use crate::cli::exit::Exit;
use crate::cli::output::summary;
use crate::cli::terminal::Terminal;
use crate::jobs::judge::{JudgeOutcome, PanelRequest, check, judge};
use crate::jobs::{JobError, run_folders};
use crate::settings::EngineSettings;

/// Judges every run.
pub fn run(args: &JudgeArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let context = terminal.cancellable(args.offline);
    let request = PanelRequest {
        panel: args.guard.panel(&args.judge),
        again: args.again,
        control_share: args.control_share,
        engine: args.engine.over(EngineSettings::default()),
    };
    check(&request, &context)?;
    for path in &run_folders(&args.runs)? {
        let Some(outcome) = judge(path, &request, &context)? else {
            terminal.printer.note(match args.again {
                true => "interrupted; rerun the command without --again to continue",
                false => "interrupted; rerun the command to continue",
            });
            return Ok(Exit::Interrupted);
        };
        judged(&outcome, terminal)?;
    }
    Ok(Exit::Done)
}

/// Shows a run by the verdicts of a panel.
pub fn judged(outcome: &JudgeOutcome, terminal: &Terminal) -> Result<(), JobError> {
    let printer = &terminal.printer;
    summary::show(&outcome.path, &outcome.result, printer)?;
    let found = &outcome.agreement;
    let share = found.accuracy.as_ref().map_or("-".to_owned(), |one| format!("{:.1} %", 100.0 * one.point));
    let kappa = found.kappa.as_ref().map_or(String::new(), |kappa| format!(", κ {:.3}", kappa.point));
    let unparsed = match outcome.unparsed {
        0 => String::new(),
        1 => "; 1 reply did not parse".to_owned(),
        count => format!("; {count} replies did not parse"),
    };
    let (judge, own, run) = (&outcome.judge, &outcome.own, outcome.path.display());
    printer.note(&format!(
        "{judge} agrees with the run's own judge ({own}) on {share} of {} traces{kappa}{unparsed}\n\
         verdicts: {run}/verdicts.jsonl; the files: safety-deepconf analyze {run} --judge {judge} --output DIR",
        found.n
    ));
    Ok(())
}
