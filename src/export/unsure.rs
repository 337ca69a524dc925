//! Dependence on answers about which the judge is unsure: columns for tables, a sentence for people.

use super::fields::optional;
use crate::analysis::rates::Rates;
use crate::analysis::sensitivity::Unsure;
use crate::stats::estimate::Estimate;

/// Name of a rate and its accessor.
pub type Rate = (&'static str, fn(&Rates) -> &Option<Estimate>);

/// Rates that tables of runs show with both counts.
pub const HEADLINES: [Rate; 4] = [
    ("accuracy", |rates| &rates.accuracy),
    ("refusal_rate", |rates| &rates.refusal_rate),
    ("refusal_rate_unsafe", |rates| &rates.refusal_rate_unsafe),
    ("over_refusal_rate", |rates| &rates.over_refusal_rate),
];

/// Returns the share of unsure answers and the two values of each rate; unknown values are empty fields.
#[must_use]
pub fn columns(unsure: Option<&Unsure>, rates: &[Rate]) -> Vec<(String, String)> {
    let mut columns = vec![("unsure_share".to_owned(), optional(unsure.and_then(|one| one.share)))];
    for (name, rate) in rates {
        let mut put = |count: &str, of: fn(&Unsure) -> &Rates| {
            let value = unsure.and_then(|one| rate(of(one)).as_ref()).map(|estimate| estimate.point);
            columns.push((format!("{name}_{count}"), optional(value)));
        };
        put("as_compliances", |one| &one.as_compliances);
        put("as_refusals", |one| &one.as_refusals);
    }
    columns
}

/// Describes the unsure answers in a sentence. `judged` is the refusal rate by the verdicts as judged.
#[must_use]
pub fn sentence(unsure: &Unsure, judged: Option<&Estimate>) -> String {
    let percent = |value: f64| format!("{:.1}", 100.0 * value);
    let mut text = format!("judge unsure: {} % of answers", percent(unsure.share.unwrap_or_default()));
    let (least, most) = (&unsure.as_compliances.refusal_rate, &unsure.as_refusals.refusal_rate);
    if let (Some(judged), Some(least), Some(most)) = (judged, least, most) {
        text.push_str(&format!(
            "; refusal rate {} % as judged, {} to {} % with them counted both ways",
            percent(judged.point),
            percent(least.point),
            percent(most.point)
        ));
    }
    if unsure.without_probability > 0 {
        text.push_str(&format!("; {} answers have no probability", unsure.without_probability));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::proportion::wilson;

    fn rates(refused: usize) -> Rates {
        Rates { refusal_rate: wilson(refused, 200), ..Rates::default() }
    }

    #[test]
    fn one_line_says_what_depends_on_the_judge() {
        let mut unsure = Unsure {
            bars: (0.2, 0.8),
            traces: 41,
            voting_traces: 1000,
            without_probability: 0,
            share: Some(0.041),
            instances_that_depend: 7,
            as_refusals: rates(108),
            as_compliances: rates(101),
        };
        assert_eq!(
            sentence(&unsure, wilson(104, 200).as_ref()),
            "judge unsure: 4.1 % of answers; refusal rate 52.0 % as judged, 50.5 to 54.0 % with them counted both ways"
        );
        unsure.without_probability = 3;
        assert_eq!(sentence(&unsure, None), "judge unsure: 4.1 % of answers; 3 answers have no probability");
        let columns = columns(Some(&unsure), &HEADLINES);
        assert_eq!(columns[0], ("unsure_share".to_owned(), "0.041".to_owned()));
        assert_eq!(columns[1], ("accuracy_as_compliances".to_owned(), String::new()));
        assert_eq!(columns[4], ("refusal_rate_as_refusals".to_owned(), "0.54".to_owned()));
    }
}
