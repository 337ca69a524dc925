//! llama.cpp's options under its own names: accepted, kept in the manifest, and harmless where they say so.

use std::path::{Path, PathBuf};

use crate::support::{assert_same_results, json, program, run_in, stderr, stdout, succeed_in, unwrapped};
use serde_json::Value;

/// A small run of the demo; its folder.
fn run(folder: &Path, name: &str, options: &str) -> PathBuf {
    let run = format!("run --model demo -N 12 --seed 1 --quiet --output {name} {options}");
    let output = succeed_in(folder, &run);
    assert_eq!(stderr(&output), "", "{options}");
    folder.join(name)
}

#[test]
fn options_that_say_how_fast_and_not_what_change_no_byte() {
    let folder = tempfile::tempdir().unwrap();
    let reference = run(folder.path(), "reference", "");
    // Prompts this short are not cut by either micro-batch.
    for (index, options) in
        ["--no-mmap -tb 2", "-b 1024 -np auto -fa auto -dev none", "-np -1 -ngl auto -ub 64 -np 60 --no-fork"]
            .into_iter()
            .enumerate()
    {
        let other = run(folder.path(), &format!("same{index}"), options);
        assert_same_results(&reference, &other);
    }
    let engine = &json(&reference.join("manifest.json"))["engine"];
    assert_eq!(engine["width"], 32);
    assert_eq!(engine["width_chosen_by"], "auto");
    assert_eq!(engine["schedule_independent"], true, "{engine}");
    assert!(engine.get("schedule_note").is_none());
    assert!(engine["kv_bytes"].as_u64().unwrap() > 1_000_000);
}

#[test]
fn experts_are_on_the_cpu_anyway_without_a_gpu() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let command = "run -m demo -N 2 --stop fixed --max-traces 1 -n 8";
    succeed_in(path, &format!("{command} -q -o plain"));
    for (options, name) in [("--cpu-moe", "all"), ("-ncmoe 2", "some")] {
        let output = succeed_in(path, &format!("{command} -ngl 0 {options} -o {name}"));
        let text = unwrapped(&stderr(&output));
        let option = options.replace("-ncmoe", "--n-cpu-moe");
        assert!(text.contains(&format!("{option} changes nothing: no layer is on a GPU")), "{text}");
        assert_same_results(&path.join("plain"), &path.join(name));
    }
    let settings = json(&path.join("some/manifest.json"))["settings"].clone();
    assert_eq!(settings["engine"]["cpu_moe"], 2);
}

#[test]
fn options_that_round_in_another_way_give_the_same_bytes_at_any_width() {
    let folder = tempfile::tempdir().unwrap();
    for (index, options) in ["-fa off", "-ctk q8_0 -ctv q8_0 -fa on"].into_iter().enumerate() {
        let wide = run(folder.path(), &format!("wide{index}"), options);
        let narrow = run(folder.path(), &format!("narrow{index}"), &format!("{options} -np 3 -tb 2"));
        assert_same_results(&wide, &narrow);
        let manifest = json(&wide.join("manifest.json"));
        assert_eq!(manifest["engine"]["schedule_independent"], true);
    }
    let quantized = json(&folder.path().join("wide1/manifest.json"));
    assert_eq!(quantized["settings"]["engine"]["cache_type_k"], "q8_0");
    assert_eq!(quantized["settings"]["engine"]["flash_attention"], "on");
}

#[test]
fn one_pool_of_cells_runs_through_and_promises_less() {
    let folder = tempfile::tempdir().unwrap();
    // Each trace is its prompt's last at once: prompts follow each other as fast as they can.
    let one = run(folder.path(), "one", "-kvu --stop fixed --max-traces 1 -np 4");
    assert_eq!(json(&one.join("analysis.json"))["overall"]["decided"], 12);
    let engine = &json(&one.join("manifest.json"))["engine"];
    assert_eq!(engine["schedule_independent"], false);
    assert!(engine["schedule_note"].as_str().unwrap().contains("-kvu"));
    let many = run(folder.path(), "many", "-kvu --no-early-stopping");
    assert_eq!(json(&many.join("analysis.json"))["overall"]["decided"], 12);
}

#[test]
fn what_a_run_will_take_is_said_before_it_begins() {
    let folder = tempfile::tempdir().unwrap();
    let output = succeed_in(folder.path(), "run --model demo -N 2 --output out -np 8 -ctv q8_0");
    let text = stderr(&output);
    let line = text.lines().find(|line| line.starts_with("engine: ")).unwrap_or_else(|| panic!("{text}"));
    for part in ["8 traces side by side, 512 tokens each", "KV cache f16/q8_0", "sequences", "MiB, 1 thread"]
    {
        assert!(line.contains(part), "{part}: {line}");
    }
    let output = run_in(folder.path(), "run --model demo -N 2 --output low -np 32 -ub 8 -b 4");
    let text = stderr(&output);
    assert!(text.contains("-np 32 is more than a micro-batch of 8") && text.contains("-b 4"), "{text}");
    assert_eq!(json(&folder.path().join("low/manifest.json"))["engine"]["width"], 8);
}

