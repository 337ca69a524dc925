//! What a cascade did, for people.

use super::values::with_interval;
use crate::analysis::cascade::CascadeReport;

/// Two lines: what went to the guard, and what the control sample says of it.
pub fn text(report: &CascadeReport) -> String {
    let share = report.share.map_or_else(String::new, |share| format!(" ({:.1} %)", 100.0 * share));
    let silent = match report.unparsed {
        (0, 0) => String::new(),
        (unsure, control) => {
            format!("; without a reply that parses: {unsure} of these, {control} of the control sample")
        }
    };
    let differ = &report.disagreement;
    let calibration = match &report.calibration.why_not {
        None => "the guard's probability is calibrated on it".to_owned(),
        Some(why) => format!("the guard's probability is not calibrated and not used: {why}"),
    };
    format!(
        "{}: {} of {} answers{share} asked of the guard since the lexicon is unsure, {} changed sides{silent}\n\
         control sample of {} sure answers: guard and lexicon differ on {}; where the lexicon sees a refusal {}, a \
         compliance {}; {calibration}\n",
        report.judge,
        report.unsure,
        report.answers,
        report.changed,
        report.control,
        with_interval(differ.all.as_ref()),
        with_interval(differ.lexicon_refuses.as_ref()),
        with_interval(differ.lexicon_complies.as_ref()),
    )
}
