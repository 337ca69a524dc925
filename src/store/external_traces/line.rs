//! One line of a file of traces, as serde reads it.

use serde::Deserialize;

use crate::record::{Label, Verdict};

/// One line. Other fields are ignored.
#[derive(Deserialize)]
pub(super) struct Line {
    pub(super) instance_id: Option<String>,
    pub(super) prompt: String,
    pub(super) label: Option<Label>,
    pub(super) harm_category: Option<String>,
    pub(super) trace: Option<u32>,
    pub(super) text: String,
    pub(super) thinking: Option<String>,
    #[serde(alias = "logprobs")]
    pub(super) tokens: Option<Tokens>,
    pub(super) finish_reason: Option<String>,
    #[serde(default)]
    pub(super) seed: u64,
    pub(super) verdict: Option<Verdict>,
    pub(super) harmful: Option<bool>,
}

/// A list of tokens, or the `logprobs` object of an OpenAI-compatible server.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Tokens {
    List(Vec<Token>),
    Server { content: Vec<Token> },
}

#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    pub(super) id: u32,
    pub(super) token: Option<String>,
    pub(super) bytes: Option<Vec<u8>>,
    pub(super) logprob: f64,
    #[serde(default)]
    pub(super) top_logprobs: Vec<Top>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
pub(super) enum Top {
    Value(f64),
    Token { logprob: f64 },
}
