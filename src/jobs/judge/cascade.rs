//! A cascade as a judge of recorded traces: the lexicon judges all, and a guard judges those of which the
//! lexicon is unsure plus a control sample.

use std::collections::HashSet;

use rayon::prelude::*;

use super::guard::{self, GuardTask};
use super::name::of_another_name;
use super::pending::{self, Begun};
use super::request::PanelRequest;
use super::text::text_judge;
use crate::analysis::Outcome;
use crate::analysis::cascade::{CONTROL_SHARE, Calibration, Judged, controlled, decided, routes, unasked};
use crate::guard::{Guard, Item};
use crate::jobs::context::Context;
use crate::jobs::error::{InputError, JobError};
use crate::judge::of_ended;
use crate::model::ModelFile;
use crate::record::judge_entry::{CascadeStep, JudgeEntry, JudgeIdentity, JudgeScope, Opinion, Route};
use crate::record::{BoxError, Judgement, Trace};
use crate::settings::EngineSettings;
use crate::store::folder::RunFolder;

/// Lets a cascade judge every trace that it has not judged, and returns its name.
///
/// # Errors
/// Fails if a judge in `before` has the same name, the guard is not available, or it cannot judge refusal.
pub fn judge(
    model: &str,
    folder: &RunFolder,
    outcomes: &[Outcome],
    before: &[String],
    request: &PanelRequest,
    context: &Context<'_>,
) -> Result<String, JobError> {
    let (file, guard, settings, identity) = open(model, request, context)?;
    let name = identity.name.clone();
    of_another_name(before, &name)?;
    let Begun { mut journal, open, said } = pending::open(folder, &identity, outcomes, request.again)?;
    let answers = answers(outcomes, identity.control_share.unwrap_or_default())?;
    let open: HashSet<(&str, u32)> = open.iter().map(|(_, trace)| key(trace)).collect();
    let is_open = |answer: &&Answer<'_>| open.contains(&key(answer.trace));
    let todo: Vec<&Answer<'_>> = answers.iter().filter(is_open).collect();
    let of = |route: Option<Route>| todo.iter().copied().filter(move |answer| answer.route == route);
    context.note(&format!("{name}: {} of {} traces", todo.len(), answers.len()));
    let named = |answer: &Answer<'_>, opinion: Opinion| {
        let (judge, instance_id) = (name.clone(), answer.trace.instance_id.clone());
        JudgeEntry::Opinion(Box::new(Opinion { judge, instance_id, number: answer.trace.number, ..opinion }))
    };
    for answer in of(None) {
        journal.append(&named(answer, unasked(&answer.lexicon)))?;
    }
    journal.sync()?;
    // The control sample comes first: it calibrates the guard's opinions on the others.
    let asked: Vec<&Answer<'_>> = of(Some(Route::Control)).chain(of(Some(Route::Unsure))).collect();
    if asked.is_empty() {
        return Ok(name);
    }
    // The lexicon has found an answer to judge in each of them.
    let items: Vec<Item<'_>> = asked
        .iter()
        .map(|answer| Item { settled: None, ..guard::item(answer.outcome, answer.trace) })
        .collect();
    let mut steps: Vec<CascadeStep> = said.into_iter().filter_map(|opinion| opinion.cascade).collect();
    let (mut calibration, mut next) = (None, asked.iter());
    let mut tell = |heard: Opinion| -> Result<(), BoxError> {
        let Some(answer) = next.next() else { return Ok(()) };
        let step = answer.step(&heard);
        let opinion = if answer.route == Some(Route::Control) {
            steps.push(step.clone());
            controlled(step, &answer.lexicon, &heard)
        } else {
            let calibration = calibration.get_or_insert_with(|| Calibration::of(&steps));
            decided(step, &answer.lexicon, &heard, calibration)
        };
        Ok(journal.append(&named(answer, opinion))?)
    };
    let asked = GuardTask { name: &name, file: &file, guard: &guard, settings: &settings, items: &items };
    let judged = asked.ask(asked.items.len(), &mut tell, context);
    journal.sync()?;
    judged?;
    Ok(name)
}

/// Opens and checks a cascade. Loads no weights.
///
/// # Errors
/// Fails if its guard is not available or does not judge refusal, or if the control share is out of range.
pub fn open(
    model: &str,
    request: &PanelRequest,
    context: &Context<'_>,
) -> Result<(ModelFile, Guard, EngineSettings, JudgeIdentity), JobError> {
    let share = request.control_share.unwrap_or(CONTROL_SHARE);
    if !(0.0..=1.0).contains(&share) {
        return Err(InputError {
            message: format!("--control-share {share}: expected a share from 0 to 1"),
            hint: Some("0.05 is one answer in twenty".to_owned()),
        }
        .into());
    }
    let (file, guard, settings) = guard::open(model, request, context)?;
    let own = guard.identity();
    if !own.scope.refusal {
        return Err(InputError {
            message: format!(
                "a guard of the family {} does not judge refusal, which a cascade needs",
                own.family.as_deref().unwrap_or_default()
            ),
            hint: Some(format!("in a panel it judges harm: --judge lexicon,guard:{model}")),
        }
        .into());
    }
    let lexicon = text_judge("lexicon")?;
    let identity = JudgeIdentity {
        name: format!("cascade:{}", file.facts().file),
        lexicon_sha256: lexicon.identity().sha256.clone(),
        rules: lexicon.identity().rules.clone(),
        control_share: Some(share),
        scope: JudgeScope { refusal: true, harm: false },
        ..own.clone()
    };
    Ok((file, guard, settings, identity))
}

/// An answer with the lexicon's judgement and its route through the cascade.
struct Answer<'a> {
    outcome: &'a Outcome,
    trace: &'a Trace,
    lexicon: Judgement,
    route: Option<Route>,
}

impl Answer<'_> {
    fn step(&self, heard: &Opinion) -> CascadeStep {
        CascadeStep {
            route: self.route.unwrap_or(Route::Control),
            lexicon: self.lexicon.verdict,
            lexicon_p: self.lexicon.p_refusal,
            guard: heard.verdict,
            guard_probability: heard.probability,
        }
    }
}

fn key(trace: &Trace) -> (&str, u32) {
    (&trace.instance_id, trace.number)
}

/// Returns every answer that can be judged. The routes depend on all of them, also when an interrupted
/// judging continues.
fn answers(outcomes: &[Outcome], share: f64) -> Result<Vec<Answer<'_>>, JobError> {
    let lexicon = text_judge("lexicon")?;
    let traces: Vec<(&Outcome, &Trace)> = pending::judged(outcomes).collect();
    let judgements: Vec<Judgement> = traces
        .par_iter()
        .map(|(outcome, trace)| {
            let judgement = lexicon.judge(&outcome.instance.prompt, &trace.answer);
            of_ended(judgement, &trace.answer, trace.finish_reason)
        })
        .collect();
    let judged: Vec<Judged<'_>> = traces
        .iter()
        .zip(&judgements)
        .map(|((_, trace), judgement)| Judged {
            instance_id: &trace.instance_id,
            number: trace.number,
            judgement,
        })
        .collect();
    let routes = routes(&judged, share);
    let all = traces.into_iter().zip(judgements).zip(routes);
    Ok(all.map(|(((outcome, trace), lexicon), route)| Answer { outcome, trace, lexicon, route }).collect())
}
