//! `benchmarks`: what there is to run, and what is in a file.

use std::collections::HashSet;
use std::path::Path;

use serde_json::json;

use crate::benchmark::{self, AUTO, Benchmark, BenchmarkError, Entry, Request, Survey, labelled};
use crate::cli::args::benchmark::{BenchmarksArgs, BenchmarksCommand, CheckArgs};
use crate::cli::exit::Exit;
use crate::cli::output::printer::printable;
use crate::cli::output::table;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::record::Verdict;
use crate::system::stdin;

/// Lists them, or looks a file through. Asks nobody.
pub fn benchmarks(args: &BenchmarksArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    match &args.command {
        Some(BenchmarksCommand::Check(check)) => self::check(check, terminal),
        None => list(terminal),
    }
}

fn list(terminal: &Terminal) -> Result<Exit, JobError> {
    let entries = Benchmark::ALL.map(benchmark::entry);
    if terminal.printer.is_json() {
        terminal.printer.data(&format!("{}\n", json!({ "benchmarks": entries })))?;
        return Ok(Exit::Done);
    }
    let header = ["benchmark", "prompts", "labels", "should be refused", "licence", "from", "gate"];
    let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
    let mut text = table::render_words(&header, &rows);
    text.push_str(
        "\nPrompts: rows of the known files, older ones in brackets. A star: fetched when it is named; \
         the others but synthetic need --data FILE. Licences are the data sets' own.\n",
    );
    terminal.printer.data(&text)?;
    Ok(Exit::Done)
}

fn row(entry: &Entry) -> Vec<String> {
    let files = entry.files.iter().map(|file| match file.older {
        true => format!("({})", file.rows),
        false => format!("{} {}", file.split, file.rows),
    });
    let files: Vec<String> = files.collect();
    let star = if entry.subsets.is_empty() { "" } else { " *" };
    vec![
        entry.name.to_owned(),
        if files.is_empty() { "-".to_owned() } else { files.join(", ") },
        entry.labels.to_owned(),
        entry.refused.to_owned(),
        entry.licence.split([',', ' ']).next().unwrap_or_default().to_owned(),
        format!("{}{star}", entry.from),
        entry.gate.unwrap_or("-").to_owned(),
    ]
}

/// Tells what is in a file; faults go to stderr too, and decide the exit status.
fn check(args: &CheckArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let mut request = args.rows.request();
    request.data = Some(args.file.clone());
    if stdin::is_meant(&args.file) {
        request.stdin = Some(stdin::read()?);
    }
    let benchmark = match &args.benchmark {
        Some(name) if !name.eq_ignore_ascii_case(AUTO) => Benchmark::named(name)?,
        _ => match recognised(&mut request)? {
            Ok(benchmark) => benchmark,
            Err(unknown) => return labelled_answers(&args.file, unknown, terminal),
        },
    };
    let survey = benchmark::check(&args.file, benchmark, &request)?;
    let text = match terminal.printer.is_json() {
        true => format!("{}\n", serde_json::to_string(&survey)?),
        false => format!("{}\nrun it: {}\n", rendered(&survey), printable(&survey.command)),
    };
    terminal.printer.data(&text)?;
    match survey.fault() {
        Some(fault) => Err(fault.into()),
        None => Ok(Exit::Done),
    }
}

/// What a file is told to be by its columns; an error stands where it may be one of labelled answers.
fn recognised(request: &mut Request) -> Result<Result<Benchmark, BenchmarkError>, BenchmarkError> {
    match benchmark::recognise(request) {
        Ok(found) => {
            // Answers with verdicts on them are no prompts with labels.
            let is_told = request.custom.is_empty() && found.benchmark == Benchmark::Custom;
            if is_told && request.stdin.is_none() && has_answers(request) {
                let file = request.data.clone().unwrap_or_default();
                return Ok(Err(BenchmarkError::Unrecognised {
                    file,
                    found: "those of labelled answers".to_owned(),
                }));
            }
            found.put_into(request);
            Ok(Ok(found.benchmark))
        }
        Err(unknown @ BenchmarkError::Unrecognised { .. }) if request.stdin.is_none() => Ok(Err(unknown)),
        Err(error) => Err(error),
    }
}

