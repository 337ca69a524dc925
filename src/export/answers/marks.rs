//! An answer with its least confident words and the words that decided the judge.

use std::ops::Range;

use super::look::Look;
use super::paint::{painted, token};
use super::wrap::{lines, shown};
use crate::analysis::answer_tokens::answer_tokens;
use crate::analysis::token_scale::TokenScale;
use crate::record::Trace;

/// Signs around the words in which the judge saw a refusal, where nothing can be underlined.
pub const JUDGED: (char, char) = ('«', '»');
/// Signs around the words with the least confident tokens, where nothing can be coloured.
pub const WAVERING: (char, char) = ('‹', '›');
/// Shade from which a token's word has these signs.
pub const DEEP: usize = 2;

/// Lines of an answer that are shown if it is not shown in full.
const FIRST_LINES: usize = 6;

/// Renders an answer; `is_cut` becomes true if lines are left out.
pub fn answer(
    trace: &Trace,
    scale: Option<&TokenScale>,
    look: &Look,
    indent: &str,
    is_cut: &mut bool,
) -> String {
    let span = trace.judgement.span.and_then(|(start, end)| within(&trace.answer, start, end));
    let tokens = answer_tokens(trace).unwrap_or_default();
    let width = look.width.saturating_sub(indent.len());
    let (lines, first_judged): (Vec<String>, Option<usize>) = if look.colour {
        let found = lines(&trace.answer, width);
        let judged = span.as_ref().and_then(|span| found.iter().position(|line| span.start < line.end));
        let shades: Vec<(Range<usize>, usize)> = match scale {
            Some(scale) => tokens.into_iter().map(|(range, value)| (range, scale.shade(value))).collect(),
            None => Vec::new(),
        };
        let line = |line: Range<usize>| coloured(&trace.answer, line, &shades, span.as_ref());
        (found.into_iter().map(line).collect(), judged)
    } else {
        let words = scale.map(|scale| wavering(&trace.answer, &tokens, scale)).unwrap_or_default();
        let marked = signed(&trace.answer, &words, span.as_ref());
        let found = lines(&marked, width);
        let sign = |span: Range<usize>| {
            let mut letters = marked.char_indices();
            letters.find(|(at, letter)| *at >= span.start && *letter == JUDGED.0).map(|(at, _)| at)
        };
        let at = span.and_then(sign);
        let judged = at.and_then(|at| found.iter().position(|line| at < line.end));
        (found.into_iter().map(|line| shown(&marked[line])).collect(), judged)
    };
    kept(&lines, if look.full { usize::MAX } else { FIRST_LINES }, first_judged, indent, is_cut)
}

/// Returns the first lines, and the line in which the judge saw a refusal.
fn kept(lines: &[String], first: usize, judged: Option<usize>, indent: &str, is_cut: &mut bool) -> String {
    // One line more costs what it takes to say that it is left out.
    let first = if lines.len() <= first.saturating_add(1) { lines.len() } else { first };
    let mut text: String = lines.iter().take(first).map(|line| format!("{indent}{line}\n")).collect();
    let mut left = lines.len() - first;
    if let Some(judged) = judged.filter(|&judged| judged >= first) {
        text.push_str(&format!("{indent}…\n{indent}{}\n", lines[judged]));
        left -= 1;
    }
    if left > 0 {
        *is_cut = true;
        let lines = if left == 1 { "line" } else { "lines" };
        text.push_str(&format!("{indent}… {left} more {lines}\n"));
    }
    text
}

/// Returns a span of the journal as bytes of the answer; `None` if it is none.
fn within(answer: &str, start: usize, end: usize) -> Option<Range<usize>> {
    answer.get(start..end).filter(|text| !text.is_empty()).map(|_| start..end)
}

/// Returns the words that hold a token of a deep shade; neighbours are one range.
fn wavering(answer: &str, tokens: &[(Range<usize>, f32)], scale: &TokenScale) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (range, _) in tokens.iter().filter(|(_, confidence)| scale.shade(*confidence) >= DEEP) {
        let Some(text) = answer.get(range.clone()) else { continue };
        let start = range.start + (text.len() - text.trim_start().len());
        let is_known = found.last().is_some_and(|last| start < last.end);
        if text.trim().is_empty() || is_known {
            continue;
        }
        let word = word(answer, start, start + text.trim().len());
        match found.last_mut() {
            Some(last) if answer[last.end..word.start].trim().is_empty() => last.end = word.end,
            _ => found.push(word),
        }
    }
    found
}

/// Returns a range with the rest of the words that it begins or ends within.
fn word(answer: &str, start: usize, end: usize) -> Range<usize> {
    let is_letter = |letter: &char| letter.is_alphanumeric() || *letter == '\'';
    let length = |letters: &mut dyn Iterator<Item = char>| {
        letters.take_while(is_letter).map(char::len_utf8).sum::<usize>()
    };
    let inside = &answer[start..end];
    let before = if inside.starts_with(|letter| is_letter(&letter)) {
        length(&mut answer[..start].chars().rev())
    } else {
        0
    };
    let after =
        if inside.ends_with(|letter| is_letter(&letter)) { length(&mut answer[end..].chars()) } else { 0 };
    start - before..end + after
}