#[test]
fn a_cache_that_no_memory_holds_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(folder.path(), "run --model demo -N 2 --output out -c 2000000000 -n 1000000000");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let text = stderr(&output);
    assert!(text.contains("more than the free memory") && text.contains("-c"), "{text}");
}

#[test]
fn bad_values_name_the_option_and_its_range() {
    let folder = tempfile::tempdir().unwrap();
    for (options, part) in [
        ("-np 200", "-np 200: must be at most 127"),
        ("-np many", "--parallel"),
        ("-b 0", "-b 0: must be at least 1"),
        ("-ub 7", "-ub 7 is not between 8 and 4096"),
        ("-ngl most", "--gpu-layers"),
        ("-fa perhaps", "expected one of on, off, auto"),
        ("-ctk q3_k", "unknown cache type \"q3_k\"; known: f32, f16, bf16, q8_0"),
        ("-ctv q4_0 -fa off", "-ctv q4_0 needs flash attention"),
        ("-lm slowly", "expected auto, none, mmap, mlock or mmap+mlock"),
    ] {
        let output = run_in(folder.path(), &format!("run --model demo {options}"));
        assert_eq!(output.status.code(), Some(2), "{options}");
        assert!(stderr(&output).contains(part), "{options}: {}", stderr(&output));
    }
    assert!(!folder.path().join("results").exists(), "nothing was written");
}

#[test]
fn options_come_from_files_and_variables_too() {
    let folder = tempfile::tempdir().unwrap();
    let text = "parallel = \"auto\"\nbatch-size = 256\nubatch_size = 32\ncache-type-v = \"q8_0\"\nflash-attn = true\nmlock = true\nno-mmap = true\nload-mode = \"mmap\"\n";
    std::fs::write(folder.path().join("c.toml"), text).unwrap();
    let variables = [
        ("LLAMA_ARG_UBATCH", "64"),
        ("LLAMA_ARG_CACHE_TYPE_K", "bf16"),
        ("LLAMA_ARG_KV_UNIFIED", "true"),
        ("LLAMA_ARG_N_GPU_LAYERS", "-1"),
    ];
    let output = program()
        .args(["run", "--print-config", "--config", "c.toml", "--mmap"])
        .envs(variables)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = stdout(&output);
    for line in [
        "parallel = \"auto\"",
        "batch-size = 256",
        "ubatch-size = 64",
        "gpu-layers = -1",
        "flash-attn = \"on\"",
        "cache-type-k = \"bf16\"",
        "cache-type-v = \"q8_0\"",
        "kv-unified = true",
        "mlock = true",
        "mmap = true",
        "no-mmap = false",
    ] {
        assert!(text.lines().any(|one| one == line), "{line} in {text}{}", stderr(&output));
    }
}

#[test]
fn a_resumed_run_takes_the_typed_options() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let whole = run(path, "whole", "-np 4");
    let out = run(path, "out", "-np 4");
    // Half of its journal: the run is not complete.
    let journal = out.join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let kept: Vec<&str> = text.lines().take(text.lines().count() / 2).collect();
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    // As an earlier version wrote it.
    let mut manifest = json(&out.join("manifest.json"));
    manifest["settings"]["engine"] =
        serde_json::json!({ "parallel": 4, "context": null, "threads": 1, "gpu_layers": null });
    manifest["engine"] = Value::Null;
    std::fs::write(out.join("manifest.json"), manifest.to_string()).unwrap();
    let output = succeed_in(path, "run --resume out -np auto -tb 2 --no-mmap --no-fork");
    assert!(!stderr(&output).contains("settings differ"), "{}", stderr(&output));
    assert_same_results(&whole, &out);
    assert_eq!(json(&out.join("manifest.json"))["engine"]["threads_batch"], 2);
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    let output = succeed_in(path, "run --resume out -ctv f32");
    assert!(stderr(&output).contains("settings differ"), "{}", stderr(&output));
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    let output = run_in(path, "run --resume out -ub 2");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn traces_that_end_at_once_make_room_for_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let short = run(folder.path(), "short", "-n 1 -N 60");
    assert_eq!(json(&short.join("analysis.json"))["overall"]["num_instances"], 60);
    let engine = &json(&short.join("manifest.json"))["engine"];
    assert_eq!((engine["steps"].as_u64(), engine["prompts"].as_u64()), (Some(0), Some(60)));
}

