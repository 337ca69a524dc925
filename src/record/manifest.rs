//! `manifest.json`: everything needed to understand and repeat a run.

use serde::{Deserialize, Serialize};

use super::adapters::AdapterFacts;
pub use super::engine_facts::EngineFacts;
use super::sample::SampleFacts;
use super::shard::{Shard, ShardFacts};

/// Manifest of one run folder. `S` is the type of the settings, which this layer cannot import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest<S> {
    /// [`super::SCHEMA_VERSION`] of the folder's files.
    pub schema_version: u32,
    /// Progress of the run.
    pub status: Status,
    /// Start time, UTC, RFC 3339.
    pub started: String,
    /// End time, UTC, RFC 3339; absent while running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// Model of the run.
    pub model: ModelFacts,
    /// Prompts of the run.
    pub benchmark: BenchmarkFacts,
    /// Judge of the run.
    pub judge: JudgeFacts,
    /// All settings of the run.
    pub settings: S,
    /// Program that started the run.
    pub build: BuildFacts,
    /// Other build that continued the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_by: Option<BuildFacts>,
    /// Machine of the run; of shards that were merged, the first one's.
    pub host: HostFacts,
    /// The shards that were merged into this run, in order; none for a run of one process after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<MergedShard>,
    /// Counts of the engine; absent until the end. They depend on the schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<EngineFacts>,
    /// Resources of the process that ended the run; absent until the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessFacts>,
}

/// A shard that was merged into a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedShard {
    /// Which part it was.
    pub shard: Shard,
    /// Run folder, as it was named.
    pub folder: String,
    /// Start time, UTC, RFC 3339.
    pub started: String,
    /// End time, UTC, RFC 3339.
    pub finished: Option<String>,
    /// Program that ran it.
    pub build: BuildFacts,
    /// Machine that it ran on.
    pub host: HostFacts,
}

/// Resources that a process used for its part of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProcessFacts {
    /// Number of instances that the process decided.
    pub instances: usize,
    /// Peak memory in bytes, including mapped weights, if the system reports it. In a process that made
    /// several runs, the peak of all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory: Option<u64>,
    /// Energy of the processor packages during the run in joules, including other processes, if the system
    /// reports it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy: Option<f64>,
}

/// Progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Started and not ended, or killed.
    Running,
    /// Ended by the user before every instance was decided; `run --resume` continues it.
    Interrupted,
    /// Every instance was decided or failed.
    Complete,
}

/// Model of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// Name as given on the command line.
    pub name: String,
    /// File name without the folder; of a model in several files that of the first part.
    pub file: String,
    /// Size in bytes, of all parts together.
    pub size: u64,
    /// sha256 of the file, lower-case hexadecimal; of a model in several files that of the list of its parts'
    /// sha256.
    pub sha256: String,
    /// Parts of a model in several files, in order. Absent for one file, and in manifests of versions that
    /// identified such a model by its first part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartFacts>,
    /// LoRA adapters and control vectors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub adapters: Vec<AdapterFacts>,
    /// Value of `general.architecture`.
    pub architecture: String,
    /// Quantization of most weights, for example `Q4_K_M`.
    pub quantization: String,
    /// Number of weights in all tensors.
    pub parameters: u64,
    /// Context length of the training in tokens.
    pub context_length: u64,
    /// Number of tokens in the vocabulary.
    pub vocabulary: u64,
    /// sha256 of the chat template's text; absent if the file has no template.
    pub template_sha256: Option<String>,
    /// Origin of the file, if it came from the hub.
    #[serde(flatten)]
    pub hub: Option<HubFacts>,
}

impl ModelFacts {
    /// Returns a name of the model with its adapters: `demo + style.gguf × 0.5`.
    #[must_use]
    pub fn with_adapters(&self, name: &str) -> String {
        let adapters = self.adapters.iter().map(|adapter| format!(" + {}", adapter.title()));
        adapters.fold(name.to_owned(), |title, adapter| title + &adapter)
    }
}

/// A part of a model in several files.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFacts {
    /// Name of the file.
    pub file: String,
    /// Size in bytes.
    pub size: u64,
    /// sha256 of the file.
    pub sha256: String,
}

/// Origin of a file on the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubFacts {
    /// Repository, `user/repo`.
    pub repository: String,
    /// Commit of the repository.
    pub revision: String,
    /// Whether the program pins the file's sha256.
    pub pinned: bool,
}

/// Prompts of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchmarkFacts {
    /// Name of the benchmark.
    pub name: String,
    /// File that the benchmark was read from, if any.
    pub file: Option<String>,
    /// sha256 of that file.
    pub sha256: Option<String>,
    /// Further files of a benchmark that has several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_files: Vec<FileFacts>,
    /// Number of instances in this run.
    pub instances: usize,
    /// How they were chosen; absent if all of the file are run, for composed prompts, and in files of earlier
    /// versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleFacts>,
    /// The part of these that the run is; absent for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<ShardFacts>,
    /// Notes on what was left out or joined.
    pub notes: Vec<String>,
    /// sha256 over ids, labels and prompts in order; equal for runs over the same prompts.
    pub prompts_sha256: String,
    /// Origin of the file, if it came from the hub.
    #[serde(flatten)]
    pub hub: Option<HubFacts>,
}

/// Name and digest of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Name of the file.
    pub file: String,
    /// sha256 of the file.
    pub sha256: String,
}

/// Judge of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeFacts {
    /// Name of the judge: `rules`, or `patterns,rules`.
    pub name: String,
    /// sha256 of the file of patterns, if any.
    pub patterns_sha256: Option<String>,
    /// Judge of harm, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harm: Option<String>,
}

/// Program of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildFacts {
    /// Package version.
    pub version: String,
    /// Git revision, with `-dirty` if the tree differed; `unknown` without git.
    pub revision: String,
    /// GPU features compiled in.
    pub features: String,
    /// `target-cpu` of the build.
    pub cpu_target: String,
    /// Target triple.
    pub target: String,
    /// Version of the llama.cpp binding.
    pub llama_cpp_2: String,
    /// Version of the crate that carries llama.cpp's source; absent in files of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub llama_cpp_sys_2: Option<String>,
}

/// Machine of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostFacts {
    /// Operating system.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// Processor name, if the system reports it.
    pub cpu: Option<String>,
    /// Logical cores available.
    pub cores: usize,
    /// Memory in bytes, if the system reports it.
    pub memory: Option<u64>,
}
