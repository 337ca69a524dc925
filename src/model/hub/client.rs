//! Requests to the hub, on the HTTP client that hf-hub uses.
//!
//! hf-hub 0.5 provides the cache layout, the repository names and the repository's description, but not the
//! requests. Its own requests do not report the error status (gated, missing, too many requests), ignore
//! `Retry-After`, resume at a wrong position after a restart, and check no sha256.

use std::time::Duration;

use hf_hub::Repo;
use hf_hub::api::RepoInfo;
use ureq::http::{Method, Request, Response, StatusCode};
use ureq::{Agent, Body};

use super::address::{escaped, host, is_plain, join, origin};
use super::error::HubError;
use super::listener::DownloadListener;
use super::settings::{HubSettings, Token};

/// Maximum number of redirects per request.
const MAX_REDIRECTS: u32 = 10;

/// Maximum number of waits for a busy server per request.
const MAX_WAITS: u32 = 3;

/// Longest accepted wait in seconds. Beyond it, the request fails and the user decides.
const LONGEST_WAIT: u64 = 60;

/// Client of one hub.
pub struct Client {
    agent: Agent,
    endpoint: String,
    token: Option<Token>,
    /// Name of the requested model or file, for errors.
    wanted: String,
}

/// Metadata of a file on the hub.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteFile {
    /// Name of the file's blob in the cache. For large files, this is the sha256.
    pub etag: String,
    /// Commit of the file.
    pub commit: Option<String>,
    /// Size in bytes.
    pub size: Option<u64>,
}

impl RemoteFile {
    /// Returns the expected sha256; `None` for small files, whose tag is git's own hash.
    pub fn sha256(&self) -> Option<&str> {
        let is_sha256 = self.etag.len() == 64 && self.etag.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_sha256.then_some(self.etag.as_str())
    }
}

/// Redirects to follow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follow {
    /// All redirects.
    All,
    /// Redirects within the host, because the headers of the hub itself are needed.
    Here,
}

impl Client {
    /// Creates a client for requests about one model or file.
    pub fn new(settings: &HubSettings, wanted: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_resolve(Some(Duration::from_secs(10)))
            .timeout_connect(Some(Duration::from_secs(15)))
            .timeout_recv_response(Some(Duration::from_secs(60)))
            .timeout_per_read(Some(Duration::from_secs(60)))
            .user_agent(concat!("safety-deepconf/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.into(),
            endpoint: settings.endpoint.clone(),
            token: settings.token.clone(),
            wanted: wanted.to_owned(),
        }
    }

    /// Returns the file names of a repository and its commit.
    pub fn describe(
        &self,
        repository: &str,
        repo: &Repo,
        listener: &mut dyn DownloadListener,
    ) -> Result<RepoInfo, HubError> {
        let url = format!("{}/api/{}", self.endpoint, repo.api_url());
        let mut response = self.send(&Method::GET, &url, None, Follow::All, listener)?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(self.refusal(status, repository, None));
        }
        let unusable = |what: String| HubError::Answer { endpoint: self.endpoint.clone(), what };
        let text = response.body_mut().read_to_string().map_err(|error| self.failure(&url, &error))?;
        let info: RepoInfo =
            serde_json::from_str(&text).map_err(|error| unusable(format!("{url}: {error}")))?;
        if !is_plain(&info.sha) {
            return Err(unusable(format!("{url}: {:?} is not a commit", info.sha)));
        }
        Ok(info)
    }

    /// Returns the address of a file.
    pub fn url(&self, repo: &Repo, file: &str) -> String {
        format!("{}/{}/resolve/{}/{}", self.endpoint, repo.url(), repo.url_revision(), escaped(file))
    }

    /// Returns the tag, commit and size of a file.
    pub fn look_up(
        &self,
        repository: &str,
        repo: &Repo,
        file: &str,
        listener: &mut dyn DownloadListener,
    ) -> Result<RemoteFile, HubError> {
        self.look_up_at(repository, &self.url(repo, file), file, listener)
    }

    /// Returns the tag and size of a file at an address.
    pub fn look_up_at(
        &self,
        repository: &str,
        url: &str,
        file: &str,
        listener: &mut dyn DownloadListener,
    ) -> Result<RemoteFile, HubError> {
        let response = self.send(&Method::HEAD, url, None, Follow::Here, listener)?;
        let status = response.status();
        if !status.is_success() && !status.is_redirection() {
            return Err(self.refusal(status, repository, Some(file)));
        }
        let tag = header(&response, "x-linked-etag").or_else(|| header(&response, "etag"));
        let etag = tag.unwrap_or_default().trim_start_matches("W/").replace('"', "");
        if !is_plain(&etag) {
            let what = format!("{url}: {etag:?} is not a file tag");
            return Err(HubError::Answer { endpoint: self.endpoint.clone(), what });
        }
        let own_length = || header(&response, "content-length").filter(|_| status.is_success());
        let size = header(&response, "x-linked-size").or_else(own_length).and_then(|size| size.parse().ok());
        let commit = header(&response, "x-repo-commit").filter(|commit| is_plain(commit)).map(str::to_owned);
        Ok(RemoteFile { etag, commit, size })
    }

