//! The header of a GGUF file, checked before llama.cpp sees it: a malformed one can end the whole
//! process inside C++.

mod architectures;
mod kinds;
mod reader;
mod sanity;
mod vocabulary;

use std::collections::HashMap;
use std::path::Path;

pub use kinds::{block, file_type_name, is_quantized, tensor_type_name};
use reader::Reader;
use vocabulary::Vocabulary;

/// What is wrong with a file that should be GGUF.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// It does not begin with the magic.
    #[error("not a GGUF file: it begins with {found:?} instead of \"GGUF\"")]
    Magic {
        /// The first bytes, as text.
        found: String,
    },
    /// A version that is not 2 or 3.
    #[error("GGUF version {0} is not supported (2 and 3 are)")]
    Version(u32),
    /// It ends where more should follow.
    #[error("the file is truncated: {what} ends at byte {needed} and the file at byte {length}")]
    Truncated {
        /// What should be there.
        what: String,
        /// Where it would end.
        needed: u64,
        /// Length of the file.
        length: u64,
    },
    /// The header contradicts itself.
    #[error("damaged GGUF header at byte {at}: {what}")]
    Damaged {
        /// Offset in the file.
        at: u64,
        /// What is wrong.
        what: String,
    },
    /// The header can be read, and no sound language model says what it says.
    #[error("unsound model: {what}")]
    Unsound {
        /// Which part it is, what it says, and what was expected.
        what: String,
    },
}

/// A value of the header. Arrays are kept by their length, but for arrays of strings that are asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Any unsigned integer.
    Unsigned(u64),
    /// Any signed integer.
    Signed(i64),
    /// Any float.
    Float(f64),
    /// A boolean.
    Bool(bool),
    /// A string; bytes that are not UTF-8 are replaced.
    String(String),
    /// An array, by its number of elements.
    Array(u64),
}

/// One tensor of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// Elements per dimension, row length first.
    pub shape: Vec<u64>,
    /// ggml's number of its type.
    pub kind: u32,
    /// Bytes.
    pub bytes: u64,
}

impl Tensor {
    /// Number of elements.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }
}

/// A checked header.
#[derive(Clone, Debug)]
pub struct Header {
    /// 2 or 3.
    pub version: u32,
    /// Length of the file, bytes.
    pub file_size: u64,
    /// The metadata.
    pub metadata: HashMap<String, Value>,
    /// The tensors, in the order of the file.
    pub tensors: Vec<Tensor>,
    /// Texts of the tokenizer's first and last special tokens are looked up here by id.
    pub special_tokens: HashMap<u64, String>,
    /// CRC-32 over the texts of all tokens in order: equal in files whose ids mean the same.
    pub tokens_crc: u32,
    /// Elements of the short arrays of integers: numbers per block.
    short_arrays: HashMap<String, Vec<u64>>,
}

/// Metadata that names tokens whose text a chat template may ask for.
const TOKEN_ID_KEYS: [&str; 2] = ["tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id"];
const TOKENS_KEY: &str = "tokenizer.ggml.tokens";

/// ggml computes on the mapped file, and asserts this alignment of its tensors.
const MAPPED_ALIGNMENT: u64 = 32;

/// Each text with its length in front, so that no two lists are the same bytes.
fn crc_of(tokens: &[Vec<u8>]) -> u32 {
    let mut crc = crc32fast::Hasher::new();
    for token in tokens {
        crc.update(&(token.len() as u64).to_le_bytes());
        crc.update(token);
    }
    crc.finalize()
}

impl Header {
    /// Reads and checks the header of a file: magic, version, counts, string and array lengths,
    /// tensor shapes, types and offsets against the length of the file; then, if it names an
    /// architecture or has a vocabulary, what every sound language model fulfils.
    ///
    /// What it cannot see is left to llama.cpp, which refuses most of it: missing keys and tensors,
    /// shapes that do not fit, the weights themselves.
    ///
    /// # Errors
    /// [`GgufError`]. Cost: reads the header only, some megabytes for a large vocabulary.
    pub fn read(path: &Path) -> Result<Self, GgufError> {
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
            } else {
                let (value, integers) = reader.value(&key)?;
                if !integers.is_empty() {
                    short_arrays.insert(key.clone(), integers);
                }
                value
            };
            if metadata.insert(key.clone(), value).is_some() {
                return Err(GgufError::Damaged { at, what: format!("the key {key:?} stands twice") });
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
        for (tensor, offset) in tensors.iter().zip(offsets) {
            let start = data.checked_add(offset);
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
                    "tensor {:?} does not stand at a multiple of {MAPPED_ALIGNMENT} bytes of the file",
                    tensor.name
                );
                return Err(GgufError::Damaged { at, what });
            }
        }
        Ok(tensors)
    }

    /// A string of the metadata.
    #[must_use]
    pub fn string(&self, key: &str) -> Option<&str> {
        match self.metadata.get(key)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// A non-negative integer of the metadata.
    #[must_use]
    pub fn unsigned(&self, key: &str) -> Option<u64> {
        match *self.metadata.get(key)? {
            Value::Unsigned(value) => Some(value),
            Value::Signed(value) => u64::try_from(value).ok(),
            _ => None,
        }
    }

    /// `general.architecture`.
    #[must_use]
    pub fn architecture(&self) -> Option<&str> {
        self.string("general.architecture")
    }

    /// A non-negative integer under the architecture's prefix, for instance `context_length`.
    #[must_use]
    pub fn of_architecture(&self, key: &str) -> Option<u64> {
        self.unsigned(&format!("{}.{key}", self.architecture()?))
    }

    /// The chat template, if the file has one.
    #[must_use]
    pub fn chat_template(&self) -> Option<&str> {
        self.string("tokenizer.chat_template")
    }

    /// Number of tokens in the vocabulary, 0 if the file has none.
    #[must_use]
    pub fn vocabulary(&self) -> u64 {
        match self.metadata.get(TOKENS_KEY) {
            Some(&Value::Array(count)) => count,
            _ => 0,
        }
    }

    /// Text of the token that a metadata key names by id, empty if there is none.
    #[must_use]
    pub fn token_text(&self, id_key: &str) -> &str {
        self.unsigned(id_key).and_then(|id| self.special_tokens.get(&id)).map_or("", String::as_str)
    }

    /// Number of weights.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.tensors.iter().map(Tensor::elements).sum()
    }

    /// Elements per tensor type, most first.
    #[must_use]
    pub fn types(&self) -> Vec<(String, u64)> {
        let mut by_type: HashMap<u32, u64> = HashMap::new();
        for tensor in &self.tensors {
            *by_type.entry(tensor.kind).or_default() += tensor.elements();
        }
        let mut types: Vec<_> =
            by_type.into_iter().map(|(kind, elements)| (tensor_type_name(kind), elements)).collect();
        types.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        types
    }

    /// Name of the quantization: of `general.file_type`, else the type of most weights.
    #[must_use]
    pub fn quantization(&self) -> String {
        self.unsigned("general.file_type")
            .and_then(file_type_name)
            .map(str::to_owned)
            .or_else(|| self.types().first().map(|(name, _)| name.clone()))
            .unwrap_or_else(|| "unknown".to_owned())
    }
}
