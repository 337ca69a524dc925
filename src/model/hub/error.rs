//! Errors of finding and downloading files of the hub.

use std::path::PathBuf;

use crate::record::names::nearest;

/// Error of finding or downloading a file of the hub.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The hub does not answer: no network, unknown host, or a timeout.
    #[error("the hub {endpoint} is out of reach ({why}), and {wanted} is not in the cache")]
    Unreachable {
        /// Scheme and host.
        endpoint: String,
        /// Error of the connection.
        why: String,
        /// Name of the requested model or file.
        wanted: String,
    },
    /// Offline, and the file is not cached.
    #[error("{wanted} is not in the cache {}{}", folder.display(), listed("; cached of this repository: ", present))]
    NotCached {
        /// Name of the requested model or file.
        wanted: String,
        /// Folder of the cache.
        folder: PathBuf,
        /// Cached files of the repository.
        present: Vec<String>,
    },
    /// Status 401 or 403.
    #[error(
        "{endpoint} gives no access to {repository} (status {status}): it is gated or private, or does not exist"
    )]
    Denied {
        /// Scheme and host.
        endpoint: String,
        /// Name of the repository.
        repository: String,
        /// HTTP status, 401 or 403.
        status: u16,
        /// Where the token that was sent comes from: `HF_TOKEN`, or the path of a file.
        token: Option<String>,
    },
    /// Status 404 for a repository.
    #[error("no such repository on {endpoint}: {repository}")]
    NoRepository {
        /// Scheme and host.
        endpoint: String,
        /// Name of the repository.
        repository: String,
    },
    /// The file is not in the repository.
    #[error("{repository} has no file {file}{}", listed("; it has ", present))]
    NoFile {
        /// Name of the repository.
        repository: String,
        /// Name of the file.
        file: String,
        /// Model files of the repository.
        present: Vec<String>,
    },
    /// The repository has no file of the level.
    #[error("{repository} has no level {level}{}{}", meant(level, present), listed("; it has ", present))]
    NoLevel {
        /// Name of the repository.
        repository: String,
        /// Level as requested.
        level: String,
        /// Levels of the repository.
        present: Vec<String>,
        /// Known names of the same model at this level.
        elsewhere: Vec<String>,
    },
    /// The repository has no GGUF files.
    #[error("{repository} holds no model in GGUF")]
    NoGguf {
        /// Name of the repository.
        repository: String,
        /// Known repositories of the same model in GGUF.
        elsewhere: Vec<String>,
    },
    /// The repository lacks parts of a model in several files.
    #[error("{repository} has {file}, but {} of its {count} parts are missing there{}", missing.len(), listed(": ", missing))]
    NoPart {
        /// Name of the repository.
        repository: String,
        /// Name of the part that was chosen.
        file: String,
        /// Number of parts.
        count: usize,
        /// Names of the missing files.
        missing: Vec<String>,
    },
    /// Status 429, more often than the client waits.
    #[error("{endpoint} answers too many requests (status 429){}", seconds(*wait))]
    Busy {
        /// Scheme and host.
        endpoint: String,
        /// Requested wait in seconds, if any.
        wait: Option<u64>,
    },
    /// Any other error status.
    #[error("{endpoint} answers status {status} for {what}")]
    Status {
        /// Scheme and host.
        endpoint: String,
        /// HTTP status.
        status: u16,
        /// Name of the requested repository or file.
        what: String,
    },
    /// The answer cannot be used.
    #[error("{endpoint} gave an answer that cannot be used: {what}")]
    Answer {
        /// Scheme and host.
        endpoint: String,
        /// Description of the problem.
        what: String,
    },
    /// The connection failed too often.
    #[error("the download of {file} broke off {times} times in a row at {done} of {} bytes: {why}", size.map_or("?".to_owned(), |size| size.to_string()))]
    BrokenOff {
        /// Name of the file.
        file: String,
        /// Number of bytes downloaded.
        done: u64,
        /// Size of the file, if known.
        size: Option<u64>,
        /// Number of consecutive attempts without enough progress.
        times: u32,
        /// Error of the last attempt.
        why: String,
    },
    /// The downloaded bytes have another sha256.
    #[error("{file}: sha256 is {found}, expected {expected}; the download was deleted")]
    Checksum {
        /// Name of the file.
        file: String,
        /// sha256 by the manifest or the hub.
        expected: String,
        /// sha256 of the bytes.
        found: String,
    },
    /// The hub's file differs from the pinned one.
    #[error("{file}: the hub's sha256 is {found}, {pinned_by} pins {expected}")]
    Pin {
        /// Name of the file.
        file: String,
        /// Pinned sha256.
        expected: String,
        /// sha256 by the hub.
        found: String,
        /// Source of the pin.
        pinned_by: &'static str,
    },
    /// A cached file has another sha256 than its name.
    #[error("{}: sha256 is {found}, expected {expected}: the cached file is damaged", path.display())]
    Damaged {
        /// Path of the file.
        path: PathBuf,
        /// sha256 by its name in the cache, or by the manifest.
        expected: String,
        /// sha256 of the bytes.
        found: String,
    },
    /// The disk has not enough free space.
    #[error("{file} needs {needed} more bytes, but {} has {free} free", folder.display())]
    NoSpace {
        /// Name of the file.
        file: String,
        /// Bytes still to download.
        needed: u64,
        /// Free bytes.
        free: u64,
        /// Folder of the cache.
        folder: PathBuf,
    },
    /// An environment variable is not an address.
    #[error("{variable}={value:?} is not an address: it must begin with http:// or https://")]
    Endpoint {
        /// Name of the variable.
        variable: &'static str,
        /// Value of the variable.
        value: String,
    },
    /// An environment variable does not name a proxy.
    #[error("the proxy in {variable} cannot be read: it must be like http://host:port or socks5://host:port")]
    Proxy {
        /// Name of the variable.
        variable: &'static str,
    },
    /// No cache folder and no home folder is known.
    #[error("no cache folder is known: set one of HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME and HOME")]
    NoCacheFolder,
    /// The cache cannot be read or written.
    #[error("error in the hub's cache: {0}")]
    Io(#[from] std::io::Error),
}

impl HubError {
    /// Returns whether the hub could not be reached, so that a cached file should be used.
    #[must_use]
    pub fn is_out_of_reach(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            _ => false,
        }
    }
}

/// Returns a suggestion with the listed name that is most similar to the typed one.
fn meant(typed: &str, names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    nearest(typed, &names).map_or_else(String::new, |name| format!("; did you mean {name}?"))
}

fn listed(before: &str, names: &[String]) -> String {
    const MOST: usize = 24;
    match names.len() {
        0 => String::new(),
        count if count > MOST => format!("{before}{} and {} more", names[..MOST].join(", "), count - MOST),
        _ => format!("{before}{}", names.join(", ")),
    }
}

fn seconds(wait: Option<u64>) -> String {
    wait.map_or(String::new(), |wait| format!(" and asks to wait {wait} seconds"))
}
