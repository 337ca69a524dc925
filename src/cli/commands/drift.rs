//! `drift`: measures how far models are from a reference on the reference's answers.

use crate::cli::args::drift::DriftArgs;
use crate::cli::exit::Exit;
use crate::cli::output::drift as shown;
use crate::cli::terminal::Terminal;
use crate::export::json;
use crate::jobs::drift::{DriftFile, DriftRequest, Source, drift};
use crate::jobs::{InputError, JobError, Status, output};

/// Reads the reference's answers with every model.
pub fn run(args: &DriftArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    if args.output.is_some() && args.model.len() > 1 {
        let hint = "drop --output: every model's report goes to stdout, with --json as JSON";
        return Err(InputError::new("--output takes the report of one model", hint).into());
    }
    if let Some(path) = &args.output {
        output::check(path, [], "--output")?;
    }
    let source = match (&args.run, &args.text) {
        (Some(run), _) => {
            Source::Run { run: run.clone(), reference: args.reference.clone(), traces: args.traces }
        }
        (None, text) => Source::Text {
            file: text.clone().unwrap_or_default(),
            reference: args.reference.clone().unwrap_or_default(),
            chunk: args.chunk,
        },
    };
    let engine = |begun| args.engine.over(begun);
    let adapters = Some(args.adapters.settings());
    let request = DriftRequest { source, models: args.model.clone(), adapters, engine: &engine };
    let mut shown = Ok(());
    let mut found = |found: DriftFile| {
        if shown.is_ok() {
            shown = show(&found, args, terminal);
        }
    };
    let status = drift(&request, &mut found, &terminal.cancellable(args.offline))?;
    shown?;
    if status == Status::Interrupted {
        terminal.printer.note("interrupted; nothing was written");
    }
    Ok(status.into())
}

fn show(found: &DriftFile, args: &DriftArgs, terminal: &Terminal) -> Result<(), JobError> {
    if let Some(path) = &args.output {
        output::write(path, &json::pretty(found)?)?;
    }
    terminal.printer.show(|width| shown::text(found, width), || found)
}
