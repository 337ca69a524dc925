//! Logistic regression with a few predictors, by Newton's method.

use super::estimate::Estimate;
use super::proportion::Z_95;

/// Maximum number of Newton steps. From 0, about ten suffice if there is a maximum.
const STEPS: usize = 40;

/// Step size at which the search ends; the next step would be about its square.
const SMALL_STEP: f64 = 1e-10;

/// Fitted model: ln odds = coefficients · (1, predictors).
#[derive(Clone, Debug, PartialEq)]
pub struct Logistic {
    /// Intercept, then one coefficient per predictor.
    pub coefficients: Vec<f64>,
    /// Standard errors, from the inverse of the information matrix.
    pub standard_errors: Vec<f64>,
    /// Number of observations.
    pub n: usize,
}

/// Reason why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoFit {
    /// A combination of the predictors separates the outcomes, so the likelihood grows without bound.
    #[error("separated: the predictors tell the outcomes apart, at least in part")]
    Separated,
    /// A predictor does not vary, or follows from the others.
    #[error("the predictors do not vary independently")]
    Collinear,
    /// All outcomes are the same, or there are none.
    #[error("all outcomes are the same")]
    OneClass,
}

impl Logistic {
    /// Fits by maximum likelihood. `predictors` are columns and should have similar scales.
    ///
    /// Cost: about ten passes over the data.
    ///
    /// # Errors
    /// [`NoFit`] if the likelihood has no unique maximum.
    ///
    /// # Panics
    /// If a column and `outcomes` differ in length.
    pub fn fit(predictors: &[&[f64]], outcomes: &[bool]) -> Result<Self, NoFit> {
        assert!(predictors.iter().all(|column| column.len() == outcomes.len()), "one value per outcome");
        let positives = outcomes.iter().filter(|&&is| is).count();
        if positives == 0 || positives == outcomes.len() {
            return Err(NoFit::OneClass);
        }
        let width = predictors.len() + 1;
        let row = |unit: usize| {
            let mut row = vec![1.0; width];
            row.iter_mut().skip(1).zip(predictors).for_each(|(value, column)| *value = column[unit]);
            row
        };
        let rows: Vec<Vec<f64>> = (0..outcomes.len()).map(row).collect();
        let mut coefficients = vec![0.0; width];
        for step in 0..STEPS {
            let (gradient, information) = derivatives(&rows, outcomes, &coefficients);
            // At the first step all coefficients are 0, so only the predictors can be the reason.
            let no_fit = if step == 0 { NoFit::Collinear } else { NoFit::Separated };
            let factor = cholesky(&information).ok_or(no_fit)?;
            let change = solve(&factor, &gradient);
            coefficients.iter_mut().zip(&change).for_each(|(value, change)| *value += change);
            if change.iter().all(|change| change.abs() < SMALL_STEP) {
                let (_, information) = derivatives(&rows, outcomes, &coefficients);
                let factor = cholesky(&information).ok_or(NoFit::Separated)?;
                let variance = |index: usize| {
                    let unit: Vec<f64> = (0..width).map(|other| f64::from(other == index)).collect();
                    solve(&factor, &unit)[index]
                };
                let standard_errors = (0..width).map(|index| variance(index).sqrt()).collect();
                return Ok(Self { coefficients, standard_errors, n: outcomes.len() });
            }
        }
        Err(NoFit::Separated)
    }

    /// Returns the odds ratio of one unit of predictor `index` (0-based), with Wald's 95 % interval.
    ///
    /// # Panics
    /// If there is no such predictor.
    #[must_use]
    pub fn odds_ratio(&self, index: usize) -> Estimate {
        let (coefficient, error) = (self.coefficients[index + 1], self.standard_errors[index + 1]);
        Estimate {
            point: coefficient.exp(),
            low: (coefficient - Z_95 * error).exp(),
            high: (coefficient + Z_95 * error).exp(),
            level: 0.95,
            n: self.n,
            method: "logistic regression, wald".to_owned(),
        }
    }
}

/// Returns `values` scaled to mean 0 and standard deviation 1; `None` if they do not vary.
#[must_use]
pub fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    // Equal values may deviate by rounding.
    let varies = deviation > 1e-12 * mean.abs();
    varies.then(|| values.iter().map(|value| (value - mean) / deviation).collect())
}

