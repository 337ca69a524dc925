//! Risk by coverage: errors among the most confident decisions.

use maud::{Markup, html};

use super::axis::{ABOVE, BELOW, horizontal, room, title_above, vertical};
use super::data::Heading;
use super::draw::{line, polyline};
use super::frame::{Role, WIDTH, frame, left_out, sentence};
use super::legend::{Entry, Key, legend};
use super::number::{count, percent, usable};
use super::scale::Scale;
use super::text::cut;

/// Risks of one confidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Name of the confidence.
    pub label: String,
    /// Coverage and risk as shares, by rising coverage.
    pub points: Vec<(f64, f64)>,
}

/// What the chart shows.
#[derive(Clone, Copy, Debug)]
pub struct RiskCoverage<'a> {
    /// Place and name.
    pub heading: Heading<'a>,
    /// Curves; the first six are drawn.
    pub curves: &'a [Curve],
    /// Risk of a confidence that says nothing: the share of wrong decisions.
    pub chance: Option<f64>,
    /// Number of decisions.
    pub n: usize,
}

const PLOT: f64 = 300.0;

/// Classes of the curves, which differ in colour and in dashes.
pub(super) const SERIES: [&str; 6] = [
    "curve series-1", "curve series-2", "curve series-3", "curve series-4", "curve series-5",
    "curve series-6",
];

/// Draws the chart.
#[must_use]
pub fn risk_coverage(chart: &RiskCoverage<'_>) -> Markup {
    let is_usable = |(coverage, risk): &(f64, f64)| usable(*coverage).and(usable(*risk)).is_some();
    let given: usize = chart.curves.iter().map(|curve| curve.points.len()).sum();
    let curves: Vec<(&str, Vec<(f64, f64)>)> = chart
        .curves
        .iter()
        .map(|curve| {
            (curve.label.as_str(), curve.points.iter().copied().filter(is_usable).collect::<Vec<_>>())
        })
        .collect();
    let unusable = left_out(given - curves.iter().map(|(_, points)| points.len()).sum::<usize>(), "point");
    let curves: Vec<_> =
        curves.into_iter().filter(|(_, points)| points.len() > 1).take(SERIES.len()).collect();
    if curves.is_empty() {
        return sentence(
            chart.heading,
            &format!("there are too few labelled decisions for a curve.{unusable}"),
        );
    }
    let chance = chart.chance.and_then(usable);
    let mut entries: Vec<Entry> = curves
        .iter()
        .zip(SERIES)
        .map(|((label, _), class)| (Key::Line(class), (*label).to_owned()))
        .collect();
    entries.extend(chance.map(|risk| (Key::Line("reference"), format!("chance {}", percent(risk, 1)))));
    let (keys, key_height) = legend(&entries, 0.0);
    let top = key_height + ABOVE;
    let bottom = top + PLOT;
    let risks = curves.iter().flat_map(|(_, points)| points.iter().map(|(_, risk)| *risk));
    let y = Scale::around(risks.chain(chance).chain([0.0, 0.01]), (bottom, top), 5);
    let y_ticks = y.ticks(5, |value, decimals| percent(value, decimals.saturating_sub(2)));
    let left = room(&y_ticks);
    let x = Scale::linear((0.0, 1.0), (left, WIDTH - 8.0));
    let title = format!("coverage, most confident first, n {}", count(chart.n));
    let body = html! {
        (keys)
        (title_above(top, "risk: wrong among covered decisions"))
        (vertical(&y, &y_ticks, left, WIDTH - 8.0))
        (horizontal(&x, &x.ticks(4, |value, _| percent(value, 0)), top, bottom, &title))
        @if let Some(risk) = chance { (line((left, y.place(risk)), (WIDTH - 8.0, y.place(risk)), "reference")) }
        @for ((_, points), class) in curves.iter().zip(SERIES) {
            @let places: Vec<(f64, f64)> = points.iter().map(|(coverage, risk)| (x.place(*coverage), y.place(*risk))).collect();
            (polyline(&places, class))
        }
    };
    let mut description = describe(chart, &curves, chance);
    let more = chart.curves.len().saturating_sub(SERIES.len());
    if more > 0 {
        description.push_str(&format!(" {} more curves are not drawn.", count(more)));
    }
    description.push_str(&unusable);
    frame(chart.heading, "risk-coverage", Role::Image, bottom + BELOW, &description, body)
}

fn describe(chart: &RiskCoverage<'_>, curves: &[(&str, Vec<(f64, f64)>)], chance: Option<f64>) -> String {
    let said = curves.iter().filter_map(|(label, points)| {
        let near =
            |wanted: f64| points.iter().min_by(|a, b| (a.0 - wanted).abs().total_cmp(&(b.0 - wanted).abs()));
        let (half, all) = (near(0.5)?, near(1.0)?);
        let at = |(coverage, risk): &(f64, f64)| {
            format!("{} at {} coverage", percent(*risk, 1), percent(*coverage, 0))
        };
        Some(format!("{}: {}, {}", cut(label, 60), at(half), at(all)))
    });
    let chance = chance.map(|risk| format!(" By chance: {}.", percent(risk, 1))).unwrap_or_default();
    format!("Risk by coverage, n {}. {}.{chance}", count(chart.n), said.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_through_its_points() {
        let curves =
            [Curve { label: "mean".to_owned(), points: vec![(0.5, 0.1), (1.0, 0.2), (0.7, f64::NAN)] }];
        let heading = Heading { id: "rc", title: "Risk" };
        let chart = RiskCoverage { heading, curves: &curves, chance: Some(0.2), n: 100 };
        let svg = risk_coverage(&chart).into_string();
        // Numbers up to "20 %" take 2 · 11.6 + 6 + 18.6 + 12 = 59.8 units; the plot is 300 high from 78 and 20 % are its top.
        assert!(svg.contains("<path d=\"M345.9 228L632 78\" class=\"curve series-1\">"), "{svg}");
        assert!(
            svg.contains("mean: 10.0 % at 50 % coverage, 20.0 % at 100 % coverage. By chance: 20.0 %."),
            "{svg}"
        );
        assert!(svg.contains("1 point has no usable number"), "{svg}");
        let none = RiskCoverage { curves: &[], ..chart };
        assert!(risk_coverage(&none).into_string().starts_with("<p"));
    }
}
