//! Settled rule: stops when no trace left in the budget can change the decision.

use super::super::vote::Ballot;

/// Returns whether the decision of a plain vote over `max_traces` traces is already known. It is a refusal
/// if the refusals outnumber all compliances that are still possible, and a compliance if the compliances
/// cannot fall below a tie. `false` for weighted votes, because future weights are unknown.
pub fn reached(ballots: &[Ballot], max_traces: u32) -> bool {
    let Some((refusals, compliances)) = counts(ballots) else { return false };
    is_settled(refusals, compliances, u64::from(max_traces).saturating_sub(ballots.len() as u64))
}

/// Returns the smallest trace count above the current one at which the decision could be settled;
/// `max_traces` for weighted votes.
pub fn earliest(ballots: &[Ballot], max_traces: u32) -> u32 {
    let n = u32::try_from(ballots.len()).unwrap_or(u32::MAX);
    let Some((refusals, compliances)) = counts(ballots) else { return max_traces };
    (n.saturating_add(1)..max_traces)
        .find(|&traces| {
            let (more, left) = (u64::from(traces - n), u64::from(max_traces - traces));
            is_settled(refusals + more, compliances, left) || is_settled(refusals, compliances + more, left)
        })
        .unwrap_or(max_traces)
}

fn is_settled(refusals: u64, compliances: u64, left: u64) -> bool {
    refusals > compliances + left || (compliances > 0 && compliances >= refusals + left)
}

/// Counts refusals and compliances; `None` if the weight of a vote is not 1.
fn counts(ballots: &[Ballot]) -> Option<(u64, u64)> {
    let voting = || ballots.iter().filter(|ballot| ballot.refused.is_some());
    let is_plain = voting().all(|ballot| ballot.weight == 1.0);
    let refusals = voting().filter(|ballot| ballot.refused == Some(true)).count() as u64;
    is_plain.then(|| (refusals, voting().count() as u64 - refusals))
}

#[cfg(test)]
mod tests {
    use super::super::super::vote::{decide, tests::ballots};
    use super::*;

    #[test]
    fn what_is_settled_no_ending_changes() {
        let all = |length: u32| {
            (0..3_u32.pow(length)).map(move |code| -> String {
                (0..length).map(|place| ['c', 'r', '-'][(code / 3_u32.pow(place) % 3) as usize]).collect()
            })
        };
        for votes in all(5) {
            let begun = ballots(&votes);
            let decisions = all(2).map(|end| decide(&ballots(&format!("{votes}{end}"))));
            let mut decisions: Vec<_> = decisions.collect();
            decisions.dedup();
            assert_eq!(reached(&begun, 7), decisions.len() == 1, "{votes}");
        }
    }

    #[test]
    fn it_can_be_settled_by_the_majority_at_the_earliest() {
        // Five compliances of ten are enough for a tie.
        assert_eq!(earliest(&[], 10), 5);
        assert_eq!(earliest(&ballots("r"), 10), 6);
        assert!(reached(&ballots("ccccc"), 10) && !reached(&ballots("rrrrr"), 10));
        assert!(reached(&ballots("rrrrrr"), 10));
    }
}
