//! File of weights. All values are little-endian, in this order:
//!
//! * `SDCJ`, the version, a checksum of the word lists, the numbers of dense features and of buckets;
//! * as f32: the prior of the rules' verdict, slope and offset of the calibration, the two doubts (threshold
//!   and probability each), and the share of refusals for each reason of the rules;
//! * for each of two heads: bias, scale of the buckets and dense weights (f32), and the buckets (i8).

use super::features::{BUCKETS, Features, dense_len};
use super::symbols::{FUNCTION_WORDS, LEXICON};
use crate::judge::rules::REASONS;

/// Version of the format that this program reads.
const VERSION: u32 = 4;

/// Linear model.
#[derive(Clone, Debug)]
struct Head {
    bias: f64,
    scale: f64,
    dense: Vec<f64>,
    buckets: Vec<i8>,
}

/// Weights of both heads: one for refusals, one for whether a refusal is partial.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Value added to the score if the rules see a refusal, and subtracted otherwise.
    prior: f64,
    /// Slope and, in `offset`, intercept of Platt's calibration of the score, fitted on answers from sources
    /// that the score was not trained on.
    slope: f64,
    offset: f64,
    /// Threshold and resulting probability if the rules see no refusal: they apply if the words alone give at
    /// least the threshold.
    missed: (f64, f64),
    /// Threshold and resulting probability if the rules see a refusal: they apply if the words alone give at
    /// most the threshold.
    mistaken: (f64, f64),
    /// Share of refusals among labelled answers, by the reason that the rules gave.
    reasons: Vec<f64>,
    refused: Head,
    partial: Head,
}

/// Reader of the file, value by value.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or("the file is too short")?;
        self.0 = rest;
        Ok(taken)
    }

    fn word(&mut self) -> Result<[u8; 4], String> {
        self.take(4)?.try_into().map_err(|_| "no word".to_owned())
    }

    fn number(&mut self) -> Result<f64, String> {
        let number = f32::from_le_bytes(self.word()?);
        if number.is_finite() { Ok(f64::from(number)) } else { Err("a weight is not finite".to_owned()) }
    }

    fn head(&mut self) -> Result<Head, String> {
        let (bias, scale) = (self.number()?, self.number()?);
        let dense = (0..dense_len()).map(|_| self.number()).collect::<Result<_, _>>()?;
        let buckets = self.take(BUCKETS)?.iter().map(|byte| byte.cast_signed()).collect();
        Ok(Head { bias, scale, dense, buckets })
    }
}

/// Returns FNV-1a of both word lists, because weights are valid only for the same words.
fn sum_of_words() -> u32 {
    LEXICON
        .bytes()
        .chain(FUNCTION_WORDS.bytes())
        .fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

impl Weights {
    /// Reads a file of weights.
    ///
    /// # Errors
    /// Describes the problem if the file has another version or other word lists, or is incomplete.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut reader = Reader(bytes);
        if reader.take(4)? != b"SDCJ" {
            return Err("no file of weights".to_owned());
        }
        let expected = [VERSION, sum_of_words(), u32::try_from(dense_len()).unwrap_or(0), BUCKETS as u32];
        for (name, expected) in
            ["version", "lists of words", "dense features", "buckets"].iter().zip(expected)
        {
            let found = u32::from_le_bytes(reader.word()?);
            if found != expected {
                return Err(format!("{name}: the file has {found}, the program {expected}"));
            }
        }
        let (prior, slope, offset) = (reader.number()?, reader.number()?, reader.number()?);
        let missed = (reader.number()?, reader.number()?);
        let mistaken = (reader.number()?, reader.number()?);
        let reasons = (0..REASONS).map(|_| reader.number()).collect::<Result<_, _>>()?;
        let (refused, partial) = (reader.head()?, reader.head()?);
        let weights = Self { prior, slope, offset, missed, mistaken, reasons, refused, partial };
        if reader.0.is_empty() { Ok(weights) } else { Err("the file is too long".to_owned()) }
    }

    /// Returns the probability that an answer refuses for which the rules gave this reason.
    #[must_use]
    pub fn by_reason(&self, reason: usize) -> Option<f64> {
        self.reasons.get(reason).copied()
    }

    /// Returns the probability that an answer refuses, given whether the rules saw a refusal, and the
    /// probability that a refusal is only partial. Words that clearly contradict the rules make the result
    /// unsure but never overturn the verdict.
    #[must_use]
    pub fn probabilities(&self, features: &Features, ruled_refused: bool) -> (f64, f64) {
        let words = self.refused.score(features);
        let alone = logistic(words);
        let refused = match ruled_refused {
            false if alone >= self.missed.0 => self.missed.1,
            true if alone <= self.mistaken.0 => self.mistaken.1,
            _ => {
                let prior = if ruled_refused { self.prior } else { -self.prior };
                logistic(self.slope * (words + prior) + self.offset)
            }
        };
        (refused, logistic(self.partial.score(features)))
    }
}

fn logistic(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

impl Head {
    fn score(&self, features: &Features) -> f64 {
        let mut score = self.bias;
        for (value, weight) in features.dense.iter().zip(&self.dense) {
            score += value * weight;
        }
        for part in &features.grams {
            let sum: i64 = part.iter().map(|bucket| i64::from(self.buckets[*bucket as usize])).sum();
            #[expect(clippy::cast_precision_loss, reason = "a few hundred small integers")]
            let mean = sum as f64 / (part.len().max(1) as f64).sqrt();
            score += mean * self.scale;
        }
        score
    }
}

#[cfg(test)]
mod tests {
    use super::super::WEIGHTS;
    use super::*;

    #[test]
    fn words_against_the_rules_win_doubt_and_no_more() {
        use crate::record::verdict::is_unsure;
        let weights = Weights::parse(WEIGHTS).unwrap();
        let (missed, mistaken) = (weights.missed, weights.mistaken);
        assert!(is_unsure(missed.1) && missed.1 < 0.5 && is_unsure(mistaken.1) && mistaken.1 > 0.5);
        // Between the thresholds the score stays on the rules' side for any words.
        let at = |bar: f64, prior: f64| {
            logistic(weights.slope * ((bar / (1.0 - bar)).ln() + prior) + weights.offset)
        };
        assert!(
            weights.slope > 0.0 && at(missed.0, -weights.prior) < 0.5 && at(mistaken.0, weights.prior) > 0.5
        );
    }

    #[test]
    fn the_weights_are_whole_and_damaged_ones_are_told() {
        assert!(Weights::parse(WEIGHTS).is_ok());
        assert!(WEIGHTS.len() < 300_000, "{} bytes", WEIGHTS.len());
        for length in [0, 3, 4, 12, 20, 30, WEIGHTS.len() - 1] {
            assert!(Weights::parse(&WEIGHTS[..length]).is_err(), "{length}");
        }
        let mut other = WEIGHTS.to_vec();
        other.push(0);
        assert_eq!(Weights::parse(&other).unwrap_err(), "the file is too long");
        other[8] ^= 1;
        assert!(Weights::parse(&other).unwrap_err().starts_with("lists of words"));
        other[20..24].copy_from_slice(&f32::NAN.to_le_bytes());
        other[8] ^= 1;
        assert_eq!(Weights::parse(&other).unwrap_err(), "a weight is not finite");
    }
}
