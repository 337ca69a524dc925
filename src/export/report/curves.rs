//! Reliability, risk by coverage, and tokens against agreement.

use maud::{Markup, html};

use super::input::ReportedRun;
use crate::export::chart::data::Heading;
use crate::export::chart::front::{Front, FrontPoint, front};
use crate::export::chart::reliability::{Bin, Reliability, reliability};
use crate::export::chart::risk_coverage::{Curve, RiskCoverage, risk_coverage};
use crate::export::values::counted;
use crate::replay::Setting;

/// Draws how well confidences predict correct decisions; `None` without labels.
pub fn calibration(run: &ReportedRun<'_>) -> Option<Markup> {
    let found = &run.report.calibration;
    let first = found.first()?;
    let curves: Vec<Curve> = found
        .iter()
        .map(|one| Curve {
            label: one.score.replace('_', " "),
            points: one.risk_coverage.iter().map(|point| (point.coverage, point.risk)).collect(),
        })
        .collect();
    let reliabilities = found.iter().filter(|one| !one.bins.is_empty()).map(|one| {
        let bins: Vec<Bin> = one
            .bins
            .iter()
            .map(|bin| Bin {
                predicted: bin.mean_predicted,
                observed: bin.observed.point,
                low: Some(bin.observed.low),
                high: Some(bin.observed.high),
                n: bin.count,
            })
            .collect();
        let predicted = one.score.replace('_', " ");
        html! {
            h3 { "Decisions as the label wants them, by " (predicted) }
            (reliability(&Reliability {
                heading: Heading { id: &format!("reliability-{}", one.score), title: &format!("Reliability of {predicted}") },
                predicted: &predicted,
                observed: "correct decisions",
                bins: &bins,
            }))
        }
    });
    Some(html! {
        p {
            "A decision is right if it is as the prompt's label wants it: " (first.right) " of " (first.n)
            ". A confidence is worth something if the surest decisions have the fewest errors."
        }
        (risk_coverage(&RiskCoverage {
            heading: Heading { id: "risk-coverage", title: "Wrong decisions among the surest" },
            curves: &curves,
            chance: Some(first.aurc_by_chance),
            n: first.n,
        }))
        @for chart in reliabilities { (chart) }
    })
}

/// Draws stop rules by tokens and agreement; `None` if nothing was replayed.
pub fn stop_rules(run: &ReportedRun<'_>) -> Option<Markup> {
    let replay = run.replay?;
    let per = |tokens: u64, instances: usize| tokens as f64 / instances.max(1) as f64;
    let mut points: Vec<FrontPoint> = Vec::new();
    for result in replay.results.iter().filter(|result| result.left_out == 0) {
        let Some(agreement) = result.agreement.as_ref().map(|one| one.point) else { continue };
        let tokens = per(result.tokens, result.instances);
        // Settings that do the same are one point.
        if points.iter().all(|point| (point.tokens, point.agreement) != (tokens, agreement)) {
            let label = name(&result.setting);
            points.push(FrontPoint { label, tokens, agreement, is_on_front: result.pareto });
        }
    }
    (points.len() > 1).then(|| {
        html! {
            p {
                "Every recorded trace under other stop rules, without sampling anything again: tokens for each prompt, \
                 and the share of prompts decided as by all traces. Settings that do the same are one point, named after the first."
            }
            (front(&Front {
                heading: Heading { id: "front", title: "Tokens against agreement" },
                points: &points,
                n: replay.instances,
            }))
        }
    })
}

fn name(setting: &Setting) -> String {
    let stop = setting.policy.stop;
    match stop.min_traces() {
        least if least == stop.max_traces() => format!("{}, {}", stop.name(), counted(least.into(), "trace")),
        least => format!("{}, {least} to {} traces", stop.name(), stop.max_traces()),
    }
}
