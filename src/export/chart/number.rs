//! Numbers as text, with fixed decimals. None of these writes "NaN" or "inf".

/// Largest magnitude that charts draw. Sums and differences of such numbers stay exact enough for a scale.
const LARGEST: f64 = 1e12;

/// Returns the number if a chart can draw it.
pub fn usable(value: f64) -> Option<f64> {
    (value.abs() <= LARGEST).then_some(value)
}

/// Writes a coordinate: at most one decimal.
pub fn place(value: f64) -> String {
    let Some(value) = usable(value) else { return "0".to_owned() };
    let tenths = (value * 10.0).round() as i64;
    let (sign, tenths) = (if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs());
    match tenths % 10 {
        0 => format!("{sign}{}", tenths / 10),
        tenth => format!("{sign}{}.{tenth}", tenths / 10),
    }
}

/// Writes a number with this many decimals, a true minus sign, and no minus before zero.
pub fn decimal(value: f64, decimals: usize) -> String {
    let Some(value) = usable(value) else { return "unknown".to_owned() };
    let digits = format!("{:.decimals$}", value.abs());
    let is_zero = !digits.contains(|digit: char| ('1'..='9').contains(&digit));
    if value < 0.0 && !is_zero { format!("\u{2212}{digits}") } else { digits }
}

/// Writes a share in per cent, without the sign.
pub fn hundredths(share: f64, decimals: usize) -> String {
    usable(share).map_or_else(|| decimal(share, decimals), |share| decimal(100.0 * share, decimals))
}

/// Writes a share in per cent.
pub fn percent(share: f64, decimals: usize) -> String {
    format!("{} %", hundredths(share, decimals))
}

/// Writes a count with commas between thousands.
pub fn count(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a large number shortly: `950`, `12.5k`, `3.1M`.
pub fn short(value: f64) -> String {
    let (divisor, unit) = match value.abs() {
        size if size >= 999_500_000.0 => (1e9, "G"),
        size if size >= 999_500.0 => (1e6, "M"),
        size if size >= 999.5 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let scaled = value / divisor;
    let decimals = usize::from(scaled.abs() < 99.95);
    let digits = decimal(scaled, decimals);
    format!("{}{unit}", digits.strip_suffix(".0").unwrap_or(&digits))
}

/// Writes a round number of an axis shortly and exactly: `250`, `1.25k`, `0.05`.
pub fn round(value: f64) -> String {
    let (divisor, unit) = match value.abs() {
        size if size >= 1e9 => (1e9, "G"),
        size if size >= 1e6 => (1e6, "M"),
        size if size >= 1e3 => (1e3, "k"),
        _ => (1.0, ""),
    };
    let digits = decimal(value / divisor, 3);
    let digits =
        if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { &digits };
    format!("{digits}{unit}")
}

/// Writes a number with commas if it is whole and no more than a million, else shortly.
pub fn grouped(value: f64) -> String {
    let is_count = (0.0..=1e6).contains(&value) && (value - value.round()).abs() < 1e-6;
    if is_count { count(value.round() as usize) } else { round(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_finite() {
        let places = [0.0, -0.04, 12.0, 12.34, -3.25, f64::NAN, f64::INFINITY].map(place);
        assert_eq!(places, ["0", "0", "12", "12.3", "-3.3", "0", "0"]);
        assert_eq!(decimal(-0.3154, 3), "\u{2212}0.315");
        assert_eq!((decimal(-0.0004, 3), decimal(f64::NAN, 2)), ("0.000".into(), "unknown".into()));
        assert_eq!((percent(0.825, 1), percent(1.0, 0)), ("82.5 %".into(), "100 %".into()));
        assert_eq!([0, 999, 1000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
        let shorts = [0.0, 950.0, 999.9, 1000.0, 12_500.0, 999_900.0, 3_100_000.0, 2e9].map(short);
        assert_eq!(shorts, ["0", "950", "1k", "1k", "12.5k", "1M", "3.1M", "2G"]);
        let rounds = [0.0, 0.05, 250.0, 1250.0, 20_000.0, 2.5e6].map(round);
        assert_eq!([1200.0, 0.5, 2e9].map(grouped), ["1,200", "0.5", "2G"]);
        assert_eq!(rounds, ["0", "0.05", "250", "1.25k", "20k", "2.5M"]);
    }
}
