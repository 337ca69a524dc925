//! Arguments of `run`, which `compare` and `sweep` take too.

use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, ValueEnum};

use super::benchmark::BenchmarkArgs;
use super::engine::EngineArgs;
use super::hub::HubArgs;
use super::judge::GuardArgs;
use super::names;
use super::stopping::StoppingArgs;
use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::jobs::judge::name::JudgeName;
use crate::jobs::{InputError, JobError};
use crate::model::DEFAULT_MODEL;
use crate::record::Measure;
use crate::settings::{AnalysisSettings, EngineSettings, LiveJudge, Panel, RecordMode, Settings};

/// The earlier program's names work: --model --benchmark --num-instances --min-traces --max-traces
/// --no-early-stopping --compare --output.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// `demo`, a .gguf file, or `user/repo[:LEVEL]` on the Hugging Face hub [default: Qwen/Qwen3-0.6B]
    ///
    /// compare and sweep take several: with commas, with braces (`user/repo:{Q8_0,Q4_K_M}`), as a pattern
    /// (`levels/*.gguf`), or by repeating the option.
    #[arg(short, long, value_name = "MODEL", env = "LLAMA_ARG_MODEL")]
    pub model: Vec<String>,
    #[command(flatten)]
    pub hub: HubArgs,

    #[command(flatten)]
    pub benchmark: BenchmarkArgs,
    #[command(flatten)]
    pub chat: ChatArgs,
    #[command(flatten)]
    pub sampling: SamplingArgs,
    #[command(flatten)]
    pub stopping: StoppingArgs,
    #[command(flatten)]
    pub reading: AnalysisArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub output: OutputArgs,

    /// Take options from a TOML file (`top-k = 20`)
    ///
    /// The command line overrides the environment, which overrides the file.
    #[arg(long, value_name = "FILE.toml")]
    pub config: Option<PathBuf>,
    /// Print the options in effect as such a file, and stop.
    #[arg(long)]
    pub print_config: bool,
    /// Same as the command `compare`.
    #[arg(long)]
    pub compare: bool,
    /// Same as several --model.
    #[arg(long, value_name = "MODEL,…", conflicts_with = "resume", hide = true)]
    pub models: Vec<String>,
    /// compare --models: even if their quantization levels differ.
    #[arg(long)]
    pub allow_mixed_levels: bool,
    /// Continue an interrupted run from its journal
    ///
    /// The run keeps its own settings; only the engine's may change. `-o DIR` with the same command does the same.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["compare", "config", "output", "overwrite", "print_prompt"])]
    pub resume: Option<PathBuf>,
    /// Answers from a script instead of a model, for tests.
    #[arg(long, hide = true, value_name = "FILE")]
    pub scripted: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Chat")]
