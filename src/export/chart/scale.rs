//! Scales from values to places, and the ticks on them.

use super::number;

/// A linear or logarithmic scale. Values beyond its ends are placed at the ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    domain: (f64, f64),
    range: (f64, f64),
    is_log: bool,
}

/// A marked value of a scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Value.
    pub value: f64,
    /// Its number.
    pub words: String,
}

/// Ratio of the largest to the smallest value from which a logarithmic scale fits better.
const WIDE: f64 = 20.0;

impl Scale {
    /// Creates a linear scale.
    pub fn linear(domain: (f64, f64), range: (f64, f64)) -> Self {
        Self { domain, range, is_log: false }
    }

    /// Returns a scale whose ends are round numbers at or beyond the values, about `ticks` of them.
    pub fn around(values: impl IntoIterator<Item = f64>, range: (f64, f64), ticks: usize) -> Self {
        let (low, high) = extent(values);
        let step = step(high - low, ticks);
        Self::linear(((low / step).floor() * step, (high / step).ceil() * step), range)
    }

    /// Does the same, logarithmically if the values are positive and far apart.
    pub fn around_log(values: &[f64], range: (f64, f64), ticks: usize) -> Self {
        let (low, high) = extent(values.iter().copied());
        if low <= 1e-9 || high / low < WIDE {
            return Self::around(values.iter().copied(), range, ticks);
        }
        Self { domain: (round_down(low), round_up(high)), range, is_log: true }
    }

    /// Returns whether the scale is logarithmic.
    pub fn is_log(&self) -> bool {
        self.is_log
    }

    /// Returns the place of a value.
    pub fn place(&self, value: f64) -> f64 {
        let of = |value: f64| if self.is_log { value.max(1e-12).log10() } else { value };
        let (low, high) = (of(self.domain.0), of(self.domain.1));
        let share = if high > low { ((of(value) - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 };
        self.range.0 + share * (self.range.1 - self.range.0)
    }

    /// Returns about `count` ticks at round values; `write` gets the value and the decimals it needs.
    pub fn ticks(&self, count: usize, write: impl Fn(f64, usize) -> String) -> Vec<Tick> {
        let tick = |value: f64, decimals| Tick { value, words: write(value, decimals) };
        if self.is_log {
            return self.log_values().into_iter().map(|value| tick(value, 0)).collect();
        }
        let (low, high) = self.domain;
        let step = step(high - low, count);
        let decimals = (-(step * 1.000_001).log10().floor()).max(0.0) as usize;
        let decimals = decimals + usize::from(!is_whole(step * 10f64.powi(decimals as i32)));
        let first = (low / step - 1e-9).ceil() as i64;
        let last = (high / step + 1e-9).floor() as i64;
        (first..=last.min(first + 20)).map(|at| tick(at as f64 * step, decimals)).collect()
    }

    /// Decades, and with few of them 2 and 5 times each.
    fn log_values(&self) -> Vec<f64> {
        let (low, high) = self.domain;
        let decades = low.log10().floor() as i32..=high.log10().ceil() as i32;
        let factors: &[f64] = if high / low > 3000.0 { &[1.0] } else { &[1.0, 2.0, 5.0] };
        let all = decades.flat_map(|decade| factors.iter().map(move |factor| factor * 10f64.powi(decade)));
        all.filter(|value| (low * 0.999..=high * 1.001).contains(value)).collect()
    }
}

/// Smallest and largest value; an interval around them if they are one, 0 to 1 without any.
fn extent(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let ends = values.into_iter().filter_map(number::usable).fold(None, |ends: Option<(f64, f64)>, value| {
        Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
    });
    match ends {
        None => (0.0, 1.0),
        Some((low, high)) if high - low > 1e-9 * low.abs().max(high.abs()) && high - low > 1e-9 => {
            (low, high)
        }
        Some((low, high)) => {
            let margin = (0.05 * low.abs()).max(0.5);
            (low - margin, high + margin)
        }
    }
}

/// Round distance (1, 2, 2.5 or 5 times a power of ten) that divides `span` into about `count` parts.
fn step(span: f64, count: usize) -> f64 {
    let raw = (span / count.max(1) as f64).max(1e-12);
    let power = 10f64.powi(raw.log10().floor() as i32);
    let factor = [1.0, 2.0, 2.5, 5.0].into_iter().find(|factor| raw <= factor * power * 1.000_001);
    factor.unwrap_or(10.0) * power
}

fn is_whole(value: f64) -> bool {
    (value - value.round()).abs() < 1e-6
}

fn round_down(value: f64) -> f64 {
    let power = 10f64.powi(value.log10().floor() as i32);
    [5.0, 2.0].into_iter().find(|factor| factor * power <= value * 1.000_001).unwrap_or(1.0) * power
}

fn round_up(value: f64) -> f64 {
    let power = 10f64.powi(value.log10().floor() as i32);
    [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= value * 0.999_999).unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(scale: &Scale, count: usize) -> Vec<String> {
        scale.ticks(count, number::decimal).into_iter().map(|tick| tick.words).collect()
    }

    #[test]
    fn values_have_their_places() {
        let scale = Scale::linear((0.5, 1.0), (100.0, 600.0));
        let places = [0.5, 0.75, 1.0, -3.0, 7.0].map(|value| scale.place(value));
        assert_eq!(places, [100.0, 350.0, 600.0, 100.0, 600.0]);
        let scale = Scale::around_log(&[10.0, 1000.0], (0.0, 300.0), 5);
        assert!(scale.is_log());
        for (value, place) in [(10.0, 0.0), (100.0, 150.0), (1000.0, 300.0), (0.0, 0.0), (-5.0, 0.0)] {
            assert!((scale.place(value) - place).abs() < 1e-9, "{value}");
        }
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(
            words(&Scale::linear((0.0, 1.0), (0.0, 1.0)), 4),
            ["0.00", "0.25", "0.50", "0.75", "1.00"]
        );
        assert_eq!(
            words(&Scale::around([12.1, 17.9], (0.0, 1.0), 6), 6),
            ["12", "13", "14", "15", "16", "17", "18"]
        );
        assert_eq!(
            words(&Scale::around([0.21, 0.62], (0.0, 1.0), 5), 5),
            ["0.2", "0.3", "0.4", "0.5", "0.6", "0.7"]
        );
        let log = Scale::around_log(&[1500.0, 90_000.0], (0.0, 1.0), 5);
        let shorts: Vec<String> =
            log.ticks(5, |value, _| number::round(value)).into_iter().map(|one| one.words).collect();
        assert_eq!(shorts, ["1k", "2k", "5k", "10k", "20k", "50k", "100k"]);
    }

    #[test]
    fn any_values_give_a_scale() {
        for values in [
            vec![],
            vec![3.0],
            vec![f64::NAN],
            vec![0.0, f64::INFINITY],
            vec![-1e12, 1e12],
            vec![1e-300, 2e-300],
        ] {
            for scale in [
                Scale::around(values.iter().copied(), (0.0, 640.0), 5),
                Scale::around_log(&values, (0.0, 640.0), 5),
            ] {
                let ticks = scale.ticks(5, number::decimal);
                assert!((2..=21).contains(&ticks.len()), "{values:?} {scale:?} {ticks:?}");
                assert!((0.0..=640.0).contains(&scale.place(3.0)), "{values:?}");
            }
        }
    }
}
