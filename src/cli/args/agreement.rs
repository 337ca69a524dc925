//! Arguments of `judge agreement`.

use std::path::PathBuf;

use clap::Args;

use crate::benchmark::labelled::Columns;

#[derive(Debug, Args)]
pub struct AgreementArgs {
    /// Run, compare or sweep folder with the verdicts of several judges.
    #[arg(value_name = "RUN", conflicts_with = "labels")]
    pub run: Option<PathBuf>,
    /// RUN: compare only these judges; `run` is the run's own.
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…", requires = "run")]
    pub judges: Vec<String>,
    /// Answers labelled by people: XSTest's completions, chatgpt_refusals, or any CSV, JSON or JSON Lines file
    /// with prompts, answers and labels.
    #[arg(long, value_delimiter = ',', value_name = "FILE,…")]
    pub labels: Vec<PathBuf>,
    /// Judge of the labelled answers: lexicon, rules, patterns:FILE, or column:NAME (a second annotator).
    #[arg(long, value_name = "JUDGE", default_value = "lexicon")]
    pub judge: String,
    /// Column of the prompts.
    #[arg(long, value_name = "COLUMN")]
    pub prompt_column: Option<String>,
    /// Column of the answers.
    #[arg(long, value_name = "COLUMN")]
    pub answer_column: Option<String>,
    /// Column of the labels.
    #[arg(long, value_name = "COLUMN")]
    pub label_column: Option<String>,
    /// Column of the model that answered [default: the file's name].
    #[arg(long, value_name = "COLUMN")]
    pub source_column: Option<String>,
    /// Print the first N disagreements.
    #[arg(long, value_name = "N")]
    pub show: Option<usize>,
    /// Write all disagreements to a table.
    #[arg(short, long, value_name = "FILE.csv")]
    pub output: Option<PathBuf>,
}

impl AgreementArgs {
    /// Returns the columns.
    pub fn columns(&self) -> Columns {
        Columns {
            prompt: self.prompt_column.clone(),
            answer: self.answer_column.clone(),
            label: self.label_column.clone(),
            source: self.source_column.clone(),
            second: self.judge.strip_prefix("column:").map(str::to_owned),
        }
    }
}
