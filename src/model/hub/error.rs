//! What can go wrong between a name on the hub and a file on this machine.

use std::path::PathBuf;

/// A file of the hub that could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// No answer: no network, no such host, a timeout.
    #[error("the hub {endpoint} is out of reach ({why}), and {wanted} is not in the cache")]
    Unreachable {
        /// Scheme and host.
        endpoint: String,
        /// What the connection said.
        why: String,
        /// What was asked for.
        wanted: String,
    },
    /// Told to stay offline, and it is not there.
    #[error("{wanted} is not in the cache {}{}", folder.display(), listed("; cached of this repository: ", present))]
    NotCached {
        /// What was asked for.
        wanted: String,
        /// The cache's folder.
        folder: PathBuf,
        /// Files of the repository that are there.
        present: Vec<String>,
    },
    /// 401 or 403.
    #[error(
        "{endpoint} gives no access to {repository} (status {status}): it is gated or private, or does not exist"
    )]
    Denied {
        /// Scheme and host.
        endpoint: String,
        /// The repository.
        repository: String,
        /// 401 or 403.
        status: u16,
        /// Whether a token was sent.
        with_token: bool,
    },
    /// 404 for a repository.
    #[error("no such repository on {endpoint}: {repository}")]
    NoRepository {
        /// Scheme and host.
        endpoint: String,
        /// The repository.
        repository: String,
    },
    /// The file is not in the repository.
    #[error("{repository} has no file {file}{}", listed("; it has ", present))]
    NoFile {
        /// The repository.
        repository: String,
        /// The file.
        file: String,
        /// The model files there are.
        present: Vec<String>,
    },
    /// No file of the level.
    #[error("{repository} has no level {level}{}", listed("; it has ", present))]
    NoLevel {
        /// The repository.
        repository: String,
        /// The level as it was named.
        level: String,
        /// The levels there are.
        present: Vec<String>,
        /// Known names of the same model at this level.
        elsewhere: Vec<String>,
    },
    /// A repository without GGUF files.
    #[error("{repository} holds no model in GGUF")]
    NoGguf {
        /// The repository.
        repository: String,
    },
    /// One part of several.
    #[error("{file} is a part of a split model: split files are not supported yet")]
    Split {
        /// The file.
        file: String,
    },
    /// 429, more often than we wait.
    #[error("{endpoint} answers too many requests (status 429){}", seconds(*wait))]
    Busy {
        /// Scheme and host.
        endpoint: String,
        /// Seconds it asks to wait, if it says.
        wait: Option<u64>,
    },
    /// A status of the server's own fault, or one that has no meaning here.
    #[error("{endpoint} answers status {status} for {what}")]
    Status {
        /// Scheme and host.
        endpoint: String,
        /// The status.
        status: u16,
        /// What was asked for.
        what: String,
    },
    /// An answer that cannot be used.
    #[error("{endpoint} gave an answer that cannot be used: {what}")]
    Answer {
        /// Scheme and host.
        endpoint: String,
        /// What is wrong with it.
        what: String,
    },
    /// The connection broke too often.
    #[error("the download of {file} broke off {times} times in a row at {done} of {} bytes: {why}", size.map_or("?".to_owned(), |size| size.to_string()))]
    BrokenOff {
        /// The file.
        file: String,
        /// Bytes that are here.
        done: u64,
        /// Bytes of the file, if known.
        size: Option<u64>,
        /// Attempts without enough progress.
        times: u32,
        /// What the last one said.
        why: String,
    },
    /// The bytes are not the expected ones.
    #[error("{file}: sha256 is {found}, expected {expected}; what was downloaded is deleted")]
    Checksum {
        /// The file.
        file: String,
        /// By the manifest or the hub.
        expected: String,
        /// Of the bytes.
        found: String,
    },
    /// The hub has another file than the pinned one.
    #[error("{file}: the hub's sha256 is {found}, {pinned_by} pins {expected}")]
    Pin {
        /// The file.
        file: String,
        /// The pinned sha256.
        expected: String,
        /// The hub's.
        found: String,
        /// What states the pinned one.
        pinned_by: &'static str,
    },
    /// A file in the cache is not what its name says.
    #[error("{}: sha256 is {found}, expected {expected}: the cached file is damaged", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// By its name in the cache, or the manifest.
        expected: String,
        /// Of the bytes.
        found: String,
    },
    /// Not enough room.
    #[error("{file} needs {needed} bytes more, and {} has {free} free", folder.display())]
    NoSpace {
        /// The file.
        file: String,
        /// Bytes still to come.
        needed: u64,
        /// Bytes free.
        free: u64,
        /// The cache's folder.
        folder: PathBuf,
    },
    /// An environment variable without sense.
    #[error("{variable}={value:?} is no address: it begins with neither http:// nor https://")]
    Endpoint {
        /// Its name.
        variable: &'static str,
        /// Its value.
        value: String,
    },
    /// Neither a folder for the cache nor a home is known.
    #[error("no folder for the cache is known: HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME and HOME are not set")]
    NoCacheFolder,
    /// The cache cannot be read or written.
    #[error("the hub's cache: {0}")]
    Io(#[from] std::io::Error),
}

impl HubError {
    /// Whether the hub could not be asked, so that a cached file is the best there is.
    #[must_use]
    pub fn is_out_of_reach(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Busy { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            _ => false,
        }
    }
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
