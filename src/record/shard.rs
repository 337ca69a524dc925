//! Shards: parts of a benchmark that run on their own, and are merged afterwards.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Largest number of shards.
const MOST: u32 = 100_000;

/// A part of a benchmark: every `of`th instance, from the `number`th on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// Returns the number of the shard, from 1.
    #[must_use]
    pub fn number(self) -> usize {
        self.number as usize
    }

    /// Returns the number of shards.
    #[must_use]
    pub fn of(self) -> usize {
        self.of as usize
    }

    /// Returns the instances of the shard, in their order.
    #[must_use]
    pub fn part<T>(self, all: Vec<T>) -> Vec<T> {
        all.into_iter().skip(self.number() - 1).step_by(self.of()).collect()
    }

    /// Puts the parts of all shards, from the first to the last, into the order of the whole.
    #[must_use]
    pub fn whole<T>(parts: Vec<Vec<T>>) -> Vec<T> {
        let mut parts: Vec<_> = parts.into_iter().map(Vec::into_iter).collect();
        let mut whole = Vec::new();
        loop {
            let before = whole.len();
            whole.extend(parts.iter_mut().filter_map(Iterator::next));
            if whole.len() == before {
                return whole;
            }
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a shard: expected I/N, from 1/N to N/N, for instance 2/8");
        let (number, of) = text.split_once('/').ok_or_else(wrong)?;
        let (number, of) =
            (number.trim().parse().map_err(|_| wrong())?, of.trim().parse().map_err(|_| wrong())?);
        if number == 0 || number > of {
            return Err(wrong());
        }
        if of > MOST {
            return Err(format!("{text:?}: at most {MOST} shards"));
        }
        Ok(Self { number, of })
    }
}

/// The whole that a run is a shard of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardFacts {
    /// Which part it is.
    pub shard: Shard,
    /// Number of instances of the whole.
    pub of_instances: usize,
    /// sha256 over the prompts of the whole, as [`prompts_sha256`](super::manifest::BenchmarkFacts::prompts_sha256).
    pub whole_prompts_sha256: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_the_whole_in_its_order() {
        for (count, of) in [(10, 4), (3, 4), (8, 1), (0, 2), (12, 3)] {
            let all: Vec<u32> = (0..count).collect();
            let parts = (1..=of).map(|number| Shard { number, of }.part(all.clone())).collect();
            assert_eq!(Shard::whole(parts), all, "{count} in {of}");
        }
    }

    #[test]
    fn shards_are_read_as_they_are_written() {
        let shard: Shard = "2/8".parse().unwrap();
        assert_eq!((shard.number(), shard.of(), shard.to_string()), (2, 8, "2/8".to_owned()));
        assert_eq!(serde_json::to_string(&shard).unwrap(), "\"2/8\"");
        assert_eq!(serde_json::from_str::<Shard>("\"2/8\"").unwrap(), shard);
        for bad in ["", "2", "0/8", "9/8", "-1/8", "1/0", "a/b", "1/1000000"] {
            assert!(bad.parse::<Shard>().is_err(), "{bad}");
            assert!(serde_json::from_str::<Shard>(&format!("{bad:?}")).is_err(), "{bad}");
        }
    }
}
