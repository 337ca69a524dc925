//! From messages to the model's prompt text, and from its reply to thinking and answer. Pure.

mod json;
pub mod prompt;
pub mod template;
pub mod thinking;
pub mod untrusted_spans;

pub use prompt::Prompt;
pub use template::{ChatTemplate, Message, TemplateError, TemplateOptions};
