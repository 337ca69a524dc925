//! Features of an answer: word classes by position, and short sequences of symbols.

use super::symbols::{Symbol, Token, classes, symbols};
use crate::judge::rules::{EVIDENCE, normalise};

/// Number of hash buckets for sequences of symbols.
pub const BUCKETS: usize = 1 << 15;

/// Numbers of symbols read at the beginning in sequences of up to three, at the beginning in sequences of up
/// to two, and at the end.
const OPENING: usize = 24;
const EARLY: usize = 60;
const ENDING: usize = 20;

/// Smallest share of known words in an English answer.
const KNOWN: f64 = 0.35;

/// Features of an answer.
#[derive(Clone, Debug)]
pub struct Features {
    /// Evidence of the rules, followed by the amount of each word class at several positions.
    pub dense: Vec<f64>,
    /// Buckets of the sequences at the beginning (two kinds) and at the end, sorted and without duplicates.
    pub grams: [Vec<u32>; 3],
    /// Whether enough words are known for the other features to be meaningful.
    pub english: bool,
}

/// Returns the number of dense features.
#[must_use]
pub fn dense_len() -> usize {
    EVIDENCE + 6 * (classes() + 1)
}

/// Computes the features of an answer to a prompt. Cost: linear in both texts.
///
/// # Panics
/// If `evidence` is not from [`crate::judge::rules::look`].
#[must_use]
pub fn features(prompt: &str, answer: &str, evidence: &[f64]) -> Features {
    assert_eq!(evidence.len(), EVIDENCE, "evidence of the rules");
    let (prompt, answer) = (normalise(prompt), normalise(answer));
    let symbols = symbols(&prompt, &answer);
    let words: Vec<Token> =
        symbols.iter().map(|symbol| symbol.token).filter(|token| *token != Token::Mark).collect();
    let head = |most: usize| &words[..most.min(words.len())];
    let mut dense: Vec<f64> = Vec::with_capacity(dense_len());
    dense.extend(evidence);
    let ending = &words[words.len().saturating_sub(25)..];
    for part in [head(15), head(50), head(200), ending] {
        let each = 6.0 / real(part.len().max(1));
        dense.extend(counts(part).iter().map(|count| (real(*count) * each).min(1.0)));
    }
    for part in [head(15), head(200)] {
        dense.extend(counts(part).iter().map(|count| if *count > 0 { 0.5 } else { 0.0 }));
    }
    Features {
        english: latin(&answer) && of_english(&symbols),
        grams: [
            grams(b'o', &framed("^", &symbols[..OPENING.min(symbols.len())], ""), 3),
            grams(b'e', &framed("", &symbols[..EARLY.min(symbols.len())], ""), 2),
            grams(b'z', &framed("", &symbols[symbols.len().saturating_sub(ENDING)..], "$"), 2),
        ],
        dense,
    }
}

/// Returns whether an answer to a prompt is English, like [`Features::english`]. Cost: linear in both texts.
#[must_use]
pub fn is_english(prompt: &str, answer: &str) -> bool {
    let answer = normalise(answer);
    latin(&answer) && of_english(&symbols(&normalise(prompt), &answer))
}

/// Returns whether at least half of the first 200 letters are Latin. Scripts without spaces have too few
/// words for [`of_english`].
fn latin(answer: &str) -> bool {
    if answer.is_ascii() {
        return true;
    }
    let (mut letters, mut latin) = (0, 0);
    for c in answer.chars().filter(|c| c.is_alphabetic()).take(200) {
        letters += 1;
        latin += usize::from(c < '\u{0250}');
    }
    latin * 2 >= letters
}

/// Returns whether enough of the first 200 words are known. Words of the prompt do not count, because their
/// language is the prompt's.
fn of_english(symbols: &[Symbol<'_>]) -> bool {
    let english = |token: &Token| matches!(token, Token::Class(_) | Token::Function);
    let words = symbols.iter().map(|symbol| symbol.token).filter(|token| *token != Token::Mark).take(200);
    let told: Vec<Token> = words.filter(|token| !matches!(token, Token::Echo)).collect();
    let known = told.iter().filter(|token| english(token)).count();
    // A single repeated word ("no, … no …") may belong to many languages.
    let first = symbols.iter().find(|symbol| english(&symbol.token)).map(|symbol| symbol.name);
    let several = symbols.iter().any(|symbol| english(&symbol.token) && Some(symbol.name) != first);
    real(known) >= KNOWN * real(told.len()) && (several || told.len() < 4)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn real(count: usize) -> f64 {
    count as f64
}

/// Counts each word class in a part, and as the last entry the words that the prompt used.
fn counts(part: &[Token]) -> Vec<usize> {
    let mut counts = vec![0; classes() + 1];
    for token in part {
        match token {
            Token::Class(class) => counts[usize::from(*class)] += 1,
            Token::Echo => counts[classes()] += 1,
            _ => {}
        }
    }
    counts
}

fn framed<'a>(before: &'a str, symbols: &[Symbol<'a>], after: &'a str) -> Vec<&'a str> {
    let inner = symbols.iter().map(|symbol| symbol.name);
    [before].into_iter().chain(inner).chain([after]).filter(|name| !name.is_empty()).collect()
}

/// Returns the buckets of all sequences of up to `most` symbols: FNV-1a of the region, the length and the
/// symbols, each followed by a space.
fn grams(region: u8, names: &[&str], most: u8) -> Vec<u32> {
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let mut buckets = Vec::with_capacity(names.len() * usize::from(most));
    for length in 1..=most {
        let seed = step(step(0x811C_9DC5, region), length);
        for run in names.windows(usize::from(length)) {
            let hash = run.iter().flat_map(|name| name.bytes().chain([b' '])).fold(seed, step);
            buckets.push((hash ^ (hash >> 15)) & (BUCKETS as u32 - 1));
        }
    }
    buckets.sort_unstable();
    buckets.dedup();
    buckets
}
