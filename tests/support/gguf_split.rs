//! Takes GGUF files apart, and splits them as llama.cpp's `gguf-split` does: the metadata in the first part,
//! `split.no` (u16, from 0), `split.count` (u16) and `split.tensors.count` (i32) in all.

use std::path::{Path, PathBuf};

/// A GGUF file taken apart.
pub struct Whole {
    /// Bytes of all metadata pairs.
    pairs: Vec<u8>,
    pair_count: u64,
    tensors: Vec<Piece>,
}

/// A tensor with its data.
#[derive(Clone)]
pub struct Piece {
    /// Bytes of its entry up to the offset.
    entry: Vec<u8>,
    data: Vec<u8>,
}

/// One part, which may be made wrong before it is written.
#[derive(Clone)]
pub struct PartFile {
    pub number: u16,
    pub count: u16,
    pub tensor_count: i32,
    /// Whether the keys of a split are left out.
    pub is_whole: bool,
    pub pairs: Vec<u8>,
    pub pair_count: u64,
    pub tensors: Vec<Piece>,
}

/// Reads little-endian values one after the other.
struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Walk<'_> {
    fn take(&mut self, size: usize) -> &[u8] {
        self.at += size;
        &self.bytes[self.at - size..self.at]
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().unwrap())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take(8).try_into().unwrap())
    }

    fn text(&mut self) {
        let length = self.u64() as usize;
        self.take(length);
    }

    /// Passes over a value of a type.
    fn value(&mut self, kind: u32) {
        match kind {
            0 | 1 | 7 => drop(self.take(1).len()),
            2 | 3 => drop(self.take(2).len()),
            4..=6 => drop(self.take(4).len()),
            10..=12 => drop(self.take(8).len()),
            8 => self.text(),
            9 => {
                let (element, count) = (self.u32(), self.u64());
                (0..count).for_each(|_| self.value(element));
            }
            other => panic!("no value type {other}"),
        }
    }
}

impl Whole {
    /// Takes a file without a `general.alignment` of its own apart.
    pub fn read(path: &Path) -> Self {
        let bytes = std::fs::read(path).unwrap();
        let mut walk = Walk { bytes: &bytes, at: 8 };
        let (tensor_count, pair_count) = (walk.u64(), walk.u64());
        let begin = walk.at;
        for _ in 0..pair_count {
            walk.text();
            let kind = walk.u32();
            walk.value(kind);
        }
        let pairs = bytes[begin..walk.at].to_vec();
        let mut entries = Vec::new();
        for _ in 0..tensor_count {
            let begin = walk.at;
            walk.text();
            let dimensions = walk.u32() as usize;
            walk.take(8 * dimensions + 4);
            let entry = bytes[begin..walk.at].to_vec();
            entries.push((entry, walk.u64() as usize));
        }
        let data = walk.at.next_multiple_of(32);
        let ends = entries.iter().skip(1).map(|(_, offset)| data + offset).chain([bytes.len()]);
        let tensors = entries.iter().zip(ends).map(|((entry, offset), end)| Piece {
            entry: entry.clone(),
            data: bytes[data + offset..end].to_vec(),
        });
        Self { pairs, pair_count, tensors: tensors.collect() }
    }

    pub fn tensor_count(&self) -> usize {
        self.tensors.len()
    }

    /// Splits into parts that begin at these tensors; with a 0 the first part has metadata alone, as with
    /// `--no-tensor-first-split`.
    pub fn split(&self, begins: &[usize]) -> Vec<PartFile> {
        let starts: Vec<usize> = [0].iter().chain(begins).copied().collect();
        let ends = begins.iter().copied().chain([self.tensors.len()]);
        let ranges: Vec<_> = starts.iter().copied().zip(ends).collect();
        let part = |(index, &(begin, end)): (usize, &(usize, usize))| PartFile {
            number: index as u16,
            count: ranges.len() as u16,
            tensor_count: self.tensors.len() as i32,
            is_whole: false,
            pairs: if index == 0 { self.pairs.clone() } else { Vec::new() },
            pair_count: if index == 0 { self.pair_count } else { 0 },
            tensors: self.tensors[begin..end].to_vec(),
        };
        ranges.iter().enumerate().map(part).collect()
    }
}

