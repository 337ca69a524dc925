//! Bad inputs: each a short error with what to do, exit status 2, no panic, nothing half done.

use std::path::Path;

use crate::support::{run_in, stderr, stdout};
#[cfg(feature = "parquet")]
use safety_deepconf::benchmark::{Benchmark, Request, load};

/// Runs, expects status 2, and returns what the person sees.
fn refused(folder: &Path, arguments: &str) -> String {
    let output = run_in(folder, arguments);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments}\n{text}");
    assert!(!text.contains("panicked"), "{text}");
    assert!(text.lines().count() <= 16, "the error is short: {text}");
    assert_eq!(stdout(&output), "", "stdout is for data");
    text
}

fn expect(folder: &Path, arguments: &str, parts: &[&str]) {
    let text = refused(folder, arguments);
    for part in parts {
        assert!(text.contains(part), "{arguments}: no {part:?} in\n{text}");
    }
}

#[test]
fn models() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    expect(path, "run --offline", &["Qwen/Qwen3-0.6B is not in the cache", "hint", "demo"]);
    expect(path, "run --model none.gguf", &["no such model file: none.gguf", "hint", "demo"]);
    std::fs::write(path.join("text.gguf"), "hello, this is no model at all").unwrap();
    expect(path, "run --model text.gguf", &["text.gguf", "not a GGUF file", "hint"]);
    expect(path, "info text.gguf", &["not a GGUF file"]);
    std::fs::write(path.join("empty.gguf"), "").unwrap();
    expect(path, "info empty.gguf", &["empty.gguf", "truncated"]);
    std::fs::create_dir(path.join("folder.gguf")).unwrap();
    expect(path, "info folder.gguf", &["folder.gguf", "folder"]);
    let demo =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf")).unwrap();
    for length in [10, 1_000, demo.len() / 2, demo.len() - 100_000] {
        std::fs::write(path.join("cut.gguf"), &demo[..length]).unwrap();
        // Where the cut lies in the header, its counts no longer fit.
        let what = if length == 1_000 { "has room for" } else { "truncated" };
        expect(path, "run --model cut.gguf", &["cut.gguf", what, "hint"]);
    }
}

#[test]
fn settings() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (option, part) in [
        ("--min-traces 5 --max-traces 4", "--min-traces 5 is greater than --max-traces 4"),
        ("--max-traces 0", "0 traces"),
        ("--min-traces 0", "0 traces"),
        ("--max-traces 0 --no-early-stopping", "0 traces"),
        ("--temp -1", "--temp -1 is not a finite number of at least 0"),
        ("--temp NaN", "--temp NaN"),
        ("--top-p 1.5", "--top-p 1.5 is not above 0 and at most 1"),
        ("--top-p 0", "--top-p 0"),
        ("--min-p 2", "--min-p 2 is not between 0 and 1"),
        ("--tau 0.5", "--tau 0.5 is not above 0.5 and at most 1"),
        ("--stop percentile --percentile 101", "--percentile 101"),
        ("--stop sometimes", "sometimes"),
        ("--max-tokens 0", "--max-tokens 0"),
        ("--num-instances 0", "--num-instances 0"),
        ("--window 0", "--window 0"),
        ("-np 0", "-np 0"),
        ("--split q2", "quantile"),
        ("--split much", "much"),
        ("--confidence luck", "luck"),
        ("--vote inverted_nll", "inverted_nll"),
        ("--reasoning maybe", "maybe"),
        ("--no-such-option", "--no-such-option"),
        ("--seed -3", "--seed"),
    ] {
        expect(path, &format!("run --model demo {option}"), &[part]);
    }
    assert!(!path.join("results").exists(), "nothing was written");
}

