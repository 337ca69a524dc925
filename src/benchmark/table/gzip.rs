//! gzip as it is found: several members one behind the other, zeros behind the last.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;

/// The members of a gzip file, one behind the other. Zeros behind them fill up a block; gzip takes them for nothing
/// too.
pub struct Gzip<R: BufRead> {
    /// None at the end.
    member: Option<GzDecoder<R>>,
    /// Whether this is not the first member, and nothing of it was read.
    is_next: bool,
}

impl<R: BufRead> Gzip<R> {
    pub fn of(bytes: R) -> Self {
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
