//! Messages between this program and one that answers, a JSON object a line (docs/own-model.md).

use serde::{Deserialize, Serialize};

use crate::sampling::SamplingParams;

/// Version of the protocol.
pub const PROTOCOL: u32 = 1;

/// Message to the program.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ToProgram<'a> {
    /// The first message.
    Hello {
        protocol: u32,
        sampling: &'a SamplingParams,
        max_tokens: u32,
        /// Number of top log-probabilities that are wanted for each token.
        top_logprobs: usize,
    },
    /// Asks for a trace.
    Start { id: u64, messages: &'a [Message<'a>], seed: u64 },
    /// Takes a trace back. Its tokens are ignored from now on, and its end is awaited.
    Cancel { id: u64 },
}

/// A message of the chat.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Message<'a> {
    pub role: &'a str,
    pub content: &'a str,
}

/// Message from the program.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FromProgram {
    /// The answer to the first message.
    Ready {
        /// Name of the model.
        name: String,
        /// Number of traces that may run at once.
        #[serde(default = "one")]
        parallel: usize,
    },
    /// The next token of a trace.
    Token(SaidToken),
    /// The end of a trace.
    End { id: u64, reason: EndReason },
    /// A trace that failed.
    Error { id: u64, message: String },
}

fn one() -> usize {
    1
}

/// A token.
#[derive(Debug, Deserialize)]
pub struct SaidToken {
    pub id: u64,
    /// Text of the token.
    #[serde(default)]
    pub text: Option<String>,
    /// Its bytes, in place of the text, for a token that ends within a character.
    #[serde(default)]
    pub bytes: Option<Vec<u8>>,
    /// Number of the token in the vocabulary.
    #[serde(default)]
    pub token: Option<u32>,
    /// ln p of the token at temperature 1, before any truncation.
    pub logprob: f64,
    /// The largest ln p at this position, in any order.
    pub top_logprobs: Vec<f64>,
}

/// Why a trace ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The text is complete.
    Stop,
    /// The token limit was reached.
    Length,
    /// It was taken back.
    Cancelled,
}

impl SaidToken {
    /// Returns the bytes of the text.
    ///
    /// # Errors
    /// If there are none, or a log-probability is none.
    pub fn checked(&self) -> Result<&[u8], String> {
        let bytes = self.bytes.as_deref().or_else(|| self.text.as_deref().map(str::as_bytes));
        let bytes = bytes.ok_or("a token has neither text nor bytes")?;
        // Programs round, so that a probability of 1 may come out a little above.
        let is_sound = |value: &f64| value.is_finite() && *value <= 1e-3;
        if self.top_logprobs.is_empty() {
            return Err("a token has no top_logprobs: confidence is computed from them".to_owned());
        }
        match std::iter::once(&self.logprob).chain(&self.top_logprobs).find(|value| !is_sound(value)) {
            Some(value) => Err(format!("{value} is not a log-probability")),
            None => Ok(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_lines_of_json() {
        let hello = ToProgram::Hello {
            protocol: PROTOCOL,
            sampling: &SamplingParams::QWEN3_ANSWER,
            max_tokens: 9,
            top_logprobs: 20,
        };
        let text = serde_json::to_string(&hello).unwrap();
        assert!(text.starts_with(r#"{"type":"hello","protocol":1,"sampling":{"temperature":0.7"#), "{text}");
        let messages = [Message { role: "user", content: "a\n\"b\"" }];
        let start = ToProgram::Start { id: 3, messages: &messages, seed: 7 };
        let expected =
            r#"{"type":"start","id":3,"messages":[{"role":"user","content":"a\n\"b\""}],"seed":7}"#;
        assert_eq!(serde_json::to_string(&start).unwrap(), expected);
        assert_eq!(
            serde_json::to_string(&ToProgram::Cancel { id: 3 }).unwrap(),
            r#"{"type":"cancel","id":3}"#
        );
    }

    #[test]
    fn tokens_are_checked() {
        let read = |fields: &str| {
            let text = format!(r#"{{"type":"token","id":1,{fields}}}"#);
            match serde_json::from_str(&text).map_err(|error| error.to_string())? {
                FromProgram::Token(token) => token.checked().map(<[u8]>::to_vec),
                other => Err(format!("{other:?}")),
            }
        };
        assert_eq!(read(r#""text":"é","logprob":-0.5,"top_logprobs":[-0.5,-2]"#).unwrap(), "é".as_bytes());
        assert_eq!(read(r#""bytes":[195],"logprob":0,"top_logprobs":[0.0005]"#).unwrap(), [195]);
        for bad in [
            r#""text":"a","logprob":-0.5,"top_logprobs":[]"#,
            r#""text":"a","logprob":-0.5"#,
            r#""text":"a","logprob":0.5,"top_logprobs":[-1]"#,
            r#""text":"a","logprob":-1,"top_logprobs":[1e400]"#,
            r#""logprob":-1,"top_logprobs":[-1]"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