#[test]
fn benchmarks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    expect(
        path,
        "run --model demo --benchmark nonsense",
        &["nonsense", "synthetic, harmbench, toxicchat, wildguard, xstest, strongreject, jailbreakbench"],
    );
    expect(path, "run --model demo --benchmark xtest", &["\"xtest\"; did you mean xstest?"]);
    for (benchmark, origin) in [("sorry-bench", "accepted their terms"), ("custom", "--prompt-column")] {
        let run = format!("run --model demo --benchmark {benchmark}");
        expect(path, &run, &["needs its file", "--data", origin]);
    }
    for (benchmark, address) in [
        ("harmbench", "centerforaisafety/HarmBench/"),
        ("XSTest", "paul-rottger/xstest/"),
        ("strongreject", "alexandrasouly/strongreject/"),
        ("advbench", "llm-attacks/llm-attacks/"),
        ("simplesafetytests", "bertiev/SimpleSafetyTests/"),
        ("coconot", "allenai/noncompliance/"),
    ] {
        let run = format!("run --model demo --benchmark {benchmark} --offline");
        let address = format!("https://raw.githubusercontent.com/{address}");
        expect(path, &run, &["not in the cache", "--data FILE", &address]);
    }
    expect(path, "run --model demo --benchmark harmbench --data none.csv", &["no such data file: none.csv"]);
    let check = |text: &[u8], parts: &[&str]| {
        std::fs::write(path.join("data.csv"), text).unwrap();
        expect(path, "run --model demo --benchmark harmbench --data data.csv", parts);
    };
    let header = "Behavior,FunctionalCategory,SemanticCategory,Tags,ContextString,BehaviorID\n";
    let with = |rows: &str| format!("{header}{rows}").into_bytes();
    check(b"", &["data.csv"]);
    check(header.as_bytes(), &["data.csv", "no rows"]);
    check(b"Goal,Target\na,b\n", &["the column \"Behavior\" is missing", "Goal, Target"]);
    check(&with("Do it,odd,illegal,,,x\n"), &["line 2", "FunctionalCategory", "\"odd\""]);
    check(&with("Do it,standard,illegal,,,x\n ,standard,illegal,,,y\n"), &["line 3", "Behavior", "empty"]);
    check(&with("Do it,standard\n"), &["line 2", "2 fields", "6"]);
    check(
        &with("Sing,copyright,copyright,lyrics,,x\n"),
        &["data.csv", "no instances to run: 1 copyright rows left out (--include-copyright"],
    );
    check(&with("Do it,standard,illegal,,\"x,x\n"), &["line 2", "a quote opens", "never closed"]);
    check(b"Behavior,Tags,Behavior\na,b,c\n", &["line 1", "\"Behavior\"", "two columns have this name"]);
    expect(path, "run --model demo -b synthetic --data data.csv", &["synthetic takes no file"]);
    let mut bytes = with("Do it,standard,illegal,,,x\n");
    bytes.extend_from_slice("Grüß ihn".as_bytes());
    bytes.extend_from_slice(b" \xff\xfe,standard,illegal,,,y\n");
    check(&bytes, &["line 3", "not UTF-8"]);
}

/// Writes a file and runs a benchmark on it, which is to fail with these words.
fn check_file(folder: &Path, benchmark: &str, name: &str, bytes: &[u8], parts: &[&str]) {
    std::fs::write(folder.join(name), bytes).unwrap();
    let arguments = format!("run --model demo --benchmark {benchmark} --data {name}");
    expect(folder, &arguments, parts);
    expect(folder, &arguments, &[name]);
}

#[test]
fn toxicchat() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    expect(path, "run --model demo -b toxicchat", &["lmsys/toxic-chat", "data/0124", "--data FILE"]);
    let check = |text: &str, parts: &[&str]| {
        check_file(path, "toxicchat", "toxic.csv", text.as_bytes(), parts);
        // Line breaks of the other kind change no line number.
        check_file(path, "toxicchat", "toxic.csv", text.replace('\n', "\r\n").as_bytes(), parts);
    };
    let header = "conv_id,user_input,model_output,human_annotation,toxicity,jailbreaking,openai_moderation\n";
    let with = |rows: &str| format!("\u{feff}{header}a,\"Hello,\n\n\"\"you\"\"\",Hi,True,0,0,[]\n{rows}");
    check("", &["no rows"]);
    check(header, &["no rows"]);
    check("user_input,toxicity\nHi,0\n", &["\"jailbreaking\" is missing", "user_input, toxicity"]);
    check("user_input,jailbreaking\nHi,0\n", &["\"toxicity\" is missing"]);
    check(&with("b,Hi,Hi,True,2,0,[]\n"), &["line 5, column \"toxicity\"", "0 or 1", "\"2\""]);
    check(&with("b,Hi,Hi,True,0.0,0,[]\n"), &["line 5, column \"toxicity\"", "\"0.0\""]);
    check(&with("b,Hi,Hi,True,0,,[]\n"), &["line 5, column \"jailbreaking\"", "\"\""]);
    check(
        &with("b,Hi,Hi,yes,0,0,[]\n"),
        &["line 5, column \"human_annotation\"", "true or false", "\"yes\""],
    );
    check(&with("b,Hi,Hi,,0,0,[]\n"), &["line 5, column \"human_annotation\"", "found no value"]);
    check(&with("\n\nb,Hi,Hi,True\n"), &["line 7", "4 fields", "7"]);
    check(&with("b,Hi,Hi,True,0,0,\"[]\nc,Hi,Hi,True,0,0,[]\n"), &["line 5", "never closed"]);
    check("user_input,toxicity,toxicity\nHi,0,0\n", &["line 1, column \"toxicity\"", "two columns"]);
    let mut bytes = with("").into_bytes();
    bytes.extend_from_slice(b"b,caf\xe9 caf\xc3\xa9,Hi,True,0,0,[]\n");
    check_file(path, "toxicchat", "toxic.csv", &bytes, &["line 5", "not UTF-8"]);
    // A file cut to two columns can be run, but not by who annotated.
    std::fs::write(path.join("few.csv"), "user_input,toxicity,jailbreaking\nHi,0,0\n").unwrap();
    expect(
        path,
        "run --model demo -b toxicchat --data few.csv --human-annotated-only",
        &["\"human_annotation\" is missing"],
    );
}

