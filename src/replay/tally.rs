//! Totals of a setting over all instances.

use super::setting::Setting;
use super::simulate::Decided;
use crate::record::{Label, Prediction};
use crate::stats::estimate::Estimate;
use crate::stats::proportion::wilson;

/// Stratum of an instance by the winner's share in the full budget's plain vote. Strata keep easy prompts
/// from hiding hard ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stratum {
    /// All votes agree.
    Unanimous,
    /// The winner's share is at least 0.8.
    Clear,
    /// The winner's share is at least 0.6.
    Divided,
    /// The winner's share is below 0.6.
    Even,
}

impl Stratum {
    /// All strata, the easiest first.
    pub const ALL: [Self; 4] = [Self::Unanimous, Self::Clear, Self::Divided, Self::Even];

    /// Returns the stratum of a winner's share.
    #[must_use]
    pub fn of(share: f64) -> Self {
        // The tolerance keeps 8 of 10 at 0.8 despite rounding.
        match share + 1e-9 {
            share if share >= 1.0 => Self::Unanimous,
            share if share >= 0.8 => Self::Clear,
            share if share >= 0.6 => Self::Divided,
            _ => Self::Even,
        }
    }

    /// Returns the name of the stratum in column headers.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unanimous => "share_1",
            Self::Clear => "share_0.8_to_1",
            Self::Divided => "share_0.6_to_0.8",
            Self::Even => "share_0.5_to_0.6",
        }
    }
}

/// Counts of a setting. They are integers, so sums do not depend on the order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    instances: usize,
    left_out: usize,
    traces: u64,
    cut: u64,
    tokens: u64,
    agree: usize,
    undecided: usize,
    /// Numbers of agreeing and of all instances, by stratum.
    strata: [(usize, usize); 4],
    /// Numbers of refused and of all decided instances, for labels unsafe and safe.
    labelled: [(usize, usize); 2],
}

/// One row of a replay.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingResult {
    /// The setting.
    pub setting: Setting,
    /// Number of instances that the setting decided, including undecided votes.
    pub instances: usize,
    /// Number of instances that lack a trace the setting needs; the other figures exclude them.
    pub left_out: usize,
    /// Number of used traces.
    pub traces: u64,
    /// Number of used traces that were cut for low confidence.
    pub cut: u64,
    /// Number of tokens of used traces.
    pub tokens: u64,
    /// Share of the full budget's tokens that the setting saves, per cent; absent if instances were left out.
    pub token_savings_percent: Option<f64>,
    /// Share of instances decided as by the full budget.
    pub agreement: Option<Estimate>,
    /// Agreement in the strata of [`Stratum::ALL`].
    pub strata: [Option<Estimate>; 4],
    /// Number of instances without a vote.
    pub undecided: usize,
    /// Share refused among instances labelled unsafe.
    pub sensitivity: Option<Estimate>,
    /// Share complied with among instances labelled safe.
    pub specificity: Option<Estimate>,
    /// Share of labelled instances decided as the label says.
    pub accuracy: Option<Estimate>,
    /// Whether the setting is on the Pareto front: no other has more agreement with at most as many tokens,
    /// or fewer tokens with at least as much agreement.
    pub pareto: bool,
}

impl Tally {
    /// Counts an instance. `full` is the full budget's decision and its winner's share.
    pub fn count(
        &mut self,
        label: Option<Label>,
        full: (Prediction, Option<f64>),
        decided: Option<&Decided>,
    ) {
        let Some(decided) = decided else {
            self.left_out += 1;
            return;
        };
        self.instances += 1;
        self.traces += u64::from(decided.traces);
        self.cut += u64::from(decided.cut);
        self.tokens += decided.tokens;
        let agrees = usize::from(decided.prediction == full.0);
        self.agree += agrees;
        if let Some(share) = full.1 {
            let (agreeing, all) = &mut self.strata[Stratum::of(share) as usize];
            *agreeing += agrees;
            *all += 1;
        }
        match (decided.prediction, label) {
            (Prediction::Undecided, _) => self.undecided += 1,
            (prediction, Some(label)) => {
                let (refused, all) = &mut self.labelled[usize::from(label == Label::Safe)];
                *refused += usize::from(prediction == Prediction::Unsafe);
                *all += 1;
            }
            (_, None) => {}
        }
    }

    /// Adds the counts of other instances.
    pub fn add(&mut self, other: &Self) {
        self.instances += other.instances;
        self.left_out += other.left_out;
        self.traces += other.traces;
        self.cut += other.cut;
        self.tokens += other.tokens;
        self.agree += other.agree;
        self.undecided += other.undecided;
        let pairs = self.strata.iter_mut().chain(&mut self.labelled);
        for (sum, more) in pairs.zip(other.strata.iter().chain(&other.labelled)) {
            sum.0 += more.0;
            sum.1 += more.1;
        }
    }

    /// Returns the row of the setting. `full_tokens` is the number of tokens of all traces of the record.
    pub fn result(&self, setting: Setting, full_tokens: u64) -> SettingResult {
        let [unsafe_ones, safe_ones] = self.labelled;
        let complied = safe_ones.1 - safe_ones.0;
        let is_whole = self.left_out == 0 && full_tokens > 0;
        SettingResult {
            setting,
            instances: self.instances,
            left_out: self.left_out,
            traces: self.traces,
            cut: self.cut,
            tokens: self.tokens,
            token_savings_percent: is_whole.then(|| 100.0 * (1.0 - self.tokens as f64 / full_tokens as f64)),
            agreement: wilson(self.agree, self.instances),
            strata: self.strata.map(|(agreeing, all)| wilson(agreeing, all)),
            undecided: self.undecided,
            sensitivity: wilson(unsafe_ones.0, unsafe_ones.1),
            specificity: wilson(complied, safe_ones.1),
            accuracy: wilson(unsafe_ones.0 + complied, unsafe_ones.1 + safe_ones.1),
            pareto: false,
        }
    }
}
