//! Estimates as the charts take them.

use crate::export::chart::data::Interval;
use crate::stats::estimate::Estimate;

/// Returns an estimate under a name.
pub fn interval(label: &str, estimate: &Estimate) -> Interval {
    Interval {
        label: label.to_owned(),
        point: estimate.point,
        low: Some(estimate.low),
        high: Some(estimate.high),
        n: estimate.n,
    }
}

/// Returns a named estimate, if there is one.
pub fn some(label: &str, estimate: Option<&Estimate>) -> Option<Interval> {
    estimate.map(|estimate| interval(label, estimate))
}
