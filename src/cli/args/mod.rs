//! Arguments of all commands. Parsing does no work; `settings` turns arguments into validated settings.

pub mod adapters;
pub mod agreement;
pub mod analyze;
pub mod bench;
pub mod benchmark;
pub mod doctor;
pub mod drift;
pub mod engine;
pub mod export;
pub mod format;
pub mod hub;
pub mod info;
pub mod judge;
pub mod merge;
pub mod one_model;
pub mod paired;
pub mod placement;
pub mod quantize;
pub mod replay;
pub mod report;
pub mod review;
pub mod run;
pub mod scheduling;
pub mod show;
pub mod stopping;
pub mod sweep;
pub mod table;

use clap::{ArgAction, Args, Parser, Subcommand};

use self::agreement::AgreementArgs;
use self::analyze::AnalyzeArgs;
use self::bench::BenchArgs;
use self::benchmark::BenchmarksArgs;
use self::doctor::DoctorArgs;
use self::drift::DriftArgs;
use self::export::ExportArgs;
use self::hub::FetchArgs;
use self::info::InfoArgs;
use self::judge::JudgeArgs;
use self::merge::MergeArgs;
use self::paired::PairedArgs;
use self::quantize::QuantizeArgs;
use self::replay::ReplayArgs;
use self::report::ReportArgs;
use self::review::ReviewArgs;
pub use self::run::RunArgs;
use self::show::ShowArgs;
use self::sweep::SweepArgs;
use self::table::TableArgs;
use super::commands::manual::{CompletionsArgs, ManArgs};
use super::commands::worker::WorkerArgs;
use crate::system::host;

/// Safety and refusal benchmarks with DeepConf confidence on quantized GGUF models.
#[derive(Debug, Parser)]
#[command(name = "safety-deepconf", args_override_self = true, version = host::VERSION, about, max_term_width = 100)]
#[command(after_help = "Try it offline: safety-deepconf compare -m demo")]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Clone, Copy, Debug, Args)]
pub struct Global {
    /// Print only warnings and errors on stderr.
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Print results on stdout as JSON.
    #[arg(long, global = true)]
    pub json: bool,
    /// Show more: -v decisions and all figures at the end, -vv llama.cpp's log.
    #[arg(short, long, action = ArgAction::Count, global = true)]
    pub verbose: u8,
    #[command(flatten)]
    pub color: colorchoice_clap::Color,
}

#[derive(Debug, Subcommand)]
#[command(args_override_self = true)]
pub enum Command {
    /// Run a benchmark on a model.
    Run(Box<RunArgs>),
    /// Compare stop rules, or models, on the same prompts.
    ///
    /// One model runs under three policies: baseline (1 trace), fixed (5 traces) and adaptive sampling. Several models run
    /// once each.
    Compare(Box<RunArgs>),
    /// Run models x benchmarks x policies x seeds and compare each run with its reference.
    Sweep(Box<SweepArgs>),
    /// Merge the shards of a run into one run.
    Merge(MergeArgs),
    /// Write a page to look at in a browser: answers, charts, and several runs side by side.
    Report(ReportArgs),
    /// Read the answers of a run, those most worth reading first; or list the runs of a folder.
    Show(ShowArgs),
    /// Show runs as one table: results and costs.
    ///
    /// The formats csv and json have every column; text and md have those for choosing a level.
    Table(TableArgs),
    /// Write runs as one table for other programs: csv, parquet, jsonl, md, xlsx.
    Export(ExportArgs),
    /// Rebuild result files from recorded traces, with the same or other analysis settings.
    ///
    /// Also reads traces of other programs (docs/files.md).
    Analyze(AnalyzeArgs),
    /// Try other stop rules, measures, votes and budgets on recorded traces. Needs no model.
    Replay(ReplayArgs),
    /// Judge recorded traces with other judges, including guard models. Generates no text.
    Judge(Box<JudgeArgs>),
    /// Compare runs with a reference run, prompt by prompt: changes, intervals, tests, effect sizes, power.
    #[command(alias = "paired")]
    Diff(PairedArgs),
    /// Measure how far models are from a reference on its answers: KL divergence, top tokens, confidence.
    Drift(DriftArgs),
    /// List cached and known models, and which fit in memory.
    Models,
    /// Download models from the Hugging Face hub. Prints sha256 and path.
    Fetch(FetchArgs),
    /// Show what a model file contains: architecture, quantization, template, sha256.
    Info(InfoArgs),
    /// Make other quantization levels of a model. Prints sha256, size and path.
    Quantize(QuantizeArgs),
    /// Look at this machine: what a run uses of it, what it lacks, and how fast it is.
    Doctor(DoctorArgs),
    /// Benchmark prompt and decode throughput by batch width.
    Bench(BenchArgs),
    /// List the benchmarks, or check a file of prompts.
    Benchmarks(BenchmarksArgs),
    /// Compare judges with each other, or with people's labels.
    #[command(hide = true)]
    Agreement(AgreementArgs),
    /// Draw answers for a person to judge blind, and read them back.
    #[command(hide = true)]
    Review(ReviewArgs),
    /// Print completions for a shell.
    #[command(hide = true)]
    Completions(CompletionsArgs),
    /// Print the manual page, or write the pages of all commands.
    #[command(hide = true)]
    Man(ManArgs),
    /// Do one piece of a sweep's work, read from stdin.
    #[command(hide = true)]
    Worker(WorkerArgs),
}
