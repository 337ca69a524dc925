//! `show`: the answers of a run, and the runs of a folder.

use std::path::Path;

use serde_json::{Value, json};

use crate::support::hostile::{self, steers};
use crate::support::{json_lines, program, run_in, skipped, stderr, stdout, succeed_in};

/// A run of the demo model in `results/first`, and its predictions.
fn demo(folder: &Path) -> Vec<Value> {
    succeed_in(folder, "run -m demo -N 60 --seed 1 -q -o results/first");
    json_lines(&folder.join("results/first/predictions.jsonl"))
}

fn ids(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|row| row["instance_id"].as_str().unwrap()).collect()
}

fn by_confidence(rows: &[Value], wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut found: Vec<Value> = rows.iter().filter(|row| wanted(row)).cloned().collect();
    found.sort_by(|a, b| a["confidence"].as_f64().unwrap().total_cmp(&b["confidence"].as_f64().unwrap()));
    found
}

/// Lines of JSON that `show` prints, as rows.
fn shown(folder: &Path, arguments: &str) -> Vec<Value> {
    let text = stdout(&succeed_in(folder, &format!("show --json {arguments}")));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Ids in the titles of the answers.
fn titles(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.strip_prefix("── ")?.split(" ── ").nth(1)).collect()
}

#[test]
fn without_options_the_least_confident_uncertain_compliances_of_the_newest_run_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let rows = demo(folder.path());
    let wanted = by_confidence(&rows, |row| row["confidence_category"] == "uncertain_compliance");
    assert!(wanted.len() > 5, "{}", wanted.len());
    let text = stdout(&succeed_in(folder.path(), "show"));
    assert_eq!(titles(&text), ids(&wanted)[..5]);
    assert!(
        text.starts_with("results/first: demo F16 on synthetic, 60 instances, judged by lexicon\n"),
        "{text}"
    );
    assert!(
        text.contains(&format!("{} uncertain compliances (complied, bottom10 below", wanted.len())),
        "{text}"
    );
    assert!(text.ends_with(&format!("{} more: -n 0 shows all\n", wanted.len() - 5)), "{text}");
    assert_eq!(text, stdout(&succeed_in(folder.path(), "show results/first -n 5 --no-pager")));
    // Every line fits.
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    for row in &wanted[..5] {
        let (votes, cast) = (&row["votes_for"], &row["votes_cast"]);
        let why = match votes == cast {
            true => format!("all {cast} comply; wavering tokens: bottom10 "),
            false => format!("split vote: {votes} of {cast} comply; bottom10 "),
        };
        assert!(text.contains(&why), "{why}\n{text}");
    }
    assert_eq!(titles(&stdout(&succeed_in(folder.path(), "show -n 0"))), ids(&wanted));
    assert_eq!(titles(&stdout(&succeed_in(folder.path(), "show -N 3"))), ids(&wanted)[..3]);
}

#[test]
fn filters_and_orders_choose_rows() {
    let folder = tempfile::tempdir().unwrap();
    let rows = demo(folder.path());
    let check = |arguments: &str, wanted: &dyn Fn(&Value) -> bool| {
        let found = shown(folder.path(), &format!("results/first {arguments}"));
        let expected = by_confidence(&rows, wanted);
        assert!(!expected.is_empty(), "{arguments}");
        assert_eq!(found, expected, "{arguments}");
    };
    check("", &|row| row["confidence_category"] == "uncertain_compliance");
    check("--outcome over_refusal", &|row| row["outcome"] == "over_refusal");
    check("--decision refused,complied", &|_| true);
    check("--category confident-refusal --outcome correct_refusal", &|row| {
        row["confidence_category"] == "confident_refusal" && row["outcome"] == "correct_refusal"
    });
    check("--search HELP --decision complied", &|row| {
        let has = |text: &Value| text.as_str().unwrap().to_lowercase().contains("help");
        let texts = row["traces"].as_array().unwrap().iter().chain([&row["prompt"], &row["instance_id"]]);
        row["decision"] == "complied" && texts.into_iter().any(has)
    });
    let found =
        shown(folder.path(), "results/first --decision refused,complied --sort tokens --reverse -n 7");
    let tokens: Vec<u64> = found.iter().map(|row| row["total_tokens"].as_u64().unwrap()).collect();
    let mut all: Vec<u64> = rows.iter().map(|row| row["total_tokens"].as_u64().unwrap()).collect();
    all.sort_unstable();
    assert_eq!(tokens, all.iter().rev().take(7).copied().collect::<Vec<_>>());
    let found = shown(folder.path(), "results/first --decision refused,complied --sort order");
    assert_eq!(ids(&found), ids(&rows));
    // What nothing fits is no error.
    let text = stdout(&succeed_in(folder.path(), "show results/first --search no-such-text"));
    assert!(text.ends_with("no instance fits: with \"no-such-text\"\n"), "{text}");
}

