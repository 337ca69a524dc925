//! Validated settings of a run: the single value that all other parts read.

pub mod adapters;
pub mod command;
pub mod engine;
mod error;
mod live_judge;
pub mod llama_values;
mod record_mode;
mod source;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use error::BadSetting;
pub use live_judge::{LiveJudge, Panel};
pub use record_mode::RecordMode;
pub use source::Source;

use crate::chat::{Effort, PromptFormat};
use crate::deepconf::policy::Policy;
use crate::deepconf::split::Split;
use crate::deepconf::stop::StopRule;
use crate::deepconf::weight::VoteWeight;
use crate::deepconf::{WINDOW_ANSWER, WINDOW_THINKING};
pub use crate::record::adapters::{AdapterSettings, ScaledFile};
pub use crate::record::engine_settings::EngineSettings;
use crate::record::shard::Shard;
use crate::record::{Label, Measure};
use crate::sampling::SamplingParams;

/// Default of `--max-tokens` without thinking.
const MAX_TOKENS_ANSWER: u32 = 256;

/// Default of `--max-tokens` with thinking.
const MAX_TOKENS_THINKING: u32 = 4_096;

/// All settings that a run's results depend on. The manifest stores them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// `--model`; of another program's answers any name.
    pub model: String,
    /// `--engine`.
    #[serde(default, skip_serializing_if = "Source::is_model")]
    pub source: Source,
    /// `--lora`, `--control-vector` and their like.
    #[serde(default, skip_serializing_if = "AdapterSettings::is_empty")]
    pub adapters: AdapterSettings,
    /// Prompts to run.
    pub benchmark: BenchmarkSettings,
    /// Chat format of the prompts.
    pub chat: ChatSettings,
    /// Sampling parameters.
    pub sampling: SamplingParams,
    /// `--max-tokens`: maximum number of tokens per trace.
    pub max_tokens: u32,
    /// `--seed`: seed from which the seed of every trace is derived.
    pub seed: u64,
    /// `--judge`: judge of the traces during the run.
    #[serde(default)]
    pub judge: LiveJudge,
    /// Judges of the traces after the run.
    #[serde(default, skip_serializing_if = "Panel::is_empty")]
    pub panel: Panel,
    /// `--refusal-patterns`: file of patterns that are matched before the rules apply.
    pub refusal_patterns: Option<PathBuf>,
    /// `--record`: data kept for each token.
    #[serde(default)]
    pub record: RecordMode,
    /// Rule for the number of traces per instance.
    pub stop: StopRule,
    /// Analysis of the traces.
    #[serde(rename = "reading")]
    pub analysis: AnalysisSettings,
    /// Engine settings.
    pub engine: EngineSettings,
}

