//! Downloads one file from the hub into the cache: resumed, counted and hashed.

use std::fs::TryLockError;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use sha2::{Digest, Sha256};
use ureq::http::StatusCode;

use super::client::{Client, RemoteFile, header};
use super::error::HubError;
use super::folder::RepoFolder;
use super::listener::DownloadListener;
use crate::model::digest::hexadecimal;
use crate::model::disk;

/// Maximum number of consecutive attempts that end early without [`ENOUGH`] new bytes.
const MAX_BREAKS: u32 = 5;

/// Number of new bytes that counts as progress.
const ENOUGH: u64 = 16 << 20;

/// File to download.
pub struct Target<'a> {
    /// Name of the repository.
    pub repository: &'a str,
    /// Name of the file.
    pub file: &'a str,
    /// Address of the file.
    pub url: &'a str,
    /// Metadata from the hub.
    pub remote: &'a RemoteFile,
    /// Expected sha256, if known.
    pub sha256: Option<&'a str>,
}

/// Downloads the blob of a file unless it exists. Returns its sha256 if it was downloaded now.
///
/// # Errors
/// Returns [`HubError`]. The partial file is kept for the next attempt, unless its sha256 is wrong.
pub fn fetch(
    client: &Client,
    target: &Target<'_>,
    folder: &RepoFolder,
    listener: &mut dyn DownloadListener,
) -> Result<Option<String>, HubError> {
    let etag = &target.remote.etag;
    let (blob, part) = (folder.blob(etag), folder.part(etag));
    if blob.exists() {
        return Ok(None);
    }
    for path in [&blob, &folder.lock(etag)] {
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
        }
    }
    // The lock is held until the end of this function.
    let _lock = lock(&folder.lock(etag), target.file, listener)?;
    if blob.exists() {
        return Ok(None);
    }
    let mut download = Download::begin(&part, target)?;
    check_room(folder, target.file, &[(etag, target.remote.size.unwrap_or(0))])?;
    listener.begin(target.file, download.size, download.done);
    let ended = download.run(client, target, listener);
    listener.end();
    ended?;
    let found = download.finish()?;
    if let Some(expected) = target.sha256.filter(|expected| !expected.eq_ignore_ascii_case(&found)) {
        fs_err::remove_file(&part)?;
        return Err(HubError::Checksum {
            file: target.file.to_owned(),
            expected: expected.to_owned(),
            found,
        });
    }
    fs_err::rename(&part, &blob)?;
    Ok(Some(found))
}

/// Checks that the disk has room for the files of a model, given by tag and size. Bytes of earlier attempts
/// count as there.
///
/// # Errors
/// Returns [`HubError::NoSpace`] with the name of the first file.
pub fn check_room(folder: &RepoFolder, file: &str, wanted: &[(&str, u64)]) -> Result<(), HubError> {
    let length = |path: &Path| fs_err::metadata(path).map_or(0, |data| data.len());
    let left = |&(etag, size): &(&str, u64)| match folder.blob(etag).exists() {
        true => 0,
        false => size.saturating_sub(length(&folder.part(etag))),
    };
    let needed: u64 = wanted.iter().map(left).fold(0, u64::saturating_add);
    let Some((etag, _)) = wanted.first().filter(|_| needed > 0) else { return Ok(()) };
    let blob = folder.blob(etag);
    let place = blob.parent().unwrap_or(&blob);
    fs_err::create_dir_all(place)?;
    match disk::free(place).filter(|&free| free < needed) {
        None => Ok(()),
        Some(free) => {
            let more = wanted.len() - 1;
            let others = if more > 0 { format!(" and {more} other parts") } else { String::new() };
            let (file, folder) = (format!("{file}{others}"), place.to_owned());
            Err(HubError::NoSpace { file, needed, free, folder })
        }
    }
}

/// Locks a blob. Other processes wait and then find it complete.
fn lock(path: &Path, file: &str, listener: &mut dyn DownloadListener) -> io::Result<std::fs::File> {
    let lock = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            listener.note(&format!("another process is fetching {file}: waiting for it"));
            lock.lock()?;
        }
        // Without file locks, two processes may write the same bytes.
        Err(TryLockError::Error(error)) => tracing::warn!("{}: no lock: {error}", path.display()),
    }
    Ok(lock)
}

/// State of a partial file.
struct Download {
    file: fs_err::File,
    hasher: Sha256,
    /// Number of bytes in the partial file.
    done: u64,
    /// Size of the whole file, once known.
    size: Option<u64>,
}

/// Reason why an attempt ended before the download was complete.
enum Break {
    /// The connection failed; another attempt may succeed.
    Connection(String),
    /// Another attempt cannot succeed.
    Final(HubError),
}

