//! A bar of block characters for terminals.

/// Parts of a block, from one eighth to seven.
const PARTS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/// Returns a bar of `width` characters that is filled to `share`, padded with blanks. A share above 0 shows
/// at least an eighth of a character and one below 1 leaves at least an eighth free; no number is an empty bar.
#[must_use]
pub fn sparkline_text(share: f64, width: usize) -> String {
    let all = 8 * width;
    let rounded = if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) * all as f64 }.round() as usize;
    let eighths = match rounded {
        0 if share > 0.0 => all.min(1),
        full if full == all && share < 1.0 => all.saturating_sub(1),
        eighths => eighths,
    };
    let mut bar = "█".repeat(eighths / 8);
    if let Some(part) = (eighths % 8).checked_sub(1) {
        bar.push(PARTS[part]);
    }
    bar.push_str(&" ".repeat(width - eighths.div_ceil(8)));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_full_as_the_share() {
        assert_eq!(sparkline_text(0.5, 4), "██  ");
        // 0.3 of 80 eighths is 24: three blocks.
        assert_eq!(sparkline_text(0.3, 10), "███       ");
        // 0.64 of 32 is 20.48: two blocks and four eighths.
        assert_eq!(sparkline_text(0.64, 4), "██▌ ");
        assert_eq!((sparkline_text(0.001, 3), sparkline_text(0.999, 3)), ("▏  ".into(), "██▉".into()));
        assert_eq!((sparkline_text(0.0, 2), sparkline_text(1.0, 2)), ("  ".into(), "██".into()));
        assert_eq!(
            (sparkline_text(f64::NAN, 2), sparkline_text(f64::INFINITY, 2)),
            ("  ".into(), "██".into())
        );
        assert_eq!((sparkline_text(7.0, 0), sparkline_text(0.2, 0)), (String::new(), String::new()));
    }
}
