//! `models`: what is cached, what is known, and what fits.

use serde_json::{Value, json};

use crate::cli::exit::Exit;
use crate::cli::printer::Printer;
use crate::cli::{host, table};
use crate::engine::llama::shape::ModelShape;
use crate::model::gguf::Header;
use crate::model::hub::folder::{self, CachedFile};
use crate::model::{HubSettings, known, level};
use crate::record::engine::CacheType;

/// Sequences and tokens of each that a small run holds at once.
const SEQUENCES: u64 = 9;
const TOKENS: u64 = 512;

/// llama.cpp's buffers beside weights and KV cache, roughly.
const BUFFERS: u64 = 300_000_000;

/// Lists them. Asks nobody: sizes of known models are the embedded manifest's.
pub fn models(printer: &Printer) -> anyhow::Result<Exit> {
    let cache = HubSettings::from_env(true)?.cache;
    let free = host::free_memory();
    let cached: Vec<Line> = folder::list(&cache).iter().map(Line::cached).collect();
    let known: Vec<Line> = known::models().repositories.iter().flat_map(Line::known).collect();
    if printer.is_json() {
        let lines = |lines: &[Line]| lines.iter().map(|line| line.json(free)).collect::<Vec<_>>();
        let all = json!({
            "cache": cache.display().to_string(),
            "free_memory": free,
            "cached": lines(&cached),
            "known": lines(&known),
        });
        printer.data(&format!("{all}\n"))?;
        return Ok(Exit::Done);
    }
    let memory = free.map_or("unknown".to_owned(), |free| format!("{:.1} GB", free as f64 / 1e9));
    let mut text = format!("In the cache {}:\n", cache.display());
    text.push_str(&if cached.is_empty() { "  nothing\n".to_owned() } else { rendered(&cached, free) });
    text.push_str("\nKnown, downloaded when they are named:\n");
    text.push_str(&rendered(&known, free));
    text.push_str(&format!(
        "\n~ is a rounded size. Fits: weights, {SEQUENCES} sequences of {TOKENS} tokens and llama.cpp's \
         buffers take less than the free memory ({memory}).\n"
    ));
    printer.data(&text)?;
    Ok(Exit::Done)
}

fn rendered(lines: &[Line], free: Option<u64>) -> String {
    let rows: Vec<Vec<String>> = lines.iter().map(|line| line.row(free)).collect();
    table::render(&["model", "size", "needs", "fits"], &rows)
}

/// A file in a list.
struct Line {
    repository: String,
    file: String,
    level: Option<String>,
    size: u64,
    exact: bool,
    kv_bytes_per_token: u64,
    /// Commit and path, if it is cached.
    place: Option<(String, String)>,
}

impl Line {
    fn cached(file: &CachedFile) -> Self {
        // An unsound file is listed too: `info` says what is wrong with it.
        let shape = Header::read(&file.path).map(|header| ModelShape::of(&header));
        Self {
            repository: file.repository.clone(),
            level: level::of_file(&file.file),
            file: file.file.clone(),
            size: file.size,
            exact: true,
            kv_bytes_per_token: shape
                .map_or(0, |shape| shape.kv_bytes_per_token(CacheType::F16, CacheType::F16)),
            place: Some((file.revision.clone(), file.path.display().to_string())),
        }
    }

    fn known(repository: &known::KnownRepository) -> impl Iterator<Item = Self> + '_ {
        repository.files.iter().map(|file| Self {
            repository: repository.name.clone(),
            file: file.file.clone(),
            level: level::of_file(&file.file),
            size: file.size,
            exact: file.exact,
            kv_bytes_per_token: repository.kv_bytes_per_token,
            place: None,
        })
    }

    /// Bytes of memory of a small run.
    fn needs(&self) -> u64 {
        let kv = self.kv_bytes_per_token.saturating_mul(SEQUENCES * TOKENS);
        self.size.saturating_add(kv).saturating_add(BUFFERS)
    }

    fn fits(&self, free: Option<u64>) -> Option<bool> {
        free.map(|free| self.needs() < free)
    }

    /// As `--model` takes it.
    fn name(&self) -> String {
        format!("{}:{}", self.repository, self.level.as_ref().unwrap_or(&self.file))
    }

    fn row(&self, free: Option<u64>) -> Vec<String> {
        let gigabytes = |bytes: u64| format!("{:.2} GB", bytes as f64 / 1e9);
        let about = if self.exact { "" } else { "~" };
        let fits = match self.fits(free) {
            None => "?",
            Some(true) => "yes",
            Some(false) => "no",
        };
        vec![
            self.name(),
            format!("{about}{}", gigabytes(self.size)),
            gigabytes(self.needs()),
            fits.to_owned(),
        ]
    }

    fn json(&self, free: Option<u64>) -> Value {
        let mut line = json!({
            "model": self.name(),
            "repository": self.repository,
            "file": self.file,
            "level": self.level,
            "size": self.size,
            "size_is_exact": self.exact,
            "memory_needed": self.needs(),
            "fits": self.fits(free),
        });
        if let (Some((revision, path)), Some(object)) = (&self.place, line.as_object_mut()) {
            object.insert("revision".to_owned(), json!(revision));
            object.insert("path".to_owned(), json!(path));
        }
        line
    }
}
