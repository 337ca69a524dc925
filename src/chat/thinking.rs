//! Separation of a reply into thinking and answer.

use std::ops::Range;

use super::{harmony, unknown_marker};

/// Parts of a reply, as byte ranges without surrounding white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Thinking; `None` if missing or blank.
    pub thinking: Option<Range<usize>>,
    /// Answer that the judge sees; empty if the reply ended inside its thinking.
    pub answer: Range<usize>,
    /// Beginning of the text in a format that is not known, if there is one. The answer is empty then.
    pub unknown: Option<Range<usize>>,
}

/// Opening and closing tags of the thinking blocks that models write. Harmony has a file of its own.
const FORMS: [(&[u8], &[u8]); 8] = [
    (b"<think>", b"</think>"),
    (b"<thinking>", b"</thinking>"),
    (b"<thought>", b"</thought>"),
    (b"<reasoning>", b"</reasoning>"),
    (b"[THINK]", b"[/THINK]"),
    (b"<seed:think>", b"</seed:think>"),
    (b"<|START_THINKING|>", b"<|END_THINKING|>"),
    (b"<|channel>thought", b"<channel|>"),
];

/// Tags that stand around an answer after thinking.
const AROUND: [(&[u8], &[u8]); 3] = [
    (b"<|START_RESPONSE|>", b"<|END_RESPONSE|>"),
    (b"<response>", b"</response>"),
    (b"<answer>", b"</answer>"),
];

/// Splits `reply`, which may end inside a character. `opened` states that the prompt ended inside a thinking
/// block.
///
/// A reply that opens one of the known blocks (`FORMS`) and never closes it has no answer. After several
/// consecutive blocks, the answer begins after the last one. A closing tag without an opening one ends a
/// thinking block only if `opened` is true; otherwise it belongs to the answer, unless the reply begins with it.
///
/// A reply whose answer would begin with a control token that is not known has no answer either: what follows may
/// be thinking.
#[must_use]
pub fn split(reply: &[u8], opened: bool) -> Parts {
    let whole = trim(reply, 0..reply.len());
    if harmony::begins(&reply[whole.clone()]) {
        return of_harmony(reply, whole.start);
    }
    let (thinking, answer) = blocks(reply, whole, opened);
    let answer = unwrapped(reply, answer, thinking.is_some());
    match unknown_marker::length(&reply[answer.clone()]) {
        Some(length) => {
            let start = thinking.map_or(answer.start, |before| before.start);
            let unknown = Some(answer.start..answer.start + length);
            Parts { thinking: Some(start..answer.end), answer: reply.len()..reply.len(), unknown }
        }
        None => Parts { thinking, answer, unknown: None },
    }
}

