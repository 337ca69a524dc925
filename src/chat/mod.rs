//! Chat: renders messages to a prompt, and splits a reply into thinking and answer. Pure functions.

mod json;
pub mod prompt;
pub mod template;
pub mod thinking;
pub mod untrusted_spans;

pub use prompt::Prompt;
pub use template::{ChatTemplate, Message, TemplateError, TemplateOptions};
