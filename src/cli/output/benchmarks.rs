//! Benchmarks and their files, for people.

use crate::benchmark::{Entry, Survey};
use crate::export::terminal::{Line, Text};
use crate::jobs::benchmarks::AnswerSurvey;

/// Renders the list of benchmarks.
pub fn list(entries: &[Entry], width: usize) -> Vec<Line> {
    let header = ["benchmark", "prompts", "labels", "should be refused", "licence", "from", "gate"];
    let rows: Vec<Vec<String>> = entries.iter().map(row).collect();
    let mut text = Text::new(width);
    text.words(&header, &rows).gap().quiet(
        "Prompts: rows of the known files, older versions in brackets. A star: fetched when named; the others, \
         except synthetic, need --data FILE. Licences are those of the data sets.",
    );
    text.done()
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

/// Renders the contents of a file of prompts.
pub fn prompts(survey: &Survey, width: usize) -> Vec<Line> {
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
    let categories = survey.categories.iter().map(|one| {
        let name = if one.category.is_empty() { "(none)" } else { &one.category };
        vec![name.to_owned(), count(one.prompts), count(one.unsafe_prompts), count(one.safe_prompts)]
    });
    let mut text = Text::new(width);
    text.fields(&lines, 18).gap();
    text.numbers(&["category", "prompts", "unsafe", "safe"], &categories.collect::<Vec<_>>()).gap();
    // One line, to copy.
    text.lines([Line::plain(&format!("run it: {}", survey.command))]).done()
}

/// Renders the contents of a file of labelled answers.
pub fn answers(survey: &AnswerSurvey, width: usize) -> Vec<Line> {
    let mut lines = vec![
        ("file", survey.file.display().to_string()),
        ("labelled answers", survey.labelled_answers.to_string()),
    ];
    lines.extend(survey.verdicts.iter().map(|(name, count)| (*name, count.to_string())));
    lines.push(("different prompts", survey.prompts.to_string()));
    lines.extend(survey.notes.iter().map(|note| ("note", note.clone())));
    lines.push(("used by", "judge agreement --labels, which measures a judge; not a benchmark".to_owned()));
    Text::new(width).fields(&lines, 18).done()
}
