//! Arguments of `judge`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::agreement::AgreementArgs;
use super::engine::EngineArgs;
use super::review::ReviewArgs;
use crate::settings::Panel;

/// How a guard model is prompted.
#[derive(Clone, Debug, Default, Args)]
pub struct GuardArgs {
    /// Guard: family of the model, which sets its prompt [default: detected from the model]
    ///
    /// qwen3guard, llama-guard-3, llama-guard-4, wildguard, polyguard, granite-guardian-3, granite-guardian-4,
    /// nemotron-safety-guard, nemotron-content-safety, nemotron-reasoning, shieldgemma, harmbench, gpt-oss-safeguard,
    /// or rubric (any instruction model).
    #[arg(long, value_name = "FAMILY")]
    pub judge_family: Option<String>,
    /// Guard: Jinja file of the prompt, with `prompt`, `response` and `messages`; required for wildguard,
    /// harmbench, shieldgemma and nemotron-reasoning.
    #[arg(long, value_name = "FILE")]
    pub judge_template: Option<PathBuf>,
    /// Guard: file with the question for an instruction model or the policy for gpt-oss-safeguard.
    #[arg(long, value_name = "FILE")]
    pub judge_rubric: Option<PathBuf>,
}

impl GuardArgs {
    /// Returns these judges as a panel.
    pub fn panel(&self, judges: &[String]) -> Panel {
        Panel {
            judges: judges.to_vec(),
            family: self.judge_family.clone(),
            template: self.judge_template.clone(),
            rubric: self.judge_rubric.clone(),
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum JudgeCommand {
    /// Compare judges with each other, or with people's labels: agreement, precision, recall.
    Agreement(AgreementArgs),
    /// Draw answers for a person to judge blind, then estimate the judge's errors from the filled-in sheet.
    Review(ReviewArgs),
}

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true
)]
pub struct JudgeArgs {
    #[command(subcommand)]
    pub command: Option<JudgeCommand>,
    /// Run, compare or sweep folders.
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// Judges: lexicon, rules, patterns:FILE, guard:MODEL, cascade:MODEL
    ///
    /// lexicon combines rules with a learned model; rules uses the rules alone. MODEL is a .gguf file,
    /// `user/repo[:LEVEL]` or a model's name. cascade:MODEL is the lexicon, and the guard where the lexicon is unsure.
    /// Several judges form a panel: the majority decides, and a tie counts as compliance.
    #[arg(long, required = true, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// Judge all traces again, even those with a verdict.
    #[arg(long)]
    pub again: bool,
    /// Cascade: share of the answers the lexicon is sure of that the guard judges too as a control, at least
    /// 50 answers [default: 0.05].
    #[arg(long, value_name = "SHARE")]
    pub control_share: Option<f64>,
    #[command(flatten)]
    pub guard: GuardArgs,
    /// Use only models that are on this machine.
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
}
