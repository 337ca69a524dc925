//! One run of an analysis.

use std::path::Path;

use super::request::AnalyzeRequest;
use crate::analysis::Outcome;
use crate::analysis::cascade::CascadeReport;
use crate::analysis::predictions::decide_all;
use crate::analysis::remeasure::remeasure;
use crate::deepconf::TOP_K;
use crate::jobs::context::Context;
use crate::jobs::error::{InputError, JobError};
use crate::jobs::incomplete;
use crate::jobs::judged_run::{self, Judges};
use crate::jobs::loaded_run::LoadedRun;
use crate::jobs::open_run;
use crate::record::prediction::PredictionRow;
use crate::settings::Settings;
use crate::stats::proportion::RateInterval;

/// Numbers parts of the same name, so that their instances have distinct ids.
pub fn named_apart(mut parts: Vec<Part>) -> Vec<Part> {
    let names: Vec<String> = parts.iter().map(|part| part.name.clone()).collect();
    for (index, part) in parts.iter_mut().enumerate() {
        if names.iter().filter(|name| **name == part.name).count() > 1 {
            part.name = format!("{}#{}", part.name, index + 1);
        }
    }
    parts
}

/// A run with the settings to analyse it with.
pub struct Part {
    pub name: String,
    pub loaded: LoadedRun,
    pub settings: Settings,
    pub outcomes: Vec<Outcome>,
    /// Reports on the cascades among its judges.
    pub cascades: Vec<CascadeReport>,
    /// Whether the analysis differs from the one the run was made with.
    pub is_changed: bool,
}

impl Part {
    pub fn read(path: &Path, request: &AnalyzeRequest, context: &Context<'_>) -> Result<Self, JobError> {
        let mut loaded = open_run::open_as(path, &|settings| request.change(settings), context)?;
        let begun = loaded.manifest.settings.clone();
        let mut settings = begun.clone();
        request.change(&mut settings);
        settings.check()?;
        let k = request.k.unwrap_or(TOP_K);
        let is_measured = settings.analysis.window == begun.analysis.window && k == TOP_K;
        if !is_measured && settings.stop.online().is_some() {
            context.note(
                "note: the run cut traces by its own window and k; the bar is recomputed with the new \
                 values, the cuts are not",
            );
        }
        // A trace file becomes a run folder with its entries unchanged.
        let entries = match (&loaded.folder, &request.output) {
            (None, Some(_)) if !request.is_pooled() => loaded.entries.clone(),
            _ => Vec::new(),
        };
        let mut outcomes = loaded.outcomes();
        loaded.entries = entries;
        if !is_measured {
            remeasure(&mut outcomes, settings.analysis.window, k).map_err(|error| InputError {
                message: format!("{}: {error}", path.display()),
                hint: None,
            })?;
        }
        let Judges { name, harm, cascades } = judged_run::apply(&loaded, &mut outcomes, &request.judges)?;
        let is_changed = settings.analysis != begun.analysis
            || k != TOP_K
            || !request.judges.is_empty()
            || request.intervals != RateInterval::default();
        loaded.manifest.judge.name = name;
        loaded.manifest.judge.harm = harm;
        Ok(Self { name: loaded.name(), loaded, settings, outcomes, cascades, is_changed })
    }

    /// Checks that no instance is left open.
    ///
    /// # Errors
    /// Fails if the run was interrupted, or its journal lacks instances.
    pub fn check_complete(&self) -> Result<(), InputError> {
        incomplete::check(&self.loaded.path, &self.outcomes, self.loaded.manifest.benchmark.instances)
    }

    /// Returns the outcomes and the decisions by the part's own policy. With `prefixed`, ids begin with its
    /// name.
    pub fn decided(&self, prefixed: bool) -> (Vec<Outcome>, Vec<PredictionRow>) {
        let mut outcomes = self.outcomes.clone();
        if prefixed {
            for outcome in &mut outcomes {
                outcome.instance.id = format!("{}/{}", self.name, outcome.instance.id);
            }
        }
        let rows = decide_all(&outcomes, &self.settings.policy());
        (outcomes, rows)
    }
}
