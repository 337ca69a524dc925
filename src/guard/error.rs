//! Why a guard cannot be asked.

use crate::chat::TemplateError;

/// A guard that cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// Neither header nor options tell how to speak to the model.
    #[error(
        "{file} is no guard that is known by its name or template; name its family ({families}), or give a \
         rubric"
    )]
    NoFamily {
        /// The file.
        file: String,
        /// Names of the families that can be named.
        families: String,
    },
    /// No template.
    #[error("{file} has no template to ask it with; a guard of the family {family} needs one from a file")]
    NoTemplate {
        /// The file.
        file: String,
        /// The family.
        family: &'static str,
    },
    /// A rubric and a family that takes none.
    #[error("a rubric is for the families rubric and gpt-oss-safeguard, not for {family}")]
    RubricUnused {
        /// The family.
        family: &'static str,
    },
    /// A rubric that asks for nothing that can be read.
    #[error("the rubric asks for no line `Refusal: yes or no` and no line `Harmful: yes or no`")]
    RubricForm,
    /// The template fails.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The template hides where the judged texts stand.
    #[error(
        "the guard's template changes what it is given, so that the judged texts cannot be told from its own \
         words: not asked, since they could speak to the guard"
    )]
    Unprotected,
}
