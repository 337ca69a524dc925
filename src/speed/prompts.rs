//! Prompts of a given length.

use crate::chat::Prompt;
use crate::engine::{Engine, EngineError};

/// Returns `count` prompts of `tokens` tokens each, as close as the vocabulary allows, that differ from their
/// first word on.
///
/// A prompt is a row of single letters, because nearly every vocabulary has them as tokens.
///
/// # Errors
/// If the engine cannot tokenise a prompt.
pub fn prompts(engine: &dyn Engine, count: usize, tokens: usize) -> Result<Vec<Prompt>, EngineError> {
    (0..count).map(|index| prompt(engine, index, tokens)).collect()
}

fn prompt(engine: &dyn Engine, index: usize, tokens: usize) -> Result<Prompt, EngineError> {
    let (mut letters, mut best) = (tokens.max(1), None::<(usize, Prompt)>);
    for _ in 0..8 {
        let prompt = Prompt::plain(text(index, letters));
        let counted = engine.count_tokens(&prompt)?;
        let off = counted.abs_diff(tokens);
        if best.as_ref().is_none_or(|(least, _)| off < *least) {
            best = Some((off, prompt));
        }
        if off == 0 {
            break;
        }
        letters = (letters + tokens).saturating_sub(counted).max(1);
    }
    Ok(best.map(|(_, prompt)| prompt).unwrap_or_default())
}

/// Returns a row of letters whose order depends on the index from the first letter on.
fn text(index: usize, letters: usize) -> String {
    let letter = |at: usize| {
        char::from(b'a' + ((at * 7 + at * at * 3 + index * (11 + at) + index / 26 * 5) % 26) as u8)
    };
    (0..letters).flat_map(|at| [' ', letter(at)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_differ_at_once() {
        let texts: Vec<String> = (0..26).map(|index| text(index, 5)).collect();
        let firsts: std::collections::BTreeSet<&str> = texts.iter().map(|text| &text[..2]).collect();
        assert_eq!(firsts.len(), 26);
    }
}
