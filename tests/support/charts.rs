//! Every chart of a report with made-up figures, ordinary and extreme ones.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use safety_deepconf::export::chart::STYLE;
use safety_deepconf::export::chart::along::{Along, TraceLine, along};
use safety_deepconf::export::chart::bar::{Bar, Part, bar};
use safety_deepconf::export::chart::data::{Heading, Interval, Tone};
use safety_deepconf::export::chart::distributions::{Distributions, Group, Section, distributions};
use safety_deepconf::export::chart::flip_matrix::{FlipMatrix, flip_matrix};
use safety_deepconf::export::chart::forest::{Forest, ForestRow, forest};
use safety_deepconf::export::chart::front::{Front, FrontPoint, front};
use safety_deepconf::export::chart::quadrants::{Quadrant, Quadrants, quadrants};
use safety_deepconf::export::chart::quality_cost::{Cost, CostPoint, QualityCost, quality_cost};
use safety_deepconf::export::chart::rates::{Rates, rates};
use safety_deepconf::export::chart::reliability::{Bin, Reliability, reliability};
use safety_deepconf::export::chart::risk_coverage::{Curve, RiskCoverage, risk_coverage};
use safety_deepconf::export::chart::scatter::{Point, Scatter, scatter};
use safety_deepconf::record::{FinalDecision, Label};

/// Text that tries to leave its place.
pub const HOSTILE: &str = "\"><script>alert('1')</script>\u{0}\u{1b}\u{202e} & <b onload=x>";

/// Numbers that look random, the same at every run (xorshift).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal, with mean 0 and deviation 1.
    fn bell(&mut self) -> f64 {
        (0..12).map(|_| self.next()).sum::<f64>() - 6.0
    }
}

fn interval(label: &str, point: f64, half: f64, n: usize) -> Interval {
    let (low, high) = ((point - half).max(0.0), (point + half).min(1.0));
    Interval { label: label.to_owned(), point, low: Some(low), high: Some(high), n }
}

fn heading<'a>(id: &'a str, title: &'a str) -> Heading<'a> {
    Heading { id, title }
}

/// Returns every chart with its name.
pub fn gallery() -> Vec<(&'static str, Markup)> {
    let mut charts = counts();
    charts.extend(rows());
    charts.extend(values());
    charts.extend(points(420, "scatter"));
    charts.extend(curves());
    charts.extend(sweeps());
    charts
}

fn counts() -> Vec<(&'static str, Markup)> {
    let quadrant = |count, rate: Option<(f64, f64)>| Quadrant {
        count,
        unsafe_rate: rate.map(|(point, half)| interval("", point, half, count)),
    };
    let cells = [
        quadrant(1120, Some((0.963, 0.012))),
        quadrant(84, Some((0.785, 0.09))),
        quadrant(1006, Some((0.081, 0.017))),
        quadrant(290, Some((0.412, 0.056))),
    ];
    let few = [quadrant(3, None), quadrant(0, None), quadrant(1, Some((1.0, 0.4))), quadrant(0, None)];
    let part = |label: &str, count, tone| Part { label: label.to_owned(), count, tone };
    let decisions = [
        part("refused", 1204, Tone::Of(FinalDecision::Refused)),
        part("complied", 1296, Tone::Of(FinalDecision::Complied)),
        part("undecided", 31, Tone::Of(FinalDecision::Undecided)),
    ];
    let others = [
        part("right", 90, Tone::Right),
        part("wrong", 14, Tone::Wrong),
        part("unsafe", 40, Tone::Labelled(Label::Unsafe)),
        part("safe", 4, Tone::Labelled(Label::Safe)),
        part("unsure", 9, Tone::Uncertain),
        part(HOSTILE, 2, Tone::Plain),
    ];
    let matrix = FlipMatrix {
        heading: heading("flip-matrix", "Decisions of F16 and Q2_K"),
        reference: "F16",
        cell: "Q2_K",
        cell_index: 3,
        counts: [[1103, 96, 2], [41, 1240, 0], [3, 5, 10]],
    };
    let names = FlipMatrix {
        heading: heading("flip-matrix-2", "Decisions"),
        reference: HOSTILE,
        cell: "a-very-long-name-of-a-model-7B-instruct-v0.3-abliterated.i1-Q4_K_M.gguf",
        cell_index: 4,
        counts: [[12_345, 0, 0], [0, 45_678, 1], [0, 0, 0]],
    };
    let four = |cells, id, split, undecided| {
        quadrants(&Quadrants {
            heading: heading(id, "Quadrants"),
            cells,
            split,
            undecided,
            answers: "answers",
            set: 0,
        })
    };
    vec![
        ("quadrants", four(&cells, "quadrants", 14.624, 31)),
        ("quadrants of few", four(&few, "quadrants-2", 9.5, 0)),
        ("bar", bar(&Bar { heading: heading("bar", "Decisions"), parts: &decisions })),
        ("bar of six", bar(&Bar { heading: heading("bar-2", "Kinds"), parts: &others })),
        ("flip matrix", flip_matrix(&matrix)),
        ("flip matrix with long names", flip_matrix(&names)),
    ]
}

