//! `models`: what is cached, what is known, and what fits.

use serde_json::{Value, json};

use crate::cli::exit::Exit;
use crate::cli::output::table;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::models::{ListedFile, Models, SEQUENCES, TOKENS, models as models_job};

/// Lists them. Asks nobody: sizes of known models are the embedded manifest's.
pub fn models(terminal: &Terminal) -> Result<Exit, JobError> {
    let Models { cache, free_memory: free, cached, known } = models_job()?;
    if terminal.printer.is_json() {
        let lines = |lines: &[ListedFile]| lines.iter().map(|line| json_of(line, free)).collect::<Vec<_>>();
        let all = json!({
            "cache": cache.display().to_string(),
            "free_memory": free,
            "cached": lines(&cached),
            "known": lines(&known),
        });
        terminal.printer.data(&format!("{all}\n"))?;
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
    terminal.printer.data(&text)?;
    Ok(Exit::Done)
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

fn json_of(file: &ListedFile, free: Option<u64>) -> Value {
    let mut line = json!({
        "model": file.name(),
        "repository": file.repository,
        "file": file.file,
        "level": file.level,
        "size": file.size,
        "size_is_exact": file.exact,
        "memory_needed": file.needs(),
        "fits": file.fits(free),
    });
    if let (Some((revision, path)), Some(object)) = (&file.place, line.as_object_mut()) {
        object.insert("revision".to_owned(), json!(revision));
        object.insert("path".to_owned(), json!(path));
    }
    line
}
