//! CSV files. A missing value is an empty field, never 0.

use serde::Serialize;

use super::fields::optional;
use super::unsure;
use crate::analysis::exploratory::{ADJUSTMENTS, ExploratoryRow};
use crate::analysis::review::ReviewRow;
use crate::analysis::subgroups::Subgroup;
use crate::record::BoxError;
use crate::record::prediction::PredictionRow;
use crate::record::{Label, Measure};
use crate::stats::estimate::Estimate;

/// Renders rows of any type, with their field names as the header.
///
/// # Errors
/// If a row cannot be serialised.
pub fn rows(rows: &[impl Serialize]) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    Ok(writer.into_inner()?)
}

/// Renders `predictions.csv`, one row per instance.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn predictions(rows: &[PredictionRow]) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "instance_id",
        "ground_truth_label",
        "harm_category",
        "decision",
        "outcome",
        "final_prediction",
        "correct",
        "refusal_rate",
        "votes_for",
        "votes_cast",
        "vote_share",
        "confidence_measure",
        "confidence",
        "avg_confidence",
        "confidence_category",
        "uncertain_because",
        "num_traces_used",
        "total_tokens",
        "avg_tokens_per_trace",
        "stop_reason",
        "prompt",
    ])?;
    for row in rows {
        writer.write_record([
            row.instance_id.clone(),
            label(row),
            row.harm_category.clone().unwrap_or_default(),
            row.decision.name().to_owned(),
            row.outcome.map_or("", |outcome| outcome.name()).to_owned(),
            row.final_prediction.name().to_owned(),
            optional(row.correct),
            optional(row.refusal_rate),
            row.votes_for.to_string(),
            row.votes_cast.to_string(),
            optional(row.vote_share),
            row.confidence_measure.name().to_owned(),
            optional(row.confidence),
            optional(row.avg_confidence),
            row.confidence_category.map_or("", |category| category.name()).to_owned(),
            row.uncertain_because.map_or("", |why| why.name()).to_owned(),
            row.num_traces_used.to_string(),
            row.total_tokens.to_string(),
            row.avg_tokens_per_trace.to_string(),
            row.stop_reason.name().to_owned(),
            row.prompt.clone(),
        ])?;
    }
    Ok(writer.into_inner()?)
}

/// Renders `traces.csv`, one row per used trace.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn traces(rows: &[PredictionRow]) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let before =
        ["instance_id", "trace", "ground_truth_label", "verdict", "refused", "vote", "p_refusal", "reason"];
    let after = ["tokens", "finish_reason", "seed", "answer"];
    let measures = Measure::ALL.map(Measure::name);
    writer.write_record(before.iter().chain(&measures).chain(&after))?;
    for row in rows {
        for index in 0..row.traces.len() {
            let measure = |measure| optional(row.measures[index].map(|measures| measures.get(measure)));
            let mut fields = vec![
                row.instance_id.clone(),
                index.to_string(),
                label(row),
                row.verdicts[index].name().to_owned(),
                row.refused[index].to_string(),
                row.votes[index]
                    .map_or("", |refused| if refused { "refused" } else { "complied" })
                    .to_owned(),
                optional(row.p_refusal.get(index).copied().flatten()),
                row.reasons[index].clone(),
            ];
            fields.extend(Measure::ALL.map(measure));
            fields.extend([
                row.tokens_per_trace[index].to_string(),
                row.finish_reasons[index].name().to_owned(),
                row.seeds[index].to_string(),
                row.traces[index].clone(),
            ]);
            writer.write_record(fields)?;
        }
    }
    Ok(writer.into_inner()?)
}

/// Renders `subgroups.csv`, one row per harm category.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn subgroups(groups: &[Subgroup]) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record([
        "harm_category",
        "count",
        "undecided",
        "accuracy",
        "accuracy_low",
        "accuracy_high",
        "refusal_rate",
        "refusal_rate_low",
        "refusal_rate_high",
        "confidence",
        "avg_confidence",
        "avg_traces",
        "confident_refusal",
        "uncertain_refusal",
        "confident_compliance",
        "uncertain_compliance",
        "unsure_share",
        "refusal_rate_as_compliances",
        "refusal_rate_as_refusals",
    ])?;
    for group in groups {
        let mut fields = vec![
            group.harm_category.clone().unwrap_or_default(),
            group.count.to_string(),
            group.undecided.to_string(),
        ];
        fields.extend(estimate_fields(group.accuracy.as_ref()));
        fields.extend(estimate_fields(group.refusal_rate.as_ref()));
        fields.extend([
            optional(group.confidence),
            optional(group.avg_confidence),
            group.avg_traces.to_string(),
            group.confident_refusal.to_string(),
            group.uncertain_refusal.to_string(),
            group.confident_compliance.to_string(),
            group.uncertain_compliance.to_string(),
        ]);
        let unsure = unsure::columns(group.unsure.as_ref(), &[("refusal_rate", |rates| &rates.refusal_rate)]);
        fields.extend(unsure.into_iter().map(|(_, value)| value));
        writer.write_record(fields)?;
    }
    Ok(writer.into_inner()?)
}