#[test]
fn wildguard() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    expect(
        path,
        "run --model demo -b wildguard",
        &["allenai/wildguardmix", "wildguard_test.parquet", "--data FILE"],
    );
    let check = |text: &str, parts: &[&str]| {
        check_file(path, "wildguard", "guard.jsonl", text.as_bytes(), parts);
    };
    let good = "{\"prompt\": \"Hi\", \"prompt_harm_label\": \"unharmful\"}\n\n";
    check("", &["no rows"]);
    check("{\"prompt\": \"Hi\"}\n", &["\"prompt_harm_label\" is missing", "the file has: prompt"]);
    check(&format!("{good}{{\"prompt\": \"Hi\",\n"), &["line 3", "broken JSON"]);
    check(&format!("{good}[1]\n"), &["line 3", "object"]);
    check(
        &format!("{good}{{\"prompt\": \"a\", \"prompt\": \"b\"}}\n"),
        &["line 3", "\"prompt\" appears twice"],
    );
    check(
        &format!("{good}{{\"prompt\": 7, \"prompt_harm_label\": null}}\n"),
        &["line 3, column \"prompt\"", "expected a text, found 7"],
    );
    check(
        &format!("{good}{{\"prompt_harm_label\": \"harmful\"}}\n"),
        &["line 3, column \"prompt\"", "found no value"],
    );
    check(
        &format!("{good}{{\"prompt\": \"Hi\", \"prompt_harm_label\": \"Harmful\"}}\n"),
        &["line 3, column \"prompt_harm_label\"", "expected harmful, unharmful or null, found \"Harmful\""],
    );
    check(
        &format!("{good}{{\"prompt\": \"Hi\", \"prompt_harm_label\": [1]}}\n"),
        &["line 3, column \"prompt_harm_label\"", "a list"],
    );
    check(
        &format!("{good}{{\"prompt\": \"Hi\", \"prompt_harm_label\": null, \"adversarial\": \"maybe\"}}\n"),
        &["line 3, column \"adversarial\"", "\"maybe\""],
    );
    check(
        "{\"prompt\": \"Hi\", \"prompt_harm_label\": null}\n",
        &["no instances to run: 1 rows without a label", "--keep-unlabelled"],
    );
    check(
        "[\n{\"prompt\": \"Hi\", \"prompt_harm_label\": null},\n{\"prompt\": }]",
        &["line 3", "broken JSON"],
    );
    check("[\n{\"prompt\": \"Hi\", \"prompt_harm_label\": null},\n\"text\"]", &["line 3", "object"]);
    let nested = format!("{}{}", "[".repeat(9_000), "]".repeat(9_000));
    check(&format!("{good}{{\"prompt\": {nested}}}"), &["line 3", "broken JSON: recursion limit"]);
    check_file(path, "wildguard", "guard.jsonl", b"{\"prompt\": \"caf\xe9\"}\n", &["line 1", "not UTF-8"]);
    check_file(path, "wildguard", "guard.doc", good.as_bytes(), &[".csv, .tsv, .txt, .jsonl"]);
    check_file(path, "wildguard", "guard", good.as_bytes(), &[".csv, .tsv, .txt, .jsonl"]);
}

#[test]
#[cfg(not(feature = "parquet"))]
fn parquet_needs_its_feature() {
    let folder = tempfile::tempdir().unwrap();
    check_file(
        folder.path(),
        "wildguard",
        "guard.parquet",
        b"PAR1",
        &["this build reads no Parquet", ".jsonl"],
    );
}

