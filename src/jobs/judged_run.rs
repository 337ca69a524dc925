//! The traces of a run with the verdicts of chosen judges.

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

/// A run judged by a panel.
pub struct JudgedRun {
    /// Settings that the run is analysed with.
    pub settings: Settings,
    /// Number of instances that the run was to sample.
    pub planned: usize,
    /// Outcomes with the panel's verdicts.
    pub outcomes: Vec<Outcome>,
    /// Names of the judges, joined by commas.
    pub judge: String,
    /// Names of the judges that judge harm, joined by commas; `None` if no judge does.
    pub harm: Option<String>,
    /// Reports on the cascades among the judges.
    pub cascades: Vec<CascadeReport>,
}

/// The judges whose verdicts count.
pub struct Judges {
    /// Names, joined by commas.
    pub name: String,
    /// Names of those that judge harm, joined by commas; `None` if no judge does.
    pub harm: Option<String>,
    /// Reports on the cascades among them.
    pub cascades: Vec<CascadeReport>,
}

impl JudgedRun {
    /// Reads a run by the verdicts of `judges`. If empty, uses the run's panel, or its own judge if it has no
    /// panel.
    ///
    /// # Errors
    /// Fails if a judge has no verdict on some trace.
    pub fn of(mut record: LoadedRun, judges: &[String]) -> Result<Self, JobError> {
        let mut outcomes = record.outcomes();
        let named =
            if judges.is_empty() { record.manifest.settings.panel.judges.clone() } else { judges.to_vec() };
        let Judges { name, harm, cascades } = apply(&record, &mut outcomes, &named)?;
        let planned = record.manifest.benchmark.instances;
        Ok(Self { settings: record.manifest.settings, planned, outcomes, judge: name, harm, cascades })
    }

    /// Returns the decisions and the report on them.
    pub fn predictions(&self) -> (Predictions, Report) {
        let rows = decide_all(&self.outcomes, &self.settings.policy());
        let options = render::options(&self.settings, self.harm.clone(), self.planned);
        let options = ReportOptions { cascades: self.cascades.clone(), ..options };
        render::read(&self.outcomes, rows, &options)
    }
}

/// Replaces the verdicts of a run's outcomes by those of a panel, and returns the judges. `judges` are named as
/// `--judge` takes them, or by their names in the verdicts.
///
/// # Errors
/// Fails if a judge is unknown, has no verdict on some trace, or is named twice.
pub fn apply(record: &LoadedRun, outcomes: &mut [Outcome], judges: &[String]) -> Result<Judges, JobError> {
    let own = &record.manifest.judge;
    if judges.is_empty() {
        return Ok(Judges { name: own.name.clone(), harm: own.harm.clone(), cascades: Vec::new() });
    }
    let verdicts = match &record.folder {
        Some(folder) => Verdicts::read(folder)?,
        None => Verdicts::default(),
    };
    let mut names: Vec<String> = Vec::new();
    for text in judges {
        let name = match verdicts.called(text) {
            Some(judge) => judge.name.clone(),
            None => JudgeName::parse(text)?.name(),
        };
        of_another_name(&names, &name)?;
        names.push(name);
    }
    let judges = names.as_slice();
    let judges_harm = |name: &&String| verdicts.judge(name).is_some_and(|judge| judge.scope.harm);
    let harm: Vec<&str> = judges.iter().filter(judges_harm).map(String::as_str).collect();
    let harm = (!harm.is_empty()).then(|| harm.join(","));
    let run = record.path.display();
    let known = verdicts.judges.iter().map(|judge| judge.name.as_str()).collect::<Vec<_>>().join(", ");
    rejudge(outcomes, judges, &Opinions::new(verdicts.opinions.clone())).map_err(|error| InputError {
        message: format!("{run}: {error}"),
        hint: Some(match (&record.folder, known.is_empty()) {
            (None, _) => format!(
                "`analyze {run} -o DIR` makes a run folder, and `judge DIR --judge …` adds verdicts to it"
            ),
            (_, true) => format!("`judge {run} --judge {}` adds the verdicts", judges.join(",")),
            (_, false) => format!("the run has verdicts by {known}; `judge {run} --judge …` adds others"),
        }),
    })?;
    let cascades = judges.iter().filter(|name| name.starts_with("cascade:"));
    let cascades = cascades.map(|name| cascade::report(name, &verdicts.opinions)).collect();
    Ok(Judges { name: judges.join(","), harm, cascades })
}

/// Counts how the instances of a run ended.
pub fn ending(outcomes: &[Outcome], engine: EngineFacts) -> Ending {
    let count = |wanted: fn(&State) -> bool| outcomes.iter().filter(|one| wanted(&one.state)).count();
    Ending {
        decided: count(|state| matches!(state, State::Decided { .. })),
        failed: count(|state| matches!(state, State::Failed { .. })),
        open: count(|state| matches!(state, State::Open)),
        engine,
    }
}
