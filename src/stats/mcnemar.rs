//! Paired binary outcomes: McNemar's exact test, and the odds of a change.
//!
//! Only pairs that differ carry evidence. Under the null hypothesis each of them goes either way with
//! probability one half.

use serde::{Deserialize, Serialize};

use super::clopper_pearson::clopper_pearson;
use super::special::incomplete_beta;

/// Returns the exact two-sided p-value of McNemar's test (McNemar 1947) for `b` pairs that differ in one way
/// and `c` in the other: twice the binomial tail of the smaller count out of b + c with probability one half,
/// at most 1.
///
/// Returns 1 if no pair differs. Cost: at most 500 terms of a sum, or a continued fraction.
#[must_use]
pub fn mcnemar_exact(b: usize, c: usize) -> f64 {
    if b == c {
        return 1.0;
    }
    (2.0 * lower_tail(b.min(c), b + c)).min(1.0)
}

/// Returns P(X ≤ k) of Binomial(n, ½): term by term while 2⁻ⁿ is representable, otherwise as
/// I_½(n − k, k + 1).
fn lower_tail(k: usize, n: usize) -> f64 {
    if n > 1_000 {
        return incomplete_beta((n - k) as f64, (k + 1) as f64, 0.5);
    }
    let mut term = 0.5_f64.powi(n as i32);
    let mut sum = term;
    for taken in 1..=k {
        term *= (n - taken + 1) as f64 / taken as f64;
        sum += term;
    }
    sum
}

/// Odds that a differing pair differs in the first way, with an interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiscordantOdds {
    /// b / c; absent for c = 0, where it is unbounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point: Option<f64>,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of the 95 % interval; absent if unbounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
}

/// Returns the conditional odds ratio b / c of matched pairs with its exact 95 % interval: Clopper and
/// Pearson's for b of b + c, each end θ converted to odds θ / (1 − θ).
///
/// Returns `None` if no pair differs. Cost: as [`clopper_pearson`].
#[must_use]
pub fn discordant_odds(b: usize, c: usize) -> Option<DiscordantOdds> {
    let share = clopper_pearson(b, b + c)?;
    let odds = |share: f64| (share < 1.0).then(|| share / (1.0 - share));
    Some(DiscordantOdds {
        point: (c > 0).then(|| b as f64 / c as f64),
        low: share.low / (1.0 - share.low),
        high: odds(share.high),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_changes_one_way_and_none_back() {
        assert_eq!(mcnemar_exact(0, 5), 2.0 / 32.0);
        // Both methods give the same tail.
        let by_terms = lower_tail(480, 1_000);
        assert!((by_terms - incomplete_beta(520.0, 481.0, 0.5)).abs() < 1e-12, "{by_terms}");
        assert_eq!((mcnemar_exact(0, 0), mcnemar_exact(7, 7)), (1.0, 1.0));
        let odds = discordant_odds(5, 0).unwrap();
        assert_eq!((odds.point, odds.high), (None, None));
        assert_eq!(discordant_odds(0, 0), None);
    }
}
