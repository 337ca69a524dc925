//! Arguments of `run`, which `compare` and `sweep` take too.

use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, ValueEnum};

use super::adapters::AdapterArgs;
use super::benchmark::BenchmarkArgs;
use super::engine::EngineArgs;
use super::hub::HubArgs;
use super::judge::GuardArgs;
use super::stopping::StoppingArgs;
use crate::chat::{Effort, PromptFormat};
use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::jobs::judge::name::{is_panel, live};
use crate::jobs::{InputError, JobError, name_lists};
use crate::model::DEFAULT_MODEL;
use crate::record::Measure;
use crate::settings::llama_values::{Choice, max_tokens, seed, top_k};
use crate::settings::{AnalysisSettings, ChatSettings, EngineSettings, Panel, RecordMode, Settings, Source};

/// The earlier program's names work: --model --benchmark --num-instances --min-traces --max-traces
/// --no-early-stopping --compare --output.
#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// `demo`, a .gguf file, or `user/repo[:LEVEL]` on the Hugging Face hub [default: Qwen/Qwen3-0.6B]
    ///
    /// compare and sweep take several: separated by commas, with braces (`user/repo:{Q8_0,Q4_K_M}`), as a pattern
    /// (`levels/*.gguf`), or with -m repeated.
    #[arg(short, long, value_name = "MODEL", env = "LLAMA_ARG_MODEL")]
    pub model: Vec<String>,
    /// Same as --model
    #[arg(value_name = "MODEL")]
    pub more_models: Vec<String>,
    #[command(flatten)]
    pub hub: HubArgs,
    #[command(flatten)]
    pub adapters: AdapterArgs,

    #[command(flatten)]
    pub benchmark: BenchmarkArgs,
    #[command(flatten)]
    pub chat: ChatArgs,
    #[command(flatten)]
    pub sampling: SamplingArgs,
    #[command(flatten)]
    pub stopping: StoppingArgs,
    #[command(flatten)]
    pub analysis: AnalysisArgs,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub output: OutputArgs,

    /// Read options from a TOML file (`top-k = 20`)
    ///
    /// Environment variables override the file, and the command line overrides both.
    #[arg(long, value_name = "FILE.toml")]
    pub config: Option<PathBuf>,
    /// Print the options in effect as a --config file, then exit.
    #[arg(long)]
    pub print_config: bool,
    /// Same as the command `compare`.
    #[arg(long)]
    pub compare: bool,
    /// Same as several --model.
    #[arg(long, value_name = "MODEL,…", conflicts_with = "resume", hide = true)]
    pub models: Vec<String>,
    /// compare: allow models of different quantization levels in --models.
    #[arg(long)]
    pub allow_mixed_levels: bool,
    /// Continue an interrupted run
    ///
    /// The run keeps its settings; only the engine's may change. The same command on the same -o does the same.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["compare", "config", "output", "overwrite", "print_prompt"])]
    pub resume: Option<PathBuf>,
    /// Let another program answer, over JSON lines on stdin and stdout (docs/own-model.md).
    #[arg(long = "engine", value_name = "command:PROGRAM", value_parser = Source::from_str, help_heading = "Engine (llama.cpp's names)")]
    pub engine_program: Option<Source>,
    /// Take the answers from a script instead of a model, for tests.
    #[arg(long, hide = true, value_name = "FILE")]
    pub scripted: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    #[value(alias = "auto")]
    Off,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Chat")]
