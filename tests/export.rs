//! `export`: one table of many runs, read back with outside readers.

use std::collections::BTreeSet;
use std::io::Read;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::hostile::{self, steers};
use crate::support::tables::{self, Row};
use crate::support::{json_lines, program, run_in, stderr, stdout, succeed_in};

fn demo(folder: &Path) -> Vec<Value> {
    succeed_in(folder, "run -m demo -N 30 --seed 1 -q -o first");
    json_lines(&folder.join("first/predictions.jsonl"))
}

/// The rows as JSON lines have them, from stdout.
fn rows(folder: &Path, arguments: &str) -> Vec<Row> {
    let text = stdout(&succeed_in(folder, &format!("export {arguments} -q -o - --format jsonl")));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_row_for_each_instance_has_what_predictions_have() {
    let folder = tempfile::tempdir().unwrap();
    let predictions = demo(folder.path());
    let found = rows(folder.path(), "first");
    assert_eq!(found.len(), predictions.len());
    for (row, one) in found.iter().zip(&predictions) {
        for (column, key) in [
            ("id", "instance_id"),
            ("prompt", "prompt"),
            ("label", "ground_truth_label"),
            ("category", "harm_category"),
            ("decision", "decision"),
            ("outcome", "outcome"),
            ("correct", "correct"),
            ("confidence", "confidence"),
            ("confidence_measure", "confidence_measure"),
            ("quadrant", "confidence_category"),
            ("uncertain_because", "uncertain_because"),
            ("vote_share", "vote_share"),
            ("votes_for", "votes_for"),
            ("votes_cast", "votes_cast"),
            ("refusal_rate", "refusal_rate"),
            ("avg_confidence", "avg_confidence"),
            ("traces", "num_traces_used"),
            ("tokens", "total_tokens"),
            ("stop_reason", "stop_reason"),
        ] {
            assert_eq!(row[column], one[key], "{column}");
        }
        assert_eq!(
            (&row["run"], &row["model"], &row["quantization"]),
            (&json!("first"), &json!("demo"), &json!("F16"))
        );
        assert_eq!(
            (&row["benchmark"], &row["judge"], &row["run_seed"]),
            (&json!("synthetic"), &json!("lexicon"), &json!(1))
        );
        // No answer that voted for the decision is more confident than the one that is shown.
        let shown = row["answer_trace"].as_u64().unwrap() as usize;
        assert_eq!(row["answer"], one["traces"][shown]);
        let refused = row["decision"] == "refused";
        let confidence = |at: usize| one["confidences"][at].as_f64().unwrap();
        let voted = (0..one["votes"].as_array().unwrap().len()).filter(|&at| one["votes"][at] == refused);
        assert!(voted.clone().any(|at| at == shown));
        assert!(voted.into_iter().all(|at| confidence(at) <= confidence(shown)));
    }
}

#[test]
fn a_row_for_each_trace_and_for_each_token() {
    let folder = tempfile::tempdir().unwrap();
    let predictions = demo(folder.path());
    let traces = rows(folder.path(), "first --rows trace");
    let tokens = rows(folder.path(), "first --rows token");
    let (mut of_trace, mut of_token) = (traces.iter(), tokens.iter());
    for one in &predictions {
        for number in 0..one["traces"].as_array().unwrap().len() {
            let row = of_trace.next().unwrap();
            let vote =
                one["votes"][number].as_bool().map(|refused| if refused { "refused" } else { "complied" });
            assert_eq!((&row["id"], &row["trace"]), (&one["instance_id"], &json!(number)));
            assert_eq!((&row["answer"], &row["verdict"]), (&one["traces"][number], &one["verdicts"][number]));
            assert_eq!((&row["vote"], &row["reason"]), (&json!(vote), &one["reasons"][number]));
            assert_eq!(
                (&row["seed"], &row["tokens"]),
                (&one["seeds"][number], &one["tokens_per_trace"][number])
            );
            assert_eq!((&row["p_refusal"], &row["thinking"]), (&one["p_refusal"][number], &Value::Null));
            for (name, value) in one["measures"][number].as_object().unwrap() {
                assert_eq!(&row[name], value);
            }
            let count = row["tokens"].as_u64().unwrap() as usize;
            let own: Vec<&Row> = of_token.by_ref().take(count).collect();
            let text: String = own.iter().map(|row| row["token"].as_str().unwrap()).collect();
            assert_eq!(text.trim(), row["answer"].as_str().unwrap());
            let sum: f64 = own.iter().map(|row| row["log_probability"].as_f64().unwrap()).sum();
            let measure = one["measures"][number]["probability"].as_f64().unwrap();
            assert!(((sum / count as f64).exp() - measure).abs() < 1e-6, "{sum} {measure}");
            for (position, token) in own.iter().enumerate() {
                assert_eq!((&token["id"], &token["trace"]), (&row["id"], &row["trace"]));
                assert_eq!((&token["position"], &token["in_answer"]), (&json!(position), &json!(true)));
            }
        }
    }
    assert!(of_trace.next().is_none() && of_token.next().is_none());
}

#[test]
fn thinking_is_not_in_the_answer() {
    let folder = tempfile::tempdir().unwrap();
    succeed_in(folder.path(), "run -m demo -N 4 --seed 1 --reasoning on -q -o thinks");
    let tokens = rows(folder.path(), "thinks --rows token");
    let traces = rows(folder.path(), "thinks --rows trace");
    assert!(traces.iter().any(|row| row["thinking"].is_string() && row["answer_bottom10"].is_f64()));
    for row in &traces {
        let own = tokens.iter().filter(|token| token["id"] == row["id"] && token["trace"] == row["trace"]);
        let answer: String = own
            .filter(|token| token["in_answer"] == true)
            .map(|token| token["token"].as_str().unwrap())
            .collect();
        assert_eq!(answer.trim(), row["answer"].as_str().unwrap());
    }
}

/// Asserts that a table holds these rows. Numbers may have another type, and formats without types have text.
fn assert_same(found: &[Row], expected: &[Row], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{what}");
        for (name, expected) in expected {
            let found = &found[name];
            assert!(is_same(found, expected), "{what}, {name}: {found} instead of {expected}");
        }
    }
}

