//! `models`: lists cached and known models, and which fit in memory.

use std::path::Path;

use serde_json::json;

use crate::cli::exit::Exit;
use crate::cli::output::table;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::models::{ListedFile, Models, SEQUENCES, TOKENS, models as models_job};

/// Lists models. Uses no network: sizes of known models are embedded.
pub fn models(terminal: &Terminal) -> Result<Exit, JobError> {
    let Models { cache, free_memory: free, cached, known } = models_job()?;
    let lines = |lines: &[ListedFile]| lines.iter().map(|line| line.json(free)).collect::<Vec<_>>();
    let json = || {
        json!({
            "cache": cache.display().to_string(),
            "free_memory": free,
            "cached": lines(&cached),
            "known": lines(&known),
        })
    };
    terminal.printer.show(|| text(&cache, free, &cached, &known), json)?;
    Ok(Exit::Done)
}

fn text(cache: &Path, free: Option<u64>, cached: &[ListedFile], known: &[ListedFile]) -> String {
    let memory = free.map_or("unknown".to_owned(), |free| format!("{:.1} GB", free as f64 / 1e9));
    let mut text = format!("In the cache {}:\n", cache.display());
    text.push_str(&if cached.is_empty() { "  nothing\n".to_owned() } else { rendered(cached, free) });
    text.push_str("\nKnown, downloaded when named:\n");
    text.push_str(&rendered(known, free));
    text.push_str(&format!(
        "\n~ marks a rounded size. Fits: weights, {SEQUENCES} sequences of {TOKENS} tokens and llama.cpp's \
         buffers need less than the free memory ({memory}).\n"
    ));
    text
}

fn rendered(lines: &[ListedFile], free: Option<u64>) -> String {
    let rows: Vec<Vec<String>> = lines.iter().map(|line| row(line, free)).collect();
    table::render(&["model", "size", "needs", "fits"], &rows)
}

fn row(file: &ListedFile, free: Option<u64>) -> Vec<String> {
    let gigabytes = |bytes: u64| format!("{:.2} GB", bytes as f64 / 1e9);
    let about = if file.exact { "" } else { "~" };
    let fits = match file.fits(free) {
        None => "?",
        Some(true) => "yes",
        Some(false) => "no",
    };
    vec![file.name(), format!("{about}{}", gigabytes(file.size)), gigabytes(file.needs()), fits.to_owned()]
}