pub struct ChatArgs {
    /// Let the model think before it answers, if its chat template supports it
    #[arg(
        long,
        value_name = "on|off",
        default_value = "off",
        hide_possible_values = true,
        env = "LLAMA_ARG_REASONING"
    )]
    pub reasoning: Switch,
    /// How much to think, if the chat template has an effort: low, medium, high. Needs --reasoning on.
    #[arg(long, value_name = "EFFORT", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["low", "medium", "high"]).try_map(|text| Effort::from_str(&text)))]
    pub reasoning_effort: Option<Effort>,
    /// System prompt [also -sys].
    #[arg(long, value_name = "TEXT")]
    pub system: Option<String>,
    /// Chat template in place of the model's: llama.cpp's name for it (chatml, llama3, gemma …), or a Jinja file.
    #[arg(long, alias = "chat-template-file", value_name = "NAME|FILE", conflicts_with_all = ["raw", "few_shot"])]
    pub chat_template: Option<String>,
    /// Pass prompts as they are, without a chat template. For base models
    #[arg(long, conflicts_with = "few_shot")]
    pub raw: bool,
    /// Pass prompts as the next question after three answered ones. For base models
    #[arg(long)]
    pub few_shot: bool,
    /// Print the first prompt as the model sees it, then exit.
    #[arg(long)]
    pub print_prompt: bool,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Sampling (defaults: Qwen3's)", allow_negative_numbers = true)]
pub struct SamplingArgs {
    /// Temperature; 0 is greedy [default: 0.7; with reasoning 0.6].
    #[arg(long, alias = "temperature", value_name = "T", env = "LLAMA_ARG_TEMPERATURE")]
    pub temp: Option<f64>,
    /// Sample from the top K tokens; 0 is all [default: 20].
    #[arg(long, value_name = "K", env = "LLAMA_ARG_TOP_K", value_parser = top_k)]
    pub top_k: Option<usize>,
    /// Sample from the top tokens whose probabilities add up to P [default: 0.8; with reasoning 0.95].
    #[arg(long, value_name = "P", env = "LLAMA_ARG_TOP_P")]
    pub top_p: Option<f64>,
    /// Drop tokens less likely than P times the top token [default: 0].
    #[arg(long, value_name = "P", env = "LLAMA_ARG_MIN_P")]
    pub min_p: Option<f64>,
    /// Maximum tokens per trace [default: 256; with reasoning 4096].
    #[arg(short = 'n', long, aliases = ["predict", "n-predict"], value_name = "N", env = "LLAMA_ARG_N_PREDICT", value_parser = max_tokens)]
    pub max_tokens: Option<Choice<u32>>,
    /// Seed of all traces; -1 draws one and records it
    #[arg(short, long, default_value = "0", value_name = "SEED", value_parser = seed, allow_negative_numbers = true)]
    pub seed: u64,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Analysis")]
pub struct AnalysisArgs {
    /// Confidence measure: probability, mean, lowest_group, bottom10, tail, first_tokens, inverted_nll.
    #[arg(long, value_name = "MEASURE", default_value = "bottom10")]
    pub confidence: Measure,
    /// Tokens per group in group confidence [default: 16; with reasoning 2048].
    #[arg(long, value_name = "TOKENS")]
    pub window: Option<usize>,
    /// Weight of each trace's vote: plain, or a measure; `tail:10` counts only the top 10 % by tail
    /// [default: plain; with deepconf lowest_group].
    #[arg(long, value_name = "WEIGHT")]
    pub vote: Option<VoteWeight>,
    /// Confidence at which confident begins: a quantile of the run (q0.5) or a value (0.8).
    #[arg(long, value_name = "SPLIT", default_value = "q0.5")]
    pub split: Split,
    /// Judges: lexicon, rules, guard:MODEL, cascade:MODEL
    ///
    /// lexicon combines rules with a learned model; rules uses the rules alone. Both judge traces as they end, and the
    /// first one named decides when to stop. guard:MODEL is a guard model; cascade:MODEL is the lexicon, and a guard
    /// where the lexicon is unsure. Both judge after the run. Several judges form a panel: the majority decides, and a
    /// tie counts as compliance.
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…", default_value = "lexicon")]
    pub judge: Vec<String>,
    #[command(flatten)]
    pub guard: GuardArgs,
    /// File of regular expressions, one per line, matched against the start of an answer before the judge: a match
    /// is a refusal, or with a leading `!` a compliance.
    #[arg(long, value_name = "FILE")]
    pub refusal_patterns: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Folder for the results [default: a new one under results/]
    ///
    /// If the folder holds a run with the same settings, the run continues.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replace the run in the folder
    #[arg(long)]
    pub overwrite: bool,
    /// Do not write report.html
    #[arg(long)]
    pub no_report: bool,
    /// Token data to record: summary (measures only), tokens (also ids, log-probabilities, confidences and text;
    /// replay needs them) or top (also the top 20 log-probabilities).
    #[arg(long, value_name = "summary|tokens|top", default_value = "tokens", hide_possible_values = true,
        value_parser = PossibleValuesParser::new(["summary", "tokens", "top"]).try_map(|text| RecordMode::from_str(&text)))]
    pub record: RecordMode,
}

impl RunArgs {
    /// Returns the models that were named.
    ///
    /// # Errors
    /// If braces do not match, or a pattern matches no file.
    pub fn model_names(&self) -> Result<Vec<String>, InputError> {
        let hub = self.hub.model_name();
        let named = if hub.is_some() { &[] } else { self.model.as_slice() };
        name_lists::models(hub.iter().chain(named).chain(&self.models).chain(&self.more_models))
    }

