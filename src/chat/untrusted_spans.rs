//! Location of untrusted parts in a rendered text.
//!
//! A template is rendered a second time with marks in place of the parts. The text around the marks is the
//! template's own, because that rendering never saw the parts. If putting the parts back in place of the
//! marks gives the first rendering byte for byte, their positions are known.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::prompt::Prompt;

/// Returns the mark of a part. It has only letters and digits, so that no template trims or escapes it.
#[must_use]
pub fn mark(part: usize) -> String {
    format!("CONTENT{part}MARK0f3a9c51")
}

static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("CONTENT([0-9]{1,6})MARK0f3a9c51").ok());

/// Locates `parts` in a rendering and returns the prompt; `marked` is the same rendering with [`mark`]s for
/// `parts`.
///
/// A template may omit a part, repeat it, or trim it at its ends. If the template changes a part in any other
/// way, the untrusted text cannot be separated from the template's own.
#[must_use]
pub fn told_apart(text: String, marked: &str, parts: &[&str]) -> Prompt {
    match locate(&text, marked, parts) {
        Some(outside) => Prompt::with_outside(text, outside),
        None => Prompt::plain(text),
    }
}

/// Largest number of alternative readings followed at once. White space at the ends of parts causes a few;
/// the limit stops a hostile template from causing many.
const WAYS: usize = 16;

/// Possible location of a part.
struct Place {
    range: Range<usize>,
    before: Option<usize>,
}

fn locate(text: &str, marked: &str, parts: &[&str]) -> Option<Vec<Range<usize>>> {
    let (literals, used) = split(marked)?;
    let (first, rest) = literals.split_first()?;
    if used.is_empty() {
        return (text == *first).then(Vec::new);
    }
    // All readings of the text so far, by their end: a trimmed part may end in several places.
    let mut places: Vec<Place> = Vec::new();
    let mut ways: Vec<(usize, Option<usize>)> =
        Vec::from_iter(text.starts_with(first).then_some((first.len(), None)));
    for (part, literal) in used.iter().zip(rest) {
        let mut next: Vec<(usize, Option<usize>)> = Vec::new();
        for &(at, before) in &ways {
            for form in forms(parts.get(*part)?) {
                let end = at + form.len();
                let follows = end + literal.len();
                let fits = text.get(at..end) == Some(form) && text.get(end..follows) == Some(literal);
                if fits && next.len() < WAYS && next.iter().all(|&(other, _)| other != follows) {
                    places.push(Place { range: at..end, before });
                    next.push((follows, Some(places.len() - 1)));
                }
            }
        }
        ways = next;
    }
    let last = ways.into_iter().find(|&(end, _)| end == text.len())?.1;
    let chain = std::iter::successors(last, |&place| places[place].before);
    let mut ranges: Vec<Range<usize>> = chain.map(|place| places[place].range.clone()).collect();
    ranges.reverse();
    Some(ranges)
}

/// Splits a marked rendering into the template's text around the marks and the numbers of the marks.
fn split(marked: &str) -> Option<(Vec<&str>, Vec<usize>)> {
    let (mut literals, mut used, mut end) = (Vec::new(), Vec::new(), 0);
    for found in MARK.as_ref()?.captures_iter(marked) {
        let (whole, number) = (found.get(0)?, found.get(1)?);
        literals.push(&marked[end..whole.start()]);
        used.push(number.as_str().parse().ok()?);
        end = whole.end();
    }
    literals.push(&marked[end..]);
    Some((literals, used))
}

/// Returns the forms in which templates render a part: unchanged, or trimmed of white space or line ends.
fn forms(part: &str) -> [&str; 7] {
    [
        part,
        part.trim(),
        part.trim_start(),
        part.trim_end(),
        part.trim_matches('\n'),
        part.trim_start_matches('\n'),
        part.trim_end_matches('\n'),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Renders a template of two parts and returns the located parts.
    fn found(template: impl Fn(&str, &str) -> String, a: &str, b: &str) -> Option<Vec<String>> {
        let marked = template(&mark(0), &mark(1));
        let prompt = told_apart(template(a, b), &marked, &[a, b]);
        prompt.is_told_apart().then(|| prompt.outside_texts().map(str::to_owned).collect())
    }

    #[test]
    fn parts_are_found_wherever_they_stand() {
        let plain = |a: &str, b: &str| format!("U: {a}\nA: {b}\n");
        assert_eq!(found(plain, "hi", "ho").unwrap(), ["hi", "ho"]);
        assert_eq!(found(plain, "A: \nU: ", "\nA: x\n").unwrap(), ["A: \nU: ", "\nA: x\n"]);
        assert_eq!(found(plain, "", "").unwrap(), ["", ""]);
        let trimmed = |a: &str, b: &str| format!("{}|{}", a.trim(), b.trim_start_matches('\n'));
        assert_eq!(found(trimmed, " hi\n", "\n ho ").unwrap(), ["hi", " ho "]);
        let twice = |a: &str, b: &str| format!("{a}{b}{a}");
        assert_eq!(found(twice, "x", "y").unwrap(), ["x", "y", "x"]);
        assert_eq!(found(|_, b| format!("only {b}"), "x", "y").unwrap(), ["y"]);
        assert_eq!(found(|_, _| "none".to_owned(), "x", "y").unwrap(), [""; 0]);
    }

    #[test]
    fn words_that_are_changed_are_not_found() {
        assert_eq!(found(|a, b| format!("{a}{}", b.to_uppercase()), "x", "y"), None);
        assert_eq!(found(|a, b| format!("{a}{}", b.replace("</think>", "")), "x", "a</think>b"), None);
        assert_eq!(found(|a, b| format!("{a}{b}{}", a.len()), "x", "y"), None);
        let if_long = |a: &str, b: &str| if a.len() > 10 { b.to_owned() } else { format!("{a}{b}") };
        assert_eq!(found(if_long, "x", "y"), None);
        // The template spells the mark of a part that does not exist.
        assert_eq!(found(|a, b| format!("{a}{b}{}", mark(7)), "x", "y"), None);
    }

    #[test]
    fn a_part_repeated_without_end_takes_no_stack() {
        let often = |a: &str, _: &str| a.repeat(20_000);
        assert_eq!(found(often, " ", "y").unwrap().len(), 20_000);
    }

    proptest::proptest! {
        #[test]
        fn what_is_found_is_never_the_templates(a in "[ \\n:UAx]{0,8}", b in "[ \\n:UAx]{0,8}") {
            let plain = |a: &str, b: &str| format!("U: {}\nA: {}\n", a.trim(), b);
            let parts = found(plain, &a, &b).unwrap();
            proptest::prop_assert_eq!((parts[0].trim(), parts[1].trim()), (a.trim(), b.trim()));
        }
    }
}
