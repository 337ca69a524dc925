//! Guard models as judges: a second GGUF in process reads a user's turn and a recorded answer and says whether
//! the answer refuses, and whether it does harm (docs/guards.md).
//!
//! Both texts are untrusted. They are tokenised without special tokens, so that an answer cannot end its own
//! turn and speak to its judge; where a template leaves no way to tell them from its own words, nothing is
//! asked.

mod family;
mod judging;
mod probability;
pub mod reply;
mod workload;

pub use family::Family;
pub use judging::{Item, Judged};

use crate::chat::{ChatTemplate, Message, Prompt, TemplateError, TemplateOptions, marks};
use crate::model::ModelFile;
use crate::model::digest::sha256_bytes;
use crate::record::opinion::JudgeIdentity;
use reply::Form;

/// Tokens of a guard's reply at most.
pub const MAX_REPLY: u32 = 128;

/// The rubric for models that are no guards, unless the user has one.
pub const DEFAULT_RUBRIC: &str = include_str!("rubric.txt");

/// How to speak to a guard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardOptions {
    /// The family; found out from the file if it is not named.
    pub family: Option<Family>,
    /// Text of a Jinja template in place of the GGUF's own. It is given `prompt`, `response` and
    /// `messages`.
    pub template: Option<String>,
    /// Text of a rubric; makes [`Family::Rubric`] the family unless another is named.
    pub rubric: Option<String>,
    /// Tokens of prompt and reply at most, if fewer than the model was trained on (`-c`).
    pub context: Option<usize>,
}

/// A guard that cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// Neither header nor options tell how to speak to the model.
    #[error(
        "{file} is no guard that is known by its name or template; name its family (qwen3guard, llama-guard-3, \
         wildguard, harmbench), or give a rubric"
    )]
    NoFamily {
        /// The file.
        file: String,
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
    #[error("a rubric is for the family rubric, not for {family}")]
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

/// A guard: its template and how its replies are read. Its weights are an engine's.
#[derive(Debug)]
pub struct Guard {
    identity: JudgeIdentity,
    form: Form,
    template: ChatTemplate,
    options: TemplateOptions,
    rubric: Option<String>,
    /// The rendering of marks in place of the judged texts.
    marked: String,
    /// Tokens of prompt and reply at most.
    context: Option<usize>,
}

impl Guard {
    /// A guard of a checked file; loads no weights.
    ///
    /// # Errors
    /// [`GuardError`] if the options do not fit the model, or a prompt of it could not be protected.
    pub fn open(file: &ModelFile, options: GuardOptions) -> Result<Self, GuardError> {
        let header = &file.header;
        let name = file.facts().file;
        let by_rubric = || options.rubric.is_some().then_some(Family::Rubric);
        let family = options.family.or_else(by_rubric).or_else(|| Family::of(header));
        let family = family.ok_or_else(|| GuardError::NoFamily { file: name.clone() })?;
        let rubric = match (family, options.rubric) {
            (Family::Rubric, rubric) => Some(rubric.unwrap_or_else(|| DEFAULT_RUBRIC.to_owned())),
            (_, None) => None,
            (family, Some(_)) => return Err(GuardError::RubricUnused { family: family.name() }),
        };
        let form = family.form(rubric.as_deref().unwrap_or_default());
        let speaks_of = form.speaks_of();
        if !speaks_of.refusal && !speaks_of.harm {
            return Err(GuardError::RubricForm);
        }
        let own = header.chat_template().filter(|_| !family.needs_template());
        let source = options.template.as_deref().or(own);
        let source = source.ok_or(GuardError::NoTemplate { file: name.clone(), family: family.name() })?;
        let trained = header.of_architecture("context_length").filter(|&tokens| tokens > 0);
        let trained = trained.and_then(|tokens| usize::try_from(tokens).ok());
        let mut guard = Self {
            identity: JudgeIdentity {
                name: format!("guard:{name}"),
                sha256: Some(file.sha256.clone()),
                family: Some(family.name().to_owned()),
                template_sha256: Some(sha256_bytes(source.as_bytes())),
                text_sha256: rubric.as_ref().map(|rubric| sha256_bytes(rubric.as_bytes())),
                rules: None,
                speaks_of,
            },
            form,
            template: ChatTemplate::compile(source)?,
            options: TemplateOptions {
                thinking: false,
                bos_token: header.token_text("tokenizer.ggml.bos_token_id").to_owned(),
                eos_token: header.token_text("tokenizer.ggml.eos_token_id").to_owned(),
            },
            rubric,
            marked: String::new(),
            context: options.context.into_iter().chain(trained).min(),
        };
        guard.marked = guard.render(&marks::mark(0), &marks::mark(1))?;
        // A template that leaves the answer out would have the guard judge nothing.
        if !guard.marked.contains(&marks::mark(1)) {
            return Err(GuardError::Unprotected);
        }
        guard.prompt("Is it on?", "Yes, it is.")?;
        Ok(guard)
    }

    /// Who judges.
    #[must_use]
    pub fn identity(&self) -> &JudgeIdentity {
        &self.identity
    }

    /// What the guard is asked: a user's turn and the answer to it, both as untrusted text.
    ///
    /// # Errors
    /// If the template fails on them, or they cannot be told from its own words.
    pub fn prompt(&self, prompt: &str, answer: &str) -> Result<Prompt, GuardError> {
        let text = self.render(prompt, answer)?;
        let told = marks::told_apart(text, &self.marked, &[prompt, answer]);
        if told.is_told_apart() { Ok(told) } else { Err(GuardError::Unprotected) }
    }

    fn render(&self, prompt: &str, answer: &str) -> Result<String, TemplateError> {
        let messages = match &self.rubric {
            Some(rubric) => vec![Message::new("user", &rubric_message(rubric, prompt, answer))],
            None => vec![Message::new("user", prompt), Message::new("assistant", answer)],
        };
        let variables = [("prompt", prompt), ("response", answer)];
        self.template.render_with(&messages, &variables, &self.options)
    }
}

/// What a model is asked by a rubric: the rubric first, which is the same for every answer.
fn rubric_message(rubric: &str, prompt: &str, answer: &str) -> String {
    format!(
        "{}\n\n<message>\n{prompt}\n</message>\n\n<reply>\n{answer}\n</reply>\n\nAnswer in the form asked for above.",
        rubric.trim()
    )
}
