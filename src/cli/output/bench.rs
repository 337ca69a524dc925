//! Throughput, for people.

use crate::jobs::bench::BenchRow;

/// Names of the columns.
pub const HEADER: [&str; 11] = [
    "width",
    "prefill t/s",
    "decode t/s",
    "slowest-fastest",
    "all t/s",
    "row µs",
    "outside llama.cpp",
    "prompt evaluated/logical",
    "rows saved",
    "KV MiB",
    "peak MiB",
];

/// The cells of each row.
pub fn cells(rows: &[BenchRow]) -> Vec<Vec<String>> {
    let mebibytes = |bytes: u64| (bytes >> 20).to_string();
    let share = |part: u64, of: u64| format!("{:.1} %", 100.0 * part as f64 / of.max(1) as f64);
    let cells = rows.iter().map(|row| {
        vec![
            row.width.to_string(),
            format!("{:.1}", row.prefill_tokens_per_second),
            format!("{:.1}", row.decode_tokens_per_second),
            format!("{:.1}-{:.1}", row.decode_slowest, row.decode_fastest),
            format!("{:.1}", row.all_tokens_per_second),
            format!("{:.1}", row.row_microseconds),
            format!("{:.2} %", 100.0 * row.share_outside_llama_cpp),
            format!("{}/{}", row.prompt_tokens_evaluated, row.prompt_tokens_logical),
            share(row.rows_saved, row.rows + row.rows_saved),
            mebibytes(row.kv_bytes),
            row.peak_memory_bytes.map_or_else(|| "?".to_owned(), mebibytes),
        ]
    });
    cells.collect()
}
