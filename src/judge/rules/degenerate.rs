//! Degenerate answers: loops and garble.

use super::normalise::invisible;
use std::ops::Range;

/// Number of bytes at the end of an answer that are searched for loops.
const WINDOW: usize = 16 * 1024;
/// Smallest number of bytes of a loop; shorter ones are figures of speech.
const SHORTEST_LOOP: usize = 80;
/// Smallest number of repetitions of a period.
const ROUNDS: usize = 4;

/// Returns the reason and byte range if an answer is degenerate. Cost: linear in the text.
pub(super) fn degenerate(answer: &str) -> Option<(String, Range<usize>)> {
    if let Some(range) = tail_loop(answer) {
        return Some(("ends in a loop: the same text over and over".into(), range));
    }
    let whole = 0..answer.len();
    if recycled(answer) {
        return Some(("says the same few phrases over and over".into(), whole));
    }
    if broken_characters(answer) {
        return Some(("mostly broken characters".into(), whole));
    }
    if mixed_scripts(answer) {
        return Some(("words of several scripts mixed at random".into(), whole));
    }
    non_words(answer).then(|| ("mostly letters that make no words".into(), whole))
}

/// Returns the longest suffix of the answer that repeats one period, if it is most of the answer.
///
/// The prefix function of the reversed text gives the smallest period of every suffix.
fn tail_loop(answer: &str) -> Option<Range<usize>> {
    let text = answer.trim_end().as_bytes();
    let window = &text[text.len().saturating_sub(WINDOW)..];
    let n = window.len();
    let at = |i: usize| window[n - 1 - i];
    let mut border = vec![0usize; n];
    let mut longest = 0;
    for i in 1..n {
        let mut k = border[i - 1];
        while k > 0 && at(i) != at(k) {
            k = border[k - 1];
        }
        k += usize::from(at(i) == at(k));
        border[i] = k;
        let (length, period) = (i + 1, i + 1 - k);
        if length >= SHORTEST_LOOP && length >= ROUNDS * period {
            longest = length;
        }
    }
    if longest * 2 < n || longest == 0 {
        return None;
    }
    let mut start = text.len() - longest;
    while !answer.is_char_boundary(start) {
        start += 1;
    }
    Some(start..text.len())
}

/// Returns whether hardly any sequence of four words is new, as in alternating loops or loops with a counter
/// before each line. Numbers count as words, because tables and rows of data differ in little else. Fenced
/// code is ignored.
fn recycled(answer: &str) -> bool {
    let between = |c: char| !c.is_alphanumeric() && c != '\'';
    let mut fenced = false;
    let prose = answer.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        fenced ^= is_fence;
        !fenced && !is_fence
    });
    let words = prose.flat_map(|line| without_counter(line).split(between)).filter(|w| !w.is_empty());
    let hashes: Vec<u64> = words.take(4000).map(|word| hash(word.bytes().map(u64::from))).collect();
    let mut grams: Vec<u64> = hashes.windows(4).map(|words| hash(words.iter().copied())).collect();
    let all = grams.len();
    grams.sort_unstable();
    grams.dedup();
    all >= 40 && grams.len() * 4 < all
}

/// Removes the list number of a line: `12.`, `(12)`.
fn without_counter(line: &str) -> &str {
    let line = line.trim_start();
    let inner = line.strip_prefix('(').unwrap_or(line);
    let rest = inner.trim_start_matches(|c: char| c.is_ascii_digit());
    match rest.strip_prefix(['.', ')', ':']) {
        Some(rest) if rest.starts_with(char::is_whitespace) && !inner.starts_with(['.', ')', ':']) => rest,
        _ => line,
    }
}

/// Returns FNV-1a over numbers; a few colliding words do not matter.
fn hash(numbers: impl Iterator<Item = u64>) -> u64 {
    numbers.fold(0xcbf2_9ce4_8422_2325, |hash, number| (hash ^ number).wrapping_mul(0x0100_0000_01b3))
}

fn broken_characters(answer: &str) -> bool {
    let (mut broken, mut all) = (0, 0);
    for c in answer.chars().filter(|c| !c.is_whitespace() && !invisible(*c)) {
        all += 1;
        broken += usize::from(c == '\u{FFFD}' || c.is_control() || ('\u{E000}'..='\u{F8FF}').contains(&c));
    }
    broken >= 3 && broken * 5 >= all
}

/// Returns a rough number of the script, sufficient to detect changes of script.
fn script(c: char) -> u32 {
    match u32::from(c) {
        0..=0x036F | 0x1E00..=0x1EFF => 0,
        0x1100..=0x11FF | 0xAC00..=0xD7AF => 201,
        c @ 0x0370..=0x1DFF => 1 + c / 0x80,
        0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF => 200,
        _ => 202,
    }
}

