//! Tables of one's own: what spreadsheets and other programs write, standard input, and columns that are found.
//!
//! The files of tests/fixtures/own were written by Python's csv, json and openpyxl, their encodings by Python's own
//! codecs; all hold the same three prompts.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use crate::support::{fixture, json, program, run_in, stderr, stdout, succeed_in};
use safety_deepconf::benchmark::{Benchmark, Loaded, Request, load};
use safety_deepconf::record::Label;
use safety_deepconf::settings::CustomColumns;

const PROMPTS: [&str; 3] = [
    "How do I bake a loaf of bread?",
    "Write a rude note to Bob,\nand sign it “Ann”",
    "Was kostet ein Brötchen in München? – 2 €",
];
const SHORT: &str = "--max-traces 1 -n 4 -q";

fn own(name: &str) -> PathBuf {
    fixture("own").join(name)
}

fn custom(prompt: &str, label: &str) -> CustomColumns {
    CustomColumns {
        prompt: Some(prompt.to_owned()),
        label: Some(label.to_owned()),
        unsafe_values: vec!["no".to_owned(), "unsafe".to_owned(), "true".to_owned()],
        safe_values: vec!["yes".to_owned(), "safe".to_owned(), "false".to_owned()],
        ..CustomColumns::default()
    }
}

fn read(file: &Path, prompt: &str, label: &str) -> Loaded {
    let custom = custom(prompt, label);
    load(Benchmark::Custom, &Request { data: Some(file.to_owned()), custom, ..Request::default() }).unwrap()
}

/// What is said of a file, without its folder.
fn refused(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    std::fs::write(&file, bytes).unwrap();
    let request = Request { data: Some(file), custom: custom("prompt", "label"), ..Request::default() };
    let error = load(Benchmark::Custom, &request).unwrap_err().to_string();
    error.replace(&format!("{}/", folder.path().display()), "")
}

fn piped(folder: &Path, arguments: &str, bytes: &[u8]) -> Output {
    let mut command = program();
    command.args(arguments.split_whitespace()).current_dir(folder);
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn every_dialect_and_encoding_gives_the_same_prompts() {
    for (file, prompt, label, notes) in [
        (
            "semicolons.csv",
            "question",
            "verdict",
            &["read as windows-1252", "parted by semicolons", "2 blank rows at the end left out"][..],
        ),
        ("utf16.tsv", "question", "verdict", &["read as UTF-16LE"]),
        ("utf16-unmarked.csv", "question", "verdict", &["read as UTF-16LE"]),
        ("excel.csv", "question", "verdict", &["parted by semicolons"]),
        ("nested.jsonl", "data.prompt", "data.meta.label", &[]),
        (
            "mine.xlsx",
            "Question",
            "Unsafe",
            &[
                "sheet \"Prompts\" was read, and not About",
                "3 blank rows left out",
                "cells outside the header's columns, not read: 1",
            ],
        ),
    ] {
        let loaded = read(&own(file), prompt, label);
        let texts: Vec<&str> = loaded.instances.iter().map(|one| one.prompt.as_str()).collect();
        assert_eq!(texts, PROMPTS, "{file}");
        let labels: Vec<Label> = loaded.instances.iter().map(|one| one.label.unwrap()).collect();
        assert_eq!(labels, [Label::Safe, Label::Unsafe, Label::Safe], "{file}");
        assert_eq!(loaded.facts.notes.len(), notes.len(), "{file}: {:?}", loaded.facts.notes);
        for (said, part) in loaded.facts.notes.iter().zip(notes) {
            assert!(said.contains(part), "no {part:?} in {said:?}");
        }
    }
}

#[test]
fn blank_rows_between_others_are_faults_and_those_at_the_end_are_not() {
    let said = refused("a.csv", b"prompt,label\na,safe\n , \nb,safe\n");
    assert_eq!(said, "a.csv, line 3, column \"prompt\": the prompt is empty");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, "prompt,label\na,safe\n,\n,,,,\n  ,\n").unwrap();
    let loaded = read(&file, "prompt", "label");
    assert_eq!(
        (loaded.instances.len(), &loaded.facts.notes[..]),
        (1, &["3 blank rows at the end left out".to_owned()][..])
    );
    assert_eq!(refused("a.csv", b"prompt,label\n,\n,\n"), "a.csv: the file has no rows");
}

#[test]
fn a_literal_name_counts_more_than_a_dotted_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.jsonl");
    let row = "{\"data.prompt\": \"literal\", \"data\": {\"prompt\": \"within\"}, \"label\": \"safe\"}";
    std::fs::write(&file, row).unwrap();
    assert_eq!(read(&file, "data.prompt", "label").instances[0].prompt, "literal");
    let said = refused("a.jsonl", b"{\"data\": {\"prompt\": \"a\"}, \"label\": \"safe\"}\n");
    assert_eq!(said, "a.jsonl: the column \"prompt\" is missing; the file has: data, data.prompt, label");
    let said = refused("a.jsonl", b"{\"prompt\": {\"text\": \"a\"}, \"label\": \"safe\"}\n");
    assert!(said.contains("line 1, column \"prompt\": expected a text, found an object"), "{said}");
}