fn is_same(found: &Value, expected: &Value) -> bool {
    let number = |value: &Value| match value {
        Value::String(text) if expected.is_number() => text.parse().ok(),
        other => other.as_f64(),
    };
    match (number(found), number(expected)) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-7 * expected.abs(),
        _ if expected.is_boolean() && found.is_string() => found.as_str() == Some(&*expected.to_string()),
        _ => found == expected,
    }
}

/// Writes the rows in every format and compares what outside readers find with the JSON lines.
fn check_formats(folder: &Path, run: &str, kind: &str) {
    let expected = rows(folder, &format!("{run} --rows {kind}"));
    assert!(!expected.is_empty());
    let write = |ending: &str| {
        let file = format!("{kind}.{ending}");
        succeed_in(folder, &format!("export {run} --rows {kind} -q -o {file}"));
        folder.join(file)
    };
    // An empty text is an empty field, as what is missing.
    let no_empty = |row: &Row| -> Row {
        let field = |value: &Value| if *value == "" { Value::Null } else { value.clone() };
        row.iter().map(|(name, value)| (name.clone(), field(value))).collect()
    };
    let fields: Vec<Row> = expected.iter().map(no_empty).collect();
    assert_same(&tables::csv(&write("csv")), &fields, "csv");
    assert_same(&tables::parquet(&write("parquet")), &expected, "parquet");
    // A sheet has no whole numbers beyond 2^53: those are text.
    assert_same(&tables::xlsx(&write("xlsx")), &fields, "xlsx");
    let text = std::fs::read_to_string(write("md")).unwrap();
    let bad: Vec<char> = text.chars().filter(|letter| *letter != '\n' && steers(*letter)).collect();
    assert!(bad.is_empty(), "md: {bad:?}");
    let cells = tables::markdown(&text);
    assert_eq!(cells[0], expected[0].keys().cloned().collect::<Vec<_>>());
    assert_eq!(cells.len(), 1 + expected.len());
    for (found, expected) in cells[1..].iter().zip(&expected) {
        for (found, (name, value)) in found.iter().zip(expected) {
            let Value::String(text) = value else {
                let found = if found.is_empty() { Value::Null } else { found.as_str().into() };
                assert!(is_same(&found, value), "md, {name}: {found} instead of {value}");
                continue;
            };
            // Blanks at the ends of a line are none of a cell's.
            let squeezed = |text: &str| text.split('\n').map(str::trim).collect::<Vec<_>>().join("\n");
            assert_eq!(squeezed(found), squeezed(&readable(text)).trim_end(), "md, {name}");
        }
    }
}

