//! DeepConf (Fu, Wang, Tian, Zhao 2025, arXiv 2508.15260): confidence measures, votes and stop rules.
//!
//! Pure functions: no clock, no files, no randomness.

pub mod measures;
pub mod offline;
pub mod online;
pub mod policy;
pub mod split;
pub mod stop;
pub mod vote;
pub mod weight;

/// Number of top tokens that a token confidence averages over, as in the reference implementation.
pub const TOP_K: usize = 20;

/// Number of tokens that the measure of an answer's beginning averages over. Safety tuning reportedly acts
/// mainly on the first few tokens (Qi et al. 2024, arXiv 2406.05946).
pub const FIRST_TOKENS: usize = 5;

/// Window of the group confidence for answers without thinking, in tokens; docs/method.md, "Windows",
/// reports how it was measured.
pub const WINDOW_ANSWER: usize = 16;

/// Window of the group confidence with thinking, in tokens, as in the paper.
pub const WINDOW_THINKING: usize = 2_048;