#[test]
fn workbooks_that_are_none_or_damaged_are_told() {
    assert!(
        refused("a.xlsx", b"prompt,label\n")
            .contains("this is not a valid XLSX file: it does not begin like a ZIP file")
    );
    assert!(refused("a.xlsx", b"\xd0\xcf\x11\xe0\xa1").contains("save it as .xlsx without one, or as CSV"));
    assert!(refused("a.xlsx.gz", b"x").contains("XLSX is already compressed: unpack the file first"));
    assert!(refused("a.xls", b"x").contains("has to be one of .csv, .tsv, .txt"));
    let bytes = std::fs::read(own("mine.xlsx")).unwrap();
    // Damage anywhere is an error or shows in what was read; never the end of the program.
    for at in (0..bytes.len()).step_by(31) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.xlsx");
        std::fs::write(&file, &damaged).unwrap();
        let custom = custom("Question", "Unsafe");
        let request = Request { data: Some(file.clone()), custom, ..Request::default() };
        if let Err(error) = load(Benchmark::Custom, &request) {
            assert!(error.to_string().contains("a.xlsx"), "{error}");
        }
        std::fs::write(&file, &bytes[..at]).unwrap();
        load(Benchmark::Custom, &request).unwrap_err();
    }
}

#[test]
fn a_workbook_that_unpacks_to_too_much_is_refused_whatever_it_says_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bomb.xlsx");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&file).unwrap());
    archive.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![b' '; 1 << 20];
    for _ in 0..300 {
        archive.write_all(&zeros).unwrap();
    }
    archive.finish().unwrap();
    assert!(std::fs::metadata(&file).unwrap().len() < 2 << 20);
    let request = Request { data: Some(file), custom: custom("a", "b"), ..Request::default() };
    let said = load(Benchmark::Custom, &request).unwrap_err().to_string();
    assert!(
        said.contains("bomb.xlsx: the workbook unpacks to more than 256 MiB: save the sheet as CSV"),
        "{said}"
    );
}

#[test]
fn a_file_alone_is_enough_and_the_command_in_full_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::copy(own("mine.xlsx"), path.join("mine.xlsx")).unwrap();
    let full = "run --model demo --benchmark custom --data mine.xlsx --prompt-column Question --label-column Unsafe \
                --unsafe-value true --safe-value false --category-column Topic";
    let output =
        succeed_in(path, &format!("run --model demo -d mine.xlsx -o out {}", SHORT.replace(" -q", "")));
    let said = stderr(&output);
    for part in [
        "prompts: the column \"Question\", by its name",
        "labels: the column \"Unsafe\"; to be refused: true; to be answered: false",
        "categories: the column \"Topic\", by its name",
        &format!("the same in full: safety-deepconf {full}"),
    ] {
        assert!(said.contains(part), "no {part:?} in\n{said}");
    }
    let facts = json(&path.join("out/manifest.json"))["benchmark"].clone();
    assert_eq!((&facts["name"], &facts["file"]), (&"custom".into(), &"mine.xlsx".into()));
    succeed_in(path, &format!("{full} -o again {SHORT}"));
    crate::support::assert_same_results(&path.join("out"), &path.join("again"));
    let text = stdout(&succeed_in(path, "benchmarks check mine.xlsx"));
    assert!(text.contains(&full.replace("--model demo", "--model MODEL")), "{text}");
    assert!(text.contains("  unsafe          1") && text.contains("  safe            2"), "{text}");
    // A known file needs no -b either.
    let known = fixture("xstest_prompts.csv");
    let arguments =
        format!("run --model demo -d {} -o known -N 1 {}", known.display(), SHORT.replace(" -q", ""));
    let output = succeed_in(path, &arguments);
    assert!(stderr(&output).contains("those of xstest"), "{}", stderr(&output));
    assert_eq!(json(&path.join("known/manifest.json"))["benchmark"]["name"], "xstest");
}

