//! Bars of Unicode blocks.

/// Returns a bar of this share of a width, to an eighth of a column. A share above 0 shows at least an eighth.
#[must_use]
pub fn bar(share: f64, width: usize) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let eighths = (share * 8.0 * width as f64).round() as usize;
    let eighths = eighths.max(usize::from(share > 0.0 && width > 0));
    format!("{}{}", "█".repeat(eighths / 8), PARTS[eighths % 8])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::terminal::width;

    #[test]
    fn a_bar_is_as_long_as_its_share() {
        assert_eq!(bar(0.5, 4), "██");
        assert_eq!(bar(0.5, 5), "██▌");
        assert_eq!(bar(1.0, 3), "███");
        assert_eq!(
            (bar(0.0, 9), bar(f64::NAN, 9), bar(0.001, 9)),
            (String::new(), String::new(), "▏".to_owned())
        );
        assert!((0..=100).all(|percent| width::of(&bar(f64::from(percent) / 100.0, 7)) <= 7));
        assert_eq!(bar(7.0, 2), "██");
    }
}