    /// Requests the bytes of a file from a position. Any status except 200, 206 and 416 is an error.
    pub fn open(
        &self,
        repository: &str,
        file: &str,
        url: &str,
        start: u64,
        listener: &mut dyn DownloadListener,
    ) -> Result<Response<Body>, HubError> {
        let response = self.send(&Method::GET, url, Some(start), Follow::All, listener)?;
        match response.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => Ok(response),
            status => Err(self.refusal(status, repository, Some(file))),
        }
    }

    /// Sends a request, waits when the server asks for it, and follows redirects itself: the token goes only
    /// to the hub's scheme, host and port.
    fn send(
        &self,
        method: &Method,
        url: &str,
        start: Option<u64>,
        follow: Follow,
        listener: &mut dyn DownloadListener,
    ) -> Result<Response<Body>, HubError> {
        let (mut url, mut redirects, mut waits) = (url.to_owned(), 0, 0);
        loop {
            let own = origin(&url).is_some() && origin(&url) == origin(&self.endpoint);
            let mut request = Request::builder().method(method.clone()).uri(&url);
            if start.is_some() || *method == Method::HEAD {
                // Compression would break the byte counts.
                request = request.header("Accept-Encoding", "identity");
            }
            if let Some(start) = start {
                request = request.header("Range", format!("bytes={start}-"));
            }
            if let Some(token) = self.token.as_ref().filter(|_| own) {
                request = request.header("Authorization", format!("Bearer {}", token.secret));
            }
            let request = request.body(()).map_err(|error| self.failure(&url, &error.into()))?;
            let response = self.agent.run(request).map_err(|error| self.failure(&url, &error))?;
            let status = response.status();
            if status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error() {
                let asked = header(&response, "retry-after").and_then(|text| text.trim().parse().ok());
                let wait = asked.unwrap_or(1 << waits);
                if waits == MAX_WAITS || wait > LONGEST_WAIT {
                    return Err(self.busy(&url, status, asked));
                }
                waits += 1;
                let status = status.as_u16();
                listener.note(&format!("{} answers status {status}: waiting {wait} s", host(&url)));
                std::thread::sleep(Duration::from_secs(wait));
                continue;
            }
            let location = header(&response, "location").filter(|_| status.is_redirection());
            let Some(location) = location.map(|location| join(&url, location)) else { return Ok(response) };
            if follow == Follow::Here && origin(&location) != origin(&self.endpoint) {
                return Ok(response);
            }
            redirects += 1;
            if redirects > MAX_REDIRECTS {
                let what = format!("{} redirects more than {MAX_REDIRECTS} times", self.wanted);
                return Err(HubError::Answer { endpoint: self.endpoint.clone(), what });
            }
            url = location;
        }
    }

    /// Returns the error for a failed connection.
    pub fn failure(&self, url: &str, error: &ureq::Error) -> HubError {
        HubError::Unreachable { endpoint: host(url), why: error.to_string(), wanted: self.wanted.clone() }
    }

    fn busy(&self, url: &str, status: StatusCode, wait: Option<u64>) -> HubError {
        let endpoint = host(url);
        if status == StatusCode::TOO_MANY_REQUESTS {
            return HubError::Busy { endpoint, wait };
        }
        HubError::Status { endpoint, status: status.as_u16(), what: self.wanted.clone() }
    }

    /// Returns the error for an unsuccessful status.
    fn refusal(&self, status: StatusCode, repository: &str, file: Option<&str>) -> HubError {
        let (endpoint, repository) = (self.endpoint.clone(), repository.to_owned());
        match (status, file) {
            (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => {
                let token = self.token.as_ref().map(|token| token.place.clone());
                HubError::Denied { endpoint, repository, status: status.as_u16(), token }
            }
            (StatusCode::NOT_FOUND, None) => HubError::NoRepository { endpoint, repository },
            (StatusCode::NOT_FOUND, Some(file)) => {
                HubError::NoFile { repository, file: file.to_owned(), present: Vec::new() }
            }
            _ => {
                let what = file.map_or(repository.clone(), |file| format!("{repository}/{file}"));
                HubError::Status { endpoint, status: status.as_u16(), what }
            }
        }
    }
}

/// Returns a header as text.
pub fn header<'a>(response: &'a Response<Body>, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}
