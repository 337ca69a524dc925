//! Describes in a sentence which differences a comparison could have shown.

use crate::stats::estimate::Estimate;
use crate::stats::paired_power::{
    pairs_needed, smallest_by_width, smallest_difference, smallest_mean_difference,
};

/// The smallest difference of a rate that a comparison could have shown with a power of 80 % at α 0.05, not
/// adjusted for the number of tests.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CouldShow {
    /// A difference of this size, a share.
    Difference(f64),
    /// So few pairs differ that it could not even have shown that all of them change one way.
    Nothing,
    /// No pair differs, so this cannot be computed.
    NoPairDiffers,
}

impl CouldShow {
    /// Returns what `n` pairs could have shown of which `discordant` differ.
    pub(super) fn of_rate(n: usize, discordant: usize) -> Self {
        match smallest_difference(n, discordant as f64 / n.max(1) as f64) {
            _ if discordant == 0 => Self::NoPairDiffers,
            Some(smallest) => Self::Difference(smallest),
            None => Self::Nothing,
        }
    }
}

/// Describes the power for a rate over `n` pairs of which `discordant` differ.
pub(super) fn power_of_rate(n: usize, discordant: usize, difference: f64) -> String {
    let share = discordant as f64 / n.max(1) as f64;
    let said = format!("{n} pairs of which {:.1} % differ", 100.0 * share);
    let mut text = match CouldShow::of_rate(n, discordant) {
        CouldShow::NoPairDiffers => {
            return format!("none of the {n} pairs differ, so power cannot be computed");
        }
        CouldShow::Difference(smallest) => {
            format!(
                "{said} could have shown a difference of {:.1} points (power 80 %, α 0.05)",
                100.0 * smallest
            )
        }
        CouldShow::Nothing => {
            format!("{said} are too few to show that all of these change one way (power 80 %, α 0.05)")
        }
    };
    // If all changes go one way, the difference equals the share except for rounding.
    let difference = difference.abs().min(share);
    if let Some(needed) = pairs_needed(difference, share) {
        let points = 100.0 * difference;
        text.push_str(&format!("; for the {points:.1} points found {:.0} are needed", needed.ceil()));
    }
    text
}

/// Describes the power for a mean over `n` pairs whose differences have this standard deviation.
pub(super) fn power_of_mean(n: usize, deviation: Option<f64>) -> String {
    match deviation.and_then(|deviation| Some((deviation, smallest_mean_difference(n, deviation)?))) {
        Some((deviation, smallest)) => format!(
            "{n} pairs whose differences have a standard deviation of {deviation:.4} could have shown a \
             difference of {smallest:.4} (power 80 %, α 0.05)"
        ),
        None => format!("{n} pairs are too few to compute power"),
    }
}

/// Describes the power for an area whose difference has this interval.
pub(super) fn power_of_area(n: usize, difference: Option<&Estimate>) -> String {
    match difference {
        Some(estimate) => {
            let width = estimate.high - estimate.low;
            format!(
                "{n} pairs with an interval {width:.3} wide could have shown a difference of {:.3} (power 80 %, \
                 α 0.05, taken for normal)",
                smallest_by_width(width)
            )
        }
        None => format!("{n} pairs have no interval, so power cannot be computed"),
    }
}

/// Describes the smallest difference of rates that `n` prompts can detect, and how many prompts a difference
/// of 2 or 5 points needs. Each line assumes a share of prompts that change sides.
#[must_use]
pub fn power_of_prompts(n: usize) -> String {
    let lines = [0.05, 0.1, 0.2].map(|share| {
        let smallest = smallest_difference(n, share).map_or("no difference".to_owned(), |difference| {
            format!("a difference of {:.1} points", 100.0 * difference)
        });
        let needed = [0.02, 0.05].into_iter().filter_map(|difference| {
            let pairs = pairs_needed(difference, share)?.ceil();
            Some(format!("{pairs:.0} for {:.0} points", 100.0 * difference))
        });
        let needed = needed.collect::<Vec<_>>().join(", ");
        format!(
            "if {:.0} % of the prompts change sides, {n} prompts can detect {smallest}; needed: {needed}\n",
            100.0 * share
        )
    });
    format!("{}(McNemar's test, two-sided 5 %, power 80 %; Connor 1987)\n", lines.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_in_the_sentence() {
        let text = power_of_rate(300, 24, 0.04);
        assert_eq!(
            text,
            "300 pairs of which 8.0 % differ could have shown a difference of 4.6 points (power 80 %, α 0.05); \
             for the 4.0 points found 391 are needed"
        );
        assert!(power_of_rate(100, 2, 0.02).contains("too few"));
        assert_eq!(CouldShow::of_rate(100, 2), CouldShow::Nothing);
        assert_eq!(CouldShow::of_rate(0, 0), CouldShow::NoPairDiffers);
        assert!(power_of_rate(100, 0, 0.0).starts_with("none of the 100 pairs differ"));
    }
}
