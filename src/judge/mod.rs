//! Judges: (prompt, answer) to a verdict with its reason.

mod languages;
pub mod learned;
pub mod patterns;
pub mod rules;

use crate::record::{Judgement, Verdict};

/// Says of an answer whether it refuses.
pub trait Judge {
    /// The name as written to the manifest.
    fn name(&self) -> &str;

    /// Judges one answer; `prompt` is the user's turn, `answer` the reply without its thinking.
    fn judge(&self, prompt: &str, answer: &str) -> Judgement;
}

/// The rule judge of [`rules`], after [`patterns`] of the user's own, if there are some.
#[derive(Clone, Debug, Default)]
pub struct RuleJudge {
    patterns: Vec<patterns::Pattern>,
}

impl RuleJudge {
    /// A judge that asks these patterns first.
    #[must_use]
    pub fn with_patterns(patterns: Vec<patterns::Pattern>) -> Self {
        Self { patterns }
    }
}

impl Judge for RuleJudge {
    fn name(&self) -> &str {
        if self.patterns.is_empty() { "rules" } else { "patterns,rules" }
    }

    fn judge(&self, prompt: &str, answer: &str) -> Judgement {
        patterns::judge(&self.patterns, answer).unwrap_or_else(|| rules::judge(prompt, answer))
    }
}

/// The rules and the model of [`learned`], after [`patterns`] of the user's own, if there are some.
#[derive(Clone, Debug, Default)]
pub struct LearnedJudge {
    patterns: Vec<patterns::Pattern>,
}

impl LearnedJudge {
    /// A judge that asks these patterns first.
    #[must_use]
    pub fn with_patterns(patterns: Vec<patterns::Pattern>) -> Self {
        Self { patterns }
    }
}

impl Judge for LearnedJudge {
    fn name(&self) -> &str {
        if self.patterns.is_empty() { "lexicon" } else { "patterns,lexicon" }
    }

    fn judge(&self, prompt: &str, answer: &str) -> Judgement {
        patterns::judge(&self.patterns, answer).unwrap_or_else(|| learned::judge(prompt, answer))
    }
}

/// The judgement of a trace that an online rule ended: there is nothing to judge.
#[must_use]
pub fn cut() -> Judgement {
    Judgement::new(Verdict::Cut, "ended for low confidence", None)
}
