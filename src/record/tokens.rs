//! Tokens of a trace and their form in the journal: packed, compressed, as text.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// All tokens of a trace, in order. Every column has one entry per token.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TraceTokens {
    /// Ids in the vocabulary.
    pub ids: Vec<u32>,
    /// ln p of each sampled token under the raw distribution, nats.
    pub log_probabilities: Vec<f32>,
    /// Token confidences, nats.
    pub confidences: Vec<f32>,
    /// Reply, including thinking and blanks. It may end within a character.
    pub text: Vec<u8>,
    /// End of each token in `text`.
    pub ends: Vec<u32>,
    /// Whether the prompt ended inside a thinking block.
    pub opened: bool,
    /// Log-probabilities of the top tokens, if they were requested and the engine provides them.
    pub top: Option<TopLogProbabilities>,
}

/// Log-probabilities of the top tokens at every position of a trace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopLogProbabilities {
    /// Number of values per token, at least 1.
    pub k: usize,
    /// Values token by token, most likely first, nats; −∞ if fewer tokens are possible.
    pub values: Vec<f32>,
}

impl TraceTokens {
    /// Returns the number of tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns whether there are no tokens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the bytes of the first `count` tokens.
    #[must_use]
    pub fn text_of(&self, count: usize) -> &[u8] {
        let end = count.min(self.len()).checked_sub(1).map_or(0, |last| self.ends[last] as usize);
        &self.text[..end]
    }
}

/// Tokens as the journal holds them.
///
/// In JSON, the base64 of a zstd frame (docs/files.md, "Recorded tokens"). In memory, the frame alone: about
/// eight bytes per token.
#[derive(Clone, PartialEq, Eq)]
pub struct Recorded(Vec<u8>);

/// Recorded tokens that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("recorded tokens: {0}")]
pub struct BadRecord(String);

/// Version of the packed form: its first byte.
const VERSION: u8 = 1;

/// Bytes of the header: version, flags, k, number of tokens, bytes of text.
const HEADER: usize = 1 + 1 + 2 + 4 + 4;

/// Compression level: zstd's default. Higher levels gain 1 to 3 % (docs/replay.md).
const LEVEL: i32 = 3;

/// Maximum number of unpacked bytes: a million tokens with their top 20.
const LARGEST: usize = 128 << 20;

