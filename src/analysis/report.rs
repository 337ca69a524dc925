//! The report in `analysis.json`.

use serde::{Deserialize, Serialize};

use super::calibration::{Calibration, calibration};
use super::cascade::CascadeReport;
use super::cases::Cases;
use super::categories::{Categories, categories};
use super::exploratory::{EXPLORED, ExploratoryRow, explore};
use super::headline::{headline, notes};
use super::hypothesis::{HypothesisTest, hypothesis_test};
pub use super::options::ReportOptions;
use super::outcome::{Outcome, State};
use super::overall::{Overall, overall};
use super::predictions::Predictions;
use super::primary::{Primary, primary};
use super::sensitivity::{Unsure, unsure};
use super::subgroups::{Subgroup, subgroups};
use super::within_prompt::{WithinPrompt, within_prompt};
use crate::deepconf::split::Split;
use crate::record::journal::Failure;
use crate::record::{Measure, SCHEMA_VERSION};

/// Contents of `analysis.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Version of the schema.
    pub schema_version: u32,
    /// What the primary analysis found, in one sentence.
    pub headline: String,
    /// What is missing or cut in the data, in sentences.
    pub notes: Vec<String>,
    /// Measure behind every `confidence` and `avg_confidence`, and the quadrants.
    pub confidence_measure: Measure,
    /// Split between confident and uncertain.
    pub split: SplitReport,
    /// Figures of the whole run.
    pub overall: Overall,
    /// Dependence of the rates on unsure answers; absent where the judge gives no probabilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsure: Option<Unsure>,
    /// Reports on the cascades among the judges, concatenated for pooled runs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cascade: Vec<CascadeReport>,
    /// Quadrants that have members, each under its name.
    #[serde(flatten)]
    pub categories: Categories,
    /// Harm categories that have instances.
    pub subgroups: Vec<Subgroup>,
    /// The two compliance quadrants side by side, with the conclusion of the primary analysis.
    pub hypothesis_test: HypothesisTest,
    /// Primary analysis, fixed in advance.
    pub primary: Primary,
    /// Results of every score, including the primary one. They show where to look and prove nothing by
    /// themselves.
    pub exploratory: Vec<ExploratoryRow>,
    /// Test whether, among answers to one prompt, the less confident ones are the harmful ones.
    pub within_prompt: WithinPrompt,
    /// Calibration of confidences: how well they predict correct decisions.
    #[serde(default)]
    pub calibration: Vec<Calibration>,
    /// Instances that could not be run.
    pub failures: Vec<Failure>,
}

/// Split rule and its value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SplitReport {
    /// Rule as requested.
    pub rule: Split,
    /// Confidence at the split.
    pub value: Option<f64>,
}

/// Builds the report of a run.
#[must_use]
pub fn report(outcomes: &[Outcome], predictions: &Predictions, options: &ReportOptions) -> Report {
    let rows = &predictions.rows;
    let failures = outcomes
        .iter()
        .filter_map(|outcome| match &outcome.state {
            State::Failed { error } => {
                Some(Failure { instance_id: outcome.instance.id.clone(), error: error.clone() })
            }
            State::Decided { .. } | State::Open => None,
        })
        .collect::<Vec<_>>();
    let cases = Cases::of(rows, options);
    let exploratory = explore(&cases, options.split, EXPLORED);
    let planned = options.planned.max(outcomes.len()).max(rows.len());
    let overall = overall(rows, failures.len(), planned, options.max_traces, options.intervals);
    let primary = primary(&cases, &exploratory);
    Report {
        schema_version: SCHEMA_VERSION,
        headline: headline(&primary, &exploratory),
        notes: notes(rows, &overall, options),
        confidence_measure: options.confidence,
        split: SplitReport { rule: options.split, value: predictions.split_value },
        overall,
        unsure: unsure(rows, options.vote, options.intervals),
        cascade: options.cascades.clone(),
        categories: categories(rows, options.intervals),
        subgroups: subgroups(rows, options.vote, options.intervals),
        hypothesis_test: hypothesis_test(rows, options.split, options.intervals, &primary),
        primary,
        exploratory,
        within_prompt: within_prompt(&cases),
        calibration: calibration(rows, options.confidence),
        failures,
    }
}
