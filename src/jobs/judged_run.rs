//! A run's traces with the verdicts of chosen judges.

use super::error::{InputError, JobError};
use super::judge::name::{JudgeName, of_another_name};
use super::loaded_run::LoadedRun;
use super::render;
use crate::analysis::cascade::{self, CascadeReport};
use crate::analysis::panel::{Opinions, rejudge};
use crate::analysis::predictions::decide_all;
use crate::analysis::report::ReportOptions;
use crate::analysis::{Outcome, Predictions, Report, State};
use crate::experiment::Ending;
use crate::record::manifest::EngineFacts;
use crate::settings::Settings;
use crate::store::verdicts::Verdicts;

/// A run as a panel of judges sees it.
pub struct JudgedRun {
    /// How it is read.
    pub settings: Settings,
    /// Its traces, judged.
    pub outcomes: Vec<Outcome>,
    /// Who judged: names, joined by commas.
    pub judge: String,
    /// Who said whether answers do harm, if anyone did.
    pub harm: Option<String>,
    /// What the cascades among the judges did.
    pub cascades: Vec<CascadeReport>,
}

/// Whose verdicts count.
pub struct Judges {
    /// Their names, joined by commas.
    pub name: String,
    /// Those that say whether answers do harm, if any does.
    pub harm: Option<String>,
    /// What the cascades among them did.
    pub cascades: Vec<CascadeReport>,
}

impl JudgedRun {
    /// The run's own verdicts, those of its panel if it has one, if no judge is named.
    ///
    /// # Errors
    /// If a judge said nothing of some trace.
    pub fn of(mut record: LoadedRun, judges: &[String]) -> Result<Self, JobError> {
        let mut outcomes = record.outcomes();
        let own = &record.manifest.settings.panel.judges;
        let named = if judges.is_empty() { own } else { judges };
        let judges: Vec<String> =
            named.iter().map(|text| Ok(JudgeName::parse(text)?.name())).collect::<Result<_, InputError>>()?;
        let Judges { name, harm, cascades } = apply(&record, &mut outcomes, &judges)?;
        Ok(Self { settings: record.manifest.settings, outcomes, judge: name, harm, cascades })
    }

    /// Its decisions and the report on them.
    pub fn predictions(&self) -> (Predictions, Report) {
        let rows = decide_all(&self.outcomes, &self.settings.policy());
        let options = render::options(&self.settings, self.harm.clone());
        let options = ReportOptions { cascades: self.cascades.clone(), ..options };
        render::read(&self.outcomes, rows, &options)
    }
}

/// Gives outcomes of a record the panel's verdicts; whose they are.
///
/// # Errors
/// If a judge said nothing of some trace, or is named twice.
pub fn apply(record: &LoadedRun, outcomes: &mut [Outcome], judges: &[String]) -> Result<Judges, JobError> {
    let own = &record.manifest.judge;
    if judges.is_empty() {
        return Ok(Judges { name: own.name.clone(), harm: own.harm.clone(), cascades: Vec::new() });
    }
    for (at, name) in judges.iter().enumerate() {
        of_another_name(&judges[..at], name)?;
    }
    let verdicts = match &record.folder {
        Some(folder) => Verdicts::read(folder)?,
        None => Verdicts::default(),
    };
    let speaks = |name: &&String| verdicts.judge(name).is_some_and(|judge| judge.scope.harm);
    let harm: Vec<&str> = judges.iter().filter(speaks).map(String::as_str).collect();
    let harm = (!harm.is_empty()).then(|| harm.join(","));
    let run = record.path.display();
    let names = verdicts.judges.iter().map(|judge| judge.name.as_str()).collect::<Vec<_>>().join(", ");
    rejudge(outcomes, judges, &Opinions::new(verdicts.opinions.clone())).map_err(|error| InputError {
        message: format!("{run}: {error}"),
        hint: Some(match names.is_empty() {
            true => format!("safety-deepconf judge {run} --judge {}", judges.join(",")),
            false => {
                format!("it has verdicts of: {names}; safety-deepconf judge {run} --judge … adds others")
            }
        }),
    })?;
    let cascades = judges.iter().filter(|name| name.starts_with("cascade:"));
    let cascades = cascades.map(|name| cascade::report(name, &verdicts.opinions)).collect();
    Ok(Judges { name: judges.join(","), harm, cascades })
}

/// How a run ended, from what became of its instances.
pub fn ending(outcomes: &[Outcome], engine: EngineFacts) -> Ending {
    let count = |wanted: fn(&State) -> bool| outcomes.iter().filter(|one| wanted(&one.state)).count();
    Ending {
        decided: count(|state| matches!(state, State::Decided { .. })),
        failed: count(|state| matches!(state, State::Failed { .. })),
        open: count(|state| matches!(state, State::Open)),
        engine,
    }
}
