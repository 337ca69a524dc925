//! Text of a table as a stream: decompressed, in UTF-8, without a byte order mark, cut into rows of limited
//! size. It holds at most one row in memory, whatever the size of the file.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use encoding_rs::{Encoding, UTF_8};

use super::data::Data;
use super::encoding::{Decoded, detect};
use super::format::Packing;
use super::gzip::Gzip;
use crate::benchmark::error::{BenchmarkError, Place};

/// Maximum number of bytes in a row. The longest prompts of the known benchmarks have a few thousand.
pub const ROW_LIMIT: usize = 16 << 20;

/// Number of bytes read at once.
const BUFFER: usize = 1 << 16;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A text and its encoding.
#[derive(Clone, Debug)]
pub struct Text {
    /// Source of the bytes.
    pub data: Data,
    /// Detected encoding.
    pub encoding: &'static Encoding,
}

impl Text {
    /// Detects the encoding of a text.
    ///
    /// # Errors
    /// Fails if the text cannot be read or decompressed.
    pub fn of(data: &Data) -> Result<Self, BenchmarkError> {
        let mut text = Self { data: data.clone(), encoding: UTF_8 };
        text.encoding = detect(&mut unpacked(data)?).map_err(|error| failed(data, 1, error))?;
        Ok(text)
    }

    /// Does the same for JSON, which must be UTF-8 or UTF-16.
    pub fn of_json(data: &Data) -> Result<Self, BenchmarkError> {
        let text = Self::of(data)?;
        let is_json = text.encoding.name().starts_with("UTF-");
        Ok(Self { encoding: if is_json { text.encoding } else { UTF_8 }, ..text })
    }

    /// Returns the note on an encoding other than UTF-8.
    pub fn note(&self) -> Option<String> {
        (self.encoding != UTF_8).then(|| {
            format!(
                "the text is not UTF-8 and was read as {}; save it as UTF-8 to be sure",
                self.encoding.name()
            )
        })
    }

    /// Returns the first bytes in UTF-8, and whether more follow.
    ///
    /// # Errors
    /// Fails if the text cannot be read.
    pub fn beginning(&self) -> Result<(Vec<u8>, bool), BenchmarkError> {
        let mut input = Input::open(self)?;
        let mut bytes = Vec::new();
        let read = (&mut input.reader).take(BUFFER as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|error| failed(&self.data, 1, error))?;
        let is_cut = bytes.len() > BUFFER;
        bytes.truncate(BUFFER);
        Ok((bytes, is_cut))
    }
}

/// Reader of a text that counts lines.
pub struct Input {
    reader: Box<dyn BufRead>,
    data: Data,
    /// Line of the next byte, from 1.
    pub line: u64,
    /// Whether the previous byte is a CR.
    pub after_return: bool,
}

fn unpacked(data: &Data) -> Result<Box<dyn BufRead>, BenchmarkError> {
    let bytes = BufReader::with_capacity(BUFFER, data.open()?);
    Ok(match Packing::of(data) {
        Packing::Gzip => Box::new(BufReader::with_capacity(BUFFER, Gzip::of(bytes))),
        Packing::Zstandard => {
            let decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
            Box::new(BufReader::with_capacity(BUFFER, decoder))
        }
        Packing::None => Box::new(bytes),
    })
}

/// Converts a read error to an error with the current line.
fn failed(data: &Data, line: u64, error: io::Error) -> BenchmarkError {
    let is_packed = Packing::of(data) != Packing::None;
    let what = match error.kind() {
        io::ErrorKind::InvalidData if error.to_string().starts_with("this is not ") => error.to_string(),
        _ if !is_packed => return BenchmarkError::Io(error),
        io::ErrorKind::UnexpectedEof => "the file is truncated: its compressed data end too early".to_owned(),
        _ => format!("the data cannot be decompressed: {error}"),
    };
    BenchmarkError::BadRow { file: data.path().to_owned(), place: Place::Line(line), what }
}

impl Input {
    /// Opens a text.
    ///
    /// # Errors
    /// Fails if the text cannot be read.
    pub fn open(text: &Text) -> Result<Self, BenchmarkError> {
        let bytes = unpacked(&text.data)?;
        let reader: Box<dyn BufRead> = match text.encoding == UTF_8 {
            true => bytes,
            false => Box::new(Decoded::of(bytes, text.encoding)),
        };
        let mut input = Self { reader, data: text.data.clone(), line: 1, after_return: false };
        input.skip_mark().map_err(|error| failed(&text.data, 1, error))?;
        Ok(input)
    }

    fn skip_mark(&mut self) -> io::Result<()> {
        let mut begin = Vec::new();
        (&mut self.reader).take(BYTE_ORDER_MARK.len() as u64).read_to_end(&mut begin)?;
        if begin != BYTE_ORDER_MARK {
            let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
            self.reader = Box::new(io::Cursor::new(begin).chain(reader));
        }
        Ok(())
    }

    /// Returns the buffered bytes; empty at the end.
    ///
    /// # Errors
    /// Fails if the file cannot be read or decompressed.
    pub fn chunk(&mut self) -> Result<&[u8], BenchmarkError> {
        // This is called twice because a borrow returned from one branch lasts through the others.
        if let Err(error) = self.reader.fill_buf() {
            return Err(failed(&self.data, self.line, error));
        }
        Ok(self.reader.fill_buf()?)
    }

    /// Marks bytes of the chunk as read, and counts their lines.
    pub fn consume(&mut self, bytes: usize) {
        // Buffered bytes are not read again.
        if let Ok(chunk) = self.reader.fill_buf()
            && let Some(last) = bytes.checked_sub(1)
        {
            self.line += super::rows::line_breaks(&chunk[..bytes], self.after_return);
            self.after_return = chunk[last] == b'\r';
        }
        self.reader.consume(bytes);
    }

    /// Reads the next line without its line break; returns false at the end.
    ///
    /// # Errors
    /// The same as [`Self::chunk`]; also fails if the line exceeds [`ROW_LIMIT`].
    pub fn next_line(&mut self, text: &mut Vec<u8>) -> Result<bool, BenchmarkError> {
        text.clear();
        let begin = self.line;
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                return Ok(!text.is_empty());
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let used = end.unwrap_or(chunk.len());
            text.extend_from_slice(&chunk[..used]);
            self.consume(used + usize::from(end.is_some()));
            if text.len() > ROW_LIMIT {
                return Err(too_long(self.data.path(), begin));
            }
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

/// Returns the error for a row beyond the limit.
pub fn too_long(file: &Path, line: u64) -> BenchmarkError {
    too_long_at(file, Place::Line(line))
}

/// Returns the error for a row beyond the limit, at any kind of place.
pub fn too_long_at(file: &Path, place: Place) -> BenchmarkError {
    let what =
        format!("the row is longer than {} MiB: a quote or a line break may be missing", ROW_LIMIT >> 20);
    BenchmarkError::BadRow { file: file.to_owned(), place, what }
}