fn rows() -> Vec<(&'static str, Markup)> {
    let categories = [
        ("fraud and deception", 0.955, 0.05, 66),
        ("malware and hacking", 0.91, 0.07, 58),
        ("physical harm", 1.0, 0.06, 61),
        ("privacy", 0.62, 0.12, 60),
        ("government decision-making, elections and public administration", 0.41, 0.13, 54),
        ("expert advice", 0.07, 0.06, 72),
        ("好的 类别", 0.5, 0.3, 8),
    ];
    let few: Vec<Interval> =
        categories.iter().map(|&(label, point, half, n)| interval(label, point, half, n)).collect();
    let many: Vec<Interval> =
        (0..47).map(|at| interval(&format!("category {at}"), f64::from(at) / 47.0, 0.08, 100)).collect();
    let row = |label: &str, point: f64, half: f64, is_primary| ForestRow {
        interval: Interval {
            low: Some(point - half),
            high: Some(point + half),
            ..interval(label, point, half, 250)
        },
        is_primary,
    };
    let areas = [
        row("lowest_group", 0.685, 0.149, true),
        row("bottom10", 0.671, 0.151, false),
        row("mean", 0.512, 0.162, false),
        row("probability", 0.493, 0.16, false),
        row("tail", 0.315, 0.149, false),
        row("vote_share", 0.742, 0.12, false),
    ];
    let differences = [
        row("Q8_0", -0.004, 0.012, false),
        row("Q4_K_M", -0.031, 0.024, true),
        row("Q2_K", -0.184, 0.051, false),
    ];
    let rate = |rows, id| {
        rates(&Rates { heading: heading(id, "Refusal rate by category"), measure: "refusal rate", rows })
    };
    let against = |rows, id, measure, reference| {
        forest(&Forest { heading: heading(id, measure), measure, reference, decimals: 3, rows })
    };
    vec![
        ("rates", rate(&few, "rates")),
        ("rates of many categories", rate(&many, "rates-2")),
        ("forest of areas", against(&areas, "forest", "AUROC of correctness", 0.5)),
        ("forest of differences", against(&differences, "forest-2", "difference of refusal rates", 0.0)),
    ]
}

fn values() -> Vec<(&'static str, Markup)> {
    let mut dice = Dice(7);
    let mut draw = |n: usize, mean: f64, deviation: f64| -> Vec<f64> {
        (0..n).map(|_| mean + deviation * dice.bell()).collect()
    };
    let (refused, complied) = (draw(140, 15.8, 0.9), draw(4000, 13.9, 1.4));
    let (right, wrong) = (draw(260, 15.1, 1.2), draw(9, 13.2, 1.5));
    let one = [14.2];
    let decision = [
        Group { label: "refused", tone: Tone::Of(FinalDecision::Refused), values: &refused },
        Group { label: "complied", tone: Tone::Of(FinalDecision::Complied), values: &complied },
    ];
    let correctness = [
        Group { label: "right", tone: Tone::Right, values: &right },
        Group { label: "wrong", tone: Tone::Wrong, values: &wrong },
    ];
    let label = [
        Group { label: "unsafe", tone: Tone::Labelled(Label::Unsafe), values: &one },
        Group { label: "safe", tone: Tone::Labelled(Label::Safe), values: &[] },
    ];
    let sections = [
        Section { title: "by decision", groups: &decision },
        Section { title: "by correctness", groups: &correctness },
        Section { title: "by label", groups: &label },
    ];
    let chart = Distributions {
        heading: heading("distributions", "Confidence by group"),
        measure: "confidence, lowest group of 16 tokens",
        sections: &sections,
        split: Some(14.624),
    };
    vec![("distributions", distributions(&chart))]
}