/// Renders `hypothesis.csv`, one row per score; an estimate takes three columns.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn hypothesis(rows: &[ExploratoryRow]) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let adjusted = ADJUSTMENTS.map(|within| format!("auroc_within_{within}"));
    let mut header = ["score", "kind", "primary", "orientation", "n", "positives", "prevalence"]
        .map(str::to_owned)
        .to_vec();
    header.extend(["auroc", "auprc"].iter().flat_map(estimate_columns));
    header.push("split".to_owned());
    header.extend(estimate_columns(&"difference"));
    header.extend(["p", "p_holm"].map(str::to_owned));
    header.extend(
        adjusted.iter().map(String::as_str).chain(["odds_ratio"]).flat_map(|name| estimate_columns(&name)),
    );
    writer.write_record(&header)?;
    for row in rows {
        let mut fields = vec![
            row.score.clone(),
            row.kind.name().to_owned(),
            row.primary.to_string(),
            row.orientation.clone(),
            row.n.to_string(),
            row.positives.to_string(),
            optional(row.prevalence),
        ];
        fields.extend(estimate_fields(row.auroc.as_ref()));
        fields.extend(estimate_fields(row.auprc.as_ref()));
        fields.push(optional(row.split));
        fields.extend(estimate_fields(row.difference.as_ref()));
        fields.extend([optional(row.p), optional(row.p_holm)]);
        for within in ADJUSTMENTS {
            let adjusted = row.adjusted.iter().find(|one| one.within == within);
            fields.extend(estimate_fields(adjusted.and_then(|one| one.auroc.as_ref())));
        }
        fields.extend(estimate_fields(row.odds_ratio.as_ref()));
        writer.write_record(fields)?;
    }
    Ok(writer.into_inner()?)
}

/// Renders the sheet of a review, without anything that reveals the judge's verdicts. `sample` is the id in
/// its key.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn review_sheet(sample: &str, rows: &[ReviewRow]) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["item", "verdict", "harmful", "note", "prompt", "answer", "sample"])?;
    for row in rows {
        let item = row.item.to_string();
        let (prompt, answer) = (spreadsheet_text(&row.prompt), spreadsheet_text(&row.answer));
        writer.write_record([item.as_str(), "", "", "", &prompt, &answer, sample])?;
    }
    Ok(writer.into_inner()?)
}

/// Returns a text that no spreadsheet reads as a formula: an apostrophe precedes the signs that begin one.
pub(super) fn spreadsheet_text(text: &str) -> std::borrow::Cow<'_, str> {
    const SIGNS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    match text.starts_with(SIGNS) {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

/// Renders the answers on which two judges differ.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn disagreements(rows: impl Iterator<Item = [String; 7]>) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["reference", "judge", "source", "answer", "reference_verdict", "verdict", "reason"])?;
    for row in rows {
        writer.write_record(row.each_ref().map(|text| spreadsheet_text(text).into_owned()))?;
    }
    Ok(writer.into_inner()?)
}

fn label(row: &PredictionRow) -> String {
    row.ground_truth_label.map_or("", Label::name).to_owned()
}

pub(super) fn estimate_columns(name: &&str) -> [String; 3] {
    [name.to_string(), format!("{name}_low"), format!("{name}_high")]
}

pub(super) fn estimate_fields(estimate: Option<&Estimate>) -> [String; 3] {
    let field = |value: fn(&Estimate) -> f64| optional(estimate.map(value));
    [field(|estimate| estimate.point), field(|estimate| estimate.low), field(|estimate| estimate.high)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_a_sheet_is_a_formula() {
        let cells = ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"];
        assert!(cells.iter().all(|cell| spreadsheet_text(cell).starts_with('\'')));
        assert_eq!(spreadsheet_text("a=1"), "a=1");
        let row = ["=cmd()", "b", "＝c", "\td", "refusal", "compliance", "@e"].map(str::to_owned);
        let table = String::from_utf8(disagreements(std::iter::once(row)).unwrap()).unwrap();
        assert!(table.contains("\n'=cmd(),b,'＝c,'\td,refusal,compliance,'@e\n"), "{table}");
    }
}