/// Selection of the prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenchmarkSettings {
    /// `--benchmark`.
    pub name: String,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--subset`.
    #[serde(default)]
    pub subset: Option<String>,
    /// `--num-instances`.
    pub num_instances: Option<usize>,
    /// `--first`. True in files of versions without the option, which took the first rows.
    #[serde(default = "first_of_earlier_versions")]
    pub first: bool,
    /// `--shuffle-seed`.
    pub shuffle_seed: Option<u64>,
    /// `--shard`: the part of the instances to run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// `--include-copyright`.
    pub include_copyright: bool,
    /// `--human-annotated-only`.
    #[serde(default)]
    pub human_annotated_only: bool,
    /// `--keep-unlabelled`.
    #[serde(default)]
    pub keep_unlabelled: bool,
    /// `--prompt-style`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt_style: Option<String>,
    /// Columns of a user's own file.
    #[serde(default, skip_serializing_if = "CustomColumns::is_empty")]
    pub custom: CustomColumns,
}

fn first_of_earlier_versions() -> bool {
    true
}

/// Columns of a user's own file of prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomColumns {
    /// `--prompt-column`.
    pub prompt: Option<String>,
    /// `--label-column`.
    pub label: Option<String>,
    /// `--unsafe-value`: values of the label column that mean unsafe.
    pub unsafe_values: Vec<String>,
    /// `--safe-value`: values of the label column that mean safe.
    pub safe_values: Vec<String>,
    /// `--category-column`.
    pub category: Option<String>,
    /// `--id-column`.
    pub id: Option<String>,
    /// `--label`: one label for all prompts.
    pub whole: Option<Label>,
}

impl CustomColumns {
    /// Returns whether no option was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Chat format of the prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatSettings {
    /// `--system`.
    pub system: Option<String>,
    /// `--reasoning on`.
    pub thinking: bool,
    /// `--reasoning-effort`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
    /// `--chat-template`, `--raw` or `--few-shot`: template of the prompts.
    #[serde(default)]
    pub format: PromptFormat,
}

impl ChatSettings {
    /// Checks that no option contradicts another.
    fn check(&self) -> Result<(), BadSetting> {
        let bad = |text: String| Err(BadSetting(text));
        if let Some(effort) = self.effort.filter(|_| !self.thinking) {
            return bad(format!("--reasoning-effort {} needs --reasoning on", effort.name()));
        }
        let Some(frame) = self.format.frame_option() else { return Ok(()) };
        if self.thinking {
            return bad(format!(
                "{frame} and --reasoning on contradict each other: only chat templates switch thinking"
            ));
        }
        if self.format == PromptFormat::Raw && self.system.is_some() {
            return bad(
                "--raw and --system contradict each other: a raw prompt has no place for a system prompt"
                    .to_owned(),
            );
        }
        Ok(())
    }
}

/// Analysis of the traces. Sampling depends on it only through a stop rule: rules use `vote`, the percentile
/// rule `confidence`, and DeepConf online `window`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalysisSettings {
    /// `--confidence`: measure reported in `confidences` and `avg_confidence`.
    pub confidence: Measure,
    /// `--window`: tokens per group of the group confidences.
    pub window: usize,
    /// `--vote`: weight of a trace's vote.
    pub vote: VoteWeight,
    /// `--split`: threshold between confident and uncertain.
    pub split: Split,
}

impl Settings {
    /// Checks that no setting is for a model in this process, if another program answers.
    fn check_source(&self) -> Result<(), BadSetting> {
        let chat = &self.chat;
        let idle = [
            ("--reasoning on", chat.thinking),
            ("--chat-template, --raw or --few-shot", chat.format != PromptFormat::Own),
            ("--lora or --control-vector", !self.adapters.is_empty()),
        ];
        match idle.iter().find(|(_, is_set)| *is_set && !self.source.is_model()) {
            Some((option, _)) => Err(BadSetting(format!(
                "{option} has no effect on --engine {}: the program knows its model",
                self.source
            ))),
            None => Ok(()),
        }
    }

    /// Returns the defaults for a model: 20 synthetic instances, no thinking, consensus of 3 to 10 traces.
    #[must_use]
    pub fn new(model: &str) -> Self {
        Self {
            model: model.to_owned(),
            source: Source::Model,
            adapters: AdapterSettings::default(),
            benchmark: BenchmarkSettings { name: "synthetic".to_owned(), ..BenchmarkSettings::default() },
            chat: ChatSettings::default(),
            sampling: SamplingParams::QWEN3_ANSWER,
            max_tokens: MAX_TOKENS_ANSWER,
            seed: 0,
            judge: LiveJudge::Lexicon,
            panel: Panel::default(),
            refusal_patterns: None,
            record: RecordMode::Tokens,
            stop: StopRule::Consensus { tau: 0.95, min_traces: 3, max_traces: 10, settled: true },
            analysis: AnalysisSettings {
                confidence: Measure::Bottom10,
                window: WINDOW_ANSWER,
                vote: VoteWeight::Plain,
                split: Split::Quantile(0.5),
            },
            engine: EngineSettings::default(),
        }
    }

    /// Turns thinking on and sets the defaults that go with it.
    #[must_use]
    pub fn with_thinking(mut self) -> Self {
        self.chat.thinking = true;
        self.sampling = SamplingParams::QWEN3_THINKING;
        self.max_tokens = MAX_TOKENS_THINKING;
        self.analysis.window = WINDOW_THINKING;
        self
    }

    /// Returns the policy that turns traces into decisions.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let AnalysisSettings { confidence, window, vote, split: _ } = self.analysis;
        Policy { stop: self.stop, vote, confidence, window }
    }

    /// Checks that every setting is in its range.
    ///
    /// # Errors
    /// Returns [`BadSetting`] for the first setting that is not.
    pub fn check(&self) -> Result<(), BadSetting> {
        let bad = |text: String| Err(BadSetting(text));
        self.sampling.check().map_err(BadSetting)?;
        self.chat.check()?;
        if self.max_tokens == 0 {
            return bad("--max-tokens 0: must be at least 1".to_owned());
        }
        if self.analysis.window == 0 {
            return bad("--window 0: must be at least 1".to_owned());
        }
        if self.benchmark.num_instances == Some(0) {
            return bad("--num-instances 0: must be at least 1".to_owned());
        }
        adapters::check(&self.adapters)?;
        self.check_source()?;
        engine::check(&self.engine)?;
        self.stop.check().map_err(BadSetting)
    }
}