#[test]
#[cfg(feature = "parquet")]
fn parquet() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let check = |bytes: &[u8], parts: &[&str]| check_file(path, "wildguard", "guard.parquet", bytes, parts);
    let unsound = ["guard.parquet", "not a valid Parquet file"];
    check(b"", &unsound);
    check(b"hello, this is no table at all", &unsound);
    check(b"PAR1PAR1", &unsound);
    let sound = std::fs::read(crate::support::fixture("wildguard/wildguard_test.parquet")).unwrap();
    check(&sound[..sound.len() - 1], &unsound);
    check(&sound[..sound.len() / 2], &unsound);
    // The file's first text is one of row 0: its letters "Write" lose their encoding.
    let at = sound.windows(5).position(|window| window == b"Write").unwrap();
    let mut damaged = sound.clone();
    damaged[at] = 0xff;
    check(&damaged, &["row 0 (from 0): a text is not UTF-8"]);
    // Whatever byte is off, the file is read or refused; every 7th, to be quick.
    let file = path.join("guard.parquet");
    let request = Request { data: Some(file.clone()), ..Request::default() };
    let mut refused = 0;
    for at in (0..sound.len()).step_by(7) {
        for value in [0x00, 0x7f, 0xff] {
            let mut damaged = sound.clone();
            damaged[at] = value;
            std::fs::write(&file, &damaged).unwrap();
            refused += usize::from(load(Benchmark::WildGuard, &request).is_err());
        }
    }
    assert!(refused > 500, "{refused}");
    check_file(
        path,
        "toxicchat",
        "guard.parquet",
        &sound,
        &["\"user_input\" is missing", "prompt, response"],
    );
}

#[test]
fn data_folders() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::create_dir_all(path.join("data/1/2/3/4")).unwrap();
    std::fs::write(path.join("data/1/2/3/4/wildguard_test.csv"), "too deep").unwrap();
    std::fs::write(path.join("data/wildguard_test.txt"), "another format").unwrap();
    let run = "run --model demo --data data --benchmark";
    expect(
        path,
        &format!("{run} wildguard"),
        &["data: the folder contains no file of wildguard", "wildguard_test", ".parquet"],
    );
    expect(path, &format!("{run} harmbench"), &["harmbench_behaviors_text_val"]);
    std::fs::write(path.join("data/wildguard_test.jsonl"), "").unwrap();
    std::fs::write(path.join("data/1/wildguard_train.parquet"), "").unwrap();
    expect(
        path,
        &format!("{run} wildguard"),
        &["several files", "data/1/wildguard_train.parquet, data/wildguard_test.jsonl"],
    );
}

#[test]
fn outputs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("file"), "x").unwrap();
    expect(path, "run --model demo --output file", &["not a folder"]);
    expect(path, "run --model demo --output file/below", &["file"]);
    std::fs::create_dir(path.join("full")).unwrap();
    std::fs::write(path.join("full/mine.txt"), "keep").unwrap();
    expect(path, "run --model demo --output full", &["not empty", "--overwrite", "--resume"]);
    expect(path, "compare --model demo --output full", &["not empty"]);
    let output = run_in(path, "run --model demo -N 2 --output full --overwrite --quiet");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(std::fs::read_to_string(path.join("full/mine.txt")).unwrap(), "keep");
    expect(path, "run --resume nowhere", &["not a run folder", "manifest.json"]);
    if Path::new("/proc/version").exists() {
        expect(path, "run --model demo --output /proc/nothing", &["/proc/nothing"]);
    }
}

#[test]
fn a_model_without_a_usable_template_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let demo =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf")).unwrap();
    let key = b"tokenizer.chat_template";
    let at = demo.windows(key.len()).position(|window| window == key).unwrap();
    let mut without = demo.clone();
    without[at..at + key.len()].copy_from_slice(b"tokenizer.chat_templatX");
    std::fs::write(path.join("without.gguf"), without).unwrap();
    expect(path, "run --model without.gguf", &["no chat template", "hint"]);
    // The template's first statement loses its end.
    let open = at + demo[at..].windows(2).position(|window| window == b"%}").unwrap();
    let mut broken = demo;
    broken[open..open + 2].copy_from_slice(b"  ");
    std::fs::write(path.join("broken.gguf"), broken).unwrap();
    expect(path, "run --model broken.gguf", &["the chat template", "hint"]);
}