impl Download {
    /// Opens the partial file and hashes its bytes.
    fn begin(part: &Path, target: &Target<'_>) -> io::Result<Self> {
        let file = fs_err::OpenOptions::new().create(true).read(true).append(true).open(part)?;
        let mut download = Self { file, hasher: Sha256::new(), done: 0, size: target.remote.size };
        let mut buffer = vec![0; 1 << 20];
        loop {
            match download.file.read(&mut buffer)? {
                0 => break,
                read => {
                    download.hasher.update(&buffer[..read]);
                    download.done += read as u64;
                }
            }
        }
        if download.size.is_some_and(|size| download.done > size) {
            download.restart()?;
        }
        Ok(download)
    }

    fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        (self.hasher, self.done) = (Sha256::new(), 0);
        Ok(())
    }

    fn is_whole(&self) -> bool {
        self.size == Some(self.done)
    }

    fn finish(&mut self) -> io::Result<String> {
        self.file.sync_all()?;
        Ok(hexadecimal(&std::mem::take(&mut self.hasher).finalize()))
    }

    /// Makes attempts until the file is complete or too many of them failed.
    fn run(
        &mut self,
        client: &Client,
        target: &Target<'_>,
        listener: &mut dyn DownloadListener,
    ) -> Result<(), HubError> {
        let mut breaks = 0;
        while !self.is_whole() {
            let before = self.done;
            let why = match self.attempt(client, target, listener) {
                Ok(()) => return Ok(()),
                Err(Break::Final(error)) => return Err(error),
                Err(Break::Connection(why)) => why,
            };
            breaks = if self.done >= before.saturating_add(ENOUGH) { 1 } else { breaks + 1 };
            if breaks > MAX_BREAKS {
                return Err(HubError::BrokenOff {
                    file: target.file.to_owned(),
                    done: self.done,
                    size: self.size,
                    times: breaks,
                    why,
                });
            }
            tracing::info!("{}: broke off at {}: {why}", target.file, self.done);
            std::thread::sleep(Duration::from_millis(100 << breaks));
        }
        Ok(())
    }

    /// Makes one request and reads it to its end. Succeeds if the file is complete.
    fn attempt(
        &mut self,
        client: &Client,
        target: &Target<'_>,
        listener: &mut dyn DownloadListener,
    ) -> Result<(), Break> {
        let opened = client.open(target.repository, target.file, target.url, self.done, listener);
        let response = opened.map_err(|error| match error {
            // The hub has described the file before, so its connection may recover.
            HubError::Unreachable { endpoint, why, .. } => Break::Connection(format!("{endpoint}: {why}")),
            error => Break::Final(error),
        })?;
        let begins = match response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let (start, size) = range(header(&response, "content-range").unwrap_or_default());
                self.size = self.size.or(size);
                start == Some(self.done)
            }
            StatusCode::OK => self.done == 0,
            _ => false,
        };
        if response.status() == StatusCode::OK {
            let length = header(&response, "content-length").and_then(|text| text.parse().ok());
            self.size = self.size.or(length);
        }
        if !begins {
            // The server has no ranges or the partial file does not match: start again.
            self.restart().map_err(Break::io)?;
            listener.advance(0);
            if response.status() != StatusCode::OK {
                return Err(Break::Connection("the server sent another range than requested".to_owned()));
            }
        }
        self.read(response.into_body().into_reader(), target, listener)
    }

    fn read(
        &mut self,
        mut body: impl Read,
        target: &Target<'_>,
        listener: &mut dyn DownloadListener,
    ) -> Result<(), Break> {
        let mut buffer = vec![0; 256 << 10];
        loop {
            let read = match body.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(Break::Connection(error.to_string())),
            };
            if self.size.is_some_and(|size| self.done + read as u64 > size) {
                self.restart().map_err(Break::io)?;
                let what = format!("{} is longer than its announced size", target.file);
                let endpoint = target.repository.to_owned();
                return Err(Break::Final(HubError::Answer { endpoint, what }));
            }
            self.file.write_all(&buffer[..read]).map_err(Break::io)?;
            self.hasher.update(&buffer[..read]);
            self.done += read as u64;
            listener.advance(self.done);
        }
        match self.size {
            Some(size) if self.done < size => Err(Break::Connection("the connection was closed".to_owned())),
            _ => Ok(()),
        }
    }
}

impl Break {
    fn io(error: io::Error) -> Self {
        Self::Final(error.into())
    }
}

/// Parses start and total of `bytes 5-9/10`.
fn range(text: &str) -> (Option<u64>, Option<u64>) {
    let rest = text.trim().strip_prefix("bytes").unwrap_or_default();
    let (span, total) = rest.trim().split_once('/').unwrap_or_default();
    (span.split('-').next().and_then(|start| start.parse().ok()), total.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn content_ranges() {
        assert_eq!(range("bytes 5-9/10"), (Some(5), Some(10)));
        assert_eq!(range("bytes 5-9/*"), (Some(5), None));
        assert_eq!(range("bytes */10"), (None, Some(10)));
        assert_eq!(range(""), (None, None));
        assert_eq!(range("lines 5-9/10"), (None, None));
    }
}