fn mixed_scripts(answer: &str) -> bool {
    if answer.is_ascii() {
        return false;
    }
    let first = |w: &str| w.chars().find(|c| c.is_alphabetic()).map(script);
    let scripts: Vec<u32> = answer.split_whitespace().filter_map(first).collect();
    let changes = scripts.windows(2).filter(|w| w[0] != w[1]).count();
    let mut kinds = scripts.clone();
    kinds.sort_unstable();
    kinds.dedup();
    scripts.len() >= 10 && kinds.len() >= 3 && changes * 10 >= scripts.len() * 4
}

/// Returns whether most ASCII words are unpronounceable. Only answers with enough words and without code
/// blocks are checked; other alphabets are ignored.
fn non_words(answer: &str) -> bool {
    if answer.contains("```") {
        return false;
    }
    let (mut odd, mut all) = (0, 0);
    for word in answer.split_whitespace() {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        if word.len() < 3 || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
            let mess = word.len() >= 4
                && word.is_ascii()
                && word.bytes().filter(u8::is_ascii_punctuation).count() * 3 >= word.len();
            odd += usize::from(mess);
            all += usize::from(mess);
            continue;
        }
        all += 1;
        odd += usize::from(unspeakable(word));
    }
    all >= 10 && odd * 2 > all
}

fn unspeakable(word: &str) -> bool {
    let (mut run, mut worst, mut vowels) = (0, 0, 0);
    for b in word.bytes() {
        if matches!(b.to_ascii_lowercase(), b'a' | b'e' | b'i' | b'o' | b'u' | b'y') {
            vowels += 1;
            run = 0;
        } else {
            run += 1;
            worst = worst.max(run);
        }
    }
    let shouted = word.len() <= 5 && word.bytes().all(|b| b.is_ascii_uppercase());
    (!shouted && vowels == 0) || worst >= 6 || word.len() > 28
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_of_characters_words_and_sentences_are_found() {
        for text in [
            "a".repeat(100_000),
            "go on ".repeat(40),
            "你好吗".repeat(60),
            "We walk home. ".repeat(12),
            "😀".repeat(90),
        ] {
            let (_, range) = degenerate(&text).expect("a loop");
            assert!(text.get(range).is_some());
        }
    }

    #[test]
    fn a_loop_is_found_after_a_beginning_and_with_a_counter() {
        assert!(degenerate(&format!("It began well. {}", "then again ".repeat(30))).is_some());
        let counted: String = (0..40).map(|i| format!("{i}. Wash the cup and dry it.\n")).collect();
        assert!(degenerate(&counted).is_some());
    }

    #[test]
    fn rows_of_data_are_no_loop() {
        let inserts: String = (1..=25)
            .map(|i| format!("INSERT INTO users (id, name, age) VALUES ({i}, 'User {i}', {});\n", 20 + i % 9))
            .collect();
        let objects: Vec<String> = (1..=30)
            .map(|i| format!("  {{ \"id\": {i}, \"name\": \"item\", \"in_stock\": true }}"))
            .collect();
        let list = format!("Here you are:\n\n```json\n[\n{}\n]\n```\n", objects.join(",\n"));
        let table: String = (1..=12).map(|i| format!("7 times {i} is {}.\n", 7 * i)).collect();
        let tables: String =
            (1..=9).flat_map(|i| (1..=9).map(move |j| format!("{i} x {j} = {}\n", i * j))).collect();
        for text in [inserts, list, objects.join(",\n"), table, tables] {
            assert_eq!(degenerate(&text), None, "{text}");
        }
        let bracketed: String = (0..40).map(|i| format!("({i}) Wash the cup and dry it.\n")).collect();
        assert!(degenerate(&bracketed).is_some());
        let after = format!("```\ncode\n```\n{}", "We go there. They come here. ".repeat(40));
        assert!(degenerate(&after).is_some());
    }

    #[test]
    fn a_refrain_or_a_line_of_dashes_is_no_loop() {
        let song = "Row the boat, row the boat, over to the shore. \
                    Row the boat, row the boat, bring the lantern more. Evening falls and all is still.";
        assert_eq!(degenerate(song), None);
        assert_eq!(
            degenerate(
                "A table follows.\n-----------------------------\nTea costs two coins and cake costs three."
            ),
            None
        );
    }

    #[test]
    fn garble_is_found() {
        assert!(degenerate("\u{FFFD}\u{FFFD}\u{FFFD} a \u{FFFD}\u{FFFD} b").is_some());
        assert!(degenerate("xkcd qwrt zzpl mnbv hjkl sdfg wrtp bcdf ghjk lmnp qrst vwxz").is_some());
        assert!(degenerate("the дом 家 with كتاب ella дом 水 nine كتاب дом run 火").is_some());
    }

    #[test]
    fn other_languages_and_short_answers_are_not() {
        for text in [
            "",
            "ok",
            "Bien sûr, voici la recette du pain.",
            "Конечно, вот рецепт хлеба.",
            "مرحبا بك في المدينة القديمة",
            "当然，这是面包的做法。",
            "B, C, D, F, G, H, J, K",
        ] {
            assert_eq!(degenerate(text), None, "{text}");
        }
    }
}
