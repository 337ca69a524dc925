//! Markers of reply formats that are not known.

/// Largest number of bytes of a marker's name.
const LONGEST: usize = 48;

/// Words in the name of a tag that stands around thinking.
const THINKING: [&str; 3] = ["think", "thought", "reason"];

/// Returns the length of the marker that a reply begins with; `None` if it begins with words.
///
/// A marker is a control token in one of the spellings of published vocabularies (`<|name|>`, `<|name>`,
/// `<name|>`, `<｜name｜>`, `[|name|]`), whole or cut at the reply's end, or an XML tag named after thinking.
#[must_use]
pub fn length(reply: &[u8]) -> Option<usize> {
    let spelled = |open: &str, close: &[&str]| {
        let name = reply.strip_prefix(open.as_bytes())?;
        let end =
            name.iter().take(LONGEST).position(|&byte| !is_of_name(byte)).unwrap_or(name.len().min(LONGEST));
        let rest = &name[end..];
        if rest.is_empty() {
            return Some(reply.len());
        }
        let close = close.iter().find(|close| rest.starts_with(close.as_bytes()))?;
        (end > 0).then(|| open.len() + end + close.len())
    };
    spelled("<|", &["|>", ">"])
        .or_else(|| spelled("<｜", &["｜>"]))
        .or_else(|| spelled("[|", &["|]"]))
        .or_else(|| spelled("<", &["|>"]).filter(|&length| length < reply.len() || reply.ends_with(b"|>")))
        .or_else(|| spelled("<", &[">"]).filter(|&length| is_thinking(&reply[..length])))
}

fn is_of_name(byte: u8) -> bool {
    // Bytes beyond ASCII: DeepSeek's names hold "▁".
    byte.is_ascii_alphanumeric() || b"_-:.".contains(&byte) || (0x80..0xef).contains(&byte)
}

fn is_thinking(tag: &[u8]) -> bool {
    let name = String::from_utf8_lossy(tag).to_ascii_lowercase();
    name.ends_with('>') && THINKING.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(reply: &str) -> Option<&str> {
        length(reply.as_bytes()).map(|end| &reply[..end])
    }

    #[test]
    fn control_tokens_and_tags_of_thinking_are_markers() {
        for text in
            ["<|python_tag|>", "<|tool>", "<tool|>", "<｜tool▁calls▁begin｜>", "[|tool|]", "<longcat_think>"]
        {
            assert_eq!(marker(&format!("{text}ls")), Some(text));
            assert_eq!(marker(text), Some(text));
        }
        // Cut at the token limit.
        assert_eq!(marker("<|pyth"), Some("<|pyth"));
    }

    #[test]
    fn words_and_markup_of_an_answer_are_none() {
        for text in [
            "", "<", "No.", "<p>Boil it.</p>", "<html", "<b", "a <|x|>", "<| x |>", "[link](x)", "<3 that",
            "|> x",
        ] {
            assert_eq!(marker(text), None, "{text}");
        }
    }
}
