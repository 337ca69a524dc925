//! gzip files as they occur: several members in a row, zeros after the last one.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// Concatenated members of a gzip file. Zeros after the last member pad a block and are skipped, as gzip
/// does.
pub struct Gzip<R: BufRead> {
    /// Current member; `None` at the end.
    member: Option<GzDecoder<R>>,
    /// Whether this is a further member that has not been read yet.
    is_next: bool,
}

impl<R: BufRead> Gzip<R> {
    pub fn of(bytes: R) -> Self {
        Self { member: Some(GzDecoder::new(bytes)), is_next: false }
    }

    /// Continues with the next member, or ends.
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

/// First byte of a member.
const GZIP_BEGINS: u8 = 0x1f;

fn garbage() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "bytes that are not compressed follow the compressed data")
}