/// Returns thinking and answer of a reply with blocks in tags.
fn blocks(reply: &[u8], whole: Range<usize>, opened: bool) -> (Option<Range<usize>>, Range<usize>) {
    let mut answer = whole;
    let mut thinking: Option<Range<usize>> = None;
    let mut opened = opened;
    loop {
        let rest = &reply[answer.clone()];
        let form = FORMS.iter().find(|(open, _)| rest.starts_with(open));
        let (inside, close) = match form {
            Some((open, close)) => (answer.start + open.len(), *close),
            None if opened => (0, closing(reply)),
            None => match FORMS.iter().find(|(_, close)| rest.starts_with(close)) {
                Some((_, close)) => (answer.start, *close),
                // The beginning of an opening tag, cut by the token limit.
                None if rest.len() > 1 && FORMS.iter().any(|(open, _)| open.starts_with(rest)) => {
                    return (thinking, reply.len()..reply.len());
                }
                None => return (thinking, answer),
            },
        };
        opened = false;
        let end = find(&reply[inside..], close);
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

/// Returns the tag that closes the block that the prompt opened: `</think>`, or where the reply has none, the
/// first closing tag of another form.
fn closing(reply: &[u8]) -> &'static [u8] {
    let mut closing = FORMS.iter().filter_map(|(_, close)| Some((find(reply, close)?, *close)));
    match find(reply, FORMS[0].1) {
        Some(_) => FORMS[0].1,
        None => closing.by_ref().min_by_key(|(at, _)| *at).map_or(FORMS[0].1, |(_, close)| close),
    }
}

/// Returns the part of an answer inside the tags around it, if it begins with one.
fn unwrapped(reply: &[u8], answer: Range<usize>, after_thinking: bool) -> Range<usize> {
    let text = &reply[answer.clone()];
    let around = AROUND.iter().find(|(open, _)| text.starts_with(open));
    // Only the first form consists of control tokens; without thinking the others are the answer's own markup.
    let Some((open, close)) = around.filter(|(open, _)| after_thinking || open.starts_with(b"<|")) else {
        return answer;
    };
    let end = if text.ends_with(close) { answer.end - close.len() } else { answer.end };
    trim(reply, answer.start + open.len()..end.max(answer.start + open.len()))
}

fn of_harmony(reply: &[u8], start: usize) -> Parts {
    let parts = harmony::split(&reply[start..]);
    let moved = |range: Range<usize>| trim(reply, start + range.start..start + range.end);
    let thinking = moved(parts.thinking);
    let whole = trim(reply, start..reply.len());
    let unknown =
        parts.is_unknown.then(|| start..start + unknown_marker::length(&reply[whole.clone()]).unwrap_or(0));
    Parts {
        thinking: match (&unknown, thinking.is_empty()) {
            (Some(_), true) => Some(whole),
            (_, true) => None,
            (_, false) => Some(thinking),
        },
        answer: moved(parts.answer),
        unknown,
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

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// Returns whether a prompt ends inside a thinking block that its template opened.
#[must_use]
pub fn prompt_opens_thinking(prompt: &str) -> bool {
    let prompt = prompt.trim_end();
    // Seed-OSS without thinking opens a block for a note that there is none.
    let prompt = prompt.strip_suffix("<seed:cot_budget_reflect>").unwrap_or(prompt);
    FORMS.iter().any(|(open, _)| prompt.as_bytes().ends_with(open))
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
    fn every_form_of_block_is_thinking() {
        for (open, close) in FORMS {
            let (open, close) = (std::str::from_utf8(open).unwrap(), std::str::from_utf8(close).unwrap());
            assert_eq!(texts(&format!("{open}\nhm\n{close}\n\nNo."), false), (Some("hm"), "No."));
            assert_eq!(texts(&format!("{open}\n{close}No."), false), (None, "No."));
            assert_eq!(texts(&format!("{open}\nhm"), false), (Some("hm"), ""));
            // Cut in the closing tag, and in the opening one.
            assert_eq!(texts(&format!("{open}\nhm{}", &close[..close.len() - 1]), false).1, "");
            assert_eq!(texts(&open[..open.len() - 1], false).1, "");
            // Doubled tags.
            assert_eq!(texts(&format!("{open}{open}\nhm\n{close}{close}\nNo."), false).1, "No.");
            assert_eq!(texts(&format!("{open}a{close}{open}b{close}No."), false).1, "No.");
            // Markup in the answer is the answer's.
            let quoted = format!("Write {open}x{close} first.");
            assert_eq!(texts(&quoted, false), (None, quoted.as_str()));
            // The prompt opened the block; or the reply closes one that nobody opened.
            assert_eq!(texts(&format!("hm{close}\nNo."), true), (Some("hm"), "No."));
            assert_eq!(texts(&format!("{close}\n\nNo."), false), (None, "No."));
            assert!(prompt_opens_thinking(&format!("<|assistant|>{open}\n")));
            assert!(!prompt_opens_thinking(&format!("<|assistant|>{open}\n{close}\n")));
        }
    }

    #[test]
    fn tags_around_an_answer_are_not_part_of_it() {
        for (open, close) in [
            ("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
            ("<response>", "</response>"),
            ("<answer>\n", "\n</answer>"),
        ] {
            assert_eq!(texts(&format!("<think>hm</think>{open}No.{close}"), false), (Some("hm"), "No."));
            assert_eq!(texts(&format!("<think>hm</think>{open}No."), false), (Some("hm"), "No."));
            assert_eq!(texts(&format!("<think>hm</think>{open}"), false), (Some("hm"), ""));
        }
        assert_eq!(texts("<|START_RESPONSE|>No.<|END_RESPONSE|>", false), (None, "No."));
        assert_eq!(texts("<answer>No.</answer>", false), (None, "<answer>No.</answer>"));
    }

    #[test]
    fn harmony_is_split_by_channels() {
        let reply =
            "\n<|channel|>analysis<|message|> hm <|end|><|start|>assistant<|channel|>final<|message|> No. ";
        assert_eq!(texts(reply, false), (Some("hm"), "No."));
        assert_eq!(texts("<|channel|>final<|message|>No.<|return|>", false), (None, "No."));
        let parts = split(b"<|channel|>aside<|message|>No.", false);
        assert!(parts.answer.is_empty() && parts.unknown == Some(0..11), "{parts:?}");
    }

    #[test]
    fn a_format_that_is_not_known_leaves_no_answer() {
        for reply in [
            "<|tool|>No.",
            "<think>hm</think><|tool|>No.",
            "<｜begin▁of▁tool｜>No.",
            "<my_thinking>No.</my_thinking>",
        ] {
            let parts = split(reply.as_bytes(), false);
            assert!(parts.unknown.is_some() && parts.answer.is_empty(), "{reply}: {parts:?}");
            // What was written can be read as thinking.
            assert!(reply[parts.thinking.unwrap()].ends_with(if reply.ends_with('.') { "No." } else { ">" }));
        }
        assert_eq!(split(b"<think>hm</think>No <|tool|>.", false).unknown, None);
    }

    #[test]
    fn sees_an_open_block_at_the_prompts_end() {
        assert!(prompt_opens_thinking("<|assistant|>\n<think>\n"));
        assert!(!prompt_opens_thinking("<think>\n\n</think>\n\n"));
        assert!(!prompt_opens_thinking("what does <think> mean?"));
    }
}
