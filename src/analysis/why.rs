//! Why an instance is in its quadrant, in words.

use crate::record::prediction::PredictionRow;
use crate::record::{Measure, Uncertainty};

/// Explains the quadrant of an instance by its votes and its confidence: `split vote: 6 of 10 comply; bottom10
/// 4.10 is below the split 5.30`.
#[must_use]
pub fn why(row: &PredictionRow, split: Option<f64>) -> String {
    let Some(refused) = row.is_refused() else {
        return match row.num_traces_used {
            1 => "its one answer is neither a refusal nor a compliance".to_owned(),
            traces => format!("none of its {traces} answers is a refusal or a compliance"),
        };
    };
    let votes = votes(row, refused);
    let place = row.confidence.zip(split).map(|(confidence, split)| place(row, confidence, split));
    let is_uncertain = row.uncertain_because.is_some();
    let head = match row.votes_for < row.votes_cast {
        true if is_uncertain => format!("split vote: {votes}"),
        _ => votes,
    };
    match (place, row.uncertain_because) {
        (None, _) => head,
        (Some(place), Some(Uncertainty::WaveringTokens)) => format!("{head}; wavering tokens: {place}"),
        (Some(place), _) => format!("{head}; {place}"),
    }
}

fn votes(row: &PredictionRow, refused: bool) -> String {
    let (one, many) = if refused { ("refuses", "refuse") } else { ("complies", "comply") };
    match (row.votes_for, row.votes_cast) {
        (1, 1) => format!("the one vote {one}"),
        (votes, cast) if votes == cast => format!("all {cast} {many}"),
        (votes, cast) => format!("{votes} of {cast} {many}"),
    }
}

fn place(row: &PredictionRow, confidence: f64, split: f64) -> String {
    let measure = row.confidence_measure;
    let side = if confidence < split { "below" } else { "at or above" };
    let (confidence, split) = told_apart(confidence, split, measure);
    format!("{} {confidence} is {side} the split {split}", measure.name())
}

/// Returns two values with as many decimals as it takes to tell them apart, up to 6; equal ones with few.
fn told_apart(one: f64, other: f64, measure: Measure) -> (String, String) {
    let with = |decimals: usize| (format!("{one:.decimals$}"), format!("{other:.decimals$}"));
    let decimals = (decimals(measure)..6).find(|&decimals| {
        let (one, other) = with(decimals);
        one != other
    });
    with(decimals.unwrap_or(if one == other { self::decimals(measure) } else { 6 }))
}

/// Returns how many decimals of a measure a person reads.
#[must_use]
pub fn decimals(measure: Measure) -> usize {
    if measure == Measure::Probability { 3 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::predictions::divide;
    use crate::analysis::testing::row;
    use crate::deepconf::split::Split;

    fn said(verdicts: &str, confidence: f64, split: f64) -> String {
        let row = row("x", verdicts).bottom10(&vec![confidence; verdicts.len()]).build();
        let rows = divide(vec![row], Split::Value(split)).rows;
        why(&rows[0], Some(split))
    }

    #[test]
    fn votes_and_confidence_are_told() {
        assert_eq!(
            said("ccccccrrrr", 4.1, 5.3),
            "split vote: 6 of 10 comply; bottom10 4.10 is below the split 5.30"
        );
        assert_eq!(
            said("rrr", 4.1, 5.3),
            "all 3 refuse; wavering tokens: bottom10 4.10 is below the split 5.30"
        );
        assert_eq!(said("crr", 5.3, 5.3), "2 of 3 refuse; bottom10 5.30 is at or above the split 5.30");
        assert_eq!(
            said("c-", 5.2996, 5.3),
            "the one vote complies; wavering tokens: bottom10 5.2996 is below the split 5.3000"
        );
        assert_eq!(said("---", 1.0, 5.3), "none of its 3 answers is a refusal or a compliance");
    }
}
