//! Proportion of a population, estimated from samples of its strata.

use super::estimate::Estimate;
use super::proportion::wilson;

/// Sample of one stratum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Number of members of the stratum.
    pub population: usize,
    /// Number of sampled members.
    pub n: usize,
    /// Number of sampled members with the property.
    pub successes: usize,
}

/// Estimates the proportion Σ W_h p_h, where W_h is the share of stratum h in the population. The 95 %
/// interval combines the Wilson intervals of the strata by the method of variance estimates recovery, MOVER
/// (Zou and Donner 2008; for strata Yan and Su 2010). Strata without members are ignored.
///
/// Returns `None` for an empty population, or if a stratum has members but no sample.
#[must_use]
pub fn proportion(strata: &[Sample]) -> Option<Estimate> {
    let population: usize = strata.iter().map(|stratum| stratum.population).sum();
    if population == 0 {
        return None;
    }
    let (mut point, mut below, mut above, mut n) = (0.0, 0.0, 0.0, 0);
    for stratum in strata.iter().filter(|stratum| stratum.population > 0) {
        let weight = stratum.population as f64 / population as f64;
        let one = wilson(stratum.successes, stratum.n)?;
        point += weight * one.point;
        below += (weight * (one.point - one.low)).powi(2);
        above += (weight * (one.high - one.point)).powi(2);
        n += stratum.n;
    }
    Some(Estimate {
        point,
        low: (point - below.sqrt()).max(0.0),
        high: (point + above.sqrt()).min(1.0),
        level: 0.95,
        n,
        method: "stratified, Wilson intervals combined by MOVER".to_owned(),
    })
}

/// Sample of one stratum. A rough method counted all members; an exact method judged the sampled ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corrected {
    /// Number of members of the stratum.
    pub population: usize,
    /// Number of members with the property by the rough method.
    pub counted: usize,
    /// Number of sampled members.
    pub n: usize,
    /// Number of sampled members with the property that were not counted.
    pub missed: usize,
    /// Number of sampled members that were counted without the property.
    pub falsely: usize,
}