/// Puts signs around the wavering and the judged words.
fn signed(answer: &str, wavering: &[Range<usize>], judged: Option<&Range<usize>>) -> String {
    let mut signs: Vec<(usize, u8, char)> = Vec::new();
    // At the same place, ends come before beginnings, and the judged words are outside.
    let mut put = |range: Range<usize>, (open, close): (char, char), depth: u8| {
        if !range.is_empty() {
            signs.extend([(range.start, 2 + depth, open), (range.end, 1 - depth, close)]);
        }
    };
    judged.into_iter().for_each(|range| put(range.clone(), JUDGED, 0));
    for range in wavering {
        // Where the judged words begin or end within a word, both parts have signs.
        let cuts = judged.into_iter().flat_map(|judged| [judged.start, judged.end]);
        let mut start = range.start;
        for end in cuts.filter(|cut| range.contains(cut)).chain([range.end]) {
            put(start..end, WAVERING, 1);
            start = end;
        }
    }
    signs.sort_unstable();
    let (mut text, mut at) = (String::with_capacity(answer.len() + 3 * signs.len()), 0);
    for (place, _, sign) in signs {
        text.push_str(&answer[at..place]);
        text.push(sign);
        at = place;
    }
    text + &answer[at..]
}

/// Renders one line of an answer, token by token.
fn coloured(
    answer: &str,
    line: Range<usize>,
    shades: &[(Range<usize>, usize)],
    judged: Option<&Range<usize>>,
) -> String {
    let mut ends: Vec<usize> = shades.iter().map(|(range, _)| range.end).collect();
    ends.extend(judged.iter().flat_map(|judged| [judged.start, judged.end]));
    ends.retain(|end| line.contains(end) && *end > line.start);
    ends.push(line.end);
    ends.sort_unstable();
    ends.dedup();
    // Neighbours of one style are one piece.
    let mut pieces: Vec<(Range<usize>, (usize, bool))> = Vec::new();
    let mut start = line.start;
    for end in ends {
        let token = shades.partition_point(|(range, _)| range.end <= start);
        let shade =
            shades.get(token).filter(|(range, _)| range.contains(&start)).map_or(0, |(_, shade)| *shade);
        let style = (shade, judged.is_some_and(|judged| judged.contains(&start)));
        match pieces.last_mut() {
            Some((piece, last)) if *last == style => piece.end = end,
            _ => pieces.push((start..end, style)),
        }
        start = end;
    }
    let piece = |(range, (shade, judged)): (Range<usize>, _)| painted(&answer[range], token(shade, judged));
    pieces.into_iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_nest() {
        let both =
            |text: &str, words: Range<usize>, judged: Range<usize>| signed(text, &[words], Some(&judged));
        assert_eq!(both("no way out", 3..6, 0..6), "«no ‹way›» out");
        assert_eq!(both("no way", 0..2, 0..2), "«‹no›» way");
        assert_eq!(both("no way", 3..6, 0..3), "«no »‹way›");
        assert_eq!(both("no way", 0..6, 2..4), "‹no›«‹ w›»‹ay›");
        assert_eq!(signed("no way", &[], None), "no way");
    }

    #[test]
    fn words_of_the_least_confident_tokens_are_marked() {
        let answer = "So, it's näive to go on.";
        // So|,| it|'s| nä|ive| to| go| on|.
        let ends = [2, 3, 6, 8, 12, 15, 18, 21, 24, 25];
        let marked = |deep: &[usize]| {
            let starts = std::iter::once(0).chain(ends);
            let tokens = starts.zip(ends).enumerate();
            let tokens: Vec<(Range<usize>, f32)> = tokens
                .map(|(at, (start, end))| (start..end, if deep.contains(&at) { 1.0 } else { 9.0 }))
                .collect();
            signed(answer, &wavering(answer, &tokens, &TokenScale([5.0, 4.0, 3.0])), None)
        };
        assert_eq!(marked(&[2]), "So, ‹it's› näive to go on.");
        assert_eq!(marked(&[5, 4, 8]), "So, it's ‹näive› to go ‹on›.");
        assert_eq!(marked(&[1, 6, 7]), "So‹,› it's näive ‹to go› on.");
        assert_eq!(marked(&[]), answer);
    }

    #[test]
    fn a_line_has_one_piece_for_neighbours_of_one_style() {
        let shades = [(0..2, 0), (2..4, 1), (4..6, 1), (6..8, 3)];
        let found = coloured("abcdefgh", 1..8, &shades, Some(&(5..7)));
        let plain: String =
            found.split('\u{1b}').map(|part| part.split_once('m').map_or(part, |(_, text)| text)).collect();
        assert_eq!(plain, "bcdefgh");
        let amber = token(1, false);
        assert!(found.starts_with(&format!("b{amber}cde{amber:#}")), "{found:?}");
        assert!(found.contains(&format!("{}f{:#}", token(1, true), token(1, true))), "{found:?}");
    }

    #[test]
    fn the_judged_line_is_kept() {
        let lines: Vec<String> = (0..20).map(|line| line.to_string()).collect();
        let mut is_cut = false;
        assert_eq!(kept(&lines, 2, Some(9), "  ", &mut is_cut), "  0\n  1\n  …\n  9\n  … 17 more lines\n");
        assert!(is_cut);
        assert_eq!(kept(&lines[..3], 2, None, "", &mut is_cut), "0\n1\n2\n");
        assert_eq!(kept(&lines[..4], 2, Some(3), "", &mut is_cut), "0\n1\n…\n3\n… 1 more line\n");
    }

    #[test]
    fn a_span_that_is_none_marks_nothing() {
        for (start, end) in [(0, 9), (3, 2), (1, 2), (2, 2)] {
            assert_eq!(within("é!", start, end), None, "{start}..{end}");
        }
        assert_eq!(within("é!", 0, 2), Some(0..2));
    }
}
