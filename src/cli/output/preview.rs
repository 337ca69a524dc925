//! What a sweep would take, for people and for scripts.

use serde_json::json;

use super::table;
use crate::jobs::sweep::Preview;
use crate::stats::paired_power::{pairs_needed, smallest_difference};

/// What a difference of two cells must be to be shown, by the share of prompts that change sides.
fn power(prompts: usize) -> String {
    let mut text = String::new();
    for share in [0.05, 0.1, 0.2] {
        let smallest = smallest_difference(prompts, share).map_or("no difference".to_owned(), |delta| {
            format!("a difference of {:.1} points", 100.0 * delta)
        });
        let needed: Vec<String> = [0.02, 0.05]
            .into_iter()
            .filter_map(|delta| {
                Some(format!("{:.0} for {:.0} points", pairs_needed(delta, share)?.ceil(), 100.0 * delta))
            })
            .collect();
        text.push_str(&format!(
            "if {:.0} % of the prompts change sides, {prompts} prompts can show {smallest}; needed: {}\n",
            100.0 * share,
            needed.join(", ")
        ));
    }
    format!("\n{text}(McNemar's test, two-sided 5 %, power 80 %; Connor 1987)\n")
}

/// A line a cell, or one line of JSON.
pub fn text(preview: &Preview, json: bool) -> String {
    let (lines, download, unknown) = (&preview.lines, preview.download, preview.unknown_downloads);
    // An empty sum is -0.
    let seconds: f64 = lines.iter().filter_map(|line| line.seconds).sum::<f64>() + 0.0;
    if json {
        let cells: Vec<_> = lines
            .iter()
            .map(|line| {
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
            })
            .collect();
        let line = json!({ "cells": cells, "download_bytes": download, "downloads_of_unknown_size": unknown, "seconds_expected": seconds });
        return format!("{line}\n");
    }
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
        ["cell", "state", "prompts", "download MB", "memory MB", "tokens at most k", "expected k", "minutes"];
    let mut text = table::render(&header, &rows);
    text.push_str(&format!("\n{} cells, about {:.0} minutes", lines.len(), seconds / 60.0));
    if download > 0 || unknown > 0 {
        text.push_str(&format!(", {:.0} MB to download", download as f64 / 1e6));
    }
    if unknown > 0 {
        text.push_str(&format!(" and {unknown} models of unknown size"));
    }
    if let Some(prompts) = lines.iter().filter_map(|line| line.prompts).max() {
        text.push_str(&power(prompts));
    }
    text.push_str(
        "\nMemory is weights and KV cache, or both models of a drift. Expected tokens are those of finished cells; before there is one, of the \
         fewest traces at half of --max-tokens. Minutes are from a short measurement of each model that is here, without drift and guards.\n",
    );
    text
}
