//! Arguments of `show`.

use std::path::PathBuf;

use clap::Args;

use crate::analysis::selection::{Filter, Order, SortKey};
use crate::jobs::show::ShowRequest;
use crate::record::{Category, FinalDecision, LabelledOutcome};

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Run folder, or a folder of runs, which is listed [default: the newest run in results]
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// Quadrants, such as uncertain_compliance [default: the first with members, uncertain compliances first]
    #[arg(long, value_delimiter = ',', value_name = "CATEGORY,…")]
    pub category: Vec<Category>,
    /// Decisions against the label: correct_refusal, over_refusal, correct_compliance, unsafe_compliance
    #[arg(long, value_delimiter = ',', value_name = "OUTCOME,…")]
    pub outcome: Vec<LabelledOutcome>,
    /// Decisions: refused, complied, undecided
    #[arg(long, value_delimiter = ',', value_name = "DECISION,…")]
    pub decision: Vec<FinalDecision>,
    /// Text in the prompt, the id or an answer; case makes no difference
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// One instance, with its answers in full
    #[arg(long, value_name = "ID", conflicts_with_all = ["category", "outcome", "decision", "search"])]
    pub instance: Option<String>,
    /// One trace of each instance, by its number from 0
    #[arg(long, value_name = "K")]
    pub trace: Option<u32>,
    /// Order: confidence, vote_share, refusal_rate, tokens, traces, id or order (the benchmark's); smallest first
    #[arg(long, default_value = "confidence", value_name = "KEY")]
    pub sort: SortKey,
    /// Largest first
    #[arg(long)]
    pub reverse: bool,
    /// Maximum number of instances, or of runs; 0 shows all [default: 5 instances, with --json all; all runs]
    #[arg(short, long, short_alias = 'N', value_name = "N")]
    pub number: Option<usize>,
    /// Show long answers to their end
    #[arg(long)]
    pub full: bool,
    /// Show thinking blocks
    #[arg(long)]
    pub thinking: bool,
    /// Judges whose verdicts count, added by `judge`; several form a panel [default: the run's own]
    #[arg(long, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// Do not use the pager
    #[arg(long)]
    pub no_pager: bool,
}

impl ShowArgs {
    /// Returns the request; `all` is whether every instance is wanted unless a number is given.
    pub fn request(&self, all: bool) -> ShowRequest {
        let number = self.number.unwrap_or(if all { 0 } else { 5 });
        ShowRequest {
            run: self.run.clone(),
            filter: Filter {
                categories: self.category.clone(),
                outcomes: self.outcome.clone(),
                decisions: self.decision.clone(),
                search: self.search.clone(),
            },
            instance: self.instance.clone(),
            order: Order { by: self.sort, reverse: self.reverse },
            count: (number > 0).then_some(number),
            trace: self.trace,
            judges: self.judge.clone(),
        }
    }
}
