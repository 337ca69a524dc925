//! `bench` through the real binary.

use crate::support::{run_in, stderr, stdout, succeed_in};
use serde_json::Value;

fn rows(options: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let output = succeed_in(folder.path(), &format!("bench -m demo -q -r 2 {options}"));
    serde_json::from_str(&stdout(&output)).unwrap()
}

#[test]
fn a_line_for_each_width_with_what_was_computed_exactly() {
    let rows = rows("-npl 4,16 -npp 40 -ntg 12 --prompts 3 --traces 5 --no-fork -o json");
    assert_eq!(rows.len(), 2);
    for (row, width) in rows.iter().zip([4, 15]) {
        // Not more than there is to run.
        assert_eq!(row["width"], width);
        let number = |name: &str| row[name].as_f64().unwrap();
        assert!(number("prompt_tokens_evaluated") > 100.0);
        assert_eq!(number("prompt_tokens_logical"), 5.0 * number("prompt_tokens_evaluated"));
        // A trace's first token is drawn from its prompt's row.
        assert_eq!(number("rows"), f64::from(3 * 5 * (12 - 1)));
        assert_eq!(number("rows_saved"), 0.0);
        for rate in ["prefill_tokens_per_second", "decode_tokens_per_second", "all_tokens_per_second"] {
            assert!(number(rate) > 0.0, "{rate}");
        }
        assert!(number("decode_slowest") <= number("decode_tokens_per_second"));
        assert!((0.0..1.0).contains(&number("share_outside_llama_cpp")));
        assert!(number("peak_memory_bytes") > 7e6, "more than the weights");
    }
}

#[test]
fn greedy_traces_are_one_row_to_their_end() {
    let rows = rows("-npl 8 -npp 40 -ntg 20 --temp 0 -o json");
    assert_eq!(rows[0]["rows"], 19);
    assert_eq!(rows[0]["rows_saved"], 7 * 19);
}

#[test]
fn tables_and_csv() {
    let folder = tempfile::tempdir().unwrap();
    let table = stdout(&succeed_in(folder.path(), "bench -m demo -q -r 1 -npl 8 -npp 16 -ntg 4"));
    assert!(table.starts_with("width"), "{table}");
    assert!(table.contains("decode t/s") && table.contains("rows saved"), "{table}");
    assert!(table.lines().all(|line| line.chars().count() <= 80), "{table}");
    let csv = stdout(&succeed_in(folder.path(), "bench -m demo -q -r 1 -np 8 -npp 16 -ntg 4 -o csv"));
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let columns = reader.headers().unwrap().clone();
    assert!(columns.iter().any(|column| column == "decode_tokens_per_second"));
    assert_eq!(reader.records().count(), 1);
}

#[test]
fn bad_values_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for (options, words) in [
        ("-npl 0", "-np 0"),
        ("-npl 500", "-np 500"),
        ("-npp 0", "--prompt-tokens 0"),
        ("-r 0", "--repetitions 0"),
        ("--traces 0", "--traces 0"),
        ("--temp -1", "--temp"),
    ] {
        let output = run_in(folder.path(), &format!("bench -m demo {options}"));
        assert_eq!(output.status.code(), Some(2), "{options}");
        assert!(stderr(&output).contains(words), "{options}: {}", stderr(&output));
    }
    // More tokens than the model was trained for.
    let output = run_in(folder.path(), "bench -m demo -q -r 1 -npl 8 -npp 3000 -ntg 4");
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
}
