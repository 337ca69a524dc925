//! Detects the encoding of a text and converts it to UTF-8.
//!
//! A text is UTF-8 if all of it is valid, and UTF-16 if it has a byte order mark or the typical zeros.
//! Otherwise `chardetng` guesses, usually windows-1252 for files from Western offices. A text with at least
//! as many valid UTF-8 characters as broken ones counts as damaged UTF-8.

use std::io::{self, BufRead, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Maximum number of bytes that the guess uses, counting only chunks with bytes beyond ASCII.
const GUESSED: usize = 4 << 20;

/// Number of bytes beyond ASCII below which a guess is unreliable. If they mostly stand alone, as in Western
/// texts, the text counts as windows-1252.
const FEW: usize = 32;

/// Number of bytes to examine for zeros.
const BEGINNING: usize = 4 << 10;

/// Number of bytes decoded at once.
const BUFFER: usize = 1 << 16;

/// Detects the encoding of a text. Reads all of it unless its beginning decides.
///
/// # Errors
/// Fails if the text cannot be read.
pub fn detect(text: &mut dyn BufRead) -> io::Result<&'static Encoding> {
    let beginning = text.fill_buf()?;
    if let Some((encoding, _)) = Encoding::for_bom(beginning) {
        return Ok(encoding);
    }
    if let Some(encoding) = by_zeros(&beginning[..beginning.len().min(BEGINNING)]) {
        return Ok(encoding);
    }
    let mut utf8 = Utf8Count::default();
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let (mut fed, mut high, mut joined) = (0, 0, 0);
    loop {
        let chunk = text.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        utf8.feed(chunk);
        if fed < GUESSED && !chunk.is_ascii() {
            detector.feed(chunk, false);
            fed += chunk.len();
            high += chunk.iter().filter(|byte| **byte >= 0x80).count();
            joined += chunk.windows(2).filter(|pair| pair.iter().all(|byte| *byte >= 0x80)).count();
        }
        let length = chunk.len();
        text.consume(length);
    }
    utf8.broken += u64::from(!utf8.tail.is_empty());
    if utf8.broken == 0 || utf8.sound >= utf8.broken {
        return Ok(UTF_8);
    }
    match high < FEW && joined * 2 < high {
        true => Ok(WINDOWS_1252),
        false => Ok(detector.guess(None, Utf8Detection::Deny)),
    }
}

/// Detects UTF-16 without a byte order mark: every other byte of a Western text is zero.
fn by_zeros(bytes: &[u8]) -> Option<&'static Encoding> {
    let zeros = |from: usize| bytes.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), bytes.len() / 2);
    if half < 2 {
        return None;
    }
    match (even * 5 >= half * 2, odd * 5 >= half * 2) {
        (true, false) => Some(UTF_16BE),
        (false, true) => Some(UTF_16LE),
        _ => None,
    }
}

/// Counts of valid and of broken UTF-8 characters beyond ASCII.
#[derive(Default)]
struct Utf8Count {
    sound: u64,
    broken: u64,
    /// Beginning of a character that ends in the next chunk.
    tail: Vec<u8>,
}

impl Utf8Count {
    fn feed(&mut self, chunk: &[u8]) {
        if self.tail.is_empty() && chunk.is_ascii() {
            return;
        }
        let joined = [std::mem::take(&mut self.tail).as_slice(), chunk].concat();
        let mut rest = joined.as_slice();
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(text) => return self.count(text.as_bytes()),
                Err(error) => error,
            };
            let (sound, behind) = rest.split_at(error.valid_up_to());
            self.count(sound);
            let Some(length) = error.error_len() else {
                self.tail = behind.to_vec();
                return;
            };
            self.broken += 1;
            rest = &behind[length..];
        }
    }

    fn count(&mut self, text: &[u8]) {
        self.sound += text.iter().filter(|byte| **byte >= 0xc0).count() as u64;
    }
}

/// A text of another encoding, converted to UTF-8.
pub struct Decoded<R> {
    text: R,
    decoder: Decoder,
    encoding: &'static Encoding,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    ended: bool,
}

impl<R: BufRead> Decoded<R> {
    pub fn of(text: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_with_bom_removal();
        Self { text, decoder, encoding, buffer: vec![0; BUFFER], at: 0, end: 0, ended: false }
    }
}

impl<R: BufRead> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.end && !self.ended {
            let chunk = self.text.fill_buf()?;
            let is_last = chunk.is_empty();
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(chunk, &mut self.buffer, is_last);
            self.text.consume(read);
            (self.at, self.end) = (0, written);
            if let DecoderResult::Malformed(..) = result {
                self.ended = true;
                let what = format!("this is not {}", self.encoding.name());
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            self.ended = is_last && result == DecoderResult::InputEmpty;
        }
        Ok(&self.buffer[self.at..self.end])
    }

    fn consume(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.end);
    }
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(bytes: &[u8]) -> &'static str {
        // Small chunks cut characters.
        detect(&mut io::BufReader::with_capacity(7, bytes)).unwrap().name()
    }

    /// The bytes are those of Python's `encode`.
    #[test]
    fn encodings_are_told() {
        assert_eq!(detected(b""), "UTF-8");
        assert_eq!(detected(b"prompt,label\nhello,safe\n"), "UTF-8");
        assert_eq!(detected("Grüße – 你好, Grüße".as_bytes()), "UTF-8");
        assert_eq!(detected(b"prompt\nWas kostet ein Br\xf6tchen in M\xfcnchen?\n"), "windows-1252");
        assert_eq!(detected(b"prompt\nIt\x92s \x84gut\x93 \x96 caf\xe9\n"), "windows-1252");
        assert_eq!(
            detected(b"prompt\n\xea\xe0\xea \xe8\xf1\xef\xe5\xf7\xfc \xf5\xeb\xe5\xe1\n"),
            "windows-1251"
        );
        assert_eq!(detected(b"\xff\xfep\0r\0"), "UTF-16LE");
        assert_eq!(detected(b"\xfe\xff\0p\0r"), "UTF-16BE");
        assert_eq!(detected(b"p\0r\0o\0m\0p\0t\0"), "UTF-16LE");
        assert_eq!(detected(b"\0p\0r\0o\0m\0p\0t"), "UTF-16BE");
        // Damaged UTF-8, not another encoding.
        assert_eq!(detected("Grüße – 你好 \u{e9}".as_bytes().split_last().unwrap().1), "UTF-8");
    }

    #[test]
    fn a_text_is_decoded_and_what_is_not_sound_is_an_error() {
        let read = |bytes: &[u8], encoding| {
            let mut text = String::new();
            Decoded::of(io::BufReader::with_capacity(3, bytes), encoding)
                .read_to_string(&mut text)
                .map(|_| text)
        };
        assert_eq!(read(b"\xff\xfeG\0r\0\xfc\0\x3d\xd8\x00\xde", UTF_16LE).unwrap(), "Grü\u{1f600}");
        assert_eq!(read(b"caf\xe9 \x80", encoding_rs::WINDOWS_1252).unwrap(), "café €");
        assert_eq!(read(b"a\0\x3d\xd8", UTF_16LE).unwrap_err().to_string(), "this is not UTF-16LE");
    }
}
