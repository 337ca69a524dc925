//! The traces of a run that a judge has not judged.

use std::collections::HashSet;

use crate::analysis::{Outcome, State};
use crate::jobs::error::{InputError, JobError};
use crate::record::judge_entry::{JudgeEntry, JudgeIdentity, Opinion};
use crate::record::{Trace, Verdict};
use crate::store::folder::RunFolder;
use crate::store::journal::Journal;
use crate::store::verdicts::Verdicts;

/// Returns the traces that can be judged: cut traces have no answer to judge.
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

/// A judging that begins or continues.
pub struct Begun<'a> {
    /// Journal for the judge's opinions.
    pub journal: Journal,
    /// Traces that the judge has not judged.
    pub open: Vec<(&'a Outcome, &'a Trace)>,
    /// Earlier opinions of the judge that still count.
    pub said: Vec<Opinion>,
}

/// Opens the verdicts of a run to add those of a judge. With `again`, the judge starts over if its
/// verdicts are complete or come from a different judge of the same name.
///
/// # Errors
/// Fails if the run has verdicts by a different judge of this name, unless `again` is set.
pub fn open<'a>(
    folder: &RunFolder,
    identity: &JudgeIdentity,
    outcomes: &'a [Outcome],
    again: bool,
) -> Result<Begun<'a>, JobError> {
    let (mut verdicts, mut journal) = Verdicts::open(folder)?;
    let known = verdicts.judge(&identity.name);
    if known.is_some_and(|known| !known.is_same(identity)) && !again {
        return Err(InputError {
            message: format!("{} has verdicts by a different {:?}", folder.path().display(), identity.name),
            hint: Some("replace them with --again: this judge then judges everything".to_owned()),
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
    // An interrupted judging continues, even with `again`.
    if let Some(known) = known.filter(|known| known.is_same(identity)) {
        for named in identity.named.iter().filter(|&named| !known.named.contains(named)) {
            let judge = identity.name.clone();
            journal.append(&JudgeEntry::Named { judge, named: named.clone() })?;
        }
    }
    let begins = known.is_none_or(|known| !known.is_same(identity)) || again && open.is_empty();
    if begins {
        journal.append(&JudgeEntry::Judge(Box::new(identity.clone())))?;
        return Ok(Begun { journal, open: judged(outcomes).collect(), said: Vec::new() });
    }
    verdicts.opinions.retain(|opinion| opinion.judge == identity.name);
    Ok(Begun { journal, open, said: verdicts.opinions })
}
