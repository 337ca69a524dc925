//! Pareto front of the settings. A setting is beaten by another with fewer tokens and no less agreement, or
//! with more agreement and no more tokens.

use super::tally::SettingResult;

/// Marks the front among the settings that left no instance out. Equal settings are on it together.
pub fn mark(results: &mut [SettingResult]) {
    let points: Vec<Option<(u64, f64)>> = results
        .iter()
        .map(|result| {
            let agreement = result.agreement.as_ref().filter(|_| result.left_out == 0)?;
            Some((result.tokens, agreement.point))
        })
        .collect();
    for (result, point) in results.iter_mut().zip(&points) {
        result.pareto = point.is_some_and(|(tokens, agreement)| {
            !points.iter().flatten().any(|&(other, agrees)| {
                other <= tokens && agrees >= agreement && (other < tokens || agrees > agreement)
            })
        });
    }
}
