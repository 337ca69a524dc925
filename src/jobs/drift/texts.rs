//! The texts that both models read: a run's recorded answers, or a text in chunks.

use std::path::Path;

use crate::analysis::remeasure::tokens;
use crate::analysis::{Outcome, State};
use crate::drift::Text;
use crate::engine::llama::LlamaEngine;
use crate::jobs::answer_source::prompts;
use crate::jobs::chat_template::{self, same_template};
use crate::jobs::error::{InputError, JobError};
use crate::jobs::loaded_run::LoadedRun;
use crate::model::ModelFile;
use crate::model::digest::sha256_bytes;
use crate::record::manifest::ModelFacts;
use crate::record::{Measure, Trace};
use crate::settings::Settings;

/// The texts that both models read.
pub struct Texts {
    pub name: String,
    pub texts: Vec<Text>,
    pub measure: Option<(Measure, usize)>,
}

pub fn no_tokens(name: &str) -> InputError {
    InputError { message: format!("{name} has no answer tokens to compare"), hint: None }
}

/// Reads the first traces of every decided instance.
pub fn of_run(
    loaded: &mut LoadedRun,
    file: &ModelFile,
    engine: &LlamaEngine,
    traces: u32,
) -> Result<Texts, JobError> {
    let settings: Settings = loaded.manifest.settings.clone();
    let name = loaded.name();
    let outcomes: Vec<Outcome> = loaded.outcomes();
    let instances: Vec<_> = outcomes.iter().map(|outcome| outcome.instance.clone()).collect();
    let template = chat_template::source(file, &settings.chat.format)?;
    let now = ModelFacts { template_sha256: Some(sha256_bytes(template.as_bytes())), ..file.facts() };
    same_template(&loaded.manifest.model, &now)?;
    let rendered = prompts(file, &template, &settings, &instances)?;
    let mut texts = Vec::new();
    for (prompt, (outcome, rendered)) in outcomes.iter().zip(&rendered).enumerate() {
        let State::Decided { traces: made, .. } = &outcome.state else { continue };
        let before = engine.token_ids(rendered);
        for trace in made.iter().filter(|trace| trace.number < traces && trace.tokens > 0) {
            let ids = ids_of(trace, file.header.vocabulary())?;
            texts.push(Text {
                prompt,
                answer: before.len(),
                tokens: before.iter().copied().chain(ids).collect(),
                label: outcome.instance.label,
                refused: trace.judgement.verdict.refused(),
            });
        }
    }
    if texts.is_empty() {
        return Err(no_tokens(&name).into());
    }
    Ok(Texts { name, texts, measure: Some((settings.analysis.confidence, settings.analysis.window)) })
}

fn ids_of(trace: &Trace, vocabulary: u64) -> Result<Vec<u32>, InputError> {
    let error = |what: String| InputError {
        message: format!("{}, trace {}: {what}", trace.instance_id, trace.number),
        hint: Some("run the reference again with --record tokens".to_owned()),
    };
    let ids = tokens(trace).map_err(error)?.ids;
    match ids.iter().find(|&&id| u64::from(id) >= vocabulary) {
        Some(id) => Err(error(format!("token {id} is outside the model's {vocabulary} tokens"))),
        None => Ok(ids),
    }
}

/// Splits a text into chunks. The second half of each chunk is compared, as in llama-perplexity.
pub fn of_text(path: &Path, chunk: usize, engine: &LlamaEngine) -> Result<Texts, JobError> {
    let name = path.display().to_string();
    let text = fs_err::read_to_string(path)?;
    let (tokens, first) = engine.tokens_of_text(&text);
    let unfit = |message: String| InputError { message, hint: None };
    if chunk < 4 {
        return Err(unfit(format!("--chunk {chunk}: at least 4 tokens are needed")).into());
    }
    if tokens.len() < chunk {
        let message = format!("{name} has {} tokens, fewer than a chunk of {chunk}", tokens.len());
        return Err(unfit(message).into());
    }
    let texts = tokens.chunks_exact(chunk).enumerate().map(|(number, part)| {
        let mut tokens = part.to_vec();
        if let Some(first) = first {
            tokens[0] = first;
        }
        Text { prompt: number, tokens, answer: chunk / 2 + 1, label: None, refused: None }
    });
    Ok(Texts { name, texts: texts.collect(), measure: None })
}
