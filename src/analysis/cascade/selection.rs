//! Selects the answers that a cascade sends to the guard.

use std::collections::HashSet;

use sha2::{Digest, Sha256};

use crate::record::Judgement;
use crate::record::judge_entry::Route;

/// Minimum size of the control sample, if there are enough answers.
pub const CONTROL_AT_LEAST: usize = 50;

/// Default share of the sure answers in the control sample.
pub const CONTROL_SHARE: f64 = 0.05;

/// An answer with the lexicon's judgement.
#[derive(Clone, Copy, Debug)]
pub struct Judged<'a> {
    /// Instance of the answer.
    pub instance_id: &'a str,
    /// Number of the trace.
    pub number: u32,
    /// Judgement of the lexicon.
    pub judgement: &'a Judgement,
}

/// Returns the route of each answer: to the guard because the lexicon is unsure, to the guard as part of the
/// control sample of sure answers, or `None` if the lexicon alone decides.
///
/// The sample is `share` of the sure answers, rounded up, at least [`CONTROL_AT_LEAST`], and at most all of
/// them. The draw depends only on instance and number, not on order, answers or the run's seed. Answers that
/// do not vote are never sent. A vote without a probability counts as sure.
#[must_use]
pub fn routes(answers: &[Judged<'_>], share: f64) -> Vec<Option<Route>> {
    let votes = |answer: &Judged<'_>| answer.judgement.verdict.refused().is_some();
    let sure = |answer: &Judged<'_>| votes(answer) && !answer.judgement.unsure();
    let mut draw: Vec<([u8; 32], usize)> = (0..answers.len())
        .filter(|&index| sure(&answers[index]))
        .map(|index| (ticket(answers[index].instance_id, answers[index].number), index))
        .collect();
    draw.sort_unstable();
    let wanted = ((share * draw.len() as f64).ceil() as usize).max(CONTROL_AT_LEAST).min(draw.len());
    let control: HashSet<usize> = draw[..wanted].iter().map(|&(_, index)| index).collect();
    let route = |(index, answer): (usize, &Judged<'_>)| match () {
        () if answer.judgement.unsure() => Some(Route::Unsure),
        () if control.contains(&index) => Some(Route::Control),
        () => None,
    };
    answers.iter().enumerate().map(route).collect()
}

/// Returns the number of an answer in the draw; the lowest numbers are drawn.
fn ticket(instance_id: &str, number: u32) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(b"safety-deepconf control\0");
    hasher.update(instance_id.as_bytes());
    hasher.update([0]);
    hasher.update(number.to_le_bytes());
    hasher.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Verdict;

    /// Returns `n` answers; every `every`th is unsure, and every seventh has no vote.
    fn judgements(n: usize, every: usize) -> Vec<(String, u32, Judgement)> {
        let one = |index: usize| {
            let verdict = if index % 7 == 6 { Verdict::NoAnswer } else { Verdict::Compliance };
            let p = if index.is_multiple_of(every) { 0.5 } else { 0.1 };
            let judgement = Judgement { p_refusal: Some(p), ..Judgement::new(verdict, "", None) };
            (format!("i{}", index / 3), (index % 3) as u32, judgement)
        };
        (0..n).map(one).collect()
    }

    fn of(answers: &[(String, u32, Judgement)], share: f64) -> Vec<Option<Route>> {
        let judged: Vec<Judged<'_>> = answers
            .iter()
            .map(|(instance_id, number, judgement)| Judged { instance_id, number: *number, judgement })
            .collect();
        routes(&judged, share)
    }

    fn count(routes: &[Option<Route>], wanted: Option<Route>) -> usize {
        routes.iter().filter(|route| **route == wanted).count()
    }

    #[test]
    fn unsure_answers_go_and_a_sample_of_the_sure_ones() {
        // 2,100 answers: 1,800 vote, 180 of them unsure, 1,620 sure; 5 % are 81.
        let answers = judgements(2100, 10);
        let routes = of(&answers, 0.05);
        assert_eq!(count(&routes, Some(Route::Unsure)), 180);
        assert_eq!(count(&routes, Some(Route::Control)), 81);
        for (route, (_, _, judgement)) in routes.iter().zip(&answers) {
            assert_eq!(judgement.unsure(), *route == Some(Route::Unsure));
            assert!(route.is_none() || judgement.verdict.refused().is_some());
        }
        assert_eq!(count(&of(&answers, 0.0), Some(Route::Control)), 50, "at least fifty");
        assert_eq!(count(&of(&answers, 1.0), Some(Route::Control)), 1620);
        // With fewer than fifty sure answers, all are drawn.
        let few = judgements(35, 10);
        assert_eq!(count(&of(&few, 0.05), Some(Route::Control)), 27);
        assert!(of(&[], 0.05).is_empty());
    }

    #[test]
    fn the_sample_depends_on_no_order_and_grows_with_its_share() {
        let answers = judgements(700, 10);
        let names = |answers: &[(String, u32, Judgement)], share: f64| -> HashSet<(String, u32)> {
            let routes = of(answers, share);
            let drawn = answers.iter().zip(routes).filter(|(_, route)| *route == Some(Route::Control));
            drawn.map(|((id, number, _), _)| (id.clone(), *number)).collect()
        };
        let mut turned = answers.clone();
        turned.reverse();
        assert_eq!(names(&answers, 0.2), names(&turned, 0.2));
        assert!(names(&answers, 0.1).is_subset(&names(&answers, 0.2)));
        // The sample is spread over the benchmark: each half contains about half of it.
        let half = answers[..350]
            .iter()
            .filter(|(id, number, _)| names(&answers, 0.2).contains(&(id.clone(), *number)));
        assert!((35..=73).contains(&half.count()));
    }

    #[test]
    fn a_vote_without_a_probability_counts_as_sure() {
        let judgement = Judgement::new(Verdict::Refusal, "", None);
        assert_eq!(of(&[("i".to_owned(), 0, judgement)], 0.05), [Some(Route::Control)]);
    }
}
