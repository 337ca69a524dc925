//! Options of a guard.

use super::family::Family;

/// Options of a guard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardOptions {
    /// Model as it was named, for [`JudgeIdentity::named`](crate::record::judge_entry::JudgeIdentity::named).
    pub named: Option<String>,
    /// Family of the guard; detected from the file if not given.
    pub family: Option<Family>,
    /// Text of a Jinja template that replaces the GGUF's. It has the variables `prompt`, `response` and
    /// `messages`.
    pub template: Option<String>,
    /// Text of a rubric. It selects [`Family::Rubric`] unless another family is given or the file is a
    /// [`Family::GptOssSafeguard`].
    pub rubric: Option<String>,
    /// Largest number of tokens of prompt and reply (`-c`), if smaller than the training context.
    pub context: Option<usize>,
}
