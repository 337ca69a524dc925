//! What can be typed. Parsing does no work; `settings` turns it into validated settings.

pub mod agreement;
pub mod analyze;
pub mod bench;
pub mod benchmark;
pub mod drift;
pub mod engine;
pub mod hub;
pub mod info;
pub mod judge;
pub mod paired;
pub mod quantize;
pub mod replay;
pub mod review;
pub mod run;
pub mod stopping;
pub mod sweep;
pub mod table;

use clap::{ArgAction, Args, Parser, Subcommand};

use self::agreement::AgreementArgs;
use self::analyze::AnalyzeArgs;
use self::bench::BenchArgs;
use self::benchmark::BenchmarksArgs;
use self::drift::DriftArgs;
use self::hub::FetchArgs;
use self::info::InfoArgs;
use self::judge::JudgeArgs;
use self::paired::PairedArgs;
use self::quantize::QuantizeArgs;
use self::replay::ReplayArgs;
use self::review::ReviewArgs;
pub use self::run::{RunArgs, has_others};
use self::sweep::SweepArgs;
use self::table::TableArgs;
use super::commands::manual::{CompletionsArgs, ManArgs};
use super::commands::worker::WorkerArgs;
use crate::system::host;

/// Safety and refusal benchmarks with DeepConf confidence on quantized GGUF models.
#[derive(Debug, Parser)]
#[command(name = "safety-deepconf", args_override_self = true, version = host::VERSION, about, max_term_width = 100)]
#[command(after_help = "Try it offline: safety-deepconf compare --model demo")]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Clone, Copy, Debug, Args)]
pub struct Global {
    /// Nothing on stderr but warnings and errors.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Data on stdout as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Log more; -vv with llama.cpp's log.
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
}

#[derive(Debug, Subcommand)]
#[command(args_override_self = true)]
pub enum Command {
    /// Run a benchmark on a model.
    Run(Box<RunArgs>),
    /// Compare baseline (1 trace), fixed (5) and adaptive sampling on the same prompts.
    Compare(Box<RunArgs>),
    /// Run models x benchmarks x policies x seeds, a run each, and hold each against its reference.
    Sweep(Box<SweepArgs>),
    /// Show runs as one table: what they found and what they cost.
    Table(TableArgs),
    /// Show what a model file says of itself.
    Info(InfoArgs),
    /// Download models from the hub into its cache; prints sha256 and path.
    Fetch(FetchArgs),
    /// Make other quantization levels of a model; prints sha256, size and path.
    Quantize(QuantizeArgs),
    /// List the benchmarks, or look a file of prompts through.
    Benchmarks(BenchmarksArgs),
    /// Measure how fast a model runs here: prompts, decoding by width, and what it takes beside.
    Bench(BenchArgs),
    /// Make the files of runs again from their records, as they were read or in another way; reads
    /// traces of other programs too.
    Analyze(AnalyzeArgs),
    /// Say what other stop rules, measures, votes and budgets would have decided from recorded traces;
    /// needs no model.
    Replay(ReplayArgs),
    /// Hold runs over the same prompts against a reference, instance by instance: what changed, with
    /// intervals, exact tests, effects and what so many prompts could have shown.
    Paired(PairedArgs),
    /// Have other judges, guard models among them, speak of recorded traces; nothing is generated again.
    Judge(Box<JudgeArgs>),
    /// Hold judges against each other, or against people's labels: agreement, precision, recall.
    Agreement(AgreementArgs),
    /// Draw answers for a person to judge blind, and read back what that says of the judge.
    Review(ReviewArgs),
    /// Measure how far models are from a reference on the reference's own answers: KL divergence, likeliest
    /// tokens, confidence.
    Drift(DriftArgs),
    /// List the models in the cache, the known ones, and which fit this machine's memory.
    Models,
    /// Print a shell's completions.
    Completions(CompletionsArgs),
    /// Print the manual page, or write those of all commands.
    Man(ManArgs),
    /// One piece of a sweep's work, read from stdin.
    #[command(hide = true)]
    Worker(WorkerArgs),
}
