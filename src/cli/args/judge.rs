//! Who is to judge recorded traces.

use std::path::PathBuf;

use clap::Args;

use super::engine::EngineArgs;

/// How a guard is spoken to.
#[derive(Clone, Debug, Default, Args)]
pub struct GuardArgs {
    /// Guard: how it is spoken to: qwen3guard, llama-guard-3, llama-guard-4, wildguard, polyguard,
    /// granite-guardian-3, granite-guardian-4, nemotron-safety-guard, nemotron-content-safety,
    /// nemotron-reasoning, shieldgemma, harmbench, gpt-oss-safeguard, rubric [default: by the model].
    #[arg(long, value_name = "FAMILY")]
    pub judge_family: Option<String>,
    /// Guard: Jinja file of its prompt, with `prompt`, `response` and `messages`; needed for wildguard,
    /// harmbench, shieldgemma and nemotron-reasoning.
    #[arg(long, value_name = "FILE")]
    pub judge_template: Option<PathBuf>,
    /// Guard: what an instruction model or gpt-oss-safeguard is asked, in a file of yours.
    #[arg(long, value_name = "FILE")]
    pub judge_rubric: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct JudgeArgs {
    /// Run folders.
    #[arg(required = true, value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// lexicon (rules and a learned model), rules, patterns:FILE, guard:MODEL (a .gguf file, `user/repo[:LEVEL]`
    /// or a model's name), cascade:MODEL (the lexicon, and such a guard where it is unsure). Several are a panel: the majority decides, a tie is compliance.
    #[arg(long, required = true, value_delimiter = ',', value_name = "JUDGE,…")]
    pub judge: Vec<String>,
    /// Judge everything again, also what has a verdict.
    #[arg(long)]
    pub again: bool,
    /// Cascade: share of the answers of which the lexicon is sure that the guard is asked about for control, 50 of
    /// them at least [default: 0.05].
    #[arg(long, value_name = "SHARE")]
    pub control_share: Option<f64>,
    #[command(flatten)]
    pub guard: GuardArgs,
    /// Use a model that is on this machine only.
    #[arg(long)]
    pub offline: bool,
    #[command(flatten)]
    pub engine: EngineArgs,
}
