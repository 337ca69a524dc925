//! Layout of the help: commands in groups, two examples each, and in `-h` only common options.

use clap::Command;

/// Groups of commands, in the order in which they are used.
const GROUPS: [(&str, &[&str]); 7] = [
    ("Run", &["run", "compare", "sweep", "merge"]),
    ("Look", &["show", "report", "table", "export"]),
    ("Ask again, without sampling", &["analyze", "replay", "judge"]),
    ("Compare", &["diff", "drift"]),
    ("Models and machine", &["models", "fetch", "info", "quantize", "bench", "doctor"]),
    ("Data", &["benchmarks"]),
    ("Help", &["help"]),
];

/// Options of `run`, `compare` and `sweep`, and engine options of all commands, that `-h` shows; `--help` shows all.
const EVERY_DAY: [&str; 22] = [
    "model", "models", "more_models", "benchmark", "data", "num_instances", "reasoning", "temp",
    "max_tokens", "seed", "seeds", "policies", "stop", "max_traces", "judge", "threads", "gpu_layers",
    "output", "overwrite", "resume", "dry_run", "config",
];

/// Beginnings of the headings of engine options.
const ENGINE_HEADINGS: [&str; 3] = ["Engine", "GPUs", "Processors"];

/// Options without a use in one of `run`, `compare` and `sweep`.
const FOREIGN: [(&str, &[&str]); 3] = [
    ("run", &["models", "allow_mixed_levels", "compare"]),
    ("compare", &["compare", "print_prompt"]),
    ("sweep", &["compare", "models", "allow_mixed_levels", "print_prompt"]),
];

/// Two examples per command.
const EXAMPLES: [(&str, [&str; 2]); 22] = [
    ("run", ["run -m demo -N 20", "run -m Qwen/Qwen3-0.6B -b harmbench -o results/harmbench"]),
    ("compare", ["compare -m demo", "compare -m demo,model-Q4_0.gguf -b xstest -d xstest_prompts.csv"]),
    (
        "sweep",
        [
            "sweep -m 'user/repo:{Q8_0,Q4_K_M}' --dry-run",
            "sweep -m demo --policies baseline,fixed:5 --seeds 0-4 -o night",
        ],
    ),
    ("merge", ["merge results/s1 results/s2 -o results/all", "merge results/shards/* -o results/all"]),
    ("report", ["report results/001-synthetic-demo", "report results/night -o night.html"]),
    ("show", ["show", "show results/first --outcome over_refusal -n 0"]),
    ("export", ["export results/first -o first.xlsx", "export results/* --rows trace -o traces.parquet"]),
    ("table", ["table results/*", "table results/night --format csv -o levels.csv"]),
    ("analyze", ["analyze results/001-synthetic-demo", "analyze RUN --confidence tail -o tail"]),
    ("replay", ["replay results/001-synthetic-demo", "replay RUN --preset percentile"]),
    ("judge", ["judge RUN --judge lexicon,guard:guard.gguf", "judge agreement RUN"]),
    ("diff", ["diff results/Q8_0 results/Q4_0", "diff REFERENCE RUN -o diff.csv"]),
    (
        "drift",
        ["drift results/Q8_0 -m model-Q4_0.gguf", "drift --text text.txt --reference demo -m other.gguf"],
    ),
    ("models", ["models", "models --json"]),
    ("fetch", ["fetch Qwen/Qwen3-0.6B-GGUF:Q8_0", "fetch user/repo:FILE.gguf --offline"]),
    ("info", ["info demo", "info model.gguf --template"]),
    ("quantize", ["quantize model-BF16.gguf --levels Q8_0,Q4_K_M", "quantize demo --levels Q8_0 -o levels"]),
    ("bench", ["bench demo", "bench model.gguf --widths 8,32 --format csv"]),
    ("doctor", ["doctor", "doctor -m Qwen/Qwen3-0.6B --hub"]),
    ("benchmarks", ["benchmarks", "benchmarks check prompts.csv"]),
    ("agreement", ["judge agreement RUN", "judge agreement --labels answers.csv --judge rules"]),
    ("review", ["judge review RUN --sample 100", "judge review RUN --read RUN/review.csv"]),
];

/// Returns the program with its help arranged.
pub fn arranged(program: Command) -> Command {
    let mut groups = String::new();
    for (title, names) in GROUPS {
        groups.push_str(&format!("{title}:\n"));
        for name in names {
            let about = program.find_subcommand(name).and_then(|command| command.get_about());
            let about = about.map_or("Print help for a command".to_owned(), ToString::to_string);
            groups.push_str(&format!("  {name:<11} {}\n", about.trim_end_matches('.')));
        }
        groups.push('\n');
    }
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{groups}Options:\n{{options}}{{after-help}}"
    );
    let mut program = program.help_template(template);
    for (name, examples) in EXAMPLES {
        let path: &[&str] = match name {
            "agreement" | "review" => &["judge", name],
            _ => &[name],
        };
        program = at(program, path, &|command| with_examples(command, &examples));
    }
    for name in ["judge", "drift", "bench"] {
        program = program.mut_subcommand(name, |command| {
            command.mut_args(|option| {
                let is_engine = option
                    .get_help_heading()
                    .is_some_and(|heading| ENGINE_HEADINGS.iter().any(|&name| heading.starts_with(name)));
                let is_rare = is_engine && !EVERY_DAY.contains(&option.get_id().as_str());
                option.hide_short_help(is_rare)
            })
        });
    }
    // A sweep has no default model.
    program = program.mut_subcommand("sweep", |sweep| {
        sweep.mut_arg("model", |model| {
            model.help("Models: `demo`, .gguf files, or `user/repo[:LEVEL]` on the hub")
        })
    });
    for (name, foreign) in FOREIGN {
        program = program.mut_subcommand(name, |command| {
            command.mut_args(|option| {
                let id = option.get_id().as_str();
                let (is_foreign, is_rare) = (foreign.contains(&id), !EVERY_DAY.contains(&id));
                let hidden = is_foreign || option.is_hide_set();
                option.hide(hidden).hide_short_help(is_rare)
            })
        });
    }
    program
}

/// Applies a change to the command at a path.
fn at(program: Command, path: &[&str], change: &dyn Fn(Command) -> Command) -> Command {
    match path {
        [] => change(program),
        [name, rest @ ..] => program.mut_subcommand(*name, |command| at(command, rest, change)),
    }
}

fn with_examples(command: Command, examples: &[&str; 2]) -> Command {
    let text = examples.map(|example| format!("  safety-deepconf {example}\n")).concat();
    command.after_help(format!("Examples:\n{}", text.trim_end()))
}
