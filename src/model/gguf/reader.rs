//! Reads the parts of a GGUF header, never past the end of the file.

use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::error::GgufError;
use super::kinds;
use super::sanity::MAX_BLOCKS;
use super::value::{Tensor, Value};

/// A file with the current position and the length.
pub struct Reader {
    file: BufReader<fs_err::File>,
    position: u64,
    length: u64,
}

/// Maximum number of dimensions of a tensor: ggml's limit.
const MAX_DIMENSIONS: u32 = 4;

impl Reader {
    pub fn open(path: &Path) -> Result<Self, GgufError> {
        let file = fs_err::File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            let error = std::io::Error::new(std::io::ErrorKind::IsADirectory, "a folder, not a file");
            return Err(error.into());
        }
        Ok(Self { file: BufReader::new(file), position: 0, length: metadata.len() })
    }

    pub fn position(&self) -> u64 {
        self.position
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    fn damaged<T>(&self, what: String) -> Result<T, GgufError> {
        Err(GgufError::Damaged { at: self.position, what })
    }

    /// Advances by `size` bytes, if the file has them.
    fn advance(&mut self, size: u64, what: &str) -> Result<(), GgufError> {
        let needed = self.position.saturating_add(size);
        if needed > self.length {
            return Err(GgufError::Truncated { what: what.to_owned(), needed, length: self.length });
        }
        self.position = needed;
        Ok(())
    }

    pub fn bytes(&mut self, size: u64, what: &str) -> Result<Vec<u8>, GgufError> {
        self.advance(size, what)?;
        let mut bytes = vec![0; size as usize];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn skip(&mut self, size: u64, what: &str) -> Result<(), GgufError> {
        self.advance(size, what)?;
        self.file.seek(SeekFrom::Start(self.position))?;
        Ok(())
    }

    fn fixed<const N: usize>(&mut self, what: &str) -> Result<[u8; N], GgufError> {
        self.advance(N as u64, what)?;
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    pub fn u32(&mut self, what: &str) -> Result<u32, GgufError> {
        Ok(u32::from_le_bytes(self.fixed(what)?))
    }

    pub fn u64(&mut self, what: &str) -> Result<u64, GgufError> {
        Ok(u64::from_le_bytes(self.fixed(what)?))
    }

    /// Reads a count of items of at least `least` bytes each. A count that exceeds the file is damage.
    pub fn count(&mut self, what: &str, least: u64) -> Result<u64, GgufError> {
        let count = self.u64(what)?;
        let room = (self.length - self.position) / least;
        if count > room {
            return self.damaged(format!("the count of {what} is {count}, but the file has room for {room}"));
        }
        Ok(count)
    }

    fn byte_string(&mut self, what: &str) -> Result<Vec<u8>, GgufError> {
        let size = self.u64(what)?;
        self.bytes(size, what)
    }

    pub fn string(&mut self, what: &str) -> Result<String, GgufError> {
        let bytes = self.byte_string(what)?;
        Ok(String::from_utf8(bytes)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
    }

    pub fn string_array(&mut self, key: &str) -> Result<Vec<Vec<u8>>, GgufError> {
        let (outer, element) = (self.u32(key)?, self.u32(key)?);
        if (outer, element) != (kind::ARRAY, kind::STRING) {
            return self.damaged(format!("{key} is not an array of strings"));
        }
        let count = self.count(key, 8)?;
        (0..count).map(|_| self.byte_string(key)).collect()
    }

    /// Reads a value. Also returns the elements if it is an array of 32-bit integers or booleans with at most
    /// [`MAX_BLOCKS`] elements.
    pub fn value(&mut self, key: &str) -> Result<(Value, Vec<u64>), GgufError> {
        let tag = self.u32(key)?;
        self.tagged(tag, key)
    }

    /// Reads a value of one type. Another type is damage.
    pub fn value_of_type(&mut self, expected: u32, name: &str, key: &str) -> Result<Value, GgufError> {
        let tag = self.u32(key)?;
        if tag != expected {
            return self.damaged(format!("{key} has the value type {tag}, expected {expected} ({name})"));
        }
        Ok(self.tagged(tag, key)?.0)
    }

    fn tagged(&mut self, tag: u32, key: &str) -> Result<(Value, Vec<u64>), GgufError> {
        let value = match tag {
            kind::U8 => Value::Unsigned(u64::from(self.fixed::<1>(key)?[0])),
            kind::I8 => Value::Signed(i64::from(i8::from_le_bytes(self.fixed(key)?))),
            kind::U16 => Value::Unsigned(u64::from(u16::from_le_bytes(self.fixed(key)?))),
            kind::I16 => Value::Signed(i64::from(i16::from_le_bytes(self.fixed(key)?))),
            kind::U32 => Value::Unsigned(u64::from(self.u32(key)?)),
            kind::I32 => Value::Signed(i64::from(i32::from_le_bytes(self.fixed(key)?))),
            kind::F32 => Value::Float(f64::from(f32::from_le_bytes(self.fixed(key)?))),
            kind::BOOL => Value::Bool(self.fixed::<1>(key)?[0] != 0),
            kind::STRING => Value::String(self.string(key)?),
            kind::ARRAY => return self.array_value(key),
            kind::U64 => Value::Unsigned(self.u64(key)?),
            kind::I64 => Value::Signed(i64::from_le_bytes(self.fixed(key)?)),
            kind::F64 => Value::Float(f64::from_le_bytes(self.fixed(key)?)),
            _ => return self.damaged(format!("{key} has the unknown value type {tag}")),
        };
        Ok((value, Vec::new()))
    }

    fn array_value(&mut self, key: &str) -> Result<(Value, Vec<u64>), GgufError> {
        let element = self.u32(key)?;
        let size = match element {
            kind::U8 | kind::I8 | kind::BOOL => 1,
            kind::U16 | kind::I16 => 2,
            kind::U32 | kind::I32 | kind::F32 => 4,
            kind::U64 | kind::I64 | kind::F64 => 8,
            kind::STRING => {
                let count = self.count(key, 8)?;
                for _ in 0..count {
                    let size = self.u64(key)?;
                    self.skip_within_buffer(size, key)?;
                }
                return Ok((Value::Array(count), Vec::new()));
            }
            _ => return self.damaged(format!("{key} is an array of the unsupported type {element}")),
        };
        let count = self.count(key, size)?;
        if count <= MAX_BLOCKS && matches!(element, kind::U32 | kind::I32 | kind::BOOL) {
            // llama.cpp reads all of them as unsigned integers.
            let elements = (0..count).map(|_| match element {
                kind::BOOL => Ok(u64::from(self.fixed::<1>(key)?[0] != 0)),
                _ => Ok(u64::from(self.u32(key)?)),
            });
            return Ok((Value::Array(count), elements.collect::<Result<_, GgufError>>()?));
        }
        self.skip(count * size, key)?;
        Ok((Value::Array(count), Vec::new()))
    }

    /// Skips a few bytes and keeps the buffer.
    fn skip_within_buffer(&mut self, size: u64, what: &str) -> Result<(), GgufError> {
        self.advance(size, what)?;
        // `advance` has checked the size against the file's length, which is far below i64::MAX.
        self.file.seek_relative(size as i64)?;
        Ok(())
    }

    /// Reads a tensor and its offset in the data part. Offsets must be multiples of `alignment`.
    pub fn tensor(&mut self, alignment: u64) -> Result<(Tensor, u64), GgufError> {
        let name = self.string("a tensor's name")?;
        let dimensions = self.u32(&name)?;
        if dimensions == 0 || dimensions > MAX_DIMENSIONS {
            return self.damaged(format!("tensor {name:?} has {dimensions} dimensions"));
        }
        let shape: Vec<u64> = (0..dimensions).map(|_| self.u64(&name)).collect::<Result<_, _>>()?;
        let elements = shape
            .iter()
            .try_fold(1_u64, |product, &length| product.checked_mul(length))
            .filter(|&elements| elements > 0 && elements <= i64::MAX as u64);
        let Some(elements) = elements else {
            return self.damaged(format!("tensor {name:?} has the impossible shape {shape:?}"));
        };
        let kind = self.u32(&name)?;
        let Some((block_elements, block_bytes)) = kinds::block(kind) else {
            return self
                .damaged(format!("tensor {name:?} has the type {kind}, unknown to this build of llama.cpp"));
        };
        if !shape[0].is_multiple_of(block_elements) {
            return self
                .damaged(format!("rows of tensor {name:?} are not a multiple of {block_elements} elements"));
        }
        let offset = self.u64(&name)?;
        if !offset.is_multiple_of(alignment) {
            return self
                .damaged(format!("tensor {name:?} does not begin at a multiple of {alignment} bytes"));
        }
        let Some(bytes) = (elements / block_elements).checked_mul(block_bytes) else {
            return self.damaged(format!("tensor {name:?} has the impossible shape {shape:?}"));
        };
        Ok((Tensor { name, shape, kind, bytes, begin: 0 }, offset))
    }
}

/// Value types of GGUF.
pub mod kind {
    pub const U8: u32 = 0;
    pub const I8: u32 = 1;
    pub const U16: u32 = 2;
    pub const I16: u32 = 3;
    pub const U32: u32 = 4;
    pub const I32: u32 = 5;
    pub const F32: u32 = 6;
    pub const BOOL: u32 = 7;
    pub const STRING: u32 = 8;
    pub const ARRAY: u32 = 9;
    pub const U64: u32 = 10;
    pub const I64: u32 = 11;
    pub const F64: u32 = 12;
}