    /// Returns the model that was named, if any.
    ///
    /// # Errors
    /// If several were named.
    pub fn model_name(&self) -> Result<Option<String>, InputError> {
        let mut names = self.model_names()?;
        match names.len() {
            0 | 1 => Ok(names.pop()),
            count => Err(InputError::new(
                format!("run takes one --model, but {count} are named"),
                "compare -m A,B runs several models on the same prompts",
            )),
        }
    }

    /// Checks that one benchmark was named.
    ///
    /// # Errors
    /// If several were named, or a name is unknown.
    pub fn one_benchmark(&self, command: &str) -> Result<(), JobError> {
        match self.benchmark.named()?.len() {
            1 => Ok(()),
            count => {
                let message = format!("{command} takes one --benchmark, but {count} are named");
                Err(InputError::new(message, "sweep -b A,B runs several benchmarks").into())
            }
        }
    }

    /// Returns the settings that these arguments and the defaults give.
    ///
    /// # Errors
    /// If a value is out of range.
    pub fn settings(&self) -> Result<Settings, JobError> {
        let model = match (self.model_names()?.into_iter().next(), &self.scripted) {
            (Some(model), _) => model,
            (None, Some(_)) => "scripted".to_owned(),
            (None, None) if self.engine_program.as_ref().is_some_and(|source| !source.is_model()) => {
                "command".to_owned()
            }
            (None, None) => DEFAULT_MODEL.to_owned(),
        };
        let mut settings = Settings::new(&model);
        if self.chat.reasoning == Switch::On {
            settings = settings.with_thinking();
        }
        settings.source = self.engine_program.clone().unwrap_or_default();
        settings.benchmark = self.benchmark.settings()?;
        settings.chat = self.chat.settings();
        self.sampling.set(&mut settings);
        settings.judge = live(&self.analysis.judge)?;
        settings.panel = self.panel();
        settings.refusal_patterns.clone_from(&self.analysis.refusal_patterns);
        settings.record = self.output.record;
        settings.stop = self.stopping.rule();
        settings.analysis = AnalysisSettings {
            confidence: self.analysis.confidence,
            window: self.analysis.window.unwrap_or(settings.analysis.window),
            vote: self.analysis.vote.unwrap_or(VoteWeight::usual(&settings.stop)),
            split: self.analysis.split,
        };
        settings.adapters = self.adapters.settings();
        settings.engine = self.engine.over(EngineSettings::default());
        settings.check()?;
        Ok(settings)
    }

    /// Returns the judges that judge after the run.
    pub fn panel(&self) -> Panel {
        match is_panel(&self.analysis.judge) {
            true => self.analysis.guard.panel(&self.analysis.judge),
            false => Panel::default(),
        }
    }
}

impl ChatArgs {
    fn settings(&self) -> ChatSettings {
        let format = match (&self.chat_template, self.raw, self.few_shot) {
            (Some(text), ..) => PromptFormat::named(text),
            (None, true, _) => PromptFormat::Raw,
            (None, false, true) => PromptFormat::FewShot,
            (None, false, false) => PromptFormat::Own,
        };
        let thinking = self.reasoning == Switch::On;
        ChatSettings { system: self.system.clone(), thinking, effort: self.reasoning_effort, format }
    }
}

impl SamplingArgs {
    /// Applies what was typed to the defaults.
    fn set(&self, settings: &mut Settings) {
        let sampling = &mut settings.sampling;
        sampling.temperature = self.temp.unwrap_or(sampling.temperature);
        sampling.top_k = self.top_k.unwrap_or(sampling.top_k);
        sampling.top_p = self.top_p.unwrap_or(sampling.top_p);
        sampling.min_p = self.min_p.unwrap_or(sampling.min_p);
        settings.max_tokens = Choice::over(self.max_tokens, None).unwrap_or(settings.max_tokens);
        settings.seed = self.seed;
    }
}

/// Drops the model of an environment variable if another one was typed.
///
/// # Errors
/// [`InputError`] if both were typed.
pub fn one_model(run: &mut RunArgs, matches: &ArgMatches) -> Result<(), InputError> {
    let is_typed = |id| matches.value_source(id) == Some(ValueSource::CommandLine);
    if is_typed("more_models") && !is_typed("model") {
        run.model.clear();
    }
    match (is_typed("model") || is_typed("more_models"), is_typed("hf_repo")) {
        (true, true) => Err(InputError::new(
            "--model and --hf-repo both name a model",
            "--model user/repo:LEVEL is the same as --hf-repo user/repo:LEVEL",
        )),
        (true, false) => {
            run.hub.hf_repo = None;
            Ok(())
        }
        (false, _) => Ok(()),
    }
}
