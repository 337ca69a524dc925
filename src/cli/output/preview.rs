//! What a sweep needs, for people and for scripts.

use serde_json::{Value, json};

use super::printer::Printer;
use crate::analysis::paired::power_of_prompts;
use crate::export::terminal::{Line, Text};
use crate::jobs::JobError;
use crate::jobs::sweep::Preview;

/// Prints the cells and what they need.
///
/// # Errors
/// If stdout cannot be written.
pub fn show(preview: &Preview, printer: &Printer) -> Result<(), JobError> {
    // An empty sum is -0.
    let seconds: f64 = preview.lines.iter().filter_map(|line| line.seconds).sum::<f64>() + 0.0;
    printer.show(|width| text(preview, seconds, width), || json(preview, seconds))
}

fn json(preview: &Preview, seconds: f64) -> Value {
    let cells = preview.lines.iter().map(|line| {
        json!({
            "cell": line.name,
            "state": line.state,
            "prompts": line.prompts,
            "download_bytes": line.download,
            "memory_bytes": line.memory,
            "tokens_at_most": line.at_most,
            "tokens_expected": line.expected,
            "seconds_expected": line.seconds,
        })
    });
    json!({
        "cells": cells.collect::<Vec<_>>(),
        "download_bytes": preview.download,
        "downloads_of_unknown_size": preview.unknown_downloads,
        "seconds_expected": seconds,
    })
}

fn text(preview: &Preview, seconds: f64, width: usize) -> Vec<Line> {
    let (lines, download, unknown) = (&preview.lines, preview.download, preview.unknown_downloads);
    let show = |value: Option<u64>, unit: f64| {
        value.map_or("?".to_owned(), |value| format!("{:.1}", value as f64 / unit))
    };
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            vec![
                line.name.clone(),
                line.state.to_owned(),
                line.prompts.map_or("?".to_owned(), |prompts| prompts.to_string()),
                show(line.download, 1e6),
                show(line.memory, 1e6),
                show(line.at_most, 1e3),
                show(line.expected, 1e3),
                line.seconds.map_or("?".to_owned(), |seconds| format!("{:.1}", seconds / 60.0)),
            ]
        })
        .collect();
    let header =
        ["cell", "state", "prompts", "download MB", "memory MB", "max. tokens k", "expected k", "minutes"];
    let mut sum = format!("{} cells, about {:.0} minutes", lines.len(), seconds / 60.0);
    if download > 0 || unknown > 0 {
        sum.push_str(&format!(", {:.0} MB to download", download as f64 / 1e6));
    }
    if unknown > 0 {
        sum.push_str(&format!(" and {unknown} models of unknown size"));
    }
    let mut text = Text::new(width);
    text.numbers(&header, &rows).gap().say(&sum);
    if let Some(prompts) = lines.iter().filter_map(|line| line.prompts).max() {
        text.say(&power_of_prompts(prompts));
    }
    text.gap().quiet(
        "Memory: weights and KV cache, or both models of a drift measurement. Expected tokens: as in finished cells; without \
         one, the fewest traces at half of --max-tokens. Minutes: from a short measurement of each model on this machine, \
         without drift and guards.",
    );
    text.done()
}
