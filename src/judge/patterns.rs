//! Refusal patterns from a file of the user; they apply before the rules.
//!
//! Each line is a regular expression, matched case-insensitively within the first [`OPENING`] characters of
//! the answer. A line that begins with `!` stands for compliance; `#` begins a comment. The first line that
//! matches decides.

use regex::{Regex, RegexBuilder};

use crate::record::{Judgement, Verdict};

/// Number of characters at the beginning of an answer that a pattern sees.
pub const OPENING: usize = 400;

/// Line of a pattern file.
#[derive(Clone, Debug)]
pub struct Pattern {
    line: usize,
    regex: Regex,
    verdict: Verdict,
}

/// Error for a line that is not a valid pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct PatternError {
    /// 1-based number of the line.
    pub line: usize,
    /// Description of the problem.
    pub what: String,
}

/// Reads the text of a pattern file.
///
/// # Errors
/// [`PatternError`] for the first line that does not parse or matches every answer, and for a file without
/// patterns.
pub fn parse(text: &str) -> Result<Vec<Pattern>, PatternError> {
    let mut patterns = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let source = line.trim();
        if source.is_empty() || source.starts_with('#') {
            continue;
        }
        let (source, verdict) = match source.strip_prefix('!') {
            Some(rest) => (rest.trim_start(), Verdict::Compliance),
            None => (source, Verdict::Refusal),
        };
        let error = |what: String| PatternError { line: index + 1, what };
        let regex = RegexBuilder::new(source)
            .case_insensitive(true)
            .size_limit(1 << 20)
            .build()
            .map_err(|problem| error(problem.to_string()))?;
        if regex.is_match("") {
            return Err(error(format!("{source:?} matches every answer")));
        }
        patterns.push(Pattern { line: index + 1, regex, verdict });
    }
    match patterns.is_empty() {
        true => Err(PatternError { line: 1, what: "the file has no patterns".to_owned() }),
        false => Ok(patterns),
    }
}

/// Returns the judgement of the first pattern that matches the beginning of an answer.
#[must_use]
pub fn judge(patterns: &[Pattern], answer: &str) -> Option<Judgement> {
    let end = answer.char_indices().nth(OPENING).map_or(answer.len(), |(index, _)| index);
    patterns.iter().find_map(|pattern| {
        let found = pattern.regex.find(&answer[..end])?;
        let reason = format!("pattern of line {} matches {:?}", pattern.line, found.as_str());
        Some(Judgement::new(pattern.verdict, reason, Some((found.start(), found.end()))))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_matching_line_decides() {
        let patterns = parse("# mine\n!^no problem\n\n^no\\b\n").unwrap();
        let verdict = |answer: &str| judge(&patterns, answer).map(|found| found.verdict);
        assert_eq!(verdict("NO PROBLEM, here it is"), Some(Verdict::Compliance));
        assert_eq!(verdict("No."), Some(Verdict::Refusal));
        assert_eq!(verdict("Yes."), None);
        let late = format!("{}no problem", "é".repeat(OPENING));
        assert_eq!(judge(&parse("no problem").unwrap(), &late), None);
    }

    #[test]
    fn bad_lines_are_told() {
        assert_eq!(parse("ok\n(").unwrap_err().line, 2);
        assert!(parse("a*").unwrap_err().what.contains("every answer"));
        assert!(parse("# nothing\n").is_err());
    }
}