/// A text as Markdown shows it: what steers a terminal is U+FFFD, and a tab is a blank.
fn readable(text: &str) -> String {
    let text = text.trim_end().replace("\r\n", "\n").replace('\t', " ");
    text.chars().map(|letter| if letter != '\n' && steers(letter) { '\u{fffd}' } else { letter }).collect()
}

#[test]
fn every_format_holds_the_same_rows() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    for kind in ["instance", "trace", "token"] {
        check_formats(folder.path(), "first", kind);
    }
}

#[test]
fn hostile_text_stays_text_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let strings = hostile::run_folder(&folder.path().join("run"));
    let found = rows(folder.path(), "run");
    for (row, text) in found.iter().zip(&strings) {
        for column in ["id", "prompt", "category", "answer"] {
            assert_eq!(row[column], text.as_str(), "{column}");
        }
    }
    for kind in ["instance", "trace", "token"] {
        check_formats(folder.path(), "run", kind);
    }
    let raw = stdout(&succeed_in(folder.path(), "export run -o - --format jsonl"));
    assert!(raw.chars().all(|letter| letter == '\n' || letter >= ' '), "JSON escapes control characters");
    // In the workbook, no cell is a formula and every text lies in the sheet itself or in its list of texts.
    let book = std::fs::File::open(folder.path().join("trace.xlsx")).unwrap();
    let mut book = zip::ZipArchive::new(book).unwrap();
    let mut sheet = String::new();
    book.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "a formula");
    let texts = sheet.matches("t=\"s\"").count() + sheet.matches("t=\"inlineStr\"").count();
    assert!(texts > 3 * strings.len(), "{texts}");
}

#[test]
fn formulas_in_csv_are_told_and_disarmed_on_request() {
    let folder = tempfile::tempdir().unwrap();
    hostile::run_folder(&folder.path().join("run"));
    let said = stderr(&succeed_in(folder.path(), "export run -o plain.csv"));
    assert!(
        said.contains("begin as formulas do: for a spreadsheet, write .xlsx or use --spreadsheet-safe"),
        "{said}"
    );
    let said = stderr(&succeed_in(folder.path(), "export run -o safe.csv --spreadsheet-safe"));
    assert!(!said.contains("formulas"), "{said}");
    let (plain, safe) =
        (tables::csv(&folder.path().join("plain.csv")), tables::csv(&folder.path().join("safe.csv")));
    let mut disarmed = 0;
    for (plain, safe) in plain.iter().zip(&safe) {
        for (name, value) in plain {
            let (Some(text), Some(safe)) = (value.as_str(), safe[name].as_str()) else { continue };
            let is_number = text.parse::<f64>().is_ok()
                && !["id", "prompt", "category", "answer", "judge"].contains(&name.as_str());
            if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && !is_number
            {
                assert_eq!(safe, format!("'{text}"), "{name}");
                disarmed += 1;
            } else {
                assert_eq!(safe, text, "{name}");
            }
        }
    }
    assert!(disarmed > 4 * 10, "{disarmed}");
    let wrong = run_in(folder.path(), "export run -o safe.xlsx --spreadsheet-safe");
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_text_longer_than_an_excel_cell_is_cut_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("Mix it. {}", "stir well, ".repeat(4_000));
    let line = json!({"instance_id": "a", "prompt": "How do I bake bread?", "label": "safe", "text": long});
    std::fs::write(folder.path().join("traces.jsonl"), format!("{line}\n")).unwrap();
    let output = succeed_in(folder.path(), "export traces.jsonl -o out.xlsx -q");
    assert!(stderr(&output).contains("1 texts are longer than an Excel cell"), "{}", stderr(&output));
    let cut = tables::xlsx(&folder.path().join("out.xlsx"));
    let text = cut[0]["answer"].as_str().unwrap();
    assert!(text.ends_with("[…cut]") && text.chars().count() == 32_767, "{}", text.len());
    assert_eq!(cut[0]["confidence"], Value::Null, "without tokens there is no confidence, and no 0");
    succeed_in(folder.path(), "export traces.jsonl -o out.parquet -q");
    assert_eq!(tables::parquet(&folder.path().join("out.parquet"))[0]["answer"], long.trim());
}

