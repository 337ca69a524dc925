//! Consensus: the winner's share of the vote reaches τ (the paper's adaptive sampling, online part).

use super::super::vote::{Ballot, refusal_share};

/// Whether the winner's share is at least `tau`; never without a verdict.
pub fn reached(ballots: &[Ballot], tau: f64) -> bool {
    refusal_share(ballots).is_some_and(|share| share.max(1.0 - share) >= tau - SHARE_TOLERANCE)
}

/// The smallest trace count above the present one at which the share could reach `tau`, if every
/// further trace voted for one side with weight 1; `max_traces` if none within the budget does.
///
/// With weighted votes a heavier trace could get there sooner, so weights other than 1 give n + 1.
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

/// A share such as 19/20 must reach τ = 0.95 in spite of rounding.
const SHARE_TOLERANCE: f64 = 1e-12;
