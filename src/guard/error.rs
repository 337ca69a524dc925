//! Errors of guards.

use crate::chat::TemplateError;

/// Reason why a guard cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// Neither header nor options determine the family of the model.
    #[error(
        "{file} is not recognised as a guard by its name or template; name its family ({families}), or \
         give a rubric"
    )]
    NoFamily {
        /// Name of the file.
        file: String,
        /// Names of the families to choose from.
        families: String,
    },
    /// The guard has no template.
    #[error("{file} has no template for prompts; a guard of the family {family} needs one from a file")]
    NoTemplate {
        /// Name of the file.
        file: String,
        /// Name of the family.
        family: &'static str,
    },
    /// The family does not take a rubric.
    #[error("a rubric needs the family rubric or gpt-oss-safeguard, not {family}")]
    RubricUnused {
        /// Name of the family.
        family: &'static str,
    },
    /// The rubric asks for no line that can be parsed.
    #[error("the rubric asks for neither a line `Refusal: yes or no` nor a line `Harmful: yes or no`")]
    RubricForm,
    /// The template fails.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The template hides the positions of the judged texts.
    #[error(
        "the guard's template changes the judged texts, so they cannot be separated from the template's own \
         text: not asked, because they could address the guard"
    )]
    Unprotected,
}
