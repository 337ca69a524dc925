//! Reads a header and checks it against the file's length and the rules of valid models.

use std::collections::HashMap;
use std::path::Path;

use super::error::GgufError;
use super::exact_types;
use super::header::Header;
use super::reader::Reader;
use super::sanity;
use super::value::{TOKENS_KEY, Tensor, Value};
use super::vocabulary::Vocabulary;
use crate::model::lfs;

/// Metadata keys of tokens whose text a chat template may use.
const TOKEN_ID_KEYS: [&str; 2] = ["tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id"];

/// Alignment of tensors that ggml asserts, because it computes on the mapped file.
const MAPPED_ALIGNMENT: u64 = 32;

/// Returns the CRC-32 of the tokens. Each text follows its length, so that different lists have different
/// bytes.
fn crc_of(tokens: &[Vec<u8>]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    for token in tokens {
        crc.update(&(token.len() as u64).to_le_bytes());
        crc.update(token);
    }
    crc.finalize()
}

impl Header {
    /// Reads and checks the header of a file. Checks magic, version, counts, string and array lengths, tensor
    /// shapes, types and offsets against the length of the file. If the header names an architecture or has a
    /// vocabulary, also checks the rules of valid language models.
    ///
    /// Other errors are left to llama.cpp, which reports most of them: missing keys and tensors, shapes that
    /// do not match, the weights themselves.
    ///
    /// Cost: reads only the header, some megabytes for a large vocabulary.
    ///
    /// # Errors
    /// Returns [`GgufError`].
    pub fn read(path: &Path) -> Result<Self, GgufError> {
        if lfs::is_pointer(path) {
            return Err(GgufError::LfsPointer);
        }
        let mut reader = Reader::open(path)?;
        let magic = reader.bytes(4, "the magic")?;
        if magic != b"GGUF" {
            return Err(GgufError::Magic { found: String::from_utf8_lossy(&magic).into_owned() });
        }
        let version = reader.u32("the version")?;
        if !(2..=3).contains(&version) {
            return Err(GgufError::Version(version));
        }
        let tensor_count = reader.count("tensors", 24)?;
        let pair_count = reader.count("metadata pairs", 13)?;
        let mut metadata = HashMap::new();
        let mut short_arrays = HashMap::new();
        let mut tokens = Vec::new();
        for _ in 0..pair_count {
            let at = reader.position();
            let key = reader.string("a metadata key")?;
            let value = if key == TOKENS_KEY {
                tokens = reader.string_array(&key)?;
                Value::Array(tokens.len() as u64)
            } else if let Some((kind, name)) = exact_types::of(&key) {
                reader.value_of_type(kind, name, &key)?
            } else {
                let (value, integers) = reader.value(&key)?;
                if !integers.is_empty() {
                    short_arrays.insert(key.clone(), integers);
                }
                value
            };
            if metadata.insert(key.clone(), value).is_some() {
                return Err(GgufError::Damaged { at, what: format!("the key {key:?} appears twice") });
            }
        }
        let special_tokens = TOKEN_ID_KEYS
            .iter()
            .filter_map(|key| match metadata.get(*key) {
                Some(&Value::Unsigned(id)) => {
                    let text = String::from_utf8_lossy(tokens.get(usize::try_from(id).ok()?)?);
                    Some((id, text.into_owned()))
                }
                _ => None,
            })
            .collect();
        let file_size = reader.length();
        let tokens_crc = crc_of(&tokens);
        let tensors = Vec::new();
        let mut header =
            Self { version, file_size, metadata, tensors, special_tokens, tokens_crc, short_arrays };
        header.tensors = header.read_tensors(&mut reader, tensor_count)?;
        sanity::check(&header)?;
        Vocabulary { metadata: &header.metadata, tokens: &tokens }.check()?;
        Ok(header)
    }

    fn read_tensors(&self, reader: &mut Reader, count: u64) -> Result<Vec<Tensor>, GgufError> {
        let alignment = match self.metadata.get("general.alignment") {
            None => 32,
            Some(&Value::Unsigned(alignment)) if alignment.is_power_of_two() && alignment <= 1 << 20 => {
                alignment
            }
            Some(other) => {
                let what = format!("general.alignment is {other:?}, not a power of two");
                return Err(GgufError::Damaged { at: 0, what });
            }
        };
        let mut tensors = Vec::new();
        let mut offsets = Vec::new();
        for _ in 0..count {
            let (tensor, offset) = reader.tensor(alignment)?;
            tensors.push(tensor);
            offsets.push(offset);
        }
        let data = reader.position().next_multiple_of(alignment);
        for (tensor, offset) in tensors.iter_mut().zip(offsets) {
            let start = data.checked_add(offset);
            tensor.begin = start.unwrap_or(u64::MAX);
            let end = start.and_then(|start| start.checked_add(tensor.bytes));
            match end {
                Some(end) if end <= self.file_size => {}
                _ => {
                    return Err(GgufError::Truncated {
                        what: format!("tensor {:?}", tensor.name),
                        needed: end.unwrap_or(u64::MAX),
                        length: self.file_size,
                    });
                }
            }
            if let Some(at) = start.filter(|start| !start.is_multiple_of(MAPPED_ALIGNMENT)) {
                let what = format!(
                    "tensor {:?} does not begin at a multiple of {MAPPED_ALIGNMENT} bytes of the file",
                    tensor.name
                );
                return Err(GgufError::Damaged { at, what });
            }
        }
        Ok(tensors)
    }
}
