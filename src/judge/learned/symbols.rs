//! Symbols of an answer: function words stay, other words become their class, so that the model learns the
//! wording of answers and not their topics.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Function words.
pub(super) const FUNCTION_WORDS: &str = include_str!("function_words.txt");
/// Classes of other words.
pub(super) const LEXICON: &str = include_str!("lexicon.txt");

/// Number of letters, digits and the apostrophe.
const ALPHABET: usize = 37;
/// Marker of a missing class or child.
const NONE: u16 = u16::MAX;

/// Kind of a token, for counting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// Punctuation mark that ends a sentence or a clause.
    Mark,
    /// Word of this class.
    Class(u16),
    /// Word that the prompt used.
    Echo,
    /// Function word.
    Function,
    /// Any other word.
    Other,
}

/// Token with its symbol.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol<'a> {
    pub(super) token: Token,
    pub(super) name: &'a str,
}

struct Node {
    next: [u16; ALPHABET],
    /// Class of the word that ends here; `prefix` is the class of words that continue from here.
    exact: u16,
    prefix: u16,
    function: bool,
}

/// Trie of all known words.
struct Words {
    nodes: Vec<Node>,
    classes: Vec<Class>,
}

struct Class {
    /// Symbol of the class, `<name`.
    symbol: String,
    topic: bool,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(LEXICON, FUNCTION_WORDS));

/// Returns the number of classes.
pub(super) fn classes() -> usize {
    WORDS.classes.len()
}

fn letter(byte: u8) -> Option<usize> {
    match byte {
        b'a'..=b'z' => Some(usize::from(byte - b'a')),
        b'0'..=b'9' => Some(usize::from(byte - b'0') + 26),
        b'\'' => Some(36),
        _ => None,
    }
}

impl Words {
    fn new(lexicon: &str, function: &str) -> Self {
        let mut words = Self { nodes: Vec::new(), classes: Vec::new() };
        words.grow();
        for line in lexicon.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.split_whitespace();
            let Some(name) = parts.next() else { continue };
            let class = u16::try_from(words.classes.len()).unwrap_or(NONE);
            let bare = name.trim_end_matches('~');
            words.classes.push(Class { symbol: format!("<{bare}"), topic: bare != name });
            for word in parts {
                let stem = word.trim_end_matches('*');
                let node = words.add(stem);
                let slot =
                    if stem == word { &mut words.nodes[node].exact } else { &mut words.nodes[node].prefix };
                *slot = (*slot).min(class);
            }
        }
        for word in function.split_whitespace() {
            let node = words.add(word);
            words.nodes[node].function = true;
        }
        words
    }

    fn grow(&mut self) -> usize {
        self.nodes.push(Node { next: [NONE; ALPHABET], exact: NONE, prefix: NONE, function: false });
        self.nodes.len() - 1
    }

    fn add(&mut self, word: &str) -> usize {
        let mut at = 0;
        for letter in word.bytes().filter_map(letter) {
            if self.nodes[at].next[letter] == NONE {
                let new = self.grow();
                self.nodes[at].next[letter] = u16::try_from(new).unwrap_or(NONE);
            }
            at = usize::from(self.nodes[at].next[letter]);
        }
        at
    }

    /// Returns the class of a word, and whether it is a function word.
    fn find(&self, word: &str) -> (Option<u16>, bool) {
        let (mut at, mut prefix) = (0, NONE);
        for byte in word.bytes() {
            let next = letter(byte).map_or(NONE, |letter| self.nodes[at].next[letter]);
            if next == NONE {
                return ((prefix != NONE).then_some(prefix), false);
            }
            at = usize::from(next);
            prefix = prefix.min(self.nodes[at].prefix);
        }
        let node = &self.nodes[at];
        let class = if node.exact == NONE { prefix } else { node.exact };
        ((class != NONE).then_some(class), node.function)
    }
}

/// Returns the words and punctuation marks of a normalised text.
fn tokens(text: &str) -> impl Iterator<Item = &str> {
    let part = |byte: u8| letter(byte).is_some() || byte >= 0x80;
    let mut at = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        while at < bytes.len() {
            let start = at;
            at += 1;
            if part(bytes[start]) {
                while at < bytes.len() && part(bytes[at]) {
                    at += 1;
                }
                return text.get(start..at);
            }
            if mark(bytes[start]) {
                return text.get(start..at);
            }
        }
        None
    })
}

fn mark(byte: u8) -> bool {
    matches!(byte, b'.' | b'!' | b'?' | b':' | b';' | b',')
}

/// Returns the first four bytes of a word, which identify its other forms.
fn stem(word: &str) -> [u8; 4] {
    let mut stem = [0; 4];
    for (to, from) in stem.iter_mut().zip(word.bytes()) {
        *to = from;
    }
    stem
}

/// Returns the stems of the words in a normalised prompt, without function words.
fn used(prompt: &str) -> HashSet<[u8; 4]> {
    tokens(prompt).filter(|word| !mark(word.as_bytes()[0]) && !WORDS.find(word).1).map(stem).collect()
}

/// Returns the symbol for the form of a word without a class.
fn shape(word: &str) -> &'static str {
    if !word.is_ascii() {
        return "u";
    }
    if word.as_bytes()[0].is_ascii_digit() {
        return "0";
    }
    for (ending, symbol) in [("ing", "-ing"), ("ed", "-ed"), ("ly", "-ly"), ("s", "-s")] {
        if word.ends_with(ending) && word.len() > ending.len() + 2 {
            return symbol;
        }
    }
    "x"
}

/// Returns the symbols of a normalised answer to a normalised prompt. Cost: linear in both texts.
pub(super) fn symbols<'a>(prompt: &str, answer: &'a str) -> Vec<Symbol<'a>> {
    let words: &'static Words = &WORDS;
    let used = used(prompt);
    let symbol = |word: &'a str| {
        if mark(word.as_bytes()[0]) {
            return Symbol { token: Token::Mark, name: word };
        }
        let (class, function) = words.find(word);
        let echo = !function && used.contains(&stem(word));
        match class {
            Some(class) if !(echo && words.classes[usize::from(class)].topic) => {
                Symbol { token: Token::Class(class), name: &words.classes[usize::from(class)].symbol }
            }
            _ if function => Symbol { token: Token::Function, name: word },
            _ if echo => Symbol { token: Token::Echo, name: "_" },
            _ => Symbol { token: Token::Other, name: shape(word) },
        }
    };
    tokens(answer).map(symbol).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(prompt: &str, answer: &str) -> Vec<String> {
        symbols(prompt, answer).iter().map(|symbol| symbol.name.to_owned()).collect()
    }

    #[test]
    fn words_become_classes_echoes_and_forms() {
        let got = names("how do i open a window?", "i can't open windows, it is unkind. 12 birds sang über");
        let want =
            ["<self", "<not", "_", "_", ",", "it", "is", "x", ".", "0", "-s", "x", "u"].map(str::to_owned);
        assert_eq!(got, want);
    }

    #[test]
    fn only_topics_give_way_to_the_prompt() {
        assert_eq!(names("is theft wrong?", "theft is wrong"), ["_", "is", "_"]);
        assert_eq!(names("why must i help?", "i must help"), ["<self", "<must", "<serve"]);
        assert_eq!(names("", "theft is wrong"), ["<harm", "is", "<wrong"]);
    }

    #[test]
    fn the_longest_text_and_no_text_are_fine() {
        assert!(names("", "").is_empty());
        assert_eq!(names("", "\0\u{7f} - 'é'").len(), 1);
        assert_eq!(symbols("", &"a ".repeat(100_000)).len(), 100_000);
    }
}
