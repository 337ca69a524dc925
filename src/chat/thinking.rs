//! Separation of a reply into thinking and answer.

use std::ops::Range;

/// Parts of a reply, as byte ranges without surrounding white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Thinking; `None` if missing or blank.
    pub thinking: Option<Range<usize>>,
    /// Answer that the judge sees; empty if the reply ended inside its thinking.
    pub answer: Range<usize>,
}

/// Opening and closing tags of the thinking blocks that models write.
const FORMS: [(&[u8], &[u8]); 9] = [
    (b"<think>", b"</think>"),
    (b"<thinking>", b"</thinking>"),
    (b"<thought>", b"</thought>"),
    (b"<reasoning>", b"</reasoning>"),
    (b"[THINK]", b"[/THINK]"),
    (b"<seed:think>", b"</seed:think>"),
    (b"<|START_THINKING|>", b"<|END_THINKING|>"),
    (b"<|channel|>analysis<|message|>", b"<|channel|>final<|message|>"),
    (b"<|channel>thought", b"<channel|>"),
];

/// Splits `reply`, which may end inside a character. `opened` states that the prompt ended inside a `<think>`
/// block.
///
/// A reply that opens one of the known blocks (`FORMS`) and never closes it has no answer. After several
/// consecutive blocks, the answer begins after the last one. A closing tag without an opening one ends a
/// thinking block only if `opened` is true; otherwise it belongs to the answer.
#[must_use]
pub fn split(reply: &[u8], opened: bool) -> Parts {
    let mut answer = trim(reply, 0..reply.len());
    let mut thinking: Option<Range<usize>> = None;
    let mut opened = opened;
    loop {
        let rest = &reply[answer.clone()];
        let form = FORMS.iter().find(|(open, _)| rest.starts_with(open));
        let (inside, close) = match form {
            Some((open, close)) => (answer.start + open.len(), *close),
            None if opened => (0, FORMS[0].1),
            None => return Parts { thinking, answer },
        };
        opened = false;
        let end = reply[inside..].windows(close.len()).position(|window| window == close);
        let (block, after) = match end {
            Some(at) => (inside..inside + at, inside + at + close.len()..reply.len()),
            None => (inside..reply.len(), reply.len()..reply.len()),
        };
        let block = trim(reply, block);
        if !block.is_empty() {
            thinking = Some(thinking.map_or(block.start, |before| before.start)..block.end);
        }
        answer = trim(reply, after);
    }
}

/// Returns the answer of a whole reply whose prompt opened no thinking block. Cost: linear in the length.
#[must_use]
pub fn answer(reply: &str) -> &str {
    // Every tag begins and ends in ASCII, so the parts consist of whole characters.
    reply.get(split(reply.as_bytes(), false).answer).unwrap_or(reply)
}

/// Returns the index of the answer's first token in a reply whose tokens end at `ends`: the first token that
/// ends after the beginning of the answer.
#[must_use]
pub fn first_answer_token(reply: &[u8], ends: &[u32], opened: bool) -> usize {
    let start = split(reply, opened).answer.start;
    ends.partition_point(|&end| end as usize <= start)
}

fn trim(reply: &[u8], range: Range<usize>) -> Range<usize> {
    let part = &reply[range.clone()];
    let start = range.start + (part.len() - part.trim_ascii_start().len());
    start..(start + part.trim_ascii().len())
}

/// Returns whether a prompt ends inside a thinking block that its template opened.
#[must_use]
pub fn prompt_opens_thinking(prompt: &str) -> bool {
    prompt.trim_end().ends_with("<think>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(reply: &str, opened: bool) -> (Option<&str>, &str) {
        let parts = split(reply.as_bytes(), opened);
        (parts.thinking.map(|range| &reply[range]), &reply[parts.answer])
    }

    #[test]
    fn splits_at_the_closing_tag() {
        assert_eq!(texts("<think>\nhm\n</think>\n\nNo.", false), (Some("hm"), "No."));
        assert_eq!(texts("<think>\n\n</think>\n\nNo.", false), (None, "No."));
    }

    #[test]
    fn thinking_that_never_ends_has_no_answer() {
        assert_eq!(texts("<think>\nhm, well", false), (Some("hm, well"), ""));
        assert_eq!(texts("hm", true), (Some("hm"), ""));
        assert_eq!(texts("hm</think>Yes.", true), (Some("hm"), "Yes."));
    }

    #[test]
    fn a_plain_reply_is_all_answer() {
        assert_eq!(texts("  Use </think> to close. ", false), (None, "Use </think> to close."));
        assert_eq!(texts("", false), (None, ""));
        assert_eq!(split(&[0xe2, 0x82], false).answer, 0..2);
    }

    #[test]
    fn sees_an_open_block_at_the_prompts_end() {
        assert!(prompt_opens_thinking("<|assistant|>\n<think>\n"));
        assert!(!prompt_opens_thinking("<think>\n\n</think>\n\n"));
        assert!(!prompt_opens_thinking("what does <think> mean?"));
    }
}
