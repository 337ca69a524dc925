//! Chat: renders messages to a prompt, and splits a reply into thinking and answer. Pure functions.

pub mod built_in;
pub mod format;
mod harmony;
mod json;
pub mod prompt;
pub mod switches;
pub mod template;
pub mod thinking;
mod unknown_marker;
pub mod untrusted_spans;

pub use format::PromptFormat;
pub use prompt::Prompt;
pub use switches::{Effort, Switches};
pub use template::{ChatTemplate, Message, TemplateError, TemplateOptions};
