//! A page with very many answers: words of a Zipf vocabulary, or nothing but noise.

use maud::html;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use safety_deepconf::export::page::{AnswerSet, AnswerTokens, AnswerTrace, Page, render};
use safety_deepconf::record::{Label, Verdict};

use super::pages::{answer, section, trace};

/// Words of the vocabulary.
const WORDS: usize = 20_000;

/// What the texts are made of.
#[derive(Clone, Copy, PartialEq)]
pub enum Texts {
    /// Words, as often as words of a language are.
    Zipf,
    /// Letters, digits and blanks, each as likely as the other.
    Noise,
}

struct Writer {
    random: ChaCha8Rng,
    words: Vec<String>,
    /// Sums of 1 / rank.
    sums: Vec<f64>,
    texts: Texts,
}

impl Writer {
    fn new(texts: Texts) -> Self {
        let random = ChaCha8Rng::seed_from_u64(1);
        let mut writer = Self { random, words: Vec::new(), sums: Vec::new(), texts };
        let mut sum = 0.0;
        for rank in 1..=WORDS {
            let word = writer.letters(b"etaoinshrdlcumwfgypbvk", 11);
            writer.words.push(word);
            sum += 1.0 / rank as f64;
            writer.sums.push(sum);
        }
        writer
    }

    /// Uniform on [0, 1).
    fn uniform(&mut self) -> f64 {
        (self.random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, end: usize) -> usize {
        (self.uniform() * end as f64) as usize
    }

    /// One to `most` of these letters.
    fn letters(&mut self, of: &[u8], most: usize) -> String {
        (0..=self.below(most)).map(|_| char::from(of[self.below(of.len())])).collect()
    }

    /// A token of 1 to 12 bytes.
    fn token(&mut self) -> String {
        let texts = self.texts;
        match texts {
            Texts::Noise => self.letters(b"abcdefghijklmnopqrstuvwxyz0123456789 ", 12),
            Texts::Zipf if self.below(8) == 0 => ".".to_owned(),
            Texts::Zipf => {
                let at = self.uniform() * self.sums[WORDS - 1];
                format!(" {}", self.words[self.sums.partition_point(|sum| *sum <= at)])
            }
        }
    }

    /// About normal, mean 14 and standard deviation 4, as token confidences of language models are.
    fn confidence(&mut self) -> f32 {
        let sum: f64 = (0..12).map(|_| self.uniform()).sum();
        (14.0 + 4.0 * (sum - 6.0)) as f32
    }

    fn trace(&mut self, number: u32, tokens: usize, refused: bool) -> AnswerTrace {
        let (mut reply, mut ends) = (String::new(), Vec::new());
        for _ in 0..tokens {
            reply += &self.token();
            ends.push(reply.len() as u32);
        }
        let confidences = (0..tokens).map(|_| self.confidence()).collect();
        let text = reply.trim().to_owned();
        let opened = false;
        AnswerTrace {
            verdict: if refused { Verdict::Refusal } else { Verdict::Compliance },
            tokens: tokens as u32,
            confidence: Some(self.uniform()),
            recorded: Some(AnswerTokens { reply: reply.into_bytes(), opened, ends, confidences }),
            ..trace(number, &text, refused)
        }
    }
}

/// The word that one of a hundred answers has in its last trace.
pub const RARE: &str = "quincunx";

/// Renders a page with `instances` answers of ten traces of 200 tokens, all texts different.
pub fn page(instances: usize, texts: Texts) -> Vec<u8> {
    let mut writer = Writer::new(texts);
    let answers = (0..instances).map(|number| {
        let refusing = writer.below(11);
        let mut traces: Vec<_> =
            (0..10).map(|one| writer.trace(one, 200, (one as usize) < refusing)).collect();
        if number % 100 == 7 {
            traces[9].text += RARE;
            traces[9].recorded = None;
        }
        let prompt: String = (0..30).map(|_| writer.token()).collect();
        let label = if number % 2 == 0 { Label::Unsafe } else { Label::Safe };
        let confidence = writer.uniform();
        let mut one = answer(&format!("many_{number}"), prompt.trim(), Some(label), confidence, traces);
        one.category = Some(format!("category {}", number % 12));
        one
    });
    let sets = [AnswerSet { name: "many".to_owned(), answers: answers.collect() }];
    let sections = [section("results", "Results", html! { p { "Charts would be here." } })];
    let headline = format!("{instances} prompts, ten traces each");
    render(&Page {
        title: "Many answers",
        headline: &headline,
        notes: &[],
        command: "",
        style: "",
        sections: &sections,
        answers: &sets,
        flips: &[],
    })
}
