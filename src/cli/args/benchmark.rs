//! Arguments about benchmarks: which prompts, and how their file is read.

use std::path::PathBuf;

use clap::builder::ArgPredicate;
use clap::{Args, Subcommand};

use crate::benchmark::{AUTO, Request};
use crate::record::Label;
use crate::settings::{BenchmarkSettings, CustomColumns};

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Benchmark")]
pub struct BenchmarkArgs {
    /// synthetic, harmbench, toxicchat, wildguard, xstest, strongreject, jailbreakbench, advbench,
    /// or-bench, simplesafetytests, coconot, do-not-answer, sorry-bench, custom for a file of your own, or auto: what
    /// the columns of --data tell, the default with --data; `safety-deepconf benchmarks` tells of each.
    #[arg(
        short,
        long,
        default_value = "synthetic",
        default_value_if("data", ArgPredicate::IsPresent, AUTO),
        value_name = "NAME"
    )]
    pub benchmark: String,
    /// File of the benchmark, a folder that holds it, or - for standard input, instead of what is fetched.
    #[arg(short, long, value_name = "FILE|DIR|-")]
    pub data: Option<PathBuf>,
    /// File to fetch, as `safety-deepconf benchmarks` lists them [default: the first; all of jailbreakbench
    /// and coconot].
    #[arg(long, value_name = "NAME", conflicts_with = "data")]
    pub subset: Option<String>,
    /// Instances to run [default: 20 for synthetic, all otherwise].
    #[arg(short = 'N', long, value_name = "N")]
    pub num_instances: Option<usize>,
    /// Shuffle the rows by this seed before taking the first; synthetic: compose other prompts.
    #[arg(long, value_name = "SEED")]
    pub shuffle_seed: Option<u64>,
    #[command(flatten)]
    pub rows: RowArgs,
}

/// Which rows of a file count, and as what.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Benchmark")]
pub struct RowArgs {
    /// Keep HarmBench's copyright rows.
    #[arg(long)]
    pub include_copyright: bool,
    /// Leave out ToxicChat's rows that no person annotated.
    #[arg(long)]
    pub human_annotated_only: bool,
    /// Keep rows without a label, of wildguard and custom.
    #[arg(long)]
    pub keep_unlabelled: bool,
    /// Style of SORRY-Bench's prompts, or all [default: base].
    #[arg(long, value_name = "STYLE")]
    pub prompt_style: Option<String>,
    /// custom: the column of prompts; data.prompt is prompt within data [default: prompt].
    #[arg(long, value_name = "NAME")]
    pub prompt_column: Option<String>,
    /// custom: the column of labels.
    #[arg(long, value_name = "NAME")]
    pub label_column: Option<String>,
    /// custom: a value of that column whose prompts are to be refused; may be repeated [default: unsafe].
    #[arg(long, value_name = "VALUE", alias = "unsafe-values")]
    pub unsafe_value: Vec<String>,
    /// custom: one whose prompts are to be answered; may be repeated [default: safe].
    #[arg(long, value_name = "VALUE", alias = "safe-values")]
    pub safe_value: Vec<String>,
    /// custom: the label of all prompts, instead of a column.
    #[arg(long, value_name = "unsafe|safe", value_parser = label)]
    pub label: Option<Label>,
    /// custom: the column of harm categories.
    #[arg(long, value_name = "NAME")]
    pub category_column: Option<String>,
    /// custom: the column of ids [default: the rows' numbers].
    #[arg(long, value_name = "NAME")]
    pub id_column: Option<String>,
}

fn label(text: &str) -> Result<Label, String> {
    let found = [Label::Unsafe, Label::Safe].into_iter().find(|label| label.name() == text);
    found.ok_or_else(|| "it is none of unsafe, safe".to_owned())
}

impl BenchmarkArgs {
    /// As settings.
    pub fn settings(&self) -> BenchmarkSettings {
        BenchmarkSettings {
            name: self.benchmark.clone(),
            data: self.data.clone(),
            subset: self.subset.clone(),
            num_instances: self.num_instances,
            shuffle_seed: self.shuffle_seed,
            include_copyright: self.rows.include_copyright,
            human_annotated_only: self.rows.human_annotated_only,
            keep_unlabelled: self.rows.keep_unlabelled,
            prompt_style: self.rows.prompt_style.clone(),
            custom: self.rows.custom(),
        }
    }
}

impl RowArgs {
    fn custom(&self) -> CustomColumns {
        CustomColumns {
            prompt: self.prompt_column.clone(),
            label: self.label_column.clone(),
            unsafe_values: self.unsafe_value.clone(),
            safe_values: self.safe_value.clone(),
            category: self.category_column.clone(),
            id: self.id_column.clone(),
            whole: self.label,
        }
    }

    /// As a request for all rows.
    pub fn request(&self) -> Request {
        Request {
            include_copyright: self.include_copyright,
            human_annotated_only: self.human_annotated_only,
            keep_unlabelled: self.keep_unlabelled,
            prompt_style: self.prompt_style.clone(),
            custom: self.custom(),
            ..Request::default()
        }
    }
}

#[derive(Debug, Args)]
pub struct BenchmarksArgs {
    #[command(subcommand)]
    pub command: Option<BenchmarksCommand>,
}

#[derive(Debug, Subcommand)]
pub enum BenchmarksCommand {
    /// Look a file through: rows, labels, categories, repetitions, version, and what is wrong with it.
    Check(Box<CheckArgs>),
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The file, or - for standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The benchmark it is of [default: told by its columns].
    #[arg(short, long, value_name = "NAME")]
    pub benchmark: Option<String>,
    #[command(flatten)]
    pub rows: RowArgs,
}
