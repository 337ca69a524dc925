//! Colours: few, and readable on a dark and on a light background.

use anstyle::{Ansi256Color, Style};

use super::wrap::shown;

/// Amber, crimson and bold crimson for the least confident tokens: at least 4 to 1 against black and white.
const SHADES: [Style; 3] = [
    Style::new().fg_color(Some(anstyle::Color::Ansi256(Ansi256Color(130)))),
    Style::new().fg_color(Some(anstyle::Color::Ansi256(Ansi256Color(161)))),
    Style::new().fg_color(Some(anstyle::Color::Ansi256(Ansi256Color(161)))).bold(),
];

/// Returns the style of a token by its shade, 0 for none, underlined where the judge saw a refusal.
pub fn token(shade: usize, underlined: bool) -> Style {
    let style = shade.checked_sub(1).and_then(|at| SHADES.get(at)).copied().unwrap_or_default();
    if underlined { style.underline() } else { style }
}

/// Renders a piece of a line in a style.
pub fn painted(text: &str, style: Style) -> String {
    match style == Style::new() {
        true => shown(text),
        false => format!("{style}{}{style:#}", shown(text)),
    }
}

/// Renders a piece of a line in bold, if colours may be used.
pub fn bold(text: &str, colour: bool) -> String {
    painted(text, if colour { Style::new().bold() } else { Style::new() })
}

/// Renders lines in bold, if colours may be used.
pub fn bold_lines(text: &str, colour: bool) -> String {
    text.lines().map(|line| format!("{}\n", bold(line, colour))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of a colour of the 6 × 6 × 6 cube (WCAG 2.1).
    fn luminance(index: u8) -> f64 {
        let level = |step: u8| [0.0, 95.0, 135.0, 175.0, 215.0, 255.0][usize::from(step)] / 255.0;
        let linear =
            |value: f64| if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
        let cube = index - 16;
        let [red, green, blue] = [cube / 36, cube / 6 % 6, cube % 6].map(|step| linear(level(step)));
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn shades_are_read_on_black_and_on_white() {
        for style in SHADES {
            let Some(anstyle::Color::Ansi256(Ansi256Color(index))) = style.get_fg_color() else {
                panic!("{style:?} has no colour")
            };
            let light = luminance(index) + 0.05;
            assert!(light / 0.05 >= 4.0, "{index} on black: {}", light / 0.05);
            assert!(1.05 / light >= 4.0, "{index} on white: {}", 1.05 / light);
        }
    }

    #[test]
    fn text_from_outside_cannot_end_its_style() {
        let painted = painted("a\u{1b}[0mb", token(1, true));
        assert_eq!(
            painted.matches('\u{1b}').count(),
            2 + usize::from(painted.contains("[4m")),
            "{painted:?}"
        );
        assert!(painted.contains("a\u{fffd}[0mb"));
        assert_eq!(super::painted("a", token(0, false)), "a");
    }
}
