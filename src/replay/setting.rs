//! Settings of sampling and deciding.

use crate::deepconf::policy::Policy;
use crate::deepconf::stop::StopRule;
use crate::record::Measure;

/// A policy with the budgets around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Setting {
    /// Policy that defines when sampling ends, who votes, and the measure and window.
    pub policy: Policy,
    /// Number of top tokens that a token confidence averages over.
    pub k: usize,
    /// Maximum tokens of a trace; as recorded if absent.
    pub max_tokens: Option<u32>,
    /// Tokens between two checks of a trace's verdict. The trace ends once two consecutive verdicts agree.
    pub settle: Option<u32>,
}

/// Parameters that affect the measures and verdicts of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct View {
    /// See [`Setting::k`].
    pub k: usize,
    /// Number of tokens per group.
    pub window: usize,
    /// See [`Setting::max_tokens`].
    pub max_tokens: Option<u32>,
    /// See [`Setting::settle`].
    pub settle: Option<u32>,
}

impl Setting {
    /// Returns the parameters that affect measures and verdicts.
    #[must_use]
    pub fn view(&self) -> View {
        View { k: self.k, window: self.policy.window, max_tokens: self.max_tokens, settle: self.settle }
    }

    /// Returns the measures that affect decisions.
    fn measures(&self) -> impl Iterator<Item = Measure> {
        let percentile =
            matches!(self.policy.stop, StopRule::Percentile { .. }).then_some(self.policy.confidence);
        let online = self.policy.stop.online().map(|_| Measure::LowestGroup);
        [self.policy.vote.measure(), percentile, online].into_iter().flatten()
    }

    /// Returns whether the window affects a decision.
    #[must_use]
    pub fn uses_window(&self) -> bool {
        self.measures()
            .any(|measure| matches!(measure, Measure::LowestGroup | Measure::Bottom10 | Measure::Tail))
    }

    /// Returns whether k affects a decision.
    #[must_use]
    pub fn uses_k(&self) -> bool {
        self.measures().any(|measure| !matches!(measure, Measure::Probability | Measure::InvertedNll))
    }

    /// Returns whether the measure of confidence affects a decision.
    #[must_use]
    pub fn uses_confidence(&self) -> bool {
        matches!(self.policy.stop, StopRule::Percentile { .. })
    }

    /// Returns the setting with parameters that affect no decision taken from `base`, so that equivalent
    /// settings are equal.
    #[must_use]
    pub fn canonical(mut self, base: &Setting) -> Self {
        if !self.uses_window() {
            self.policy.window = base.policy.window;
        }
        if !self.uses_k() {
            self.k = base.k;
        }
        if !self.uses_confidence() {
            self.policy.confidence = base.policy.confidence;
        }
        self
    }
}