pub struct ChatArgs {
    /// Let the model think before it answers, if its template has a switch for it
    #[arg(
        long,
        value_name = "on|off",
        default_value = "off",
        hide_possible_values = true,
        env = "LLAMA_ARG_REASONING"
    )]
    pub reasoning: Switch,
    /// System prompt [also -sys].
    #[arg(long, value_name = "TEXT")]
    pub system: Option<String>,
    /// Print the first instance's prompt as the model sees it, and stop.
    #[arg(long)]
    pub print_prompt: bool,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Sampling (defaults are Qwen3's for its mode)", allow_negative_numbers = true)]
pub struct SamplingArgs {
    /// Temperature; 0 is greedy [default: 0.7; with reasoning 0.6].
    #[arg(long, alias = "temperature", value_name = "T", env = "LLAMA_ARG_TEMPERATURE")]
    pub temp: Option<f64>,
    /// Keep the K likeliest tokens, 0 for all [default: 20].
    #[arg(long, value_name = "K", env = "LLAMA_ARG_TOP_K")]
    pub top_k: Option<usize>,
    /// Keep the likeliest tokens up to this probability [default: 0.8; with reasoning 0.95].
    #[arg(long, value_name = "P", env = "LLAMA_ARG_TOP_P")]
    pub top_p: Option<f64>,
    /// Keep tokens at least this share as likely as the likeliest [default: 0].
    #[arg(long, value_name = "P", env = "LLAMA_ARG_MIN_P")]
    pub min_p: Option<f64>,
    /// Tokens of a trace at most [default: 256; with reasoning 4096].
    #[arg(short = 'n', long, aliases = ["predict", "n-predict"], value_name = "N", env = "LLAMA_ARG_N_PREDICT")]
    pub max_tokens: Option<u32>,
    /// Seed of all traces; -1 is a random one, which is recorded
    #[arg(short, long, default_value = "0", value_name = "SEED", value_parser = seed, allow_negative_numbers = true)]
    pub seed: u64,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Analysis")]
pub struct AnalysisArgs {
    /// Measure of confidence: probability, mean, lowest_group, bottom10, tail, first_tokens,
    /// inverted_nll.
    #[arg(long, value_name = "MEASURE", default_value = "probability")]
    pub confidence: Measure,
    /// Tokens per group of the group confidences [default: 16; with reasoning 2048].
    #[arg(long, value_name = "TOKENS")]
    pub window: Option<usize>,
    /// Weight of a trace's vote: plain, or a measure; `tail:10` keeps the top 10 % by tail
    /// [default: plain; with deepconf lowest_group].
    #[arg(long, value_name = "WEIGHT")]
    pub vote: Option<VoteWeight>,
    /// Where confident begins: a quantile of the run (q0.5) or a value (0.8).
    #[arg(long, value_name = "SPLIT", default_value = "q0.5")]
    pub split: Split,
    /// Judges: lexicon, rules, guard:MODEL, cascade:MODEL; several are a panel
    ///
    /// lexicon is rules and a learned model, rules the rules alone; they judge traces as they end, and the first one
    /// named decides when to stop. guard:MODEL is a guard model, cascade:MODEL the lexicon with a guard where it is
    /// unsure; they judge when the run is over. In a panel the majority decides, and a tie is compliance.
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…", default_value = "lexicon")]
    pub judge: Vec<String>,
    #[command(flatten)]
    pub guard: GuardArgs,
    /// Regular expressions, one a line, that call an answer a refusal by its beginning (`!` in front:
    /// compliance), before the rules are asked.
    #[arg(long, value_name = "FILE")]
    pub refusal_patterns: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Folder for the results [default: a new one under results/]
    ///
    /// A folder that holds a run with the same settings is continued.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace the run in the folder
    #[arg(long)]
    pub overwrite: bool,
    /// What is kept of each trace's tokens: nothing but measures (summary), ids, log-probabilities,
    /// confidences and text (tokens: for replay), the likeliest 20 log-probabilities too (top).
    #[arg(long, value_name = "summary|tokens|top", default_value = "tokens", hide_possible_values = true)]
    pub record: RecordName,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RecordName {
    Summary,
    Tokens,
    Top,
}

impl RecordName {
    fn mode(self) -> RecordMode {
        match self {
            Self::Summary => RecordMode::Summary,
            Self::Tokens => RecordMode::Tokens,
            Self::Top => RecordMode::Top,
        }
    }
}

impl RunArgs {
    /// The models that were named, each as a job takes it.
    ///
    /// # Errors
    /// In words, for braces or a pattern that do not match.
    pub fn model_names(&self) -> Result<Vec<String>, InputError> {
        let hub = self.hub.model_name();
        let named = if hub.is_some() { &[] } else { self.model.as_slice() };
        let mut names: Vec<String> = hub.into_iter().collect();
        for text in named.iter().chain(&self.models) {
            for name in names::expanded(text)? {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        Ok(names)
    }

    /// The one model that was named, if one was.
    ///
    /// # Errors
    /// For several.
    pub fn model_name(&self) -> Result<Option<String>, InputError> {
        let mut names = self.model_names()?;
        match names.len() {
            0 | 1 => Ok(names.pop()),
            count => Err(InputError::new(
                format!("run takes one --model, and {count} are named"),
                "compare -m A,B runs several on the same prompts",
            )),
        }
    }

    /// The settings that these arguments and the defaults give.
    ///
    /// # Errors
    /// If a value is out of its range.
    pub fn settings(&self) -> Result<Settings, JobError> {
        let model = match (self.model_names()?.into_iter().next(), &self.scripted) {
            (Some(model), _) => model,
            (None, Some(_)) => "scripted".to_owned(),
            (None, None) => DEFAULT_MODEL.to_owned(),
        };
        let mut settings = Settings::new(&model);
        if self.chat.reasoning == Switch::On {
            settings = settings.with_thinking();
        }
        settings.benchmark = self.benchmark.settings();
        settings.chat.system.clone_from(&self.chat.system);
        self.sampling.set(&mut settings);
        settings.judge = self.live_judge()?;
        settings.panel = self.panel();
        settings.refusal_patterns.clone_from(&self.reading.refusal_patterns);
        settings.record = self.output.record.mode();
        settings.stop = self.stopping.rule();
        settings.analysis = AnalysisSettings {
            confidence: self.reading.confidence,
            window: self.reading.window.unwrap_or(settings.analysis.window),
            vote: self.reading.vote.unwrap_or(VoteWeight::usual(&settings.stop)),
            split: self.reading.split,
        };
        settings.engine = self.engine.over(EngineSettings::default());
        settings.check()?;
        Ok(settings)
    }
}

impl RunArgs {
    /// The judge that speaks as traces end: the first of those that were named that can.
    fn live_judge(&self) -> Result<LiveJudge, JobError> {
        let mut live = None;
        for text in &self.reading.judge {
            match JudgeName::parse(text)? {
                JudgeName::Lexicon => live = live.or(Some(LiveJudge::Lexicon)),
                JudgeName::Rules => live = live.or(Some(LiveJudge::Rules)),
                JudgeName::Guard(_) | JudgeName::Cascade(_) => {}
                JudgeName::Patterns(_) => {
                    let message = format!("{text} judges recorded traces");
                    return Err(InputError::new(message, "run takes the file with --refusal-patterns").into());
                }
            }
        }
        Ok(live.unwrap_or_default())
    }

    /// The judges that are to speak when the run is over.
    pub fn panel(&self) -> Panel {
        let (judges, guard) = (&self.reading.judge, &self.reading.guard);
        if !has_others(judges) {
            return Panel::default();
        }
        Panel {
            judges: judges.clone(),
            family: guard.judge_family.clone(),
            template: guard.judge_template.clone(),
            rubric: guard.judge_rubric.clone(),
        }
    }
}

/// Whether one of these judges cannot speak while a run goes on.
pub fn has_others(judges: &[String]) -> bool {
    judges.len() > 1
        || judges.iter().any(|text| ["guard:", "cascade:"].iter().any(|kind| text.starts_with(kind)))
}

impl SamplingArgs {
    /// What was typed, over the defaults.
    fn set(&self, settings: &mut Settings) {
        let sampling = &mut settings.sampling;
        sampling.temperature = self.temp.unwrap_or(sampling.temperature);
        sampling.top_k = self.top_k.unwrap_or(sampling.top_k);
        sampling.top_p = self.top_p.unwrap_or(sampling.top_p);
        sampling.min_p = self.min_p.unwrap_or(sampling.min_p);
        settings.max_tokens = self.max_tokens.unwrap_or(settings.max_tokens);
        settings.seed = self.seed;
    }
}

/// One model: a typed `--model` or `--hf-repo` counts more than the other's environment variable.
///
/// # Errors
/// [`InputError`] if both were typed.
pub fn one_model(run: &mut RunArgs, matches: &ArgMatches) -> Result<(), InputError> {
    let is_typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
    match (is_typed("model"), is_typed("hf_repo")) {
        (true, true) => Err(InputError {
            message: "--model and --hf-repo both name a model".to_owned(),
            hint: Some("--model user/repo:LEVEL says the same as --hf-repo user/repo:LEVEL".to_owned()),
        }),
        (true, false) => {
            run.hub.hf_repo = None;
            Ok(())
        }
        (false, _) => Ok(()),
    }
}

/// A seed, or -1 for a random one, as llama.cpp has it.
fn seed(text: &str) -> Result<u64, String> {
    if text == "-1" {
        // Hash keys are random in each process.
        use std::hash::{BuildHasher, RandomState};
        return Ok(RandomState::new().hash_one("seed") >> 16);
    }
    text.parse().map_err(|_| "a whole number is expected, or -1 for a random one".to_owned())
}
