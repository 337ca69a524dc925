//! Short names of the runs of a table: what differs between them.

use std::collections::HashSet;

use crate::analysis::table::TableRow;

/// Returns a name for each row, built from what differs between the rows: the level or model, the benchmark,
/// the policy and the seed. Rows that these do not tell apart keep the names of their cells.
pub fn names(rows: &[TableRow]) -> Vec<String> {
    let differ = |of: &dyn Fn(&TableRow) -> String| rows.iter().map(of).collect::<HashSet<_>>().len() > 1;
    let are_levels = are_levels(rows);
    let model = |row: &TableRow| match are_levels {
        true => row.found.quantization.clone(),
        false => row.found.model.clone(),
    };
    let is_used = [
        differ(&|row| row.found.model.clone()),
        differ(&|row| row.benchmark.clone()),
        differ(&|row| row.found.stop_rule.clone()),
        differ(&|row| row.seed.to_string()),
    ];
    let name = |row: &TableRow| {
        let parts =
            [model(row), row.benchmark.clone(), row.found.stop_rule.clone(), format!("seed {}", row.seed)];
        let used = parts.into_iter().zip(is_used).filter(|(_, is_used)| *is_used).map(|(part, _)| part);
        used.collect::<Vec<_>>().join(", ")
    };
    let names: Vec<String> = rows.iter().map(name).collect();
    let is_clear =
        names.iter().collect::<HashSet<_>>().len() == rows.len() && !names.contains(&String::new());
    if is_clear { names } else { rows.iter().map(|row| row.found.cell.clone()).collect() }
}

/// Returns whether the models differ in their quantization, so that its name stands for the model.
pub fn are_levels(rows: &[TableRow]) -> bool {
    let pairs: HashSet<(&str, &str)> =
        rows.iter().map(|row| (row.found.model.as_str(), row.found.quantization.as_str())).collect();
    let levels: HashSet<&str> = pairs.iter().map(|(_, level)| *level).collect();
    levels.len() == pairs.len() && !levels.contains("")
}
