//! Strict parser of guards' replies: a reply that is not in the family's form from its first word on is
//! unparsed. Pure functions.
//!
//! Blank lines, white space around words and case are ignored. Text after the lines of the form is not read,
//! so a reply may end once they are complete.

mod form;
mod forms;
mod lines;

use crate::chat::thinking;
use crate::record::judge_entry::JudgeScope;
pub use form::{Form, ParsedReply};
use forms::{HARMFUL_UNHARMFUL, SAFE_UNSAFE, YES_NO, YES_NO_NA};

impl Form {
    /// Returns the words of which one decides.
    #[must_use]
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Qwen3Guard
            | Self::PolyGuard
            | Self::GraniteGuardian
            | Self::ShieldGemma
            | Self::HarmBench
            | Self::Harmony(_)
            | Self::Rubric(_) => YES_NO,
            Self::WildGuard => YES_NO_NA,
            Self::LlamaGuard | Self::NemotronSafetyGuard | Self::NemotronContentSafety => SAFE_UNSAFE,
            Self::NemotronReasoning => HARMFUL_UNHARMFUL,
        }
    }

    /// Returns what its replies judge.
    #[must_use]
    pub fn scope(self) -> JudgeScope {
        match self {
            Self::Qwen3Guard | Self::WildGuard | Self::PolyGuard => JudgeScope { refusal: true, harm: true },
            Self::LlamaGuard
            | Self::GraniteGuardian
            | Self::NemotronSafetyGuard
            | Self::NemotronContentSafety
            | Self::NemotronReasoning
            | Self::ShieldGemma
            | Self::HarmBench => JudgeScope { refusal: false, harm: true },
            Self::Rubric(scope) | Self::Harmony(scope) => scope,
        }
    }

    /// Reads a reply; `None` if it is not, or not yet, in the form.
    ///
    /// `opened` states that the prompt ended inside a thinking block. `ended` states that the guard ended its
    /// reply itself; otherwise the last line could continue and is read only if a newline ends it.
    #[must_use]
    pub fn read(self, reply: &[u8], opened: bool, ended: bool) -> Option<ParsedReply> {
        let start = match self {
            Self::Harmony(_) => final_channel(reply).filter(|_| ended)?,
            _ => thinking::split(reply, opened).answer.start,
        };
        let answer = reply.get(start..)?;
        let whole = match ended {
            true => answer.len(),
            false => answer.iter().rposition(|&byte| byte == b'\n')?,
        };
        // The guard did not end a reply that is cut inside a character.
        let answer = std::str::from_utf8(&answer[..whole]).ok()?;
        let reading = self.read_text(answer)?;
        Some(ParsedReply { at: start + reading.at, ..reading })
    }
}

/// Returns the start of the final channel's text; `None` if there are two, because one may be quoted.
fn final_channel(reply: &[u8]) -> Option<usize> {
    const CHANNEL: &[u8] = b"<|channel|>";
    const FINAL: &[u8] = b"<|channel|>final<|message|>";
    if !reply.starts_with(CHANNEL) {
        return None;
    }
    let mut places = (0..reply.len()).filter(|&at| reply[at..].starts_with(FINAL));
    let at = places.next()?;
    places.next().is_none().then_some(at + FINAL.len())
}

#[cfg(test)]
mod tests;
