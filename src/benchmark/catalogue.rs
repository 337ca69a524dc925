//! What there is to choose from, for people and scripts.

use serde::Serialize;

use super::name::Benchmark;
use super::source::About;

/// A benchmark in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// As `--benchmark` takes it.
    pub name: &'static str,
    /// The files that are known: split, rows, and whether another version has taken its place.
    pub files: Vec<EntryFile>,
    /// The prompts' labels.
    pub labels: &'static str,
    /// What counts as "should be refused".
    pub refused: &'static str,
    /// Its licence.
    pub licence: &'static str,
    /// What has to be done before it can be downloaded, if anything.
    pub gate: Option<&'static str>,
    /// Where it is published.
    pub from: &'static str,
    /// What `--subset` takes; without any, `--data` is needed, but for `synthetic`.
    pub subsets: Vec<&'static str>,
}

/// A file of a benchmark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EntryFile {
    /// Its split, as ids have it.
    pub split: &'static str,
    /// Its rows.
    pub rows: u64,
    /// Whether another version has taken its place.
    pub older: bool,
}

/// What the list says of a benchmark.
#[must_use]
pub fn entry(benchmark: Benchmark) -> Entry {
    let Some(source) = benchmark.source() else {
        return Entry {
            name: benchmark.name(),
            files: Vec::new(),
            labels: "unsafe, safe",
            refused: "composed to be: one of two",
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