#[test]
fn one_instance_is_shown_with_all_its_traces_and_equal_texts_once() {
    let folder = tempfile::tempdir().unwrap();
    let rows = demo(folder.path());
    let row = rows.iter().find(|row| {
        let traces = row["traces"].as_array().unwrap();
        traces.iter().any(|one| traces.iter().filter(|other| *other == one).count() > 1)
    });
    let row = row.expect("some answer is repeated");
    let id = row["instance_id"].as_str().unwrap();
    let text = stdout(&succeed_in(folder.path(), &format!("show results/first --instance {id}")));
    assert_eq!(titles(&text), [id]);
    let plain: String =
        text.replace(['‹', '›', '«', '»'], "").split_whitespace().collect::<Vec<_>>().join(" ");
    for answer in row["traces"].as_array().unwrap() {
        let answer = answer.as_str().unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(plain.matches(&answer).count(), 1, "{answer}\n{text}");
    }
    assert!(text.contains(" times the same: "), "{text}");
    let one = stdout(&succeed_in(folder.path(), &format!("show results/first --instance {id} --trace 1")));
    assert!(one.contains("trace 1: ") && !one.contains("trace 0: "), "{one}");

    let wrong = run_in(folder.path(), "show results/first --instance synthetic_safe_999");
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("did you mean \"synthetic_safe_"), "{}", stderr(&wrong));
    let wrong = run_in(folder.path(), &format!("show results/first --instance {id} --trace 99"));
    assert_eq!(wrong.status.code(), Some(2));
    assert!(
        stderr(&wrong).contains("--trace 99: the traces of these instances are 0 to "),
        "{}",
        stderr(&wrong)
    );
}

#[test]
fn a_folder_of_runs_is_listed_newest_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let none = run_in(path, "show");
    assert_eq!(none.status.code(), Some(2));
    assert!(stderr(&none).contains("there is no run in results"), "{}", stderr(&none));

    succeed_in(path, "run -m demo -N 20 --seed 1 -q -o results/first");
    succeed_in(path, "compare -m demo -N 4 --seed 1 -q -o results/second");
    // A killed run: no report, a manifest that says it is running, and a journal that ends within a line.
    let killed = path.join("results/night/third");
    std::fs::create_dir_all(&killed).unwrap();
    let read = |name: &str| std::fs::read_to_string(path.join("results/first").join(name)).unwrap();
    let mut manifest: Value = serde_json::from_str(&read("manifest.json")).unwrap();
    manifest["status"] = json!("running");
    manifest["started"] = json!("2999-01-01T00:00:00Z");
    std::fs::write(killed.join("manifest.json"), manifest.to_string()).unwrap();
    let journal = read("journal.jsonl");
    let seventh = journal.match_indices("\"kind\":\"decision\"").nth(6).unwrap().0;
    std::fs::write(killed.join("journal.jsonl"), &journal[..seventh + 40]).unwrap();

    let text = stdout(&succeed_in(path, "show results"));
    // Cells take several lines, and words and dates are whole.
    assert!(text.contains(" incomplete:") && text.contains(" 2999-01-01 "), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let rows = shown(path, "results");
    let names: Vec<&str> = rows.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!((names[0], names[4]), ("night/third", "first"));
    assert!(names[1..4].iter().all(|name| name.starts_with("second/")), "{names:?}");
    assert_eq!(rows.len(), 5);
    assert_eq!(
        (&rows[0]["done"], &rows[0]["planned"], &rows[0]["status"]),
        (&json!(6), &json!(20), &json!("running"))
    );
    let report: Value = serde_json::from_str(&read("analysis.json")).unwrap();
    for key in ["refusal_rate_unsafe", "over_refusal_rate", "refusal_rate"] {
        assert_eq!(rows[4][key], report["overall"][key], "{key}");
    }
    assert_eq!(shown(path, "results -n 2"), rows[..2]);
    // The newest run is read, and says what it lacks.
    let newest = succeed_in(path, "show -n 1");
    assert!(
        stdout(&newest)
            .starts_with("results/night/third: demo F16 on synthetic, incomplete: 6 of 20 instances")
    );
    // Answers are of one run.
    let two = run_in(path, "show results/second --decision refused");
    assert_eq!(two.status.code(), Some(2));
    assert!(stderr(&two).contains("holds 3 runs"), "{}", stderr(&two));
    assert_eq!(shown(path, "results/second").len(), 3);
}

#[test]
fn a_run_without_uncertain_compliances_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let rows = demo(folder.path());
    // With a split below all, everything is confident.
    succeed_in(folder.path(), "run -m demo -N 20 --seed 1 --split=-1 -q -o results/sure");
    let text = stdout(&succeed_in(folder.path(), "show results/sure -n 1"));
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(" no uncertain compliance; instead "), "{text}");
    assert!(words.contains(" confident compliances (complied, bottom10 from -1.00)"), "{text}");
    assert!(rows.iter().any(|row| row["confidence_category"] == "uncertain_compliance"));
}

