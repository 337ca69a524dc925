//! `judge agreement`: measures how far judges agree with each other, and with people.

use crate::cli::args::agreement::AgreementArgs;
use crate::cli::exit::Exit;
use crate::cli::output::agreement::text;
use crate::cli::terminal::Terminal;
use crate::export::csv as tables;
use crate::jobs::agreement::comparison::{Comparison, singles};
use crate::jobs::agreement::{LabelsRequest, between, with_labels};
use crate::jobs::{InputError, JobError, output};

/// Compares judges with labels, or the judges of a run with each other.
pub fn run(args: &AgreementArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let context = terminal.context(true);
    let found = match (&args.run, args.labels.is_empty()) {
        (None, false) => {
            let (files, columns, judge) = (args.labels.clone(), args.columns(), args.judge.clone());
            with_labels(&LabelsRequest { files, columns, judge }, &context)?
        }
        (Some(run), true) => between(run, &args.judges, &context)?,
        _ => {
            let hint = "judge RUN --judge … adds the verdicts of judges to a run";
            return Err(InputError::new("name a RUN with verdicts, or --labels FILE", hint).into());
        }
    };
    if let Some(path) = &args.output {
        let rows = singles(&found).iter().flat_map(Comparison::disagreements);
        output::write(path, &tables::disagreements(rows)?)?;
    }
    let printer = &terminal.printer;
    match printer.is_json() {
        true => printer.data(
            found
                .iter()
                .map(|one| format!("{}\n", crate::export::json::plain(one.json())))
                .collect::<String>(),
        )?,
        false => printer.text(&text(&found, args, printer.width()))?,
    }
    Ok(Exit::Done)
}
