//! Notes on settings of a run that have no effect.

use super::answer_source::AnswerSource;
use super::context::Context;
use super::error::JobError;
use crate::chat::Prompt;
use crate::record::Instance;
use crate::settings::Settings;

/// Notes settings that have no effect, by rendering the first prompt with and without them.
///
/// # Errors
/// Fails if the template cannot be rendered.
pub fn note(
    settings: &Settings,
    source: &AnswerSource,
    instances: &[Instance],
    context: &Context<'_>,
) -> Result<(), JobError> {
    if settings.sampling.temperature == 0.0 && settings.stop.max_traces() > 1 {
        context.note("note: at temperature 0 all traces of a prompt are equal: --max-traces 1 is enough");
    }
    let first = &instances[..1];
    let text = |settings: &Settings| -> Result<Option<String>, JobError> {
        let prompts: Vec<Prompt> = source.prompts(settings, first)?;
        Ok(prompts.into_iter().next().map(|prompt| prompt.text))
    };
    if settings.chat.thinking {
        let mut without = settings.clone();
        without.chat.effort = None;
        if settings.chat.effort.is_some() && text(settings)? == text(&without)? {
            context.note(
                "note: --reasoning-effort changes nothing: the model's template has no variable for it",
            );
        }
        without.chat.thinking = false;
        if text(settings)? == text(&without)? {
            context.note("note: --reasoning on changes nothing: the model's template has no switch for it");
        }
    } else if source.switches()?.is_always_on() {
        context.note("note: the model's template cannot turn thinking off: the effort is low");
    }
    Ok(())
}