#[test]
fn a_gpu_that_is_not_there_is_an_error_that_says_what_to_build() {
    let folder = tempfile::tempdir().unwrap();
    for options in ["-ngl all", "-ngl 3", "-dev CUDA0", "-sm layer", "-mg 0", "-ts 1,1"] {
        let output = run_in(folder.path(), &format!("run -m demo -N 2 -o run {options}"));
        let text = unwrapped(&stderr(&output));
        assert_eq!(output.status.code(), Some(2), "{text}");
        let option = options.split(' ').next().unwrap();
        assert!(text.contains(option) && text.contains("GPU"), "{text}");
        if !cfg!(any(feature = "cuda", feature = "vulkan", feature = "metal", feature = "dynamic-backends")) {
            assert!(text.contains("--features cuda"), "{text}");
        }
    }
    for (options, message) in [
        ("-ngl 2 -dev none", "contradicts -dev none"),
        ("-ot ffn=CUDA9", "buffer types are CPU"),
        ("-ot no_such_tensor=CPU", "no tensor of the model"),
        ("-ot ffn", "is not PATTERN=BUFFER"),
        ("-ts -1", "not negative"),
        ("-ts 0", "above 0"),
        ("-sm rows", "did you mean row?"),
        ("-C 0x0", "no processor in it"),
        ("-Cr 5-2", "no processor in it"),
        ("-Cr 510-511", "none of the processors is there"),
        ("--nice 20", "20"),
        ("--prio 4", "4"),
        ("--prio 1 --nice 3", "cannot be used with"),
    ] {
        let output = run_in(folder.path(), &format!("run -m demo -N 2 -o run {options}"));
        let text = unwrapped(&stderr(&output));
        assert_eq!(output.status.code(), Some(2), "{options}: {text}");
        assert!(text.contains(message), "{options}: {text}");
    }
}

#[test]
fn tensors_that_are_on_the_cpu_anyway() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "run -m demo -N 2 -n 8 -q -o plain");
    let output = succeed_in(path, "run -m demo -N 2 -n 8 -o moved -dev none -ot ffn_up=CPU");
    let text = unwrapped(&stderr(&output));
    assert!(text.contains("warning: -ot changes nothing: no layer is on a GPU"), "{text}");
    assert_same_results(&path.join("plain"), &path.join("moved"));
    let manifest = json(&path.join("moved/manifest.json"));
    let placement = &manifest["settings"]["engine"]["placement"];
    assert_eq!(placement["devices"][0], "none");
    assert_eq!(placement["overrides"][0]["pattern"], "ffn_up");
    assert!(manifest["engine"].get("gpu").is_none(), "all layers are on the CPU");
}

/// The program is bound and reniced before its threads start, and so are the processes of a sweep.
#[cfg(target_os = "linux")]
#[test]
fn processors_and_niceness_are_those_that_were_asked_for() {
    use std::time::{Duration, Instant};
    let folder = tempfile::tempdir().unwrap();
    let mut child = program()
        .current_dir(folder.path())
        .args(["run", "-m", "demo", "-N", "200", "--no-early-stopping", "-q", "-o", "run"])
        .args(["-Cr", "0-0", "--nice", "7"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let process = format!("/proc/{}", child.id());
    let read = |name: &str| std::fs::read_to_string(format!("{process}/{name}")).unwrap_or_default();
    let mut seen = None;
    while begun.elapsed() < Duration::from_secs(60) && child.try_wait().unwrap().is_none() {
        // Every thread, those of llama.cpp too.
        let tasks = std::fs::read_dir(format!("{process}/task")).into_iter().flatten().flatten();
        let names: Vec<_> = tasks.map(|task| task.file_name().into_string().unwrap()).collect();
        let state = names.iter().map(|task| {
            let status = read(&format!("task/{task}/status"));
            let line = status.lines().find(|line| line.starts_with("Cpus_allowed_list:")).map(str::to_owned);
            let stat = read(&format!("task/{task}/stat"));
            let nice =
                stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(16).map(str::to_owned));
            (line, nice)
        });
        let state: Vec<_> = state.collect();
        if state.iter().all(|(line, nice)| line.is_some() && nice.as_deref() == Some("7")) && state.len() > 1
        {
            seen = Some(state);
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let seen = seen.expect("a moment in which all threads have the niceness");
    assert!(
        seen.iter().all(|(line, _)| line.as_ref().unwrap().split_whitespace().nth(1) == Some("0")),
        "{seen:?}"
    );
}

/// What a suspended laptop does to a run: it stops in mid-step, and goes on.
#[cfg(unix)]
#[test]
fn a_run_goes_on_after_it_was_stopped() {
    use nix::sys::signal::{Signal, kill};
    use nix::unistd::Pid;
    use std::time::Duration;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let options = ["run", "-m", "demo", "-N", "100", "--seed", "1", "-q", "-o"];
    assert!(program().current_dir(path).args(options).arg("whole").output().unwrap().status.success());
    let mut child = program()
        .current_dir(path)
        .args(options)
        .arg("stopped")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let process = Pid::from_raw(i32::try_from(child.id()).unwrap());
    let journal = path.join("stopped/journal.jsonl");
    let lines = || std::fs::read_to_string(&journal).map_or(0, |text| text.lines().count());
    while lines() < 60 && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    kill(process, Signal::SIGSTOP).unwrap();
    std::thread::sleep(Duration::from_millis(3_000));
    let stopped = lines();
    kill(process, Signal::SIGCONT).unwrap();
    assert!(child.wait().unwrap().success());
    assert!(stopped < lines(), "it was stopped in the middle");
    assert_same_results(&path.join("whole"), &path.join("stopped"));
}
