//! A comparison as CSV.

use super::csv::{estimate_columns, estimate_fields};
use super::fields::optional;
use super::unsure;
use crate::analysis::comparison::Comparison;
use crate::record::BoxError;

/// Renders `comparison.csv`, one row per cell; an estimate takes three columns.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn csv(comparison: &Comparison) -> Result<Vec<u8>, BoxError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let estimates = ["accuracy", "refusal_rate", "refusal_rate_unsafe", "over_refusal_rate"];
    let mut header: Vec<String> = [
        "cell", "model", "quantization", "stop_rule", "num_instances", "undecided", "failed", "open",
        "planned",
    ]
    .map(str::to_owned)
    .to_vec();
    header.extend(estimates.iter().flat_map(estimate_columns));
    header.extend(
        [
            "confidence_measure",
            "confidence",
            "avg_confidence",
            "split_value",
            "avg_traces",
            "total_tokens",
            "max_traces",
            "token_savings_percent",
            "confident_refusal",
            "uncertain_refusal",
            "confident_compliance",
            "uncertain_compliance",
        ]
        .map(str::to_owned),
    );
    header.extend(unsure::columns(None, &unsure::HEADLINES).into_iter().map(|(name, _)| name));
    writer.write_record(&header)?;
    for cell in &comparison.cells {
        let mut fields = vec![
            cell.cell.clone(),
            cell.model.clone(),
            cell.quantization.clone(),
            cell.stop_rule.clone(),
            cell.num_instances.to_string(),
            cell.undecided.to_string(),
            cell.failed.to_string(),
            cell.open.to_string(),
            cell.planned.to_string(),
        ];
        for estimate in
            [&cell.accuracy, &cell.refusal_rate, &cell.refusal_rate_unsafe, &cell.over_refusal_rate]
        {
            fields.extend(estimate_fields(estimate.as_ref()));
        }
        fields.extend([
            cell.confidence_measure.clone(),
            optional(cell.confidence),
            optional(cell.avg_confidence),
            optional(comparison.split_value),
            optional(cell.avg_traces),
            cell.total_tokens.to_string(),
            cell.max_traces.to_string(),
            optional(cell.token_savings_percent),
            cell.confident_refusal.to_string(),
            cell.uncertain_refusal.to_string(),
            cell.confident_compliance.to_string(),
            cell.uncertain_compliance.to_string(),
        ]);
        let unsure = unsure::columns(cell.unsure.as_ref(), &unsure::HEADLINES);
        fields.extend(unsure.into_iter().map(|(_, value)| value));
        writer.write_record(fields)?;
    }
    Ok(writer.into_inner()?)
}
