//! Arguments about benchmarks: prompts, and how their file is read.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};

use crate::benchmark::Request;
use crate::jobs::JobError;
use crate::jobs::name_lists::{BenchmarkFile, benchmarks};
use crate::record::Label;
use crate::record::shard::Shard;
use crate::settings::{BenchmarkSettings, CustomColumns};

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Benchmark")]
pub struct BenchmarkArgs {
    /// Benchmark, or NAME=FILE; `safety-deepconf benchmarks` lists them [default: synthetic; with --data auto]
    ///
    /// synthetic, harmbench, toxicchat, wildguard, xstest, strongreject, jailbreakbench, advbench, or-bench,
    /// simplesafetytests, coconot, do-not-answer, sorry-bench, custom (your own file), or auto (detected from the
    /// columns of --data). sweep takes several: separated by commas, or with -b repeated.
    #[arg(short, long, value_name = "NAME[=FILE]")]
    pub benchmark: Vec<String>,
    /// File of the benchmark, a folder that holds it, or - for standard input [default: the file is fetched].
    #[arg(short, long, value_name = "FILE|DIR|-")]
    pub data: Option<PathBuf>,
    /// File to fetch, of those that `benchmarks` lists [default: the first; all of jailbreakbench and coconot].
    #[arg(long, value_name = "NAME", conflicts_with = "data")]
    pub subset: Option<String>,
    /// Number of instances; of a file a sample, stratified by label and category [default: all; synthetic 20].
    #[arg(short = 'N', long, value_name = "N")]
    pub num_instances: Option<usize>,
    /// With -N, take the first rows of the file instead of a sample.
    #[arg(long)]
    pub first: bool,
    /// Seed of the sample [default: 0]; without -N, shuffle all rows; synthetic: compose other prompts.
    #[arg(long, value_name = "SEED")]
    pub shuffle_seed: Option<u64>,
    /// Run a part of the instances: the I-th of N; `merge` joins the parts.
    #[arg(long, value_name = "I/N", value_parser = Shard::from_str)]
    pub shard: Option<Shard>,
    #[command(flatten)]
    pub rows: RowArgs,
}

/// Which rows of a file are used, and how they are labelled.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Benchmark")]
pub struct RowArgs {
    /// harmbench: keep the copyright rows.
    #[arg(long)]
    pub include_copyright: bool,
    /// toxicchat: use only the rows annotated by people.
    #[arg(long)]
    pub human_annotated_only: bool,
    /// wildguard, custom: keep rows without a label.
    #[arg(long)]
    pub keep_unlabelled: bool,
    /// sorry-bench: style of the prompts, or all [default: base].
    #[arg(long, value_name = "STYLE")]
    pub prompt_style: Option<String>,
    /// custom: column of the prompts; a.b is field b within a [default: prompt].
    #[arg(long, value_name = "NAME")]
    pub prompt_column: Option<String>,
    /// custom: column of the labels.
    #[arg(long, value_name = "NAME")]
    pub label_column: Option<String>,
    /// custom: label of prompts to refuse; may be repeated [default: unsafe].
    #[arg(long, value_name = "VALUE", alias = "unsafe-values")]
    pub unsafe_value: Vec<String>,
    /// custom: label of prompts to answer; may be repeated [default: safe].
    #[arg(long, value_name = "VALUE", alias = "safe-values")]
    pub safe_value: Vec<String>,
    /// custom: label of all prompts, if there is no column of labels.
    #[arg(long, value_name = "unsafe|safe")]
    pub label: Option<Label>,
    /// custom: column of harm categories.
    #[arg(long, value_name = "NAME")]
    pub category_column: Option<String>,
    /// custom: column of ids [default: row numbers].
    #[arg(long, value_name = "NAME")]
    pub id_column: Option<String>,
}

impl BenchmarkArgs {
    /// Returns the benchmarks that were named.
    ///
    /// # Errors
    /// If a name is unknown or listed twice, or --data could belong to several.
    pub fn named(&self) -> Result<Vec<BenchmarkFile>, JobError> {
        benchmarks(&self.benchmark, self.data.as_deref())
    }

    /// Returns the settings for the first benchmark.
    ///
    /// # Errors
    /// As [`BenchmarkArgs::named`].
    pub fn settings(&self) -> Result<BenchmarkSettings, JobError> {
        let BenchmarkFile { name, file } = self.named()?.swap_remove(0);
        Ok(BenchmarkSettings {
            name,
            data: file.map(PathBuf::from),
            subset: self.subset.clone(),
            num_instances: self.num_instances,
            first: self.first,
            shuffle_seed: self.shuffle_seed,
            shard: self.shard,
            include_copyright: self.rows.include_copyright,
            human_annotated_only: self.rows.human_annotated_only,
            keep_unlabelled: self.rows.keep_unlabelled,
            prompt_style: self.rows.prompt_style.clone(),
            custom: self.rows.custom(),
        })
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

    /// Returns a request for all rows.
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
    /// Check a file: rows, labels, categories, duplicates, version and errors.
    Check(Box<CheckArgs>),
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// File, or - for standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Benchmark of the file [default: detected from its columns].
    #[arg(short, long, value_name = "NAME")]
    pub benchmark: Option<String>,
    #[command(flatten)]
    pub rows: RowArgs,
}
