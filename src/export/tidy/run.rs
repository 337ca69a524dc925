//! One run, as its rows need it.

use super::value::{Column, Kind, Value};
use crate::record::prediction::PredictionRow;
use crate::record::{Label, Measure, Measures, Trace};

/// One run, as its rows need it.
pub struct TidyRun<'a> {
    /// Name of the run, different from those of the table's other runs.
    pub name: String,
    /// Folder of the run.
    pub folder: String,
    /// Name of the model.
    pub model: String,
    /// Quantization of most weights; empty if unknown.
    pub quantization: &'a str,
    /// Name of the benchmark.
    pub benchmark: &'a str,
    /// Seed of the run.
    pub seed: u64,
    /// Judges whose verdicts count, joined by commas.
    pub judge: &'a str,
    /// Confidence at the split.
    pub split: Option<f64>,
    /// Predictions, in benchmark order.
    pub rows: &'a [PredictionRow],
    /// Traces of each prediction.
    pub traces: Vec<&'a [Trace]>,
}

/// Columns that say which run and prompt a row is of.
pub(super) const WHENCE: [Column; 11] = [
    Kind::Text.of("run"),
    Kind::Text.of("folder"),
    Kind::Text.of("model"),
    Kind::Text.of("quantization"),
    Kind::Text.of("benchmark"),
    Kind::Unsigned.of("run_seed"),
    Kind::Text.of("judge"),
    Kind::Text.of("id"),
    Kind::Text.of("prompt"),
    Kind::Text.of("label"),
    Kind::Text.of("category"),
];

impl<'a> TidyRun<'a> {
    /// Returns the values of [`WHENCE`].
    pub(super) fn whence(&'a self, row: &'a PredictionRow) -> [Value<'a>; 11] {
        [
            (&self.name).into(),
            (&self.folder).into(),
            self.model.as_str().into(),
            Value::unless_empty(self.quantization),
            self.benchmark.into(),
            self.seed.into(),
            self.judge.into(),
            (&row.instance_id).into(),
            (&row.prompt).into(),
            row.ground_truth_label.map(Label::name).into(),
            row.harm_category.as_ref().into(),
        ]
    }

    /// Returns the predictions with their traces.
    pub(super) fn instances(&'a self) -> impl Iterator<Item = (&'a PredictionRow, &'a [Trace])> {
        self.rows.iter().zip(self.traces.iter().copied())
    }
}

/// All measures of a trace.
pub(super) const MEASURES: [Column; 7] = [
    Kind::Number.of("probability"),
    Kind::Number.of("mean"),
    Kind::Number.of("lowest_group"),
    Kind::Number.of("bottom10"),
    Kind::Number.of("tail"),
    Kind::Number.of("first_tokens"),
    Kind::Number.of("inverted_nll"),
];

/// All measures over the answer alone, of a trace with thinking.
pub(super) const ANSWER_MEASURES: [Column; 7] = [
    Kind::Number.of("answer_probability"),
    Kind::Number.of("answer_mean"),
    Kind::Number.of("answer_lowest_group"),
    Kind::Number.of("answer_bottom10"),
    Kind::Number.of("answer_tail"),
    Kind::Number.of("answer_first_tokens"),
    Kind::Number.of("answer_inverted_nll"),
];

/// Returns the values of all measures.
pub(super) fn measures(measures: Option<Measures>) -> [Value<'static>; 7] {
    Measure::ALL.map(|measure| measures.map(|measures| measures.get(measure)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_names_of_the_measures() {
        assert_eq!(MEASURES.map(|column| column.name), Measure::ALL.map(Measure::name));
        for (column, measure) in ANSWER_MEASURES.iter().zip(Measure::ALL) {
            assert_eq!(column.name, format!("answer_{}", measure.name()));
        }
    }
}
