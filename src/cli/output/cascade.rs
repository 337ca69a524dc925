//! Summary of a cascade, for people.

use super::values::with_interval;
use crate::analysis::cascade::CascadeReport;

/// Renders two lines: answers that went to the guard, and results on the control sample.
pub fn text(report: &CascadeReport) -> String {
    let share = report.share.map_or_else(String::new, |share| format!(" ({:.1} %)", 100.0 * share));
    let silent = match report.unparsed {
        (0, 0) => String::new(),
        (unsure, control) => {
            format!("; replies that did not parse: {unsure} of these, {control} of the control sample")
        }
    };
    let differ = &report.disagreement;
    let calibration = match &report.calibration.why_not {
        None => "the guard's probability is calibrated on it".to_owned(),
        Some(why) => format!("the guard's probability is not calibrated and not used: {why}"),
    };
    format!(
        "{}: the lexicon was unsure of {} of {} answers{share} and asked the guard, which changed {}{silent}\n\
         control sample of {} sure answers: guard and lexicon differ on {}; on refusals by the lexicon {}, on \
         compliances {}; {calibration}\n",
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
