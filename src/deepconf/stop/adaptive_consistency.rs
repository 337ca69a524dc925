//! Adaptive consistency (Aggarwal, Madaan, Yang, Mausam 2023, arXiv 2305.11860): stops on the Beta
//! posterior that the current majority is the model's majority.

use super::super::vote::Ballot;

/// Returns whether the posterior of the majority is at least `confidence`; `false` without a vote.
pub fn reached(ballots: &[Ballot], confidence: f64) -> bool {
    let (majority, minority) = counts(ballots);
    majority > 0 && posterior(majority, minority) >= confidence
}

/// Returns the smallest trace count above the current one at which the rule could fire if every further
/// trace voted with the majority; `max_traces` if no count in the budget suffices.
pub fn earliest(ballots: &[Ballot], confidence: f64, max_traces: u32) -> u32 {
    let n = u32::try_from(ballots.len()).unwrap_or(u32::MAX);
    let (majority, minority) = counts(ballots);
    (n.saturating_add(1)..max_traces)
        .find(|&traces| posterior(majority + (traces - n), minority) >= confidence)
        .unwrap_or(max_traces)
}

/// Counts the votes of the larger and of the smaller side; ignores weights.
fn counts(ballots: &[Ballot]) -> (u32, u32) {
    let count = |side| ballots.iter().filter(|ballot| ballot.refused == Some(side)).count() as u32;
    let (refusals, compliances) = (count(true), count(false));
    (refusals.max(compliances), refusals.min(compliances))
}

/// Returns P(p > 1/2) for p ~ Beta(a + 1, b + 1): the posterior, from a uniform prior, that a side with a
/// of a + b votes is the majority. Uses the binomial form of the incomplete beta function,
/// 1 − Σ_{i ≤ b} C(a + b + 1, i) / 2^(a + b + 1). Cost: linear in b.
fn posterior(a: u32, b: u32) -> f64 {
    let n = f64::from(a) + f64::from(b) + 1.0;
    let mut log_term = -n * std::f64::consts::LN_2;
    let mut sum = 0.0;
    for i in 0..=b {
        sum += log_term.exp();
        let i = f64::from(i);
        log_term += ((n - i) / (i + 1.0)).ln();
    }
    1.0 - sum
}

#[cfg(test)]
mod tests {
    use super::super::super::vote::tests::ballots;
    use super::*;

    #[test]
    fn the_posterior_is_scipys() {
        // scipy.stats.beta.sf(0.5, a + 1, b + 1)
        for (a, b, expected) in [
            (0, 0, 0.5),
            (3, 0, 0.9375),
            (4, 0, 0.96875),
            (5, 1, 0.9375),
            (6, 1, 0.964_843_75),
            (7, 3, 0.886_718_75),
            (30, 17, 0.970_268_312_373_114_8),
            (600, 540, 0.962_178_638_684_365),
        ] {
            let found = posterior(a, b);
            assert!((found - expected).abs() < 1e-9, "{a} {b}: {found}");
        }
    }

    #[test]
    fn four_equal_votes_are_enough_and_three_are_not() {
        assert!(!reached(&ballots("ccc"), 0.95));
        assert!(reached(&ballots("cc-cc"), 0.95));
        assert!(!reached(&ballots("----"), 0.5));
        assert_eq!(earliest(&ballots("c"), 0.95, 10), 4);
        assert_eq!(earliest(&ballots("cr"), 0.95, 10), 7);
        assert_eq!(earliest(&ballots("crcr"), 0.95, 10), 10);
    }
}