impl PartFile {
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = b"GGUF".to_vec();
        out.extend(3_u32.to_le_bytes());
        out.extend((self.tensors.len() as u64).to_le_bytes());
        out.extend((self.pair_count + if self.is_whole { 0 } else { 3 }).to_le_bytes());
        out.extend(&self.pairs);
        let mut pair = |key: &str, kind: u32, value: &[u8]| {
            out.extend((key.len() as u64).to_le_bytes());
            out.extend(key.as_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(value);
        };
        if !self.is_whole {
            pair("split.no", 2, &self.number.to_le_bytes());
            pair("split.count", 2, &self.count.to_le_bytes());
            pair("split.tensors.count", 5, &self.tensor_count.to_le_bytes());
        }
        let mut data = Vec::new();
        for tensor in &self.tensors {
            out.extend(&tensor.entry);
            out.extend((data.len() as u64).to_le_bytes());
            data.extend(&tensor.data);
            data.resize(data.len().next_multiple_of(32), 0);
        }
        out.resize(out.len().next_multiple_of(32), 0);
        out.extend(data);
        out
    }
}

/// The name of a part, by number from 1.
pub fn name(stem: &str, number: usize, count: usize) -> String {
    format!("{stem}-{number:05}-of-{count:05}.gguf")
}

/// Writes parts into a folder under their names, and returns the paths.
pub fn write(folder: &Path, stem: &str, parts: &[PartFile]) -> Vec<PathBuf> {
    let one = |(index, part): (usize, &PartFile)| {
        let path = folder.join(name(stem, index + 1, parts.len()));
        std::fs::write(&path, part.bytes()).unwrap();
        path
    };
    parts.iter().enumerate().map(one).collect()
}

impl Whole {
    /// The values of an F16 matrix.
    pub fn f16(&self, name: &str) -> Vec<f32> {
        let tensor = self.tensors.iter().find(|tensor| tensor.is(name)).unwrap();
        tensor.data.chunks_exact(2).map(|bytes| from_f16(u16::from_le_bytes([bytes[0], bytes[1]]))).collect()
    }

    /// The values of an F32 tensor.
    pub fn f32(&self, name: &str) -> Vec<f32> {
        let tensor = self.tensors.iter().find(|tensor| tensor.is(name)).unwrap();
        tensor.data.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
    }

    /// Replaces the values of an F16 matrix, rounded to F16.
    pub fn set_f16(&mut self, name: &str, values: &[f32]) {
        let tensor = self.tensors.iter_mut().find(|tensor| tensor.is(name)).unwrap();
        tensor.data = values.iter().flat_map(|&value| to_f16(value).to_le_bytes()).collect();
    }

    /// The file again.
    pub fn bytes(&self) -> Vec<u8> {
        let mut part = self.split(&[]).remove(0);
        part.is_whole = true;
        part.bytes()
    }
}

impl Piece {
    fn is(&self, name: &str) -> bool {
        self.entry.get(8..8 + name.len()) == Some(name.as_bytes()) && self.entry[0] as usize == name.len()
    }
}

/// A half-precision number as a single one.
fn from_f16(bits: u16) -> f32 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023));
    match exponent {
        0 => sign * fraction * 2_f32.powi(-24),
        _ => sign * (1.0 + fraction / 1024.0) * 2_f32.powi(exponent - 15),
    }
}

/// The half-precision number nearest to a value below 65,504.
fn to_f16(value: f32) -> u16 {
    let sign = if value.is_sign_negative() { 1 << 15 } else { 0 };
    // Half-precision numbers without sign are ordered as their bits are.
    let magnitudes: u16 = {
        let (mut low, mut high) = (0_u16, 31 << 10);
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if from_f16(middle) <= value.abs() { low = middle } else { high = middle }
        }
        let (below, above) = (value.abs() - from_f16(low), from_f16(low + 1) - value.abs());
        if below <= above { low } else { low + 1 }
    };
    sign | magnitudes
}
