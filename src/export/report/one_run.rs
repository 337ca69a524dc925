//! Sections of one run's page.

use maud::{Markup, html};

use super::input::ReportedRun;
use super::intervals::{interval, some};
use super::{curves, traces};
use crate::export::chart::data::{Heading, Interval, Tone};
use crate::export::chart::distributions::{self, Distributions, Group};
use crate::export::chart::forest::{Forest, ForestRow, forest};
use crate::export::chart::quadrants::{Quadrant, Quadrants, quadrants};
use crate::export::chart::rates::{Rates, rates};
use crate::export::chart::scatter::{Point, Scatter, scatter};
use crate::export::page::Section;
use crate::export::page::shown::Shown;
use crate::record::prediction::PredictionRow;
use crate::record::{Category, FinalDecision, Label};

/// Returns the sections that have something to show.
pub fn sections(run: &ReportedRun<'_>) -> Vec<Section> {
    let section = |id: &str, title: &str, body: Option<Markup>| {
        body.map(|body| Section { id: id.to_owned(), title: title.to_owned(), body })
    };
    [
        section("quadrants", "Refused or complied, confident or uncertain", quadrants_of(run, 0)),
        section("rates", "Rates", Some(all_rates(run))),
        section("confidence", "Confidence", distributions_of(run)),
        section("votes", "Votes against confidence", scatter_of(run)),
        section("measures", "Which measure tells risky compliances", measures(run)),
        section("calibration", "How far confidence can be trusted", curves::calibration(run)),
        section("stop-rules", "Tokens against agreement", curves::stop_rules(run)),
        section("along", "Confidence along the traces", traces::along_traces(run)),
        section("about", "How it was run", Some(about(run))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn about(run: &ReportedRun<'_>) -> Markup {
    let (manifest, overall) = (run.manifest, &run.report.overall);
    let (model, settings) = (&manifest.model, &manifest.settings);
    let facts = [
        ("Model", format!("{} ({})", model.with_adapters(&model.file), model.quantization)),
        (
            "Prompts",
            format!("{} of {} ({})", overall.num_instances, overall.planned, manifest.benchmark.name),
        ),
        ("Judge", run.judge.to_owned()),
        (
            "Confidence",
            format!("{}, window {}", run.report.confidence_measure.name(), settings.analysis.window),
        ),
        ("Stop rule", settings.stop.name().to_owned()),
        (
            "Traces",
            overall.avg_traces.map_or_else(String::new, |traces| {
                format!("{traces:.2} for each prompt, {} tokens in all", overall.total_tokens)
            }),
        ),
        ("Sampling", format!("temperature {}, seed {}", settings.sampling.temperature, settings.seed)),
        ("Program", format!("{} {}", manifest.build.version, manifest.build.revision)),
        ("Model sha256", model.sha256.clone()),
        ("Prompts sha256", manifest.benchmark.prompts_sha256.clone()),
    ];
    html! {
        dl.facts {
            @for (name, value) in facts { dt { (name) } dd { (Shown(&value)) } }
        }
        @for note in &manifest.benchmark.notes { p.note { (Shown(note)) } }
    }
}

/// Draws the quadrants; `None` without a split, that is without a decision.
pub fn quadrants_of(run: &ReportedRun<'_>, set: usize) -> Option<Markup> {
    let report = run.report;
    let cells = Category::ALL.map(|category| {
        let found = report.categories.get(category);
        Quadrant {
            count: found.map_or(0, |one| one.count),
            unsafe_rate: found.and_then(|one| some(category.name(), one.unsafe_rate.as_ref())),
        }
    });
    let split = report.split.value?;
    Some(html! {
        p {
            "Confident is " (report.confidence_measure.name()) " at or above " (format!("{split:.3}")) ", averaged over the traces that \
             voted for the decision. The rate in each quadrant is the share of its prompts that are labelled unsafe."
        }
        (quadrants(&Quadrants {
            heading: Heading { id: &format!("quadrants-chart-{set}"), title: "Quadrants" },
            cells: &cells,
            split,
            undecided: report.overall.undecided,
            answers: "answers",
            set,
        }))
    })
}

fn all_rates(run: &ReportedRun<'_>) -> Markup {
    let report = run.report;
    let overall = &report.overall;
    let rows: Vec<Interval> = [
        ("refused, of all", &overall.refusal_rate),
        ("refused, of prompts labelled unsafe", &overall.refusal_rate_unsafe),
        ("over-refusal: refused, of prompts labelled safe", &overall.over_refusal_rate),
        ("decided as labelled", &overall.accuracy),
        ("complied with harm", &overall.harmful_compliance_rate),
    ]
    .into_iter()
    .filter_map(|(name, estimate)| some(name, estimate.as_ref()))
    .collect();
    let groups: Vec<Interval> = report
        .subgroups
        .iter()
        .filter_map(|group| {
            some(group.harm_category.as_deref().unwrap_or("no category"), group.refusal_rate.as_ref())
        })
        .collect();
    html! {
        p { "Shares of decided prompts with 95 % intervals, judged by " (Shown(run.judge)) "." }
        (rates(&Rates { heading: Heading { id: "rates-all", title: "Rates" }, measure: "share", rows: &rows }))
        @if let Some(unsure) = &report.unsure {
            p { (crate::export::unsure::sentence(unsure, overall.refusal_rate.as_ref())) }
        }
        @if groups.len() > 1 {
            h3 { "Refused, by category of the prompt" }
            (rates(&Rates { heading: Heading { id: "rates-category", title: "Refusal rate by category" }, measure: "refusal rate", rows: &groups }))
        }
    }
}

fn distributions_of(run: &ReportedRun<'_>) -> Option<Markup> {
    let rows = &run.predictions.rows;
    let values = |is: &dyn Fn(&PredictionRow) -> bool| -> Vec<f64> {
        rows.iter().filter(|row| is(row)).filter_map(|row| row.confidence).collect()
    };
    let refused = values(&|row| row.decision == FinalDecision::Refused);
    let complied = values(&|row| row.decision == FinalDecision::Complied);
    let (right, wrong) =
        (values(&|row| row.correct == Some(true)), values(&|row| row.correct == Some(false)));
    let labelled = |label| values(&move |row: &PredictionRow| row.ground_truth_label == Some(label));
    let (unsafe_ones, safe_ones) = (labelled(Label::Unsafe), labelled(Label::Safe));
    let decisions = [
        Group { label: "refused", tone: Tone::Of(FinalDecision::Refused), values: &refused },
        Group { label: "complied", tone: Tone::Of(FinalDecision::Complied), values: &complied },
    ];
    let correctness = [
        Group { label: "as labelled", tone: Tone::Right, values: &right },
        Group { label: "against the label", tone: Tone::Wrong, values: &wrong },
    ];
    let labels = [
        Group { label: "labelled unsafe", tone: Tone::Labelled(Label::Unsafe), values: &unsafe_ones },
        Group { label: "labelled safe", tone: Tone::Labelled(Label::Safe), values: &safe_ones },
    ];
    let mut sections = vec![distributions::Section { title: "decision", groups: &decisions }];
    if right.len() + wrong.len() > 0 {
        sections.push(distributions::Section { title: "correctness", groups: &correctness });
        sections.push(distributions::Section { title: "label", groups: &labels });
    }
    (refused.len() + complied.len() > 0).then(|| {
        html! {
            p { "Each prompt's confidence, over the traces that voted for its decision; n = " (refused.len() + complied.len()) "." }
            (distributions::distributions(&Distributions {
                heading: Heading { id: "distributions", title: "Confidence by decision, correctness and label" },
                measure: run.report.confidence_measure.name(),
                sections: &sections,
                split: run.report.split.value,
            }))
        }
    })
}

fn scatter_of(run: &ReportedRun<'_>) -> Option<Markup> {
    let points: Vec<Point<'_>> = run
        .predictions
        .rows
        .iter()
        .enumerate()
        .filter_map(|(index, row)| {
            Some(Point {
                index,
                id: &row.instance_id,
                confidence: row.confidence?,
                vote_share: row.vote_share?,
                decision: row.decision,
                label: row.ground_truth_label,
            })
        })
        .collect();
    (!points.is_empty()).then(|| {
        html! {
            p { "Two ways to be unsure: tokens that waver (left), votes that split (low). A point opens its answers." }
            (scatter(&Scatter {
                heading: Heading { id: "scatter", title: "Vote share against confidence" },
                measure: run.report.confidence_measure.name(),
                split: run.report.split.value,
                points: &points,
            }))
        }
    })
}

fn measures(run: &ReportedRun<'_>) -> Option<Markup> {
    let report = run.report;
    let rows: Vec<ForestRow> = report
        .exploratory
        .iter()
        .filter_map(|row| {
            let name = row.score.replace('_', " ");
            Some(ForestRow { interval: interval(&name, row.auroc.as_ref()?), is_primary: row.primary })
        })
        .collect();
    let primary = &report.primary;
    if rows.is_empty() {
        return Some(html! { p { (Shown(&primary.reason)) } });
    }
    Some(html! {
        p {
            "How often a riskier compliance is also the less sure one: 0.5 is chance. Risky is: " (Shown(&primary.outcome))
            ". Only the bold row was fixed in advance; the others show where to look."
        }
        (forest(&Forest {
            heading: Heading { id: "auroc", title: "AUROC of every measure" },
            measure: "AUROC",
            reference: 0.5,
            decimals: 3,
            rows: &rows,
        }))
        p { (primary.n) " compliances, " (primary.positives) " risky, over the first " (primary.traces_per_instance) " traces: " (Shown(&primary.traces_reason)) "." }
    })
}
