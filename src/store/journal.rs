//! Journals (`journal.jsonl` and `verdicts.jsonl`): one line per entry, appended at once, each with a
//! checksum.
//!
//! A line is `{"crc":"<crc-32 of the entry's bytes, 8 hexadecimal digits>","entry":{…}}`. A killed process
//! leaves at most one incomplete line, the last. Reading drops it.

use std::fs::TryLockError;
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{StoreError, atomic};

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    crc: String,
    #[serde(borrow)]
    entry: &'a RawValue,
}

/// An open journal. The file stays locked while this value lives.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: std::fs::File,
}

impl Journal {
    /// Creates a journal and writes its first entries atomically.
    ///
    /// # Errors
    /// Fails if the file cannot be written.
    pub fn create<E: Serialize>(path: &Path, first: &[E]) -> Result<Self, StoreError> {
        let mut bytes = Vec::new();
        for entry in first {
            bytes.extend(line(entry)?);
        }
        atomic::write(path, &bytes)?;
        Self::open(path)
    }

    /// Opens a journal to append to it.
    ///
    /// # Errors
    /// Returns [`StoreError::Locked`] while another process writes to it.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let mut file = fs_err::OpenOptions::new().read(true).write(true).open(path)?.into_parts().0;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked(path.to_owned())),
            // Some network file systems have no locks. The journal works without them.
            Err(TryLockError::Error(_)) => {}
        }
        file.seek(SeekFrom::End(0))?;
        Ok(Self { path: path.to_owned(), file })
    }

    /// Opens the journal of an earlier process and returns it with its entries. An incomplete last line is
    /// cut off.
    ///
    /// # Errors
    /// Returns [`StoreError::Damaged`] if any other line is damaged.
    pub fn resume<E: DeserializeOwned>(path: &Path) -> Result<(Self, Vec<E>), StoreError> {
        let mut journal = Self::open(path)?;
        let (entries, sound) = read(path)?;
        journal.file.set_len(sound)?;
        journal.file.seek(SeekFrom::End(0))?;
        Ok((journal, entries))
    }

    /// Appends an entry and hands it to the operating system.
    ///
    /// # Errors
    /// Fails if the entry cannot be written, for example because the disk is full.
    pub fn append(&mut self, entry: &impl Serialize) -> Result<(), StoreError> {
        self.file.write_all(&line(entry)?).map_err(|error| {
            let path = self.path.display();
            std::io::Error::new(error.kind(), format!("cannot write {path}: {error}"))
        })?;
        Ok(())
    }

    /// Flushes the appended entries to the disk.
    ///
    /// # Errors
    /// Fails if the disk reports an error.
    pub fn sync(&self) -> Result<(), StoreError> {
        Ok(self.file.sync_data()?)
    }
}

/// Reads the entries of a journal and the length of its intact part in bytes. Skips an incomplete last line.
/// Memory besides the entries: one line.
///
/// # Errors
/// Returns [`StoreError::Damaged`] if any other line is damaged.
pub fn read<E: DeserializeOwned>(path: &Path) -> Result<(Vec<E>, u64), StoreError> {
    let mut reader = BufReader::with_capacity(1 << 20, fs_err::File::open(path)?);
    let mut entries = Vec::new();
    let mut sound = 0;
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        match parse(&line) {
            Ok(entry) => {
                entries.push(entry);
                sound += line.len() as u64;
            }
            Err(_) if !line.ends_with(b"\n") => break,
            Err(what) => return Err(StoreError::Damaged { file: path.to_owned(), line: number, what }),
        }
    }
    Ok((entries, sound))
}

fn line(entry: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    let json = serde_json::value::to_raw_value(entry).map_err(std::io::Error::from)?;
    let crc = checksum(json.get());
    let mut bytes = serde_json::to_vec(&Line { crc, entry: &json }).map_err(std::io::Error::from)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn parse<E: DeserializeOwned>(line: &[u8]) -> Result<E, String> {
    let line = line.strip_suffix(b"\n").ok_or("the line is incomplete")?;
    let line: Line<'_> = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    if checksum(line.entry.get()) != line.crc {
        return Err("the line does not match its checksum".to_owned());
    }
    serde_json::from_str(line.entry.get()).map_err(|error| error.to_string())
}

fn checksum(json: &str) -> String {
    format!("{:08x}", crc32fast::hash(json.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::journal::Entry;
    use crate::record::{Decision, StopReason};

    fn entry(number: u32) -> Entry {
        Entry::Decision(Decision {
            instance_id: format!("synthetic_safe_{number}"),
            traces_used: number,
            stop_reason: StopReason::Consensus,
        })
    }

    fn journal_of(count: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.jsonl");
        let mut journal = Journal::create(&path, &[entry(0)]).unwrap();
        (1..count).for_each(|number| journal.append(&entry(number)).unwrap());
        (folder, path)
    }

    #[test]
    fn every_cut_of_the_file_keeps_the_whole_lines_before_it() {
        let (_folder, path) = journal_of(4);
        let whole = fs_err::read(&path).unwrap();
        for length in 0..=whole.len() {
            fs_err::write(&path, &whole[..length]).unwrap();
            let lines = whole[..length].iter().filter(|&&byte| byte == b'\n').count();
            let (journal, entries) = Journal::resume::<Entry>(&path).unwrap();
            assert_eq!(entries, (0..lines as u32).map(entry).collect::<Vec<_>>(), "cut at {length}");
            drop(journal);
            assert!(fs_err::read(&path).unwrap().iter().filter(|&&byte| byte == b'\n').count() == lines);
        }
    }

    #[test]
    fn a_changed_line_in_the_middle_is_told_by_its_number() {
        let (_folder, path) = journal_of(3);
        let text = fs_err::read_to_string(&path).unwrap();
        fs_err::write(&path, text.replace("safe_1", "safe_7")).unwrap();
        let error = read::<Entry>(&path).unwrap_err();
        assert!(matches!(error, StoreError::Damaged { line: 2, .. }), "{error}");
    }

    #[test]
    fn two_writers_are_not_let_in() {
        let (_folder, path) = journal_of(1);
        let first = Journal::resume::<Entry>(&path).unwrap();
        assert!(matches!(Journal::resume::<Entry>(&path), Err(StoreError::Locked(_))));
        drop(first);
        assert!(Journal::resume::<Entry>(&path).is_ok());
    }
}
