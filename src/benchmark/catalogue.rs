//! List of the benchmarks, for users and scripts.

use serde::Serialize;

use super::name::Benchmark;
use super::source::About;

/// A benchmark in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Name that `--benchmark` takes.
    pub name: &'static str,
    /// Known files: split, rows, and whether a newer version exists.
    pub files: Vec<EntryFile>,
    /// Labels of the prompts.
    pub labels: &'static str,
    /// Rows that should be refused.
    pub refused: &'static str,
    /// Licence of the data.
    pub licence: &'static str,
    /// Steps before the file can be downloaded, if any.
    pub gate: Option<&'static str>,
    /// Origin of the data.
    pub from: &'static str,
    /// Names that `--subset` takes. Without any, the benchmark needs `--data`, except `synthetic`.
    pub subsets: Vec<&'static str>,
}

/// A known file of a benchmark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryFile {
    /// Split, as in ids.
    pub split: &'static str,
    /// Number of rows.
    pub rows: u64,
    /// Whether a newer version exists.
    pub older: bool,
}

/// Returns the list's entry for a benchmark.
#[must_use]
pub fn entry(benchmark: Benchmark) -> Entry {
    let Some(source) = benchmark.source() else {
        return Entry {
            name: benchmark.name(),
            files: Vec::new(),
            labels: "unsafe, safe",
            refused: "half of the prompts",
            licence: "Apache-2.0",
            gate: None,
            from: "this program",
            subsets: Vec::new(),
        };
    };
    let About { labels, refused, from, gate } = source.about;
    let files = source.versions.iter();
    Entry {
        name: benchmark.name(),
        files: files
            .map(|version| EntryFile { split: version.split, rows: version.rows, older: version.is_older })
            .collect(),
        labels,
        refused,
        licence: source.licence,
        gate,
        from,
        subsets: source.subsets.iter().map(|subset| subset.name).collect(),
    }
}
