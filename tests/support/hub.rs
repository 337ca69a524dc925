//! A stand-in for the hub on loopback, and for the other host that holds its files.
#![allow(dead_code)]

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

/// The commit of every repository here.
pub const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Request {
    /// `hub GET /path` or `cdn GET /path`.
    pub line: String,
    /// First byte of the range that was asked for.
    pub start: Option<usize>,
    pub token: Option<String>,
}

/// An answer; `sent` bytes of the body go out before the connection is closed.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub sent: usize,
}

impl Answer {
    pub fn new(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Self {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { status, headers, body: body.to_vec(), sent: body.len() }
    }

    /// The bytes from a position on, as a server with ranges gives them.
    pub fn bytes(body: &[u8], start: Option<usize>) -> Self {
        match start {
            Some(start) if start < body.len() => {
                let range = format!("bytes {start}-{}/{}", body.len() - 1, body.len());
                Self::new(206, &[("Content-Range", &range)], &body[start..])
            }
            Some(_) => Self::new(416, &[], b""),
            None => Self::new(200, &[], body),
        }
    }

    /// Breaks off after so many bytes.
    pub fn cut(mut self, sent: usize) -> Self {
        self.sent = sent.min(self.body.len());
        self
    }
}

/// What differs from a well-behaved hub: (request, how many of its line came before).
pub type Hook = Box<dyn Fn(&Request, usize) -> Option<Answer> + Send + Sync>;

/// One repository, `user/repo-GGUF` unless said otherwise, and its log.
pub struct Hub {
    pub endpoint: String,
    pub log: Arc<Mutex<Vec<Request>>>,
    pub home: tempfile::TempDir,
}

/// The demo model's bytes, which stand in for every file.
pub fn demo() -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf")).unwrap()
}

pub fn demo_sha256() -> String {
    safety_deepconf::model::digest::sha256_bytes(&demo())
}

impl Hub {
    pub fn new(repository: &str, files: &[&str]) -> Self {
        Self::with(repository, files, Box::new(|_, _| None))
    }

    pub fn with(repository: &str, files: &[&str], hook: Hook) -> Self {
        let bytes = Arc::new(demo());
        let files = files.iter().map(|&file| (file.to_owned(), Arc::clone(&bytes))).collect();
        let prefix = format!("/{repository}");
        Self::start(repository, &format!("models/{repository}/revision/main"), &prefix, COMMIT, files, hook)
    }

    /// A model repository with files and their bytes.
    pub fn models(repository: &str, files: &[(String, Vec<u8>)], hook: Hook) -> Self {
        let files = files.iter().map(|(file, bytes)| (file.clone(), Arc::new(bytes.clone()))).collect();
        let prefix = format!("/{repository}");
        Self::start(repository, &format!("models/{repository}/revision/main"), &prefix, COMMIT, files, hook)
    }

    /// A data set, at a branch or a commit, with files and their bytes.
    pub fn dataset(repository: &str, revision: &str, files: &[(&str, Vec<u8>)], hook: Hook) -> Self {
        let commit = if revision == "main" { COMMIT } else { revision };
        let files = files.iter().map(|(file, bytes)| ((*file).to_owned(), Arc::new(bytes.clone()))).collect();
        let api = format!("datasets/{repository}/revision/{revision}");
        Self::start(repository, &api, &format!("/datasets/{repository}"), commit, files, hook)
    }

    fn start(
        repository: &str,
        api: &str,
        prefix: &str,
        commit: &str,
        files: Vec<(String, Arc<Vec<u8>>)>,
        hook: Hook,
    ) -> Self {
        let (hub, cdn) = (listener(), listener());
        let address = |listener: &TcpListener| format!("http://{}", listener.local_addr().unwrap());
        let (endpoint, other) = (address(&hub), address(&cdn));
        let log = Arc::new(Mutex::new(Vec::new()));
        let state = Arc::new(State {
            repository: repository.to_owned(),
            api: format!("/api/{api}"),
            resolve: format!("{prefix}/resolve/{commit}/"),
            commit: commit.to_owned(),
            files,
            other,
            hook,
            log: Arc::clone(&log),
        });
        for (name, listener) in [("hub", hub), ("cdn", cdn)] {
            let state = Arc::clone(&state);
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let state = Arc::clone(&state);
                    std::thread::spawn(move || state.serve(name, &stream));
                }
            });
        }
        Self { endpoint, log, home: tempfile::tempdir().unwrap() }
    }

    /// The program, with this hub and a cache of its own.
    pub fn program(&self) -> Command {
        let mut command = super::program();
        for name in [
            "LLAMA_CACHE",
            "HUGGINGFACE_HUB_CACHE",
            "MODEL_ENDPOINT",
            "HF_TOKEN",
            "HF_TOKEN_PATH",
            "HF_HOME",
            "HF_HUB_OFFLINE",
            "XDG_CACHE_HOME",
            "http_proxy",
            "https_proxy",
            "all_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
        ] {
            command.env_remove(name);
        }
        command.env("HF_ENDPOINT", &self.endpoint).env("HF_HUB_CACHE", self.cache());
        command.env("GITHUB_RAW_ENDPOINT", &self.endpoint);
        command.env("HOME", self.home.path()).current_dir(self.home.path());
        command
    }

    pub fn run(&self, arguments: &str) -> Output {
        self.program().args(arguments.split_whitespace()).output().unwrap()
    }

    /// Runs and expects success; gives stdout.
    pub fn succeed(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments}\n{}", super::stderr(&output));
        super::stdout(&output)
    }

    /// Runs, expects a short error and status 2; gives stderr.
    pub fn refuse(&self, arguments: &str) -> String {
        refused(arguments, &self.run(arguments))
    }

    pub fn cache(&self) -> std::path::PathBuf {
        self.home.path().join("cache")
    }

    /// The repository's folder in the cache.
    pub fn folder(&self) -> std::path::PathBuf {
        self.cache().join("models--user--repo-GGUF")
    }

    /// Requests whose line holds a text.
    pub fn requests(&self, text: &str) -> Vec<Request> {
        self.log.lock().unwrap().iter().filter(|request| request.line.contains(text)).cloned().collect()
    }
}

