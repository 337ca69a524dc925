//! A run's settings, validated: what was typed has become one value that everything else reads.

pub mod engine;
mod error;
mod live_judge;
mod record_mode;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use error::BadSetting;
pub use live_judge::{LiveJudge, Panel};
pub use record_mode::RecordMode;

use crate::deepconf::policy::Policy;
use crate::deepconf::split::Split;
use crate::deepconf::stop::StopRule;
use crate::deepconf::weight::VoteWeight;
use crate::deepconf::{WINDOW_ANSWER, WINDOW_THINKING};
pub use crate::record::engine_settings::EngineSettings;
use crate::record::{Label, Measure};
use crate::sampling::SamplingParams;

/// Tokens of a trace at most, without thinking.
const MAX_TOKENS_ANSWER: u32 = 256;

/// Tokens of a trace at most, with thinking.
const MAX_TOKENS_THINKING: u32 = 4_096;

/// Every setting that a run's results depend on; the manifest keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// `--model`.
    pub model: String,
    /// The prompts.
    pub benchmark: BenchmarkSettings,
    /// How the model is spoken to.
    pub chat: ChatSettings,
    /// How tokens are drawn.
    pub sampling: SamplingParams,
    /// `--max-tokens`: tokens of a trace at most.
    pub max_tokens: u32,
    /// `--seed`: seed of all traces.
    pub seed: u64,
    /// `--judge`: who judges while the run goes on.
    #[serde(default)]
    pub judge: LiveJudge,
    /// Who else judges, when it is over.
    #[serde(default, skip_serializing_if = "Panel::is_empty")]
    pub panel: Panel,
    /// `--refusal-patterns`: a file of patterns that speak before the rules.
    pub refusal_patterns: Option<PathBuf>,
    /// `--record`: what is kept of a trace's tokens.
    #[serde(default)]
    pub record: RecordMode,
    /// How many traces an instance gets.
    pub stop: StopRule,
    /// What is done with them.
    #[serde(rename = "reading")]
    pub analysis: AnalysisSettings,
    /// How the engine runs.
    pub engine: EngineSettings,
}

/// Which prompts.
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
    /// `--shuffle-seed`.
    pub shuffle_seed: Option<u64>,
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
    /// How a file of one's own is read.
    #[serde(default, skip_serializing_if = "CustomColumns::is_empty")]
    pub custom: CustomColumns,
}

/// The columns of a file of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomColumns {
    /// `--prompt-column`.
    pub prompt: Option<String>,
    /// `--label-column`.
    pub label: Option<String>,
    /// `--unsafe-value`s of that column.
    pub unsafe_values: Vec<String>,
    /// Its `--safe-value`s.
    pub safe_values: Vec<String>,
    /// `--category-column`.
    pub category: Option<String>,
    /// `--id-column`.
    pub id: Option<String>,
    /// `--label`, of all prompts.
    pub whole: Option<Label>,
}

impl CustomColumns {
    /// Whether nothing was told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// How the model is spoken to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatSettings {
    /// `--system`.
    pub system: Option<String>,
    /// `--reasoning on`.
    pub thinking: bool,
}

/// How traces are read: nothing here changes what is sampled, but for the vote's weight in a stop rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnalysisSettings {
    /// `--confidence`: the measure that `confidences` and `avg_confidence` hold.
    pub confidence: Measure,
    /// `--window`: tokens per group of the group confidences.
    pub window: usize,
    /// `--vote`: what a trace's vote weighs.
    pub vote: VoteWeight,
    /// `--split`: where confident begins.
    pub split: Split,
}

impl Settings {
    /// The defaults for a model: 20 synthetic instances, no thinking, consensus of 3 to 10 traces.
    #[must_use]
    pub fn new(model: &str) -> Self {
        Self {
            model: model.to_owned(),
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
                confidence: Measure::Probability,
                window: WINDOW_ANSWER,
                vote: VoteWeight::Plain,
                split: Split::Quantile(0.5),
            },
            engine: EngineSettings::default(),
        }
    }

    /// The defaults with thinking on.
    #[must_use]
    pub fn with_thinking(mut self) -> Self {
        self.chat.thinking = true;
        self.sampling = SamplingParams::QWEN3_THINKING;
        self.max_tokens = MAX_TOKENS_THINKING;
        self.analysis.window = WINDOW_THINKING;
        self
    }

    /// How traces become decisions.
    #[must_use]
    pub fn policy(&self) -> Policy {
        let AnalysisSettings { confidence, window, vote, split: _ } = self.analysis;
        Policy { stop: self.stop, vote, confidence, window }
    }

    /// Checks every range.
    ///
    /// # Errors
    /// [`BadSetting`] for the first that is off.
    pub fn check(&self) -> Result<(), BadSetting> {
        let bad = |text: String| Err(BadSetting(text));
        self.sampling.check().map_err(BadSetting)?;
        if self.max_tokens == 0 {
            return bad("--max-tokens 0: a trace needs at least one token".to_owned());
        }
        if self.analysis.window == 0 {
            return bad("--window 0: a group has at least one token".to_owned());
        }
        if self.benchmark.num_instances == Some(0) {
            return bad("--num-instances 0: there is nothing to run".to_owned());
        }
        engine::check(&self.engine)?;
        self.stop.check().map_err(BadSetting)
    }
}