impl Recorded {
    /// Packs the tokens of a trace.
    ///
    /// # Panics
    /// Panics if the columns differ in length.
    #[must_use]
    pub fn pack(tokens: &TraceTokens) -> Self {
        let n = tokens.len();
        let k = tokens.top.as_ref().map_or(0, |top| top.k);
        assert!([tokens.ids.len(), tokens.log_probabilities.len(), tokens.confidences.len()] == [n; 3]);
        assert!(tokens.top.as_ref().is_none_or(|top| top.values.len() == n * k));
        let mut bytes = Vec::with_capacity(HEADER + tokens.text.len() + n * (16 + 4 * k));
        bytes.extend([VERSION, u8::from(tokens.opened)]);
        bytes.extend(u16::try_from(k).unwrap_or(u16::MAX).to_le_bytes());
        bytes.extend(u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend(u32::try_from(tokens.text.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(&tokens.text);
        let starts = std::iter::once(&0).chain(&tokens.ends);
        planes(&mut bytes, tokens.ends.iter().zip(starts).map(|(end, start)| (end - start).to_le_bytes()));
        planes(&mut bytes, tokens.ids.iter().map(|id| id.to_le_bytes()));
        planes(&mut bytes, tokens.log_probabilities.iter().map(|value| value.to_le_bytes()));
        planes(&mut bytes, tokens.confidences.iter().map(|value| value.to_le_bytes()));
        if let Some(top) = &tokens.top {
            planes(&mut bytes, top.values.iter().map(|value| value.to_le_bytes()));
        }
        // Compression fails only for lack of memory.
        Self(zstd::bulk::compress(&bytes, LEVEL).unwrap_or_default())
    }

    /// Unpacks the tokens.
    ///
    /// # Errors
    /// Returns [`BadRecord`] if the bytes are not packed tokens of this version.
    pub fn unpack(&self) -> Result<TraceTokens, BadRecord> {
        let bad = |what: &str| BadRecord(what.to_owned());
        let size = zstd::zstd_safe::get_frame_content_size(&self.0)
            .ok()
            .flatten()
            .and_then(|size| usize::try_from(size).ok())
            .ok_or_else(|| bad("the bytes are not a zstd frame with a size"))?;
        if size > LARGEST {
            return Err(BadRecord(format!("the unpacked size of {size} bytes exceeds {LARGEST}")));
        }
        let bytes = zstd::bulk::decompress(&self.0, size).map_err(|error| BadRecord(error.to_string()))?;
        let mut reader = Reader(&bytes);
        let [version, flags] = *reader.take(2)? else { return Err(bad("the header is missing")) };
        if version != VERSION {
            return Err(BadRecord(format!("version {version} is not supported, only {VERSION}")));
        }
        let k = usize::from(u16::from_le_bytes(reader.array()?));
        let n = u32::from_le_bytes(reader.array()?) as usize;
        let length = u32::from_le_bytes(reader.array()?) as usize;
        let text = reader.take(length)?.to_vec();
        let mut end = 0_u32;
        let mut ends = Vec::with_capacity(n.min(size));
        for bytes in reader.column(n)? {
            end = end.checked_add(u32::from_le_bytes(bytes)).ok_or_else(|| bad("the text is too long"))?;
            ends.push(end);
        }
        if end as usize != text.len() {
            return Err(bad("the token lengths do not add up to the text"));
        }
        let ids = reader.column::<4>(n)?.into_iter().map(u32::from_le_bytes).collect();
        let log_probabilities = floats(reader.column(n)?);
        let confidences = floats(reader.column(n)?);
        if log_probabilities.iter().chain(&confidences).any(|value| !value.is_finite()) {
            return Err(bad("a value is not finite"));
        }
        let values = floats(reader.column(n * k)?);
        if values.iter().any(|value| value.is_nan()) {
            return Err(bad("a log-probability is not a number"));
        }
        if !reader.0.is_empty() {
            return Err(bad("bytes follow the last column"));
        }
        let top = (k > 0).then_some(TopLogProbabilities { k, values });
        Ok(TraceTokens { ids, log_probabilities, confidences, text, ends, opened: flags & 1 == 1, top })
    }
}

/// Appends the values byte plane by byte plane. Signs and exponents repeat, and the planes bring them
/// together.
fn planes<const N: usize>(bytes: &mut Vec<u8>, values: impl Iterator<Item = [u8; N]> + Clone) {
    for plane in 0..N {
        bytes.extend(values.clone().map(|value| value[plane]));
    }
}

fn floats(column: Vec<[u8; 4]>) -> Vec<f32> {
    column.into_iter().map(f32::from_le_bytes).collect()
}

/// Remaining bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], BadRecord> {
        let (taken, rest) =
            self.0.split_at_checked(count).ok_or_else(|| BadRecord("the bytes end early".to_owned()))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BadRecord> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// Reads `count` values of N bytes each, stored plane by plane.
    fn column<const N: usize>(&mut self, count: usize) -> Result<Vec<[u8; N]>, BadRecord> {
        let planes = self.take(count.saturating_mul(N))?;
        Ok((0..count).map(|index| std::array::from_fn(|plane| planes[plane * count + index])).collect())
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Recorded({} bytes)", self.0.len())
    }
}

impl Serialize for Recorded {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Recorded {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        STANDARD.decode(text.as_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(k: usize) -> TraceTokens {
        TraceTokens {
            ids: vec![7, 151_935, 0],
            log_probabilities: vec![-0.1, -2.5, 0.0],
            confidences: vec![17.25, 3.5, 11.0],
            text: "né.".into(),
            ends: vec![2, 4, 4],
            opened: k == 2,
            top: (k > 0).then(|| TopLogProbabilities {
                k,
                values: (0..3 * k).map(|index| -(index as f32)).collect(),
            }),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        for k in [0, 1, 2, 20] {
            let tokens = tokens(k);
            let recorded = Recorded::pack(&tokens);
            let json = serde_json::to_string(&recorded).unwrap();
            let read: Recorded = serde_json::from_str(&json).unwrap();
            assert_eq!(read.unpack(), Ok(tokens));
        }
        assert_eq!(Recorded::pack(&TraceTokens::default()).unpack(), Ok(TraceTokens::default()));
    }

    #[test]
    fn no_damage_goes_unseen_or_panics() {
        let bytes = zstd::bulk::decompress(&Recorded::pack(&tokens(2)).0, 4_096).unwrap();
        let packed = |bytes: &[u8]| Recorded(zstd::bulk::compress(bytes, LEVEL).unwrap());
        for length in 0..bytes.len() {
            assert!(packed(&bytes[..length]).unpack().is_err(), "cut at {length}");
        }
        assert!(packed(&[bytes.as_slice(), &[0]].concat()).unpack().is_err(), "a byte more");
        for index in 0..HEADER {
            for flipped in [0xff, 0x10] {
                let mut damaged = bytes.clone();
                damaged[index] ^= flipped;
                // The flag of an open thinking block and its neighbouring bits have no structure.
                assert!(packed(&damaged).unpack().is_err() || index == 1, "byte {index}");
            }
        }
        assert!(Recorded(b"no frame".to_vec()).unpack().is_err());
        let mut infinite = tokens(0);
        infinite.confidences[1] = f32::INFINITY;
        assert!(Recorded::pack(&infinite).unpack().is_err());
    }

    #[test]
    fn a_prefix_of_the_text_is_that_of_its_tokens() {
        let tokens = tokens(0);
        assert_eq!(tokens.text_of(0), b"");
        assert_eq!(tokens.text_of(1), "n\u{e9}".as_bytes().get(..2).unwrap());
        assert_eq!(tokens.text_of(9), "né.".as_bytes());
    }
}