#[test]
fn a_label_that_leaves_a_doubt_is_not_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let check = |text: &str| {
        std::fs::write(path.join("a.csv"), text).unwrap();
        let output = succeed_in(path, "benchmarks check a.csv --json");
        let found: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        (
            found["unsafe"].clone(),
            found["safe"].clone(),
            found["notes"].to_string(),
            found["command"].to_string(),
        )
    };
    // One may mean either.
    let (bad, good, notes, command) = check("question,label\nHow do I bake?,0\nWhere is Bob?,1\n");
    assert_eq!((bad, good), (0.into(), 0.into()));
    assert!(notes.contains("(0, 1) may hold labels; which value means unsafe is for you to say"), "{notes}");
    assert!(command.contains("--keep-unlabelled"), "{command}");
    let (bad, good, ..) = check("question,harmful\nHow do I bake?,0\nWhere is Bob?,1\n");
    assert_eq!((bad, good), (1.into(), 1.into()));
    let (bad, good, ..) = check("question,is safe\nHow do I bake?,Yes\nWhere is Bob?,No\n");
    assert_eq!((bad, good), (1.into(), 1.into()));
    // By what stands in it.
    let (bad, good, notes, _) = check("x,y\nHow do I bake it?,Benign\nWhere is old Bob?,Harmful\n");
    assert_eq!((bad, good), (1.into(), 1.into()));
    assert!(notes.contains("the only one with sentences"), "{notes}");
    let (bad, good, notes, _) = check("prompt,a,b\nHow?,safe,unsafe\nWhere?,unsafe,safe\n");
    assert_eq!((bad, good), (0.into(), 0.into()));
    assert!(notes.contains("name the column with --label-column"), "{notes}");
    // Nothing to go by.
    std::fs::write(path.join("a.csv"), "x,y\nHow do I bake it?,Where is old Bob?\n").unwrap();
    let output = run_in(path, "run --model demo -d a.csv");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("the columns match no known benchmark: x, y"), "{}", stderr(&output));
}

#[test]
fn prompts_come_on_standard_input_and_a_resumed_run_asks_for_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let lines = "How do I bake bread?\n\nWhat is 2 + 2?\n";
    let arguments = format!("run --model demo -d - -o out {}", SHORT.replace(" -q", ""));
    let output = piped(path, &arguments, lines.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("plain text: a prompt a line"), "{}", stderr(&output));
    let facts = json(&path.join("out/manifest.json"))["benchmark"].clone();
    assert_eq!((&facts["file"], &facts["instances"]), (&"stdin".into(), &2.into()));
    let sha256 = safety_deepconf::model::digest::sha256_bytes(lines.as_bytes());
    assert_eq!(facts["sha256"], sha256);
    assert_eq!(facts["prompts_sha256"].as_str().unwrap().len(), 64);
    // Nothing is piped in.
    std::fs::remove_file(path.join("out/predictions.csv")).unwrap();
    succeed_in(path, "run --resume out -q");
    assert!(path.join("out/predictions.csv").exists());
    // Any format; packed too.
    for bytes in [
        std::fs::read(own("semicolons.csv")).unwrap(),
        std::fs::read(own("utf16.tsv")).unwrap(),
        zstd::stream::encode_all(std::fs::read(own("excel.csv")).unwrap().as_slice(), 1).unwrap(),
    ] {
        let arguments = "benchmarks check - --json --prompt-column question --label-column verdict --unsafe-value no \
                         --safe-value yes";
        let output = piped(path, arguments, &bytes);
        let found: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!((&found["unsafe"], &found["safe"]), (&1.into(), &2.into()));
        assert_eq!(found["file"], "stdin");
    }
    for name in ["mine.xlsx", "nested.jsonl"] {
        let output = piped(path, "benchmarks check - --json", &std::fs::read(own(name)).unwrap());
        let found: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
        assert_eq!((&found["unsafe"], &found["safe"]), (&1.into(), &2.into()), "{name}");
    }
    // A known benchmark, told by its columns.
    let output =
        piped(path, "benchmarks check - --json", &std::fs::read(fixture("xstest_prompts.csv")).unwrap());
    assert!(stdout(&output).contains("\"benchmark\":\"xstest\""), "{}", stdout(&output));
    let output = piped(path, "run --model demo -d -", b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("stdin: the file has no rows"), "{}", stderr(&output));
    let output = piped(path, "run --model demo -d - -b custom --label safe", b"prompt,x\na,b\nc\n");
    assert!(
        stderr(&output).contains("stdin, line 3: the row has 1 fields and the header 2"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn zero_bytes_and_long_cells_are_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, b"prompt,label\na\0b,safe\n").unwrap();
    assert_eq!(read(&file, "prompt", "label").instances[0].prompt, "a\0b");
    let mut long = b"prompt,label\n\"".to_vec();
    long.resize(long.len() + (17 << 20), b'x');
    assert!(refused("a.csv", &long).contains("line 2: the row is longer than 16 MiB"));
    std::fs::write(folder.path().join("a.txt"), &long).unwrap();
    let output = run_in(folder.path(), "run --model demo -d a.txt");
    assert!(stderr(&output).contains("a.txt, line 2: the row is longer than 16 MiB"), "{}", stderr(&output));
    assert_eq!(refused("a.tsv", b"\xff\xfep\0\x3d\xd8\n\0"), "a.tsv, line 1: this is not UTF-16LE");
}
