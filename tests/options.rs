//! Options from files and the environment, several models, patterns of one's own.

use std::path::Path;

use crate::support::{json, json_lines, program, run_in, script, stderr, stdout, succeed_in};
use serde_json::{Value, json};

/// The value of an option in `--print-config`'s output.
fn option(text: &str, name: &str) -> String {
    let line = text.lines().find(|line| line.starts_with(&format!("{name} = ")));
    line.unwrap_or_else(|| panic!("{name} in {text}")).split(" = ").nth(1).unwrap().to_owned()
}

fn print_config(folder: &Path, arguments: &str, variables: &[(&str, &str)]) -> String {
    let output = program()
        .args(["run", "--print-config"])
        .args(arguments.split_whitespace())
        .envs(variables.iter().copied())
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn the_command_line_counts_more_than_the_environment_and_that_more_than_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(path.join("c.toml"), "model = \"demo\"\ntop-k = 5\nmin_traces = 2\nreasoning = true\n")
        .unwrap();
    let file = print_config(path, "--config c.toml", &[]);
    assert_eq!(option(&file, "top-k"), "5");
    assert_eq!(option(&file, "min-traces"), "2");
    assert_eq!(option(&file, "reasoning"), "\"on\"");
    assert_eq!(option(&file, "max-traces"), "10", "a default");
    let variables = [("LLAMA_ARG_TOP_K", "7")];
    assert_eq!(option(&print_config(path, "--config c.toml", &variables), "top-k"), "7");
    assert_eq!(option(&print_config(path, "--config c.toml --top-k 9", &variables), "top-k"), "9");
    // What is printed can be read again and says the same.
    std::fs::write(path.join("printed.toml"), &file).unwrap();
    assert_eq!(print_config(path, "--config printed.toml", &[]), file);
}

#[test]
fn a_typed_model_counts_more_than_one_of_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &str, variables: &[(&str, &str)]| {
        let output = program()
            .args(["run", "-N", "1", "--print-prompt"])
            .args(arguments.split_whitespace())
            .envs(variables.iter().copied())
            .current_dir(folder.path())
            .output()
            .unwrap();
        (output.status.code(), stderr(&output))
    };
    let demo = run("--model demo", &[("LLAMA_ARG_HF_REPO", "some/where"), ("LLAMA_ARG_OFFLINE", "1")]);
    assert_eq!(demo.0, Some(0), "{}", demo.1);
    let repository = run("", &[("LLAMA_ARG_HF_REPO", "some/where"), ("LLAMA_ARG_OFFLINE", "1")]);
    assert!(repository.1.contains("some/where is not in the cache"), "{}", repository.1);
    let typed = run("--hf-repo some/where --offline", &[("LLAMA_ARG_MODEL", "demo")]);
    assert!(typed.1.contains("some/where is not in the cache"), "{}", typed.1);
    let both = run("--hf-repo some/where --model demo", &[]);
    assert!(both.1.contains("both name a model"), "{}", both.1);
}

#[test]
fn a_file_runs_like_the_options_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::fs::write(
        path.join("c.toml"),
        "model = \"demo\"\nnum-instances = 6\nseed = 4\nsplit = \"q0.25\"\nno-early-stopping = true\nmax-traces = 2\n",
    )
    .unwrap();
    succeed_in(path, "run --config c.toml --quiet --output one");
    succeed_in(
        path,
        "run --model demo -N 6 -s 4 --split q0.25 --no-early-stopping --max-traces 2 --quiet --output other",
    );
    crate::support::assert_same_results(&path.join("one"), &path.join("other"));
    assert_eq!(json(&path.join("one/manifest.json"))["settings"]["stop"]["traces"], 2);
}

#[test]
fn what_is_wrong_in_a_file_is_told_as_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    for (text, part) in [
        ("nonsense = 1", "unknown option \"nonsense\""),
        ("max-trace = 1", "did you mean max-traces?"),
        ("config = \"c.toml\"", "unknown option \"config\""),
        ("temp = \"hot\"", "hot"),
        ("temp = [1]", "expected a list of strings"),
        ("overwrite = \"yes\"", "expected true or false"),
        ("[sampling]\ntemp = 1", "sampling"),
        ("temp = ", "line 1"),
        ("temp = 1\ntemp = 2", "duplicate key"),
        ("stop = \"sometimes\"", "sometimes"),
    ] {
        std::fs::write(path.join("c.toml"), text).unwrap();
        let output = run_in(path, "run --model demo --config c.toml");
        assert_eq!(output.status.code(), Some(2), "{text}");
        let error = stderr(&output);
        assert!(error.contains("c.toml") && error.contains(part), "{text}: {error}");
    }
    let output = run_in(path, "run --config none.toml");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("none.toml"));
}

#[test]
fn models_are_compared_on_the_same_prompts_and_seeds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf");
    std::fs::copy(&demo, path.join("copy.gguf")).unwrap();
    let output = succeed_in(path, "compare --models demo,copy.gguf -N 8 --seed 2 --output out --json");
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let cells = line["comparison"]["cells"].as_array().unwrap();
    assert_eq!(cells[0]["cell"], "demo");
    assert_eq!(cells[1]["cell"], "copy");
    assert_eq!(cells[1]["quantization"], "F16");
    // The same weights, prompts and seeds: the same rows, whatever the file is called.
    let rows = |name: &str| json_lines(&path.join("out").join(name).join("predictions.jsonl"));
    assert_eq!(rows("demo"), rows("copy"));

    // The same weights under the name of another level.
    let mut bytes = std::fs::read(&demo).unwrap();
    let key = b"general.file_type";
    let at = bytes.windows(key.len()).position(|window| window == key).unwrap() + key.len() + 4;
    bytes[at..at + 4].copy_from_slice(&7_u32.to_le_bytes());
    std::fs::write(path.join("other.gguf"), bytes).unwrap();
    let output = run_in(path, "compare --models demo,other.gguf -N 2 --output mixed");
    assert_eq!(output.status.code(), Some(2));
    let error = stderr(&output);
    assert!(
        error.contains("demo is F16, other.gguf is Q8_0") && error.contains("--allow-mixed-levels"),
        "{error}"
    );
    assert!(!path.join("mixed").exists());
    succeed_in(path, "compare --models demo,other.gguf -N 2 --output mixed --allow-mixed-levels --quiet");
    let output = run_in(path, "run --models demo,other.gguf");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("compare -m A,B"));
}

