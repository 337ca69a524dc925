//! Guard model: its template and prompts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::error::GuardError;
use super::family::Family;
use super::options::GuardOptions;
use super::reply::Form;
use super::turns;
use crate::chat::{ChatTemplate, Prompt, TemplateError, TemplateOptions, untrusted_spans};
use crate::model::ModelFile;
use crate::model::digest::sha256_bytes;
use crate::record::judge_entry::JudgeIdentity;

/// Default rubric for models that are not guards.
pub const DEFAULT_RUBRIC: &str = include_str!("rubric.txt");

/// Guard: its template and the form of its replies. An engine holds its weights.
#[derive(Debug)]
pub struct Guard {
    identity: JudgeIdentity,
    pub(super) family: Family,
    pub(super) form: Form,
    template: ChatTemplate,
    options: TemplateOptions,
    rubric: Option<String>,
    /// Whether the template is the GGUF's.
    own_template: bool,
    /// Variables of the template besides the judged texts.
    variables: Vec<(&'static str, Value)>,
    /// Rendering with marks in place of the judged texts.
    marked: String,
    /// Largest number of tokens of prompt and reply.
    pub(super) context: Option<usize>,
}

impl Guard {
    /// Opens a guard from a checked file without loading weights.
    ///
    /// # Errors
    /// [`GuardError`] if the options do not fit the model, or if its prompts cannot be protected.
    pub fn open(file: &ModelFile, options: GuardOptions) -> Result<Self, GuardError> {
        let header = &file.header;
        let name = file.facts().file;
        let known = Family::of(header);
        let by_rubric = || options.rubric.is_some().then_some(Family::Rubric);
        let takes_one = known.filter(|family| family.takes_rubric());
        let family = options.family.or(takes_one).or_else(by_rubric).or(known);
        let family = family.ok_or_else(|| GuardError::NoFamily {
            file: name.clone(),
            families: Family::names_of_guards(),
        })?;
        let rubric = match (family, options.rubric) {
            (family, rubric) if family.takes_rubric() => {
                Some(rubric.unwrap_or_else(|| DEFAULT_RUBRIC.to_owned()))
            }
            (_, None) => None,
            (family, Some(_)) => return Err(GuardError::RubricUnused { family: family.name() }),
        };
        let form = family.form(rubric.as_deref().unwrap_or_default());
        let scope = form.scope();
        if !scope.refusal && !scope.harm {
            return Err(GuardError::RubricForm);
        }
        let own = header.chat_template().filter(|_| !family.needs_template());
        let source = options.template.as_deref().or(own);
        let source = source.ok_or(GuardError::NoTemplate { file: name.clone(), family: family.name() })?;
        let published = turns::text(family).filter(|_| options.template.is_none());
        let text = rubric.as_deref().or(published);
        let trained = header.of_architecture("context_length").filter(|&tokens| tokens > 0);
        let trained = trained.and_then(|tokens| usize::try_from(tokens).ok());
        let mut guard = Self {
            identity: JudgeIdentity {
                name: format!("guard:{name}"),
                named: options.named.into_iter().collect(),
                sha256: Some(file.sha256.clone()),
                family: Some(family.name().to_owned()),
                template_sha256: Some(sha256_bytes(source.as_bytes())),
                text_sha256: text.map(|text| sha256_bytes(text.as_bytes())),
                scope,
                ..JudgeIdentity::default()
            },
            family,
            form,
            own_template: options.template.is_none(),
            variables: turns::variables(family, source),
            template: ChatTemplate::compile(source)?,
            options: TemplateOptions {
                thinking: false,
                bos_token: header.token_text("tokenizer.ggml.bos_token_id").to_owned(),
                eos_token: header.token_text("tokenizer.ggml.eos_token_id").to_owned(),
                ..TemplateOptions::default()
            },
            rubric,
            marked: String::new(),
            context: options.context.into_iter().chain(trained).min(),
        };
        guard.marked = guard.render(&untrusted_spans::mark(0), &untrusted_spans::mark(1))?;
        // A template that omits the answer leaves the guard nothing to judge.
        if !guard.marked.contains(&untrusted_spans::mark(1)) {
            return Err(GuardError::Unprotected);
        }
        guard.prompt("Is it on?", "Yes, it is.")?;
        Ok(guard)
    }

    /// Returns the identity of the judge.
    #[must_use]
    pub fn identity(&self) -> &JudgeIdentity {
        &self.identity
    }

    /// Renders the guard's prompt from a user's turn and the answer to it, both untrusted.
    ///
    /// # Errors
    /// If the template fails on the two texts, or if they cannot be separated from its own text.
    pub fn prompt(&self, prompt: &str, answer: &str) -> Result<Prompt, GuardError> {
        let text = self.render(prompt, answer)?;
        let told = untrusted_spans::told_apart(text, &self.marked, &[prompt, answer]);
        if told.is_told_apart() { Ok(told) } else { Err(GuardError::Unprotected) }
    }

    fn render(&self, prompt: &str, answer: &str) -> Result<String, TemplateError> {
        let turns = turns::turns(self.family, self.own_template, self.rubric.as_deref(), prompt, answer);
        let texts = [("prompt", Value::from(prompt)), ("response", Value::from(answer))];
        let variables: BTreeMap<&str, Value> = self.variables.iter().cloned().chain(texts).collect();
        self.template.render_with(&turns, &variables, &self.options)
    }

    /// Returns the largest number of tokens of its reply.
    pub(super) fn max_reply(&self) -> u32 {
        self.family.max_reply()
    }
}
