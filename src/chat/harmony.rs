//! Replies in harmony, the format of gpt-oss: messages in channels.
//!
//! A message is `<|start|>assistant<|channel|>NAME<|message|>TEXT<|end|>`. The prompt ends inside the first
//! header, so that a reply begins at any of its parts. `analysis` is thinking, `final` the answer. Where there is no
//! final message, words in `commentary` are the answer, unless they are the arguments of a tool (`to=`).

use std::ops::Range;

const START: &[u8] = b"<|start|>";
const CHANNEL: &[u8] = b"<|channel|>";
const MESSAGE: &[u8] = b"<|message|>";

/// Tokens after which a message's text is over.
const ENDS: [&[u8]; 5] = [b"<|end|>", b"<|return|>", b"<|call|>", START, CHANNEL];

/// Message of a reply.
struct Message {
    channel: Channel,
    text: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Channel {
    Analysis,
    Commentary,
    Final,
    Tool,
    Unknown,
}

/// Parts of a reply, untrimmed.
pub struct Parts {
    /// From the first message of thinking to the last one; empty if there is none.
    pub thinking: Range<usize>,
    /// Text of the answer; empty if there is none.
    pub answer: Range<usize>,
    /// Whether a message is in no channel that is known, or its header is cut, and no answer was found.
    pub is_unknown: bool,
}

/// Returns whether a reply is in harmony.
#[must_use]
pub fn begins(reply: &[u8]) -> bool {
    [START, CHANNEL, MESSAGE].iter().any(|marker| reply.starts_with(marker))
}

/// Splits a reply. After the header of the first final message all is answer, because a model may quote the
/// format there.
#[must_use]
pub fn split(reply: &[u8]) -> Parts {
    let messages = messages(reply);
    let of = |channel| messages.iter().filter(move |message| message.channel == channel);
    let thinking = match (of(Channel::Analysis).next(), of(Channel::Analysis).next_back()) {
        (Some(first), Some(last)) => first.text.start..last.text.end,
        _ => 0..0,
    };
    let answer = match (of(Channel::Final).next(), of(Channel::Commentary).next_back()) {
        (Some(last), _) => last.text.start..end_of(reply, last.text.start),
        (None, Some(words)) => words.text.clone(),
        (None, None) => reply.len()..reply.len(),
    };
    let is_unknown = answer.is_empty() && of(Channel::Unknown).next().is_some();
    Parts { thinking, answer, is_unknown }
}

/// Returns the end of the answer: the reply's end, without the tokens that end a message there.
fn end_of(reply: &[u8], start: usize) -> usize {
    let mut answer = reply[start..].trim_ascii_end();
    while let Some(rest) = ENDS[..3].iter().find_map(|end| answer.strip_suffix(*end)) {
        answer = rest.trim_ascii_end();
    }
    start + answer.len()
}

fn messages(reply: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut at = 0;
    while at < reply.len() {
        let rest = &reply[at..];
        let (header, start) = match find(rest, MESSAGE) {
            Some(end) => (&rest[..end], at + end + MESSAGE.len()),
            None => (rest, reply.len()),
        };
        let is_cut = start == reply.len() && !rest.ends_with(MESSAGE);
        let end = ENDS.iter().filter_map(|end| find(&reply[start..], end)).min();
        let end = end.map_or(reply.len(), |end| start + end);
        let channel = if is_cut { Channel::Unknown } else { channel(header) };
        messages.push(Message { channel, text: start..end });
        at = end;
        // The token that ends a message; what begins the next one is in its header.
        if let Some(token) = ENDS[..3].iter().find(|token| reply[at..].starts_with(token)) {
            at += token.len();
        }
        if reply[at..].trim_ascii().is_empty() {
            break;
        }
    }
    messages
}

/// Returns the channel of a message by its header.
fn channel(header: &[u8]) -> Channel {
    let header = String::from_utf8_lossy(header);
    let name = header.split("<|channel|>").nth(1).map(|rest| {
        rest.split(|letter: char| letter.is_whitespace() || letter == '<').next().unwrap_or_default()
    });
    match name {
        _ if header.contains("to=") => Channel::Tool,
        Some("analysis") => Channel::Analysis,
        Some("commentary") => Channel::Commentary,
        // Without a channel it is a plain message of the assistant.
        Some("final") | None => Channel::Final,
        Some(_) => Channel::Unknown,
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thinking, answer, and whether the format is unknown.
    fn texts(reply: &str) -> (&str, &str, bool) {
        assert!(begins(reply.as_bytes()), "{reply}");
        let parts = split(reply.as_bytes());
        (&reply[parts.thinking], &reply[parts.answer], parts.is_unknown)
    }

    #[test]
    fn thinking_comes_before_the_final_message() {
        let reply = "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>No.<|return|>";
        assert_eq!(texts(reply), ("hm", "No.", false));
        // As a server hands it on that drops tokens between the messages.
        assert_eq!(
            texts("<|channel|>analysis<|message|>hm<|channel|>final<|message|>No."),
            ("hm", "No.", false)
        );
        let twice = "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>analysis<|message|>b<|end|>\
                     <|start|>assistant<|channel|>final<|message|>No.";
        assert!(texts(twice).0.starts_with('a') && texts(twice).0.ends_with('b'));
        assert_eq!(texts(twice).1, "No.");
    }

    #[test]
    fn a_refusal_may_come_at_once() {
        for reply in [
            "<|channel|>final<|message|>No.",
            "<|message|>No.<|end|>",
            "<|start|>assistant<|message|>No.",
            "<|channel|>final <|constrain|>text<|message|>No.",
            "<|start|>assistant<|channel|>final<|message|>No.<|end|>\n",
        ] {
            assert_eq!(texts(reply), ("", "No.", false), "{reply}");
        }
    }

    #[test]
    fn commentary_is_the_answer_where_nothing_is_final() {
        let reply = "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary<|message|>No.<|end|>";
        assert_eq!(texts(reply), ("hm", "No.", false));
        let final_too = format!("{reply}<|start|>assistant<|channel|>final<|message|>Yes.");
        assert_eq!(texts(&final_too), ("hm", "Yes.", false));
        let tool = "<|channel|>commentary to=functions.search <|constrain|>json<|message|>{\"q\": 1}<|call|>";
        assert_eq!(texts(tool), ("", "", false));
    }

    #[test]
    fn a_reply_that_is_cut_has_no_answer() {
        assert_eq!(texts("<|channel|>analysis<|message|>hm"), ("hm", "", false));
        assert_eq!(texts("<|channel|>analysis<|message|>hm<|end|>"), ("hm", "", false));
        assert_eq!(
            texts("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|chan"),
            ("hm", "", true)
        );
        assert_eq!(texts("<|channel|>final"), ("", "", true));
        assert_eq!(texts("<|channel|>final<|message|>"), ("", "", false));
    }

    #[test]
    fn a_channel_that_is_not_known_is_no_answer() {
        assert_eq!(texts("<|channel|>aside<|message|>No."), ("", "", true));
        assert_eq!(
            texts("<|channel|>aside<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b").1,
            "b"
        );
    }

    #[test]
    fn markup_in_the_answer_stays() {
        let reply = "<|channel|>final<|message|>Write <|channel|>final<|message|> first.";
        assert_eq!(texts(reply).1, "Write <|channel|>final<|message|> first.");
    }
}
