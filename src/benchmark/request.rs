//! Request for prompts, and the loaded result.

use std::path::PathBuf;
use std::sync::Arc;

use super::name::Benchmark;
use super::subset::Subset;
use crate::model::hub::{DatasetFile, Host};
use crate::record::Instance;
use crate::record::manifest::BenchmarkFacts;
use crate::settings::CustomColumns;

/// Request for prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// File, or folder that contains it, for benchmarks that need one.
    pub data: Option<PathBuf>,
    /// Contents of standard input, which is read instead of a file.
    pub stdin: Option<Arc<[u8]>>,
    /// Notes from recognising the file.
    pub found: Vec<String>,
    /// Downloaded files, which are read if `data` is absent.
    pub fetched: Vec<Fetched>,
    /// Number of instances. If absent, all of a file, or the synthetic default.
    pub num_instances: Option<usize>,
    /// Whether the first rows of a file are taken instead of a stratified sample.
    pub first: bool,
    /// Seed of the sample, of the shuffle of a file's rows, or of the synthetic composition.
    pub shuffle_seed: Option<u64>,
    /// Whether HarmBench's copyright rows are kept.
    pub include_copyright: bool,
    /// Whether only ToxicChat's human-annotated rows are kept.
    pub human_annotated_only: bool,
    /// Whether rows without a label are kept, for WildGuard and custom files.
    pub keep_unlabelled: bool,
    /// Style of SORRY-Bench's prompts; `base` if absent, `all` for every style.
    pub prompt_style: Option<String>,
    /// Columns of a user's own file.
    pub custom: CustomColumns,
}

/// A downloaded subset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// The subset.
    pub subset: &'static Subset,
    /// Path of the file.
    pub path: PathBuf,
    /// Commit of the repository.
    pub revision: String,
}

/// Loaded prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// Instances in the order of the run.
    pub instances: Vec<Instance>,
    /// Facts for the manifest.
    pub facts: BenchmarkFacts,
}

impl Fetched {
    /// Returns the note on origin and licence.
    pub(super) fn note(&self, licence: &str) -> String {
        let DatasetFile { host, repository, file, sha256, .. } = self.subset.file;
        let of = match host {
            Host::Hub => "of the data set",
            Host::GitHub => "of the GitHub repository",
        };
        let unpinned = if sha256.is_some() { "" } else { ", its sha256 not pinned" };
        format!("{file} {of} {repository}{unpinned}; licence: {licence}")
    }
}

impl Request {
    /// Returns a note for every given option that the benchmark ignores.
    pub(super) fn idle_options(&self, benchmark: Benchmark) -> Vec<String> {
        const OWN: &[Benchmark] = &[Benchmark::Custom];
        let custom = &self.custom;
        let options: [(&str, bool, &[Benchmark]); 11] = [
            ("--include-copyright", self.include_copyright, &[Benchmark::HarmBench]),
            ("--human-annotated-only", self.human_annotated_only, &[Benchmark::ToxicChat]),
            ("--keep-unlabelled", self.keep_unlabelled, &[Benchmark::WildGuard, Benchmark::Custom]),
            ("--prompt-style", self.prompt_style.is_some(), &[Benchmark::SorryBench]),
            ("--prompt-column", custom.prompt.is_some(), OWN),
            ("--label-column", custom.label.is_some(), OWN),
            ("--label", custom.whole.is_some(), OWN),
            ("--unsafe-value", !custom.unsafe_values.is_empty(), OWN),
            ("--safe-value", !custom.safe_values.is_empty(), OWN),
            ("--category-column", custom.category.is_some(), OWN),
            ("--id-column", custom.id.is_some(), OWN),
        ];
        let idle = options.iter().filter(|(_, given, of)| *given && !of.contains(&benchmark));
        let names = |of: &[Benchmark]| of.iter().map(|one| one.name()).collect::<Vec<_>>().join(" and ");
        let mut notes: Vec<String> = idle
            .map(|(option, _, of)| format!("{option} changes nothing here: it is for {}", names(of)))
            .collect();
        if self.first && (benchmark == Benchmark::Synthetic || self.num_instances.is_none()) {
            notes.push("--first changes nothing here: it is for -N of a file".to_owned());
        }
        notes
    }
}