/// Estimates Σ W_h (R_h + m_h − f_h), the difference estimator. R_h is the counted share of stratum h; m_h
/// and f_h are the shares of missed and false members in its sample. Only m_h − f_h is uncertain. The Wilson
/// intervals of m_h and f_h are limited to what the counts allow (f_h ≤ R_h, m_h ≤ 1 − R_h) and combined by
/// MOVER (Zou and Donner 2008), with the correlation of two classes of one sample.
///
/// Returns `None` for an empty population, or if a stratum has members but no sample.
#[must_use]
pub fn corrected(strata: &[Corrected]) -> Option<Estimate> {
    let population: usize = strata.iter().map(|stratum| stratum.population).sum();
    if population == 0 {
        return None;
    }
    let (mut point, mut below, mut above, mut n) = (0.0, 0.0, 0.0, 0);
    for stratum in strata.iter().filter(|stratum| stratum.population > 0) {
        let weight = stratum.population as f64 / population as f64;
        let counted = stratum.counted as f64 / stratum.population as f64;
        let (missed, falsely) = (wilson(stratum.missed, stratum.n)?, wilson(stratum.falsely, stratum.n)?);
        let reach =
            |one: &Estimate, most: f64| (one.point - one.low, one.high.min(most).max(one.point) - one.point);
        let (missed_down, missed_up) = reach(&missed, 1.0 - counted);
        let (falsely_down, falsely_up) = reach(&falsely, counted);
        let odds = |p: f64| p / (1.0 - p).max(f64::MIN_POSITIVE);
        let correlation = -(odds(missed.point) * odds(falsely.point)).sqrt().min(1.0);
        let combined = |a: f64, b: f64| a * a + b * b - 2.0 * correlation * a * b;
        point += weight * (counted + missed.point - falsely.point);
        below += weight * weight * combined(missed_down, falsely_up);
        above += weight * weight * combined(missed_up, falsely_down);
        n += stratum.n;
    }
    let point = point.clamp(0.0, 1.0);
    Some(Estimate {
        point,
        low: (point - below.sqrt()).max(0.0),
        high: (point + above.sqrt()).min(1.0),
        level: 0.95,
        n,
        method: "stratified difference, Wilson intervals of missed and false ones combined by MOVER"
            .to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stratum_is_wilsons_interval() {
        let found = proportion(&[Sample { population: 900, n: 20, successes: 7 }]).unwrap();
        let expected = wilson(7, 20).unwrap();
        assert!((found.low - expected.low).abs() < 1e-12 && (found.high - expected.high).abs() < 1e-12);
    }

    #[test]
    fn strata_weigh_by_their_members() {
        let strata = [
            Sample { population: 300, n: 10, successes: 10 },
            Sample { population: 100, n: 10, successes: 0 },
            Sample { population: 0, n: 0, successes: 0 },
        ];
        let found = proportion(&strata).unwrap();
        assert_eq!(found.point, 0.75);
        // Wilson's interval of 0 of 10 reaches 0.27753: the distances are 0.75 and 0.25 times that.
        let reach = 0.277_532_799_862_889_26;
        assert!((found.low - (0.75 - 0.75 * reach)).abs() < 1e-9, "{}", found.low);
        assert!((found.high - (0.75 + 0.25 * reach)).abs() < 1e-9, "{}", found.high);
    }

    #[test]
    fn what_nobody_looked_at_is_not_guessed() {
        assert_eq!(proportion(&[Sample { population: 5, n: 0, successes: 0 }]), None);
        assert_eq!(proportion(&[]), None);
    }

    #[test]
    fn without_errors_the_count_stands() {
        // Shares 0.9 of 300 and 0.2 of 100; none of 10 and 20 sampled are missed or false. Wilson's intervals
        // of 0 of 10 and 0 of 20 reach 0.277533 and 0.161125. The first stratum misses at most 0.1.
        let strata = [
            Corrected { population: 300, counted: 270, n: 10, missed: 0, falsely: 0 },
            Corrected { population: 100, counted: 20, n: 20, missed: 0, falsely: 0 },
            Corrected { population: 0, counted: 0, n: 0, missed: 0, falsely: 0 },
        ];
        let found = corrected(&strata).unwrap();
        assert!((found.point - 0.725).abs() < 1e-12, "{}", found.point);
        let (ten, twenty) = (0.277_532_799_862_889_26, 0.161_125_158_402_839_9);
        let below = ((0.75_f64 * ten).powi(2) + (0.25_f64 * twenty).powi(2)).sqrt();
        let above = ((0.75_f64 * 0.1).powi(2) + (0.25_f64 * twenty).powi(2)).sqrt();
        assert!((found.low - (0.725 - below)).abs() < 1e-6, "{} {below}", found.low);
        assert!((found.high - (0.725 + above)).abs() < 1e-6, "{} {above}", found.high);
    }

    #[test]
    fn missed_and_false_ones_correct_it() {
        // 40 of 100 were counted; of 20 sampled, 4 are missed and 2 false: 0.4 + 0.2 − 0.1. Wilson's
        // intervals are 0.0806582 to 0.4160174 and 0.0278665 to 0.3010336; the correlation is −√(1/4 · 1/9).
        let found =
            corrected(&[Corrected { population: 100, counted: 40, n: 20, missed: 4, falsely: 2 }]).unwrap();
        assert!((found.point - 0.5).abs() < 1e-12);
        let rho = -(0.25_f64 / 9.0).sqrt();
        let together = |a: f64, b: f64| (a * a + b * b - 2.0 * rho * a * b).sqrt();
        let low = 0.5 - together(0.2 - 0.080_658_2, 0.301_033_6 - 0.1);
        let high = 0.5 + together(0.416_017_4 - 0.2, 0.1 - 0.027_866_5);
        assert!((found.low - low).abs() < 1e-5, "{} for {low}", found.low);
        assert!((found.high - high).abs() < 1e-5, "{} for {high}", found.high);
        assert_eq!(corrected(&[Corrected { population: 5, counted: 1, n: 0, missed: 0, falsely: 0 }]), None);
    }
}
