//! Consensus rule: stops when the winner's share of the vote reaches τ (the paper's adaptive sampling,
//! online part).

use super::super::vote::{Ballot, refusal_share};

/// Returns whether the winner's share is at least `tau`; `false` without a verdict.
pub fn reached(ballots: &[Ballot], tau: f64) -> bool {
    refusal_share(ballots).is_some_and(|share| share.max(1.0 - share) >= tau - SHARE_TOLERANCE)
}

/// Returns the smallest trace count above the current one at which the share could reach `tau` if every
/// further trace voted for the leading side with weight 1; `max_traces` if no count in the budget suffices.
///
/// If any weight differs from 1, the result is n + 1, because a heavier trace could reach `tau` sooner.
pub fn earliest(ballots: &[Ballot], tau: f64, max_traces: u32) -> u32 {
    let n = u32::try_from(ballots.len()).unwrap_or(u32::MAX);
    let next = n.saturating_add(1).min(max_traces);
    if ballots.iter().any(|ballot| ballot.weight != 1.0) {
        return next;
    }
    let voting = ballots.iter().filter(|ballot| ballot.refused.is_some()).count() as f64;
    let Some(share) = refusal_share(ballots) else { return next };
    let losing = voting * share.min(1.0 - share);
    (next..max_traces)
        .find(|&traces| {
            let more = f64::from(traces - n);
            (voting - losing + more) / (voting + more) >= tau - SHARE_TOLERANCE
        })
        .unwrap_or(max_traces)
}

/// Tolerance for rounding: 19/20 must reach τ = 0.95.
const SHARE_TOLERANCE: f64 = 1e-12;
