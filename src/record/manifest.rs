//! `manifest.json`: everything needed to know, and to repeat, a run.

use serde::{Deserialize, Serialize};

use super::engine::WidthChosenBy;

/// The manifest of one run folder. `S` is the settings type of the plan, which this row may not import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest<S> {
    /// [`super::SCHEMA_VERSION`] of the files beside it.
    pub schema_version: u32,
    /// Whether the run is complete.
    pub status: Status,
    /// UTC, RFC 3339.
    pub started: String,
    /// UTC, RFC 3339; absent while running.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished: Option<String>,
    /// The model.
    pub model: ModelFacts,
    /// The prompts.
    pub benchmark: BenchmarkFacts,
    /// Who judged.
    pub judge: JudgeFacts,
    /// Every setting of the run.
    pub settings: S,
    /// The program that ran.
    pub build: BuildFacts,
    /// Another build that continued it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resumed_by: Option<BuildFacts>,
    /// The machine it ran on.
    pub host: HostFacts,
    /// What the engine did; absent until the end. Depends on the schedule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<EngineFacts>,
    /// What the process that ended the run took; absent until the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<ProcessFacts>,
}

/// What a process took for its part of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProcessFacts {
    /// Instances that it decided.
    pub instances: usize,
    /// Most memory that it has held, weights that are mapped included, bytes; where the system tells. A process
    /// that made several runs held it in any of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_memory: Option<u64>,
    /// Energy of the processor packages meanwhile, joules, whatever else ran; where the system tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy: Option<f64>,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Started and not ended, or killed.
    Running,
    /// Ended before every instance was decided, by the user; `run --resume` continues it.
    Interrupted,
    /// Every instance was decided or failed.
    Complete,
}

/// The model of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// As it was named on the command line.
    pub name: String,
    /// The file's name, without its folder.
    pub file: String,
    /// Bytes.
    pub size: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
    /// `general.architecture`.
    pub architecture: String,
    /// Quantization of most weights, for instance `Q4_K_M`.
    pub quantization: String,
    /// Weights, all tensors together.
    pub parameters: u64,
    /// Context length of the training, tokens.
    pub context_length: u64,
    /// Number of tokens in the vocabulary.
    pub vocabulary: u64,
    /// sha256 of the chat template's text; absent where the file has none.
    pub template_sha256: Option<String>,
    /// Where on the hub the file came from, if from there.
    #[serde(flatten)]
    pub hub: Option<HubFacts>,
}

/// Where on the hub a file came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HubFacts {
    /// `user/repo`.
    pub repository: String,
    /// Commit of that repository.
    pub revision: String,
    /// Whether the program itself states the file's sha256.
    pub pinned: bool,
}

/// The prompts of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchmarkFacts {
    /// Name of the benchmark.
    pub name: String,
    /// The file it was read from, if from a file.
    pub file: Option<String>,
    /// sha256 of that file.
    pub sha256: Option<String>,
    /// The other files, of a benchmark that is read from several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub more_files: Vec<FileFacts>,
    /// Instances of this run.
    pub instances: usize,
    /// What was left out or joined, in words.
    pub notes: Vec<String>,
    /// sha256 over ids, labels and prompts in order: equal in runs over the same prompts.
    pub prompts_sha256: String,
    /// Where on the hub the file came from, if from there.
    #[serde(flatten)]
    pub hub: Option<HubFacts>,
}

/// A file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Its name.
    pub file: String,
    /// Its sha256.
    pub sha256: String,
}

/// The judge of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeFacts {
    /// Its name: `rules`, or `patterns,rules`.
    pub name: String,
    /// sha256 of the file of patterns, if there is one.
    pub patterns_sha256: Option<String>,
    /// Who said whether answers do harm, if anyone did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harm: Option<String>,
}

/// The program of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildFacts {
    /// Package version.
    pub version: String,
    /// Git revision, `-dirty` where the tree differed; `unknown` without git.
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

/// The machine of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostFacts {
    /// Operating system.
    pub os: String,
    /// Processor architecture.
    pub arch: String,
    /// Processor name, where the system tells.
    pub cpu: Option<String>,
    /// Logical cores available.
    pub cores: usize,
    /// Bytes of memory, where the system tells.
    pub memory: Option<u64>,
}

/// What the engine did in a run, this process's part of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EngineFacts {
    /// Traces decoded side by side at most.
    pub width: usize,
    /// What decided that; absent where nothing had to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width_chosen_by: Option<WidthChosenBy>,
    /// Threads.
    pub threads: usize,
    /// Threads of llama.cpp's batches; 0 if unknown.
    #[serde(default)]
    pub threads_batch: usize,
    /// Bytes of KV cache; 0 if unknown.
    #[serde(default)]
    pub kv_bytes: u64,
    /// Whether it is promised that results depend on no width, number of threads, order or sharing.
    #[serde(default)]
    pub schedule_independent: bool,
    /// Why it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schedule_note: Option<String>,
    /// Cells of KV cache per sequence, tokens.
    pub context_per_sequence: usize,
    /// Tokens of a micro-batch.
    #[serde(default)]
    pub micro_batch: usize,
    /// Prompts evaluated.
    pub prompts: u64,
    /// Prompt tokens evaluated: each prompt once.
    pub prompt_tokens_evaluated: u64,
    /// Prompt tokens that further traces took from the KV cache instead.
    pub prompt_tokens_reused: u64,
    /// Tokens decoded, cancelled traces included.
    pub tokens_decoded: u64,
    /// Of these, tokens of traces that were cancelled.
    pub tokens_cancelled: u64,
    /// Rows computed to keep batches at their least width.
    pub padding_rows: u64,
    /// Decode steps.
    #[serde(default)]
    pub steps: u64,
    /// Rows that the traces took in them: one for all traces of a prompt with the same tokens so far.
    #[serde(default)]
    pub rows: u64,
    /// Rows that sharing saved: traces without a row of their own, summed over the steps.
    #[serde(default)]
    pub rows_saved: u64,
    /// Seconds in the engine.
    pub seconds: f64,
    /// Of these, llama.cpp evaluating prompts.
    #[serde(default)]
    pub seconds_prompts: f64,
    /// Llama.cpp decoding.
    #[serde(default)]
    pub seconds_decode: f64,
    /// Reading rows of logits and drawing from them.
    #[serde(default)]
    pub seconds_rows: f64,
}

impl EngineFacts {
    /// Prompt tokens evaluated a second of their evaluation; `None` if none were.
    #[must_use]
    pub fn prefill_rate(&self) -> Option<f64> {
        rate(self.prompt_tokens_evaluated as f64, self.seconds_prompts)
    }

    /// Tokens a second of all that is not evaluation of prompts: llama.cpp's steps, the reading of rows,
    /// draws and bookkeeping. A trace's first token needs no step and does not count.
    #[must_use]
    pub fn decode_rate(&self) -> Option<f64> {
        rate((self.rows + self.rows_saved) as f64, self.seconds - self.seconds_prompts)
    }
}

fn rate(amount: f64, per: f64) -> Option<f64> {
    (per > 0.0).then(|| amount / per)
}