#[test]
fn patterns_of_ones_own_speak_before_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    script(
        path,
        &json!({ "rules": [{ "answers": [{ "text": "The owl has spoken: none of that tonight." }] }] }),
    );
    let verdict = |options: &str, name: &str| {
        succeed_in(path, &format!("run --scripted script.json -N 2 --quiet --output {name} {options}"));
        json_lines(&path.join(name).join("predictions.jsonl"))[0]["verdicts"][0].clone()
    };
    assert_eq!(verdict("", "plain"), "compliance");
    std::fs::write(path.join("patterns.txt"), "# ours\n^the owl has spoken\n").unwrap();
    assert_eq!(verdict("--refusal-patterns patterns.txt", "with"), "refusal");
    let row = &json_lines(&path.join("with/predictions.jsonl"))[0];
    assert!(row["reasons"][0].as_str().unwrap().contains("line 2"), "{}", row["reasons"][0]);
    assert_eq!(json(&path.join("with/manifest.json"))["judge"]["name"], "patterns,lexicon");
    std::fs::write(path.join("patterns.txt"), "^an owl\n").unwrap();
    let journal = path.join("with/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let last = text.trim_end().rfind('\n').unwrap();
    std::fs::write(&journal, &text[..=last]).unwrap();
    let output = run_in(path, "run --scripted script.json --resume with");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("patterns has changed"), "{}", stderr(&output));
    std::fs::write(path.join("bad.txt"), "fine\n(\n").unwrap();
    let output = run_in(path, "run --scripted script.json --refusal-patterns bad.txt");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("bad.txt, line 2"), "{}", stderr(&output));
}

#[test]
fn subgroups_add_up_to_the_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let answers = json!([{ "text": "I cannot help with that." }, { "text": "Sure, here is how: one, two, three, four." }]);
    script(path, &json!({ "rules": [{ "answers": answers }] }));
    succeed_in(path, "run --scripted script.json -N 60 --quiet --output out");
    let report = json(&path.join("out/analysis.json"));
    let groups = report["subgroups"].as_array().unwrap();
    assert!(groups.len() > 5);
    let sum = |field: &str| groups.iter().map(|group| group[field].as_u64().unwrap()).sum::<u64>();
    assert_eq!(sum("count"), 60);
    for category in ["confident_refusal", "uncertain_refusal", "confident_compliance", "uncertain_compliance"]
    {
        assert_eq!(report[category]["count"].as_u64().unwrap_or(0), sum(category));
    }
    let mut reader = csv::Reader::from_path(path.join("out/subgroups.csv")).unwrap();
    assert_eq!(reader.records().count(), groups.len());
}

/// llama.cpp's own values for "choose for me" are taken, from the environment too.
#[test]
fn values_of_llama_cpp_in_the_environment_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let run = |name: &str, variables: &[(&str, &str)]| {
        let mut command = program();
        for (variable, value) in variables {
            command.env(variable, value);
        }
        let arguments = ["run", "--model", "demo", "-N", "1", "-q", "-o", name];
        command.args(arguments).current_dir(path).output().unwrap()
    };
    let ours = [
        ("LLAMA_ARG_THREADS", "-1"),
        ("LLAMA_ARG_CTX_SIZE", "0"),
        ("LLAMA_ARG_N_PREDICT", "-1"),
        ("LLAMA_ARG_TOP_K", "-1"),
        ("LLAMA_ARG_N_PARALLEL", "-1"),
        ("LLAMA_ARG_N_GPU_LAYERS", "-1"),
        ("LLAMA_ARG_FLASH_ATTN", "auto"),
        ("LLAMA_ARG_REASONING", "auto"),
    ];
    let output = run("ours", &ours);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(run("plain", &[("LLAMA_ARG_TOP_K", "0"), ("LLAMA_ARG_THREADS", "auto")]).status.success());
    let settings = |name: &str| json(&path.join(name).join("manifest.json"))["settings"].clone();
    assert_eq!(settings("ours"), settings("plain"));
    let mut quantize = program();
    quantize.env("LLAMA_ARG_THREADS", "-1").args(["quantize", "demo", "--levels", "Q8_0"]).current_dir(path);
    assert!(quantize.output().unwrap().status.success());
    for (variable, value) in [("LLAMA_ARG_THREADS", "many"), ("LLAMA_ARG_UBATCH", "4")] {
        let text = stderr(&run("bad", &[(variable, value)]));
        assert!(text.contains("set by the environment:"), "{text}");
        assert!(text.contains(&format!("{variable}={value}")), "{text}");
    }
}

#[test]
fn a_git_lfs_pointer_is_called_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1234\n";
    for (file, arguments) in [
        ("model.gguf", "info model.gguf"),
        ("prompts.csv", "run --model demo --data prompts.csv"),
        ("guard.parquet", "run --model demo -b wildguard -d guard.parquet"),
    ] {
        std::fs::write(path.join(file), pointer).unwrap();
        let output = run_in(path, arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments}");
        let text = stderr(&output);
        assert!(text.contains(file) && text.contains("Git LFS pointer"), "{text}");
    }
}
