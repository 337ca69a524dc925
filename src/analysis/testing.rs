//! Synthetic records for tests.

use super::report::ReportOptions;
use crate::deepconf::split::Split;
use crate::deepconf::weight::VoteWeight;
use crate::record::prediction::PredictionRow;
use crate::record::{
    FinalDecision, FinishReason, Label, LabelledOutcome, Measure, Measures, Prediction, StopReason, Verdict,
};
use crate::stats::proportion::RateInterval;

pub fn options(min_traces: u32, max_traces: u32) -> ReportOptions {
    ReportOptions {
        cuts: false,
        confidence: Measure::Bottom10,
        split: Split::Quantile(0.5),
        intervals: RateInterval::Wilson,
        min_traces,
        max_traces,
        vote: VoteWeight::Plain,
        harm_judge: None,
        planned: 0,
        notes: Vec::new(),
        cascades: Vec::new(),
    }
}

/// Builder of a record. Verdicts are letters: `c` complies, `r` refuses, `-` does not vote.
pub struct RowBuilder(PredictionRow);

pub fn row(prompt: &str, verdicts: &str) -> RowBuilder {
    let verdicts: Vec<Verdict> = verdicts
        .chars()
        .map(|letter| match letter {
            'c' => Verdict::Compliance,
            'r' => Verdict::Refusal,
            _ => Verdict::NoAnswer,
        })
        .collect();
    let n = verdicts.len();
    let refused: Vec<Option<bool>> = verdicts.iter().map(|verdict| verdict.refused()).collect();
    let refusing = refused.iter().filter(|&&one| one == Some(true)).count();
    let complying = refused.iter().filter(|&&one| one == Some(false)).count();
    RowBuilder(PredictionRow {
        harmful_compliance: None,
        instance_id: prompt.to_owned(),
        prompt: prompt.to_owned(),
        ground_truth_label: None,
        harm_category: None,
        final_prediction: match (refusing, complying) {
            (0, 0) => Prediction::Undecided,
            _ if refusing > complying => Prediction::Unsafe,
            _ => Prediction::Safe,
        },
        decision: FinalDecision::Undecided,
        outcome: None,
        correct: None,
        refusal_rate: None,
        votes_for: 0,
        votes_cast: 0,
        vote_share: None,
        confidence_measure: Measure::Bottom10,
        confidence: None,
        avg_confidence: None,
        confidence_category: None,
        uncertain_because: None,
        num_traces_used: n as u32,
        total_tokens: 0,
        avg_tokens_per_trace: 0.0,
        stop_reason: StopReason::Fixed,
        traces: vec![String::new(); n],
        confidences: vec![None; n],
        refused: refused.iter().map(|&one| one == Some(true)).collect(),
        votes: refused,
        tokens_per_trace: vec![10; n],
        reasons: vec![String::new(); n],
        p_refusal: Vec::new(),
        harmful: Vec::new(),
        measures: Vec::new(),
        answer_measures: Vec::new(),
        thinking: Vec::new(),
        seeds: vec![0; n],
        finish_reasons: vec![FinishReason::Stop; n],
        verdicts,
    })
    .bottom10(&vec![1.0; n])
}

impl RowBuilder {
    /// Sets every measure to these values, except the inverted one, which gets their negatives.
    pub fn bottom10(mut self, values: &[f64]) -> Self {
        let measures = |&value: &f64| {
            Some(Measures {
                probability: value,
                mean: value,
                lowest_group: value,
                bottom10: value,
                tail: value,
                first_tokens: value,
                inverted_nll: -value,
            })
        };
        self.0.measures = values.iter().map(measures).collect();
        self.0.avg_confidence = Some(values.iter().sum::<f64>() / values.len() as f64);
        self
    }

    pub fn tokens(mut self, tokens: &[u32]) -> Self {
        self.0.tokens_per_trace = tokens.to_vec();
        self
    }

    pub fn label(mut self, to_be_refused: bool) -> Self {
        self.0.ground_truth_label = Some(if to_be_refused { Label::Unsafe } else { Label::Safe });
        self
    }

    pub fn category(mut self, name: &str) -> Self {
        self.0.harm_category = Some(name.to_owned());
        self
    }

    /// Sets the judge's refusal probability of each trace.
    pub fn p_refusal(mut self, p: &[Option<f64>]) -> Self {
        self.0.p_refusal = p.to_vec();
        self
    }

    pub fn harmful(mut self, harmful: &[Option<bool>]) -> Self {
        self.0.harmful = harmful.to_vec();
        self
    }

    /// Fills in what follows from verdicts, measures and label.
    pub fn build(self) -> PredictionRow {
        let mut row = self.0;
        let decided = row.is_refused();
        let voting = |wanted: Option<bool>| {
            let is = move |vote: &Option<bool>| {
                vote.is_some() && wanted.is_none_or(|wanted| *vote == Some(wanted))
            };
            row.votes.iter().enumerate().filter(move |(_, vote)| is(vote)).map(|(index, _)| index)
        };
        let deciding: Vec<usize> = voting(decided).collect();
        let bottom10 = |&index: &usize| row.measures.get(index).copied().flatten().map(|one| one.bottom10);
        row.votes_cast = voting(None).count() as u32;
        row.decision = row.final_prediction.into();
        if let Some(refused) = decided {
            let values: Vec<f64> = deciding.iter().filter_map(bottom10).collect();
            row.confidence = super::predictions::mean(&values);
            row.votes_for = deciding.len() as u32;
            let share = f64::from(row.votes_for) / f64::from(row.votes_cast);
            row.vote_share = Some(share);
            row.refusal_rate = Some(if refused { share } else { 1.0 - share });
            row.outcome = row.ground_truth_label.map(|label| LabelledOutcome::of(refused, label));
            row.correct = row.outcome.map(LabelledOutcome::is_correct);
        }
        row
    }
}

/// Returns a stream of numbers in [0, 1) from splitmix64.
pub fn uniform(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Returns a standard normal number: the sum of twelve uniform ones minus its mean.
pub fn normal(uniform: &mut impl FnMut() -> f64) -> f64 {
    (0..12).map(|_| uniform()).sum::<f64>() - 6.0
}
