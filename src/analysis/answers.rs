//! Answers of a run for a person to read.

use super::selection::{Filter, Order};
use super::token_scale::TokenScale;
use crate::record::prediction::PredictionRow;
use crate::record::{Category, Measure, Trace};

/// Selected instances of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// What the run is.
    pub run: RunFacts,
    /// What was selected.
    pub wanted: Wanted,
    /// Order of the entries.
    pub order: Order,
    /// The instances to show.
    pub entries: Vec<Entry>,
    /// Number of instances that fit the selection, shown or not.
    pub matching: usize,
    /// Confidence at the split.
    pub split: Option<f64>,
    /// Shades of token confidences; `None` without recorded tokens.
    pub scale: Option<TokenScale>,
}

impl Answers {
    /// Returns the predictions on the instances.
    #[must_use]
    pub fn rows(&self) -> Vec<&PredictionRow> {
        self.entries.iter().map(|entry| &entry.row).collect()
    }
}

/// What a run is.
#[derive(Clone, Debug, PartialEq)]
pub struct RunFacts {
    /// Folder as given.
    pub folder: String,
    /// Name of the model.
    pub model: String,
    /// Quantization of most weights; empty if unknown.
    pub quantization: String,
    /// Name of the benchmark.
    pub benchmark: String,
    /// Judges whose verdicts count, joined by commas.
    pub judge: String,
    /// Measure of confidence.
    pub measure: Measure,
    /// Token limit of a trace.
    pub max_tokens: u32,
    /// Number of instances tried, decided or failed.
    pub done: usize,
    /// Number of instances that the run was to sample.
    pub planned: usize,
}

/// What was selected.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// Nothing was asked for: the quadrant most worth reading that has members. `None` if nothing is decided.
    First(Option<Category>),
    /// Instances with these properties.
    Filter(Filter),
    /// One instance, by its id.
    Instance,
}

/// One instance with its traces.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Prediction on the instance.
    pub row: PredictionRow,
    /// Traces that the decision uses, by number.
    pub traces: Vec<Trace>,
}
