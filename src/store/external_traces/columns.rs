//! Converts a trace's tokens to columns and checks every field.

use super::line::{Token, Top};
use crate::deepconf::TOP_K;
use crate::deepconf::measures::top_k_confidences;
use crate::record::TraceTokens;
use crate::record::tokens::TopLogProbabilities;

/// Returns the tokens as a record stores them, or an error that names the field.
pub(super) fn columns(tokens: &[Token], answer: &str, thinks: bool) -> Result<TraceTokens, String> {
    let mut columns = TraceTokens::default();
    let mut top = TopLogProbabilities { k: TOP_K, values: Vec::with_capacity(tokens.len() * TOP_K) };
    for (index, token) in tokens.iter().enumerate() {
        let field = |name: &str| format!("`tokens`[{index}].{name}");
        if !is_log_probability(token.logprob) {
            return Err(format!("{} {} is not a log-probability", field("logprob"), token.logprob));
        }
        let mut likeliest: Vec<f64> = token
            .top_logprobs
            .iter()
            .map(|top| match *top {
                Top::Value(logprob) | Top::Token { logprob } => logprob,
            })
            .collect();
        if likeliest.is_empty() {
            return Err(format!(
                "{} is empty: DeepConf computes confidence from the top tokens; omit `tokens` to go \
                 without",
                field("top_logprobs")
            ));
        }
        if !likeliest.iter().copied().all(is_log_probability) {
            return Err(format!("{} holds a value that is not a log-probability", field("top_logprobs")));
        }
        likeliest.sort_unstable_by(|a, b| b.total_cmp(a));
        let padded = likeliest.iter().map(|&value| value as f32);
        top.values.extend(padded.chain(std::iter::repeat(f32::NEG_INFINITY)).take(TOP_K));
        columns.ids.push(token.id);
        columns.log_probabilities.push(token.logprob as f32);
        match (&token.bytes, &token.token) {
            (Some(bytes), _) => columns.text.extend_from_slice(bytes),
            (None, Some(piece)) => columns.text.extend_from_slice(piece.as_bytes()),
            (None, None) => {}
        }
        columns.ends.push(columns.text.len() as u32);
    }
    columns.confidences = top_k_confidences(&top.values, TOP_K, TOP_K);
    columns.top = (!tokens.is_empty()).then_some(top);
    if !columns.text.is_empty() {
        end_with(&mut columns, answer)?;
        // If the prompt opened the thinking block, the reply contains only its end.
        let begins = columns.text.trim_ascii_start().starts_with(b"<think>");
        columns.opened = thinks && !begins && columns.text.windows(8).any(|bytes| bytes == b"</think>");
    }
    Ok(columns)
}

/// Returns whether the value can be ln p in the record's precision.
fn is_log_probability(value: f64) -> bool {
    (value as f32).is_finite() && value <= 1e-3
}

/// Cuts the recorded text after the answer: trailing tokens, such as the name of an end-of-text token, are
/// not part of it.
fn end_with(columns: &mut TraceTokens, answer: &str) -> Result<(), String> {
    let whole = &columns.text;
    let length = answer.len();
    let at =
        (0..=whole.len().saturating_sub(length)).rev().find(|&at| whole[at..].starts_with(answer.as_bytes()));
    let Some(at) = at else {
        return Err(
            "`tokens`: their texts do not contain `text`; omit `token` in them to go without".to_owned()
        );
    };
    let end = (at + length) as u32;
    columns.text.truncate(end as usize);
    columns.ends.iter_mut().for_each(|one| *one = (*one).min(end));
    Ok(())
}
