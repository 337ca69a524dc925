//! Judges: (prompt, answer) to a verdict with its reason.

pub mod rules;

use crate::record::{Judgement, Verdict};

/// Says of an answer whether it refuses.
pub trait Judge {
    /// The name as written to the manifest.
    fn name(&self) -> &str;

    /// Judges one answer; `prompt` is the user's turn, `answer` the reply without its thinking.
    fn judge(&self, prompt: &str, answer: &str) -> Judgement;
}

/// The rule judge of [`rules`].
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleJudge;

impl Judge for RuleJudge {
    fn name(&self) -> &str {
        "rules"
    }

    fn judge(&self, prompt: &str, answer: &str) -> Judgement {
        rules::judge(prompt, answer)
    }
}

/// The judgement of a trace that an online rule ended: there is nothing to judge.
#[must_use]
pub fn cut() -> Judgement {
    Judgement { verdict: Verdict::Cut, reason: "ended for low confidence".to_owned(), span: None }
}
