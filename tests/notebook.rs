//! The notebook runs on a table that `export` wrote.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::python::python;
use crate::support::{json, json_lines, succeed_in};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_notebook_draws_both_plots() {
    let Some(python) = python(&["matplotlib", "pandas", "pyarrow"]) else { return };
    let folder = tempfile::tempdir().unwrap();
    succeed_in(folder.path(), "run -m demo -N 40 --seed 1 -q -o run");
    succeed_in(folder.path(), "export run -o answers.parquet -q");
    let rows = json_lines(&folder.path().join("run/predictions.jsonl"));
    let split = json(&folder.path().join("run/analysis.json"))["split"]["value"].as_f64().unwrap();
    let uncertain = |row: &&Value| row["confidence"].as_f64().unwrap() < split;
    let notebook = json(&root().join("scripts/notebook.ipynb"));
    let cells = notebook["cells"].as_array().unwrap();
    assert!(
        cells.iter().all(|cell| cell["outputs"].as_array().is_none_or(Vec::is_empty)),
        "outputs are stripped"
    );
    let code = cells.iter().filter(|cell| cell["cell_type"] == "code");
    let lines = code.flat_map(|cell| cell["source"].as_array().unwrap().iter().chain([&Value::Null]));
    let mut script: String = lines.map(|line| line.as_str().unwrap_or("\n")).collect();
    script.push_str(&format!(
        r#"
first, second = (plt.figure(number).axes[0] for number in plt.get_fignums())
def area(patch):
    # A step is a closed line: each instance is under one bin's width.
    x, y = patch.get_xy()[:, 0], patch.get_xy()[:, 1]
    return abs((x * (__import__("numpy").roll(y, -1)) - __import__("numpy").roll(x, -1) * y).sum()) / 2
width = (decided["confidence"].max() - decided["confidence"].min()) / 20
assert round(sum(area(patch) for patch in first.patches) / width) == {all}, first.patches
points = [point for drawn in second.collections for point in drawn.get_offsets()]
assert len(points) == {all}, len(points)
assert sum(x < {split} for x, _ in points) == {uncertain}, points
assert str(answers["votes_for"].dtype) == "int64" and str(answers["confidence"].dtype) == "float64", answers.dtypes
assert answers["correct"].dtype == bool and answers["run_seed"].dtype == "uint64", answers.dtypes
"#,
        all = rows.len(),
        uncertain = rows.iter().filter(uncertain).count(),
    ));
    let output = Command::new(python)
        .args(["-c", &script])
        .env("MPLBACKEND", "Agg")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
}
