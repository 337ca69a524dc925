//! `models`: lists cached and known models, and which fit in memory.

use std::path::Path;

use serde_json::json;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::export::terminal::{Line, Text};
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
    terminal.printer.show(|width| text(&cache, free, &cached, &known, width), json)?;
    Ok(Exit::Done)
}

fn text(
    cache: &Path,
    free: Option<u64>,
    cached: &[ListedFile],
    known: &[ListedFile],
    width: usize,
) -> Vec<Line> {
    let memory = free.map_or("unknown".to_owned(), |free| format!("{:.1} GB", free as f64 / 1e9));
    let mut text = Text::new(width);
    text.say(&format!("In the cache {}:", cache.display()));
    match cached {
        [] => text.say("  nothing"),
        cached => rendered(cached, free, &mut text),
    };
    text.gap().say("Known, downloaded when named:");
    rendered(known, free, &mut text).gap().quiet(&format!(
        "~ marks a rounded size. Fits: weights, {SEQUENCES} sequences of {TOKENS} tokens and llama.cpp's \
         buffers need less than the free memory ({memory})."
    ));
    text.done()
}

fn rendered<'a>(lines: &[ListedFile], free: Option<u64>, text: &'a mut Text) -> &'a mut Text {
    let rows: Vec<Vec<String>> = lines.iter().map(|line| row(line, free)).collect();
    text.numbers(&["model", "size", "needs", "fits"], &rows)
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
