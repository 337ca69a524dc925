//! Which prompts are wanted, and what is given of them.

use std::path::PathBuf;
use std::sync::Arc;

use super::name::Benchmark;
use super::subset::Subset;
use crate::model::hub::{DatasetFile, Host};
use crate::record::Instance;
use crate::record::manifest::BenchmarkFacts;
use crate::settings::CustomColumns;

/// Which prompts to load.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The file to read, or a folder that holds it, for benchmarks that need one.
    pub data: Option<PathBuf>,
    /// What came on standard input, which is read instead of a file.
    pub stdin: Option<Arc<[u8]>>,
    /// What was found out about the file beforehand, for the notes.
    pub found: Vec<String>,
    /// The files from the hub, which are read if there is no `data`.
    pub fetched: Vec<Fetched>,
    /// How many instances; all of a file, or the synthetic default, if absent.
    pub num_instances: Option<usize>,
    /// Shuffles a file's rows before the first are taken; composes other synthetic prompts.
    pub shuffle_seed: Option<u64>,
    /// Keep HarmBench's copyright rows.
    pub include_copyright: bool,
    /// Keep only those rows of ToxicChat that people annotated.
    pub human_annotated_only: bool,
    /// Keep rows without a label, of WildGuard and of one's own files.
    pub keep_unlabelled: bool,
    /// The style of SORRY-Bench's prompts; `base` if absent, `all` for every one.
    pub prompt_style: Option<String>,
    /// How a file of one's own is read.
    pub custom: CustomColumns,
}

/// A subset that is on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Which one.
    pub subset: &'static Subset,
    /// Where it lies.
    pub path: PathBuf,
    /// Commit of its repository.
    pub revision: String,
}

/// Loaded prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// In the order of the run.
    pub instances: Vec<Instance>,
    /// What the manifest keeps of them.
    pub facts: BenchmarkFacts,
}

impl Fetched {
    /// Where it is from, and what may be done with it.
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
    /// A note for every option that was given and that a benchmark has no use for.
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
        idle.map(|(option, _, of)| format!("{option} changes nothing here: it is for {}", names(of)))
            .collect()
    }
}