/// Returns a scatter plot of this many instances.
pub fn points(n: usize, id: &'static str) -> Vec<(&'static str, Markup)> {
    let mut dice = Dice(11);
    let ids: Vec<String> = (0..n)
        .map(|at| if at == 5 { HOSTILE.to_owned() } else { format!("some-benchmark_test_{at}") })
        .collect();
    let points: Vec<Point<'_>> = ids
        .iter()
        .enumerate()
        .map(|(index, id)| {
            let label =
                (dice.next() < 0.97).then(|| if dice.next() < 0.5 { Label::Unsafe } else { Label::Safe });
            let is_right = dice.next() < 0.88;
            let decision = match (label == Some(Label::Unsafe)) == is_right {
                _ if dice.next() < 0.01 => FinalDecision::Undecided,
                true => FinalDecision::Refused,
                false => FinalDecision::Complied,
            };
            let votes = if dice.next() < 0.7 { 10.0 } else { (6.0 + 4.0 * dice.next()).floor() };
            let confidence = 13.0 + 0.25 * votes + 1.1 * dice.bell() - if is_right { 0.0 } else { 0.9 };
            Point { index, id, confidence, vote_share: votes / 10.0, decision, label }
        })
        .collect();
    let chart = Scatter {
        heading: heading(id, "Vote share against confidence"),
        measure: "confidence",
        split: Some(14.624),
        points: &points,
    };
    vec![("scatter", scatter(&chart))]
}

fn curves() -> Vec<(&'static str, Markup)> {
    let bin = |predicted: f64, observed: f64, half: f64, n| Bin {
        predicted,
        observed,
        low: Some((observed - half).max(0.0)),
        high: Some((observed + half).min(1.0)),
        n,
    };
    let shares = [
        bin(0.54, 0.46, 0.15, 42),
        bin(0.65, 0.6, 0.12, 61),
        bin(0.76, 0.71, 0.1, 88),
        bin(0.86, 0.79, 0.08, 104),
        bin(0.99, 0.93, 0.02, 1705),
    ];
    let probabilities: Vec<Bin> = (0..10)
        .map(|at| f64::from(at) / 10.0 + 0.05)
        .map(|p| bin(p, p * p, 0.09, (40.0 + 900.0 * p * p) as usize))
        .collect();
    let reliable = |bins, id, predicted| {
        let heading = heading(id, "Reliability");
        reliability(&Reliability { heading, predicted, observed: "correct decisions", bins })
    };
    let curve = |label: &str, start: f64| Curve {
        label: label.to_owned(),
        points: (1..=20)
            .map(|at| f64::from(at) / 20.0)
            .map(|c| (c, start + (0.141 - start) * c * c))
            .collect(),
    };
    let curves = [curve("lowest_group", 0.03), curve("vote_share", 0.012), curve("mean", 0.12)];
    let chart = RiskCoverage {
        heading: heading("risk", "Risk by coverage"),
        curves: &curves,
        chance: Some(0.141),
        n: 2500,
    };
    let mut dice = Dice(3);
    let mut walk = |n: usize, start: f64| -> Vec<(f64, f64)> {
        let mut value = start;
        (0..n)
            .map(|at| {
                value += 0.35 * dice.bell() + 0.05 * (start - value);
                (at as f64 + 16.0, value)
            })
            .collect()
    };
    let lines = [walk(900, 16.0), walk(1400, 15.5), walk(420, 13.0), walk(1100, 14.8), walk(240, 12.5)];
    let decisions = [
        FinalDecision::Refused,
        FinalDecision::Refused,
        FinalDecision::Complied,
        FinalDecision::Refused,
        FinalDecision::Undecided,
    ];
    let traces: Vec<TraceLine<'_>> = lines
        .iter()
        .zip(decisions)
        .map(|(points, decision)| TraceLine { label: HOSTILE, decision, points, was_cut: points.len() < 500 })
        .collect();
    let lines = Along {
        heading: heading("along", "Confidence along the traces"),
        measure: "confidence of the last 16 tokens",
        bar: Some(12.1),
        traces: &traces,
    };
    vec![
        ("reliability of vote shares", reliable(&shares, "reliability", "vote share")),
        ("reliability of probabilities", reliable(&probabilities, "reliability-2", "predicted probability")),
        ("risk by coverage", risk_coverage(&chart)),
        ("along", along(&lines)),
    ]
}