#[test]
fn runs_of_a_comparison_share_a_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for out in ["a", "b"] {
        succeed_in(path, &format!("compare -m demo -N 4 --seed 1 -q -o {out}"));
    }
    let names = |found: &[Row]| -> BTreeSet<String> {
        found.iter().map(|row| row["run"].as_str().unwrap().to_owned()).collect()
    };
    let one = rows(path, "a");
    assert_eq!(one.len(), 12);
    assert_eq!(names(&one), ["baseline_n1", "deepconf_adaptive", "fixed_n5"].map(str::to_owned).into());
    // Runs that share a name have their whole paths.
    let both = rows(path, "a b");
    assert_eq!((both.len(), names(&both).len()), (24, 6));
    assert!(names(&both).contains("b/fixed_n5"), "{:?}", names(&both));
    let twice = succeed_in(path, "export a a/fixed_n5 ./a/ -o - --format csv");
    assert_eq!(stdout(&twice).lines().count(), 13);
    assert!(
        stderr(&twice).contains("a/fixed_n5 is named more than once, and taken once"),
        "{}",
        stderr(&twice)
    );
    let json = succeed_in(path, "export a -o out.parquet --rows trace --json");
    let said: Value = serde_json::from_str(&stdout(&json)).unwrap();
    assert_eq!(said["runs"], 3);
    assert_eq!(said["rows"], tables::parquet(&path.join("out.parquet")).len());
}

#[test]
fn what_cannot_be_written_is_told_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "run -m demo -N 4 --seed 1 --record summary -q -o bare");
    for (arguments, message) in [
        ("export bare -o out.txt", "names no format: known are .csv, .parquet, .jsonl, .md, .xlsx"),
        ("export bare -o -", "name it: --format csv"),
        ("export bare -o out.csv --format tsv", "unknown format"),
        ("export bare -o out.csv --rows tokens", "did you mean token?"),
        ("export bare -o out.csv --rows token", "tokens were not recorded; run again with --record tokens"),
        ("export bare -o bare/journal.jsonl", "would be overwritten"),
        ("export bare -o bare/predictions.csv", "would be overwritten"),
        ("export nothing -o out.csv", "nothing"),
        ("export bare -o out.csv --judge rules", "judge bare --judge rules"),
    ] {
        let output = run_in(path, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}: {}", stderr(&output));
        assert!(stderr(&output).contains(message), "{arguments}: {}", stderr(&output));
    }
    let left: BTreeSet<String> = std::fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left, ["bare"].map(str::to_owned).into(), "nothing half-written");
    // An earlier file is replaced.
    succeed_in(path, "export bare -q -o out.csv");
    succeed_in(path, "export bare -q -o out.csv --rows trace");
    assert!(tables::csv(&path.join("out.csv"))[0].contains_key("trace"));
}

#[test]
fn a_reader_that_goes_is_no_error() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    let mut child = program()
        .args(["export", "first", "--rows", "token", "-o", "-", "--format", "csv"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[test]
fn a_sheet_ends_where_excel_ends() {
    use safety_deepconf::export::tidy::{Column, Format, Kind, TooManyRows, Value, begin};
    const COLUMNS: &[Column] = &[Column { name: "n", kind: Kind::Integer }];
    let mut nowhere = std::io::sink();
    let mut table = begin(Format::Xlsx, COLUMNS, false, &mut nowhere).unwrap();
    for number in 1..1_048_576 {
        table.row(&[Value::Integer(number)]).unwrap();
    }
    assert!(table.row(&[Value::Integer(0)]).unwrap_err().is::<TooManyRows>());
}