pub fn refused(arguments: &str, output: &Output) -> String {
    let text = super::stderr(output);
    assert_eq!(output.status.code(), Some(2), "{arguments}\n{text}");
    assert!(!text.contains("panicked"), "{text}");
    assert_eq!(super::stdout(output), "", "stdout is for data");
    text
}

fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").unwrap()
}

struct State {
    repository: String,
    api: String,
    resolve: String,
    commit: String,
    files: Vec<(String, Arc<Vec<u8>>)>,
    other: String,
    hook: Hook,
    log: Arc<Mutex<Vec<Request>>>,
}

impl State {
    fn serve(&self, name: &str, stream: &TcpStream) {
        let Some(request) = read(name, stream) else { return };
        let before = {
            let mut log = self.log.lock().unwrap();
            let before = log.iter().filter(|one| one.line == request.line).count();
            log.push(request.clone());
            before
        };
        let answer = (self.hook)(&request, before).unwrap_or_else(|| self.answer(&request));
        let is_head = request.line.contains(" HEAD ");
        write(stream, &answer, is_head);
    }

    fn answer(&self, request: &Request) -> Answer {
        let path = request.line.rsplit(' ').next().unwrap();
        let bytes = |name: &str| self.files.iter().find(|(file, _)| file == name).map(|(_, bytes)| bytes);
        if let Some(file) = path.strip_prefix("/bytes/") {
            let bytes = bytes(file.trim_end_matches("?signature=x")).unwrap();
            return Answer::bytes(bytes, request.start);
        }
        if path == self.api {
            let siblings: Vec<_> =
                self.files.iter().map(|(file, _)| serde_json::json!({ "rfilename": file })).collect();
            let body = serde_json::json!({ "id": self.repository, "sha": self.commit, "siblings": siblings });
            return Answer::new(200, &[("Content-Type", "application/json")], body.to_string().as_bytes());
        }
        let file = path.strip_prefix(self.resolve.as_str());
        match file.and_then(|file| Some((file, bytes(file)?))) {
            Some((file, bytes)) => {
                let sha256 = safety_deepconf::model::digest::sha256_bytes(bytes);
                let location = format!("{}/bytes/{file}?signature=x", self.other);
                let (etag, size) = (format!("\"{sha256}\""), bytes.len().to_string());
                let headers = [
                    ("Location", location.as_str()),
                    ("X-Repo-Commit", self.commit.as_str()),
                    ("X-Linked-Etag", &etag),
                    ("X-Linked-Size", &size),
                    ("ETag", "\"0\""),
                ];
                Answer::new(302, &headers, b"Found")
            }
            None => Answer::new(404, &[("X-Error-Code", "RepoNotFound")], b"not found"),
        }
    }
}

fn read(name: &str, stream: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let line = format!("{name} {} {}", words.next()?, words.next()?);
    let mut request = Request { line, start: None, token: None };
    loop {
        let mut text = String::new();
        reader.read_line(&mut text).ok()?;
        let Some((header, value)) = text.trim().split_once(':') else { return Some(request) };
        match header.to_lowercase().as_str() {
            "authorization" => request.token = Some(value.trim().to_owned()),
            "range" => {
                let start = value.trim().strip_prefix("bytes=")?.trim_end_matches('-');
                request.start = Some(start.parse().ok()?);
            }
            _ => {}
        }
    }
}

fn write(mut stream: &TcpStream, answer: &Answer, is_head: bool) {
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", answer.status);
    head.push_str(&format!("Content-Length: {}\r\n", answer.body.len()));
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    // A client that has gone away is no concern of the hub's.
    let _ = stream.write_all(head.as_bytes());
    if !is_head {
        let _ = stream.write_all(&answer.body[..answer.sent]);
    }
    let _ = stream.flush();
}