/// Whether a file has the columns of labelled answers, and labels of answers in them.
fn has_answers(request: &Request) -> bool {
    let file = request.data.as_deref().unwrap_or(Path::new(""));
    labelled::read(file, &labelled::Columns::default()).is_ok_and(|found| !found.answers.is_empty())
}

/// What is in a file of answers that people labelled; `unknown` stands where it is none.
fn labelled_answers(file: &Path, unknown: BenchmarkError, terminal: &Terminal) -> Result<Exit, JobError> {
    let found = match labelled::read(file, &labelled::Columns::default()) {
        Ok(found) => found,
        // Without the columns of labelled answers it is no such file.
        Err(BenchmarkError::MissingColumn { .. }) => return Err(unknown.into()),
        Err(fault) => return Err(fault.into()),
    };
    let count = |verdict: Verdict| found.answers.iter().filter(|one| one.verdict == verdict).count();
    let verdicts = [Verdict::Refusal, Verdict::PartialRefusal, Verdict::Compliance];
    let counts: Vec<(&str, usize)> =
        verdicts.iter().map(|&verdict| (verdict.name(), count(verdict))).collect();
    let prompts: HashSet<&str> = found.answers.iter().map(|one| one.prompt.as_str()).collect();
    let text = if terminal.printer.is_json() {
        let verdicts: serde_json::Map<_, _> =
            counts.iter().map(|(name, count)| ((*name).to_owned(), json!(count))).collect();
        let line = json!({ "file": file, "labelled_answers": found.answers.len(), "verdicts": verdicts,
            "prompts": prompts.len(), "notes": found.notes });
        format!("{line}\n")
    } else {
        let mut lines = vec![
            ("file", printable(&file.display().to_string())),
            ("labelled answers", found.answers.len().to_string()),
        ];
        lines.extend(counts.iter().map(|(name, count)| (*name, count.to_string())));
        lines.push(("different prompts", prompts.len().to_string()));
        lines.extend(found.notes.iter().map(|note| ("note", printable(note))));
        lines.push(("used by", "agreement --labels, to measure a judge; it is no benchmark".to_owned()));
        lines.iter().map(|(name, value)| format!("{name:<18}{value}\n")).collect()
    };
    terminal.printer.data(&text)?;
    Ok(Exit::Done)
}

fn rendered(survey: &Survey) -> String {
    let count = |number: usize| number.to_string();
    let mut lines = vec![
        ("file", survey.file.clone()),
        ("benchmark", survey.benchmark.to_owned()),
        ("version", survey.version.clone().unwrap_or("-".to_owned())),
        ("sha256", survey.sha256.clone()),
        ("rows", survey.rows.to_string()),
        ("instances", count(survey.instances)),
        ("  unsafe", count(survey.unsafe_prompts)),
        ("  safe", count(survey.safe_prompts)),
        ("  unlabelled", count(survey.unlabelled)),
        ("faulty rows", count(survey.faulty_rows)),
        ("repeated prompts", count(survey.repeated_prompts)),
        ("repeated ids", count(survey.repeated_ids)),
    ];
    lines.extend(survey.repetitions.iter().map(|repetition| ("  repeated", repetition.clone())));
    lines.extend(survey.notes.iter().map(|note| ("note", note.clone())));
    let mut text: String =
        lines.iter().map(|(name, value)| format!("{name:<18}{}\n", printable(value))).collect();
    let rows: Vec<Vec<String>> = survey
        .categories
        .iter()
        .map(|one| {
            let name = if one.category.is_empty() { "(none)".to_owned() } else { printable(&one.category) };
            vec![name, count(one.prompts), count(one.unsafe_prompts), count(one.safe_prompts)]
        })
        .collect();
    text.push('\n');
    text.push_str(&table::render(&["category", "prompts", "unsafe", "safe"], &rows));
    text
}
