//! The traces of a run that a judge has not spoken of.

use std::collections::HashSet;

use crate::analysis::{Outcome, State};
use crate::jobs::error::{InputError, JobError};
use crate::record::judge_entry::{JudgeEntry, JudgeIdentity, Opinion};
use crate::record::{Trace, Verdict};
use crate::store::folder::RunFolder;
use crate::store::journal::Journal;
use crate::store::verdicts::Verdicts;

/// The traces that can be judged: a cut one has nothing to judge.
pub fn judged(outcomes: &[Outcome]) -> impl Iterator<Item = (&Outcome, &Trace)> {
    outcomes.iter().flat_map(|outcome| {
        let traces = match &outcome.state {
            State::Decided { traces, .. } => traces.as_slice(),
            State::Failed { .. } | State::Open => &[],
        };
        let whole = traces.iter().filter(|trace| trace.judgement.verdict != Verdict::Cut);
        whole.map(move |trace| (outcome, trace))
    })
}

/// A judging that begins or goes on.
pub struct Begun<'a> {
    /// Where its opinions go.
    pub journal: Journal,
    /// The traces that it has not spoken of.
    pub open: Vec<(&'a Outcome, &'a Trace)>,
    /// What it said before, and still counts.
    pub said: Vec<Opinion>,
}

/// The verdicts of a run, open to add a judge's: those of its traces that it has not spoken of.
///
/// # Errors
/// If the judge of this name was another one.
pub fn open<'a>(
    folder: &RunFolder,
    identity: &JudgeIdentity,
    outcomes: &'a [Outcome],
    again: bool,
) -> Result<Begun<'a>, JobError> {
    let (mut verdicts, mut journal) = Verdicts::open(folder)?;
    let known = verdicts.judge(&identity.name);
    if known.is_some_and(|known| known != identity) && !again {
        return Err(InputError {
            message: format!("{} has verdicts of another {:?}", folder.path().display(), identity.name),
            hint: Some("--again has this one judge everything; its verdicts take their place".to_owned()),
        }
        .into());
    }
    let said: HashSet<(&str, u32)> = verdicts
        .opinions
        .iter()
        .filter(|opinion| opinion.judge == identity.name)
        .map(|opinion| (opinion.instance_id.as_str(), opinion.number))
        .collect();
    let is_open =
        |(outcome, trace): &(&Outcome, &Trace)| !said.contains(&(outcome.instance.id.as_str(), trace.number));
    let open: Vec<_> = judged(outcomes).filter(is_open).collect();
    // What was broken off goes on, also where everything is to be judged again.
    let begins = known != Some(identity) || again && open.is_empty();
    if begins {
        journal.append(&JudgeEntry::Judge(identity.clone()))?;
        return Ok(Begun { journal, open: judged(outcomes).collect(), said: Vec::new() });
    }
    verdicts.opinions.retain(|opinion| opinion.judge == identity.name);
    Ok(Begun { journal, open, said: verdicts.opinions })
}
