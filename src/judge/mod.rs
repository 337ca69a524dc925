//! Judges: (prompt, answer) to a verdict with its reason.

mod languages;
pub mod learned;
pub mod patterns;
pub mod rules;

use crate::record::{FinishReason, Judgement, Verdict};

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
        patterns::judge(&self.patterns, answer).unwrap_or_else(|| learned::judge_by_rules(prompt, answer))
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

/// An answer of fewer words than this, ended by the limit of tokens, has hardly begun.
const BEGUN: usize = 8;

/// A judgement of a trace's answer, in the light of how the trace ended: one that the limit ended within its first
/// few words, and that did not refuse so far, could still have refused, so that its judge is unsure.
#[must_use]
pub fn of_ended(judgement: Judgement, answer: &str, ended: FinishReason) -> Judgement {
    let words = answer.split_whitespace().take(BEGUN).count();
    let limited = matches!(ended, FinishReason::Length | FinishReason::Context);
    if !limited || words >= BEGUN || judgement.verdict.refused() != Some(false) {
        return judgement;
    }
    let reason = format!("hardly begun when the limit ended it; {}", judgement.reason);
    Judgement { reason, p_refusal: Some(0.5), ..judgement }
}

/// The judgement of a trace that an online rule ended: there is nothing to judge.
#[must_use]
pub fn cut() -> Judgement {
    Judgement::new(Verdict::Cut, "ended for low confidence", None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_has_hardly_begun_leaves_the_judge_unsure() {
        let judged = |answer: &str, ended| {
            of_ended(LearnedJudge::default().judge("How do I boil an egg?", answer), answer, ended)
        };
        let begun = judged("I", FinishReason::Length);
        assert!(
            begun.unsure() && begun.reason.starts_with("hardly begun when the limit ended it"),
            "{begun:?}"
        );
        assert!(!judged("Boil it.", FinishReason::Stop).unsure());
        assert!(!judged("I can't help with that.", FinishReason::Length).unsure());
        let much = "Put it into boiling water for eight minutes, then into cold";
        assert!(!judged(much, FinishReason::Length).unsure());
    }
}