/// Removes the escape sequences of the program's own colours.
fn without_colours(text: &str) -> String {
    let mut plain = text.to_owned();
    for code in ["0", "1", "2", "4", "38;5;130", "38;5;161"] {
        plain = plain.replace(&format!("\u{1b}[{code}m"), "");
    }
    plain
}

#[test]
fn hostile_text_reaches_no_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let strings = hostile::run_folder(&folder.path().join("results/run"));
    for (arguments, colour) in [
        ("show results/run --decision complied -n 0 --full --thinking", false),
        ("show results/run --decision complied -n 0 --full --thinking", true),
        ("show results/run", true),
        ("show results", true),
    ] {
        let mut command = program();
        command.args(arguments.split_whitespace()).current_dir(folder.path());
        if colour {
            command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1");
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments}: {}", stderr(&output));
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let plain = if colour { without_colours(&text) } else { text.clone() };
        let bad: Vec<char> = plain.chars().filter(|letter| *letter != '\n' && steers(*letter)).collect();
        assert!(bad.is_empty(), "{arguments}: {bad:?}");
        assert!(stderr(&output).chars().all(|letter| letter == '\n' || !steers(letter)), "{arguments}");
        assert_eq!(colour, text.contains("\u{1b}[1m"), "{arguments}");
        if !arguments.contains("--full") {
            continue;
        }
        // Nothing else is lost: the prompts read as they are.
        let squeezed = |text: &str| -> String {
            let shown = |letter: char| if steers(letter) { '\u{fffd}' } else { letter };
            text.split_whitespace().flat_map(str::chars).map(shown).collect()
        };
        let all = squeezed(&plain);
        for prompt in strings.iter().map(|prompt| prompt.replace("\r\n", "\n")) {
            // What is white space elsewhere is shown as U+FFFD, or breaks a line.
            if !prompt.contains(|letter: char| letter.is_whitespace() && !" \n\t".contains(letter)) {
                assert!(all.contains(&squeezed(&prompt)), "{prompt:?}");
            }
        }
    }
}

#[test]
fn colours_are_for_terminals() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    let with = |change: &dyn Fn(&mut std::process::Command)| {
        let mut command = program();
        change(command.args(["show", "-n", "0", "--decision", "refused"]).current_dir(folder.path()));
        stdout(&command.output().unwrap())
    };
    let coloured = with(&|command| {
        command.env_remove("NO_COLOR").env("CLICOLOR_FORCE", "1");
    });
    for code in ["1", "4", "38;5;130", "38;5;161"] {
        assert!(coloured.contains(&format!("\u{1b}[{code}m")), "{code}");
    }
    assert!(!coloured.contains('«') && !coloured.contains('‹'), "colours stand in place of signs");
    // stdout is no terminal here.
    let plain = with(&|command| {
        command.env_remove("NO_COLOR");
    });
    assert!(!plain.contains('\u{1b}') && plain.contains('«') && plain.contains('‹'), "{plain}");
}

/// A terminal of 20 lines, by util-linux's `script`.
#[cfg(target_os = "linux")]
#[test]
fn a_long_text_goes_through_the_pager() {
    use std::process::Command;
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    if Command::new("script").arg("--version").output().is_err() {
        skipped("no `script` here, so the pager is not tested");
        return;
    }
    let on_terminal = |pager: &str, arguments: &str| {
        let mut command = Command::new("script");
        for (key, value) in program().get_envs() {
            value.map(|value| command.env(key, value));
        }
        let shown = format!("stty rows 20 cols 70; {} show {arguments}", program().get_program().display());
        let command =
            command.args(["-qec", &shown, "/dev/null"]).env("TERM", "xterm").current_dir(folder.path());
        let output = command.env("SAFETY_DEEPCONF_PAGER", pager).env_remove("NO_COLOR").output().unwrap();
        stdout(&output)
    };
    let paged = folder.path().join("paged");
    on_terminal(&format!("tee {}", paged.display()), "-n 5");
    let text = std::fs::read_to_string(&paged).unwrap();
    assert!(text.contains("uncertain compliances") && text.contains("\u{1b}[1m"), "{text}");
    assert!(without_colours(&text).lines().all(|line| line.chars().count() <= 70), "{text}");
    std::fs::remove_file(&paged).unwrap();
    for (pager, arguments) in
        [("tee", "--no-pager -n 5"), ("tee", "--search no-such-text"), ("no-such-pager", "-n 5")]
    {
        let pager = if pager == "tee" { format!("tee {}", paged.display()) } else { pager.to_owned() };
        let text = on_terminal(&pager, arguments);
        assert!(text.contains("demo F16 on synthetic"), "{arguments}: {text}");
        assert!(!paged.exists(), "{arguments}");
    }
}
