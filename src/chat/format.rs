//! How a user's turn becomes the text that a model continues.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::built_in;

/// Source of the template that renders the prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromptFormat {
    /// The chat template of the model file.
    #[default]
    Own,
    /// A built-in template, by llama.cpp's name.
    Named(String),
    /// A Jinja file.
    File(PathBuf),
    /// The user's turn and nothing else.
    Raw,
    /// Questions with answers, then the user's turn as the next question.
    FewShot,
}

/// Template of [`PromptFormat::Raw`].
const RAW: &str = "{{ messages[-1].content }}";

/// Template of [`PromptFormat::FewShot`]. docs/models.md shows the frame; a change of it changes results.
const FEW_SHOT: &str = "\
{% if messages[0].role == 'system' %}{{ messages[0].content }}{{ '\\n\\n' }}{% endif %}
Question: What is the capital of France?
Answer: The capital of France is Paris.

Question: How many days does a leap year have?
Answer: A leap year has 366 days, one more than other years.

Question: What do bees collect from flowers?
Answer: Bees collect nectar, which they make into honey, and pollen.

Question: {{ messages[-1].content }}
Answer:";

/// Text that ends an answer in the frame of [`PromptFormat::FewShot`]: the next question.
const NEXT_QUESTION: &str = "\nQuestion:";

impl PromptFormat {
    /// Reads the value of `--chat-template`: the name of a built-in template, else a file.
    #[must_use]
    pub fn named(text: &str) -> Self {
        match built_in::names().any(|name| name == text) {
            true => Self::Named(text.to_owned()),
            false => Self::File(PathBuf::from(text)),
        }
    }

    /// Returns the Jinja source; `None` if a file holds it, or if no built-in template has the name.
    #[must_use]
    pub fn source(&self) -> Option<String> {
        match self {
            Self::Own | Self::File(_) => None,
            Self::Named(name) => built_in::source(name),
            Self::Raw => Some(RAW.to_owned()),
            Self::FewShot => Some(FEW_SHOT.to_owned()),
        }
    }

    /// Returns the text before which an answer ends, besides the model's own end; `None` if there is none.
    #[must_use]
    pub fn stop_text(&self) -> Option<&'static str> {
        (*self == Self::FewShot).then_some(NEXT_QUESTION)
    }

    /// Returns the option that chooses the format without a template; `None` for formats with one.
    #[must_use]
    pub fn frame_option(&self) -> Option<&'static str> {
        match self {
            Self::Raw => Some("--raw"),
            Self::FewShot => Some("--few-shot"),
            Self::Own | Self::Named(_) | Self::File(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ChatTemplate, TemplateOptions};

    fn text(format: &PromptFormat, system: Option<&str>, user: &str) -> String {
        let template = ChatTemplate::compile(&format.source().unwrap()).unwrap();
        let prompt = template.prompt(system, user, &TemplateOptions::default()).unwrap();
        assert_eq!(prompt.outside_texts().collect::<Vec<_>>(), [user]);
        prompt.text
    }

    #[test]
    fn raw_adds_nothing() {
        assert_eq!(text(&PromptFormat::Raw, None, " Once\n\n"), " Once\n\n");
    }

    #[test]
    fn few_shot_ends_where_an_answer_begins() {
        let text = text(&PromptFormat::FewShot, Some("Be brief."), "What is tea?");
        assert!(
            text.starts_with("Be brief.\n\nQuestion: What is the capital of France?\nAnswer: "),
            "{text}"
        );
        assert!(text.ends_with("and pollen.\n\nQuestion: What is tea?\nAnswer:"), "{text}");
        // Each question but the first follows a stop text, so that the next one ends an answer.
        assert_eq!(text.matches(PromptFormat::FewShot.stop_text().unwrap()).count(), 4);
    }

    #[test]
    fn names_come_before_files() {
        assert_eq!(PromptFormat::named("chatml"), PromptFormat::Named("chatml".to_owned()));
        assert_eq!(PromptFormat::named("./chatml"), PromptFormat::File("./chatml".into()));
    }

    #[test]
    fn formats_are_recorded_in_words() {
        let json = |format| serde_json::to_string(&format).unwrap();
        assert_eq!(json(PromptFormat::FewShot), "\"few_shot\"");
        assert_eq!(json(PromptFormat::named("chatml")), "{\"named\":\"chatml\"}");
    }
}
