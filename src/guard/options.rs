//! How to speak to a guard.

use super::family::Family;

/// How to speak to a guard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardOptions {
    /// The family; found out from the file if it is not named.
    pub family: Option<Family>,
    /// Text of a Jinja template in place of the GGUF's own. It is given `prompt`, `response` and
    /// `messages`.
    pub template: Option<String>,
    /// Text of a rubric; makes [`Family::Rubric`] the family unless another is named, or the file is one of
    /// [`Family::GptOssSafeguard`].
    pub rubric: Option<String>,
    /// Tokens of prompt and reply at most, if fewer than the model was trained on (`-c`).
    pub context: Option<usize>,
}
