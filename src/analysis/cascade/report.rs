//! Report on a cascade, from its opinions.

use serde::{Deserialize, Serialize};

use super::calibration::Calibration;
use crate::record::judge_entry::{CascadeStep, Opinion, Route};
use crate::stats::estimate::Estimate;
use crate::stats::proportion::wilson;

/// Report on a cascade.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CascadeReport {
    /// Name of the cascade.
    pub judge: String,
    /// Number of judged answers whose verdict votes.
    pub answers: usize,
    /// Number of answers sent to the guard because the lexicon was unsure.
    pub unsure: usize,
    /// `unsure` over `answers`; absent without answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Number of unsure answers on which guard and lexicon are on different sides.
    pub changed: usize,
    /// Number of answers sent to the guard for control.
    pub control: usize,
    /// Numbers of replies that do not parse: on unsure answers, in the control sample.
    pub unparsed: (usize, usize),
    /// Disagreement of guard and lexicon over the control sample, where the guard's reply parses.
    pub disagreement: Disagreement,
    /// Calibration of the guard's score.
    pub calibration: Calibration,
}

/// Shares of the control sample on which guard and lexicon differ, with Wilson's interval over answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Disagreement {
    /// Share among all answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Estimate>,
    /// Share among refusals by the lexicon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon_refuses: Option<Estimate>,
    /// Share among compliances by the lexicon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon_complies: Option<Estimate>,
}

/// Reports on the cascade of this name; opinions of other judges are ignored.
#[must_use]
pub fn report<'a>(judge: &str, opinions: impl IntoIterator<Item = &'a Opinion>) -> CascadeReport {
    let said: Vec<&Opinion> = opinions.into_iter().filter(|opinion| opinion.judge == judge).collect();
    let votes = |opinion: &&&Opinion| opinion.verdict.is_some_and(|verdict| verdict.refused().is_some());
    let answers = said.iter().filter(votes).count();
    let of = |route: Route| -> Vec<&CascadeStep> {
        said.iter()
            .filter_map(|opinion| opinion.cascade.as_ref())
            .filter(|step| step.route == route)
            .collect()
    };
    let (unsure, control) = (of(Route::Unsure), of(Route::Control));
    let unparsed = |steps: &[&CascadeStep]| steps.iter().filter(|step| sides(step).is_none()).count();
    let pairs = |steps: &[&CascadeStep]| steps.iter().filter_map(|step| sides(step)).collect::<Vec<_>>();
    let differ = |among: &dyn Fn(bool) -> bool| {
        let pairs: Vec<_> = pairs(&control).into_iter().filter(|(lexicon, _)| among(*lexicon)).collect();
        wilson(pairs.iter().filter(|(lexicon, guard)| lexicon != guard).count(), pairs.len())
    };
    CascadeReport {
        judge: judge.to_owned(),
        answers,
        unsure: unsure.len(),
        share: (answers > 0).then(|| unsure.len() as f64 / answers as f64),
        changed: pairs(&unsure).iter().filter(|(lexicon, guard)| lexicon != guard).count(),
        control: control.len(),
        unparsed: (unparsed(&unsure), unparsed(&control)),
        disagreement: Disagreement {
            all: differ(&|_| true),
            lexicon_refuses: differ(&|refuses| refuses),
            lexicon_complies: differ(&|refuses| !refuses),
        },
        calibration: Calibration::of(control),
    }
}

/// Returns whether the lexicon and the guard say refused; `None` if either does not vote.
fn sides(step: &CascadeStep) -> Option<(bool, bool)> {
    Some((step.lexicon.refused()?, step.guard?.refused()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Verdict;

    #[test]
    fn the_control_sample_says_how_often_the_guard_differs() {
        let (r, c, u) = (Verdict::Refusal, Verdict::Compliance, Verdict::Unparsed);
        let opinion = |judge: &str, verdict: Verdict, step: Option<(Route, Verdict, Verdict)>| Opinion {
            judge: judge.to_owned(),
            verdict: Some(verdict),
            cascade: step.map(|(route, lexicon, guard)| CascadeStep {
                route,
                lexicon,
                lexicon_p: None,
                guard: Some(guard),
                guard_probability: None,
            }),
            ..Opinion::default()
        };
        let control = |lexicon, guard| opinion("k", lexicon, Some((Route::Control, lexicon, guard)));
        let mut all = vec![
            opinion("other", r, None),
            opinion("k", Verdict::NoAnswer, None),
            opinion("k", r, Some((Route::Unsure, c, r))),
            opinion("k", c, Some((Route::Unsure, c, c))),
            opinion("k", c, Some((Route::Unsure, c, u))),
            opinion("k", r, None),
        ];
        // The guard differs on one of four refusals and on none of five compliances; one reply does not
        // parse.
        all.extend([control(r, r), control(r, r), control(r, Verdict::PartialRefusal), control(r, c)]);
        all.extend([
            control(c, c),
            control(c, c),
            control(c, c),
            control(c, c),
            control(c, c),
            control(c, u),
        ]);
        let found = report("k", &all);
        assert_eq!((found.answers, found.unsure, found.control), (14, 3, 10));
        assert_eq!((found.share, found.changed, found.unparsed), (Some(3.0 / 14.0), 1, (1, 1)));
        let [whole, refuses, complies] = [
            found.disagreement.all.unwrap(),
            found.disagreement.lexicon_refuses.unwrap(),
            found.disagreement.lexicon_complies.unwrap(),
        ];
        assert_eq!((whole.n, whole.point), (9, 1.0 / 9.0));
        assert_eq!((refuses.n, refuses.point, complies.n, complies.point), (4, 0.25, 5, 0.0));
        assert_eq!(Some(whole), wilson(1, 9));
        assert_eq!((found.calibration.refusals, found.calibration.platt), (0, None));
        assert_eq!(report("nobody", &all).disagreement, Disagreement::default());
    }
}
