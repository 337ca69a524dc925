//! A file as a stream of bytes: unpacked where its name says so, without its byte order mark, cut into
//! rows of limited size. Memory is that of one row, however large the file is or unpacks to.

use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;

use crate::benchmark::error::{BenchmarkError, Place};

/// Bytes of a row at most: the longest prompts of the known benchmarks have some thousand.
pub const ROW_LIMIT: usize = 16 << 20;

/// Bytes read at once.
const BUFFER: usize = 1 << 16;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The compressions that are unpacked, as names end.
pub const COMPRESSIONS: [&str; 2] = ["gz", "zst"];

/// The bytes of a file, and how many lines of them were read.
pub struct Input {
    reader: Box<dyn BufRead>,
    is_packed: bool,
    /// Line, from 1, of the next byte.
    pub line: u64,
    /// Whether the byte before it is a CR.
    pub after_return: bool,
}

impl Input {
    /// Opens a file; its name's end tells whether it is packed.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn open(file: &Path) -> Result<Self, BenchmarkError> {
        let bytes = BufReader::with_capacity(BUFFER, fs_err::File::open(file)?);
        let packing = compression(file);
        let reader: Box<dyn BufRead> = match packing {
            Some("gz") => Box::new(BufReader::with_capacity(BUFFER, Gzip::of(bytes))),
            Some(_) => {
                let decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
                Box::new(BufReader::with_capacity(BUFFER, decoder))
            }
            None => Box::new(bytes),
        };
        let mut input = Self { reader, is_packed: packing.is_some(), line: 1, after_return: false };
        input.skip_mark().map_err(|error| input.failed(file, error))?;
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

    /// The bytes that are at hand; none at the end.
    ///
    /// # Errors
    /// If the file cannot be read, or its packing is damaged or cut.
    pub fn chunk(&mut self, file: &Path) -> Result<&[u8], BenchmarkError> {
        // Asked twice, since a borrow that is returned in one branch lasts through the others.
        if let Err(error) = self.reader.fill_buf() {
            return Err(self.failed(file, error));
        }
        Ok(self.reader.fill_buf()?)
    }

    /// Marks bytes of the chunk as read, and counts their lines.
    pub fn consume(&mut self, bytes: usize) {
        // What is at hand is not read again.
        if let Ok(chunk) = self.reader.fill_buf()
            && let Some(last) = bytes.checked_sub(1)
        {
            self.line += super::rows::line_breaks(&chunk[..bytes], self.after_return);
            self.after_return = chunk[last] == b'\r';
        }
        self.reader.consume(bytes);
    }

    /// The next line without its line break; false at the end.
    ///
    /// # Errors
    /// As [`Self::chunk`], and for a line beyond [`ROW_LIMIT`].
    pub fn next_line(&mut self, file: &Path, text: &mut Vec<u8>) -> Result<bool, BenchmarkError> {
        text.clear();
        let begin = self.line;
        loop {
            let chunk = self.chunk(file)?;
            if chunk.is_empty() {
                return Ok(!text.is_empty());
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let used = end.unwrap_or(chunk.len());
            text.extend_from_slice(&chunk[..used]);
            self.consume(used + usize::from(end.is_some()));
            if text.len() > ROW_LIMIT {
                return Err(too_long(file, begin));
            }
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    fn failed(&self, file: &Path, error: io::Error) -> BenchmarkError {
        if !self.is_packed {
            return BenchmarkError::Io(error);
        }
        let what = match error.kind() {
            io::ErrorKind::UnexpectedEof => "the file is cut: its packed data end too early".to_owned(),
            _ => format!("the packed data cannot be unpacked: {error}"),
        };
        BenchmarkError::BadRow { file: file.to_owned(), place: Place::Line(self.line), what }
    }
}

/// The members of a gzip file, one behind the other. Zeros behind them fill up a block; gzip takes them for nothing
/// too.
struct Gzip<R: BufRead> {
    /// None at the end.
    member: Option<GzDecoder<R>>,
    /// Whether this is not the first member, and nothing of it was read.
    is_next: bool,
}

impl<R: BufRead> Gzip<R> {
    fn of(bytes: R) -> Self {
        Self { member: Some(GzDecoder::new(bytes)), is_next: false }
    }

    /// What follows a member: another, or the end.
    fn follow(&mut self) -> io::Result<()> {
        let Some(ended) = self.member.take() else { return Ok(()) };
        let mut rest = ended.into_inner();
        loop {
            let chunk = rest.fill_buf()?;
            match chunk.iter().position(|byte| *byte != 0) {
                _ if chunk.is_empty() => return Ok(()),
                Some(0) if chunk[0] == GZIP_BEGINS => {
                    self.member = Some(GzDecoder::new(rest));
                    self.is_next = true;
                    return Ok(());
                }
                Some(_) => return Err(garbage()),
                None => {
                    let zeros = chunk.len();
                    rest.consume(zeros);
                }
            }
        }
    }
}

impl<R: BufRead> Read for Gzip<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            match member.read(into) {
                Ok(0) if !into.is_empty() => self.follow()?,
                Err(error) if self.is_next && error.kind() == io::ErrorKind::InvalidInput => {
                    return Err(garbage());
                }
                other => {
                    self.is_next = false;
                    return other;
                }
            }
        }
        Ok(0)
    }
}

/// The first byte of a member.
const GZIP_BEGINS: u8 = 0x1f;

fn garbage() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "something that is not packed follows the packed data")
}

/// The compression that a name's end tells.
fn compression(file: &Path) -> Option<&'static str> {
    let end = file.extension()?.to_string_lossy().to_ascii_lowercase();
    COMPRESSIONS.into_iter().find(|known| *known == end)
}

/// A name's stem, and the extension of what is in the file, in lower case, without a compression's.
pub fn stem_and_extension(file: &Path) -> (String, String) {
    let plain = if compression(file).is_some() { file.with_extension("") } else { file.to_owned() };
    let text = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    (text(plain.file_stem()), text(plain.extension()).to_ascii_lowercase())
}

/// Whether a name tells a packed file.
pub fn is_packed(file: &Path) -> bool {
    compression(file).is_some()
}

/// A row beyond the limit.
pub fn too_long(file: &Path, line: u64) -> BenchmarkError {
    let what =
        format!("the row is longer than {} MiB: a quote or a line break may be missing", ROW_LIMIT >> 20);
    BenchmarkError::BadRow { file: file.to_owned(), place: Place::Line(line), what }
}