/// Returns the gradient and the information matrix of the log-likelihood.
fn derivatives(rows: &[Vec<f64>], outcomes: &[bool], coefficients: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let width = coefficients.len();
    let mut gradient = vec![0.0; width];
    let mut information = vec![vec![0.0; width]; width];
    for (row, &outcome) in rows.iter().zip(outcomes) {
        let log_odds: f64 =
            row.iter().zip(coefficients).map(|(value, coefficient)| value * coefficient).sum();
        let p = 1.0 / (1.0 + (-log_odds).exp());
        for a in 0..width {
            gradient[a] += (f64::from(outcome) - p) * row[a];
            for b in 0..width {
                information[a][b] += p * (1.0 - p) * row[a] * row[b];
            }
        }
    }
    (gradient, information)
}

/// Returns the lower triangle L with L Lᵀ = `matrix`; `None` if the matrix is not positive definite up to
/// rounding.
fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let width = matrix.len();
    let mut lower = vec![vec![0.0; width]; width];
    for a in 0..width {
        for b in 0..=a {
            let rest = matrix[a][b] - (0..b).map(|c| lower[a][c] * lower[b][c]).sum::<f64>();
            if a == b {
                if rest.is_nan() || rest <= 1e-10 * matrix[a][a] {
                    return None;
                }
                lower[a][a] = rest.sqrt();
            } else {
                lower[a][b] = rest / lower[b][b];
            }
        }
    }
    Some(lower)
}

/// Solves L Lᵀ x = `right` for x.
fn solve(lower: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let width = right.len();
    let mut x = right.to_vec();
    for a in 0..width {
        x[a] = (x[a] - (0..a).map(|b| lower[a][b] * x[b]).sum::<f64>()) / lower[a][a];
    }
    for a in (0..width).rev() {
        x[a] = (x[a] - (a + 1..width).map(|b| lower[b][a] * x[b]).sum::<f64>()) / lower[a][a];
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_two_by_two_table_has_its_own_odds_ratio() {
        // 30 of 40 versus 10 of 50: odds ratio (30 · 40) / (10 · 10) = 12. The standard error of its
        // logarithm is
        // √(1/30 + 1/10 + 1/10 + 1/40).
        let exposed: Vec<f64> = (0..90).map(|unit| f64::from(u8::from(unit < 40))).collect();
        let outcomes: Vec<bool> = (0..90).map(|unit| unit < 30 || (40..50).contains(&unit)).collect();
        let fit = Logistic::fit(&[&exposed], &outcomes).unwrap();
        let error = (1.0_f64 / 30.0 + 0.1 + 0.1 + 1.0 / 40.0).sqrt();
        assert!((fit.odds_ratio(0).point - 12.0).abs() < 1e-9);
        assert!((fit.standard_errors[1] - error).abs() < 1e-9);
        assert!((fit.odds_ratio(0).high.ln() - 12.0_f64.ln() - Z_95 * error).abs() < 1e-9);
    }

    #[test]
    fn says_why_there_is_no_fit() {
        let score: Vec<f64> = (0..20).map(f64::from).collect();
        let upper: Vec<bool> = (0..20).map(|unit| unit >= 10).collect();
        assert_eq!(Logistic::fit(&[&score], &upper), Err(NoFit::Separated));
        // Partial separation: one group is all positive, the other mixed.
        let group: Vec<f64> = (0..20).map(|unit| f64::from(u8::from(unit >= 10))).collect();
        let mixed: Vec<bool> = (0..20).map(|unit| unit >= 10 || unit % 2 == 0).collect();
        assert_eq!(Logistic::fit(&[&group], &mixed), Err(NoFit::Separated));
        let alternating: Vec<bool> = (0..20).map(|unit| unit % 2 == 0).collect();
        let twice: Vec<f64> = score.iter().map(|value| 2.0 * value).collect();
        assert_eq!(Logistic::fit(&[&score, &twice], &alternating), Err(NoFit::Collinear));
        assert_eq!(Logistic::fit(&[&score], &[true; 20]), Err(NoFit::OneClass));
        assert_eq!(standardised(&[3.0; 4]), None);
        assert_eq!(standardised(&[1.0, 2.0, 3.0]), Some(vec![-1.0, 0.0, 1.0]));
    }
}