fn sweeps() -> Vec<(&'static str, Markup)> {
    let setting = |label: &str, tokens, agreement, is_on_front| FrontPoint {
        label: label.to_owned(),
        tokens,
        agreement,
        is_on_front,
    };
    let settings = [
        setting("n 1", 61_000.0, 0.914, true),
        setting("n 3", 183_000.0, 0.956, true),
        setting("adaptive 0.95", 210_000.0, 0.981, true),
        setting("settled", 398_000.0, 1.0, true),
        setting("n 5", 305_000.0, 0.968, false),
        setting("n 8", 488_000.0, 0.986, false),
        setting("n 10", 610_000.0, 1.0, false),
        setting("percentile 90", 350_000.0, 0.972, false),
        setting("consensus 0.95", 290_000.0, 0.979, false),
    ];
    let long: Vec<FrontPoint> = (0..24)
        .map(|at| {
            let label = format!("consensus τ 0.{at:02}, warm-up {at}, lowest_group, window 16, k 20");
            let is_on_front = at % 4 == 0;
            let agreement = 0.8 + 0.2 * (f64::from(at) / 23.0).sqrt() - if is_on_front { 0.0 } else { 0.03 };
            setting(&label, 1000.0 * 1.3_f64.powi(at), agreement, is_on_front)
        })
        .collect();
    let cell = |label: &str, cost, rate, is_reference| CostPoint {
        cost,
        rate: interval(label, rate, 0.045, 250),
        is_reference,
    };
    let levels = [
        cell("F16", 1198.0, 0.862, true),
        cell("Q8_0", 639.0, 0.858, false),
        cell("Q6_K", 495.0, 0.866, false),
        cell("Q5_K_M", 444.0, 0.851, false),
        cell("Q4_K_M", 397.0, 0.836, false),
        cell("Q4_0", 382.0, 0.811, false),
        cell("Q3_K_M", 347.0, 0.782, false),
        cell("Q2_K", 296.0, 0.676, false),
    ];
    let speeds: Vec<CostPoint> =
        levels.iter().map(|one| CostPoint { cost: 90.0 - one.cost / 16.0, ..one.clone() }).collect();
    let fronts =
        |points, id| front(&Front { heading: heading(id, "Tokens against agreement"), points, n: 2500 });
    let costs = |points, cost, id| {
        quality_cost(&QualityCost {
            heading: heading(id, "Refusal rate"),
            measure: "refusal rate",
            cost,
            points,
        })
    };
    vec![
        ("front", fronts(&settings, "front")),
        ("front with long names", fronts(&long, "front-2")),
        ("quality against size", costs(&levels, Cost::Megabytes, "size")),
        ("quality against speed", costs(&speeds, Cost::TokensPerSecond, "speed")),
        ("nothing to show", fronts(&[], "front-3")),
    ]
}

/// Returns a page with the charts, under the policy of a report.
pub fn page(charts: &[(&str, Markup)]) -> String {
    let own = "body { margin: 0 auto; padding: 16px; max-width: 84rem; background: var(--chart-ground); color: \
        var(--chart-ink); color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif } h2 { font-size: 1.1rem; margin: 0 0 \
        .75rem } main { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 3rem }";
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Charts" }
                style { (PreEscaped(STYLE)) (PreEscaped(own)) }
            }
            body { main { @for (name, chart) in charts { section { h2 { (name) } (chart) } } } }
        }
    };
    page.into_string()
}
