//! Risk–coverage curve: errors among the most confident (Geifman and El-Yaniv 2017).

use super::ranking::Ranking;

/// Errors among the k most confident, for k = 1 … n. Ties count by the expectation over all their orders, so
/// the order of the data has no effect.
#[derive(Clone, Debug, PartialEq)]
pub struct RiskCoverage {
    /// Expected errors among the first k, for k from 1.
    errors: Vec<f64>,
}

impl RiskCoverage {
    /// Orders the answers by confidence, highest first. Cost: one sort.
    ///
    /// # Panics
    /// If the lengths differ or a confidence is NaN.
    #[must_use]
    pub fn new(confidences: &[f64], wrong: &[bool]) -> Self {
        assert_eq!(confidences.len(), wrong.len(), "one outcome per confidence");
        let mut errors = Vec::with_capacity(wrong.len());
        let mut before = 0.0;
        for group in Ranking::new(confidences).groups().rev() {
            let inside = group.iter().filter(|&&unit| wrong[unit as usize]).count() as f64;
            let size = group.len() as f64;
            errors.extend((1..=group.len()).map(|place| before + inside * place as f64 / size));
            before += inside;
        }
        Self { errors }
    }

    /// Returns the share of errors among the `covered` most confident; `None` for 0 or more than there are.
    #[must_use]
    pub fn risk(&self, covered: usize) -> Option<f64> {
        let errors = self.errors.get(covered.checked_sub(1)?)?;
        Some(errors / covered as f64)
    }

    /// Returns the area under the curve (AURC), the mean risk over k = 1 … n. It is low if errors have low
    /// confidence.
    ///
    /// Returns `None` without answers.
    #[must_use]
    pub fn area(&self) -> Option<f64> {
        let risks = (1..=self.errors.len()).filter_map(|covered| self.risk(covered));
        (!self.errors.is_empty()).then(|| risks.sum::<f64>() / self.errors.len() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_count_by_expectation() {
        let curve = RiskCoverage::new(&[0.9, 0.5, 0.5, 0.1], &[false, true, false, true]);
        assert_eq!(
            (1..=4).map(|covered| curve.risk(covered).unwrap()).collect::<Vec<_>>(),
            [0.0, 0.25, 1.0 / 3.0, 0.5]
        );
        assert!((curve.area().unwrap() - (0.25 + 1.0 / 3.0 + 0.5) / 4.0).abs() < 1e-15);
        assert_eq!((curve.risk(0), curve.risk(5)), (None, None));
        assert_eq!(RiskCoverage::new(&[], &[]).area(), None);
    }
}
