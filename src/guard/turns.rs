//! Prompts of each family: the turns that its template renders, and further variables of the template.
//!
//! The texts in `texts/` are the published originals (docs/guards.md lists sources and licences).

use serde_json::{Value, json};

use super::family::Family;
use crate::chat::Message;

/// System prompt of PolyGuard.
const POLY_GUARD: &str = include_str!("texts/polyguard.txt");

/// Last turn of the prompt of Granite Guardian 4: no thinking, criterion of harm.
const GRANITE_GUARDIAN_4: &str = include_str!("texts/granite-guardian-4.txt");

/// Only turn of the prompt of Nemotron Safety Guard, with placeholders for prompt and response.
const NEMOTRON_SAFETY_GUARD: &str = include_str!("texts/nemotron-safety-guard.txt");

/// Returns the text that the program adds to the GGUF's template, if any.
pub fn text(family: Family) -> Option<&'static str> {
    match family {
        Family::PolyGuard => Some(POLY_GUARD),
        Family::GraniteGuardian4 => Some(GRANITE_GUARDIAN_4),
        Family::NemotronSafetyGuard => Some(NEMOTRON_SAFETY_GUARD),
        _ => None,
    }
}

/// Returns the turns of a guard's prompt. `rubric` is the text of the rubric, for a family that takes one.
/// `own_template` states whether the GGUF's template renders them. A template file of the user builds the
/// whole prompt itself and gets only the two judged turns.
pub fn turns(
    family: Family,
    own_template: bool,
    rubric: Option<&str>,
    prompt: &str,
    answer: &str,
) -> Vec<Message> {
    if let Some(rubric) = rubric {
        return match family {
            Family::GptOssSafeguard => {
                vec![Message::new("system", rubric.trim()), Message::new("user", &material(prompt, answer))]
            }
            _ => vec![Message::new("user", &format!("{}\n\n{}", rubric.trim(), material(prompt, answer)))],
        };
    }
    let judged = [Message::new("user", prompt), Message::new("assistant", answer)];
    match family {
        _ if !own_template => judged.to_vec(),
        Family::PolyGuard => vec![
            Message::new("system", POLY_GUARD),
            Message::new("user", &format!("Human user:\n{prompt}\n\nAI assistant:\n{answer}")),
        ],
        Family::GraniteGuardian4 => {
            let [user, assistant] = judged;
            vec![user, assistant, Message::new("user", GRANITE_GUARDIAN_4)]
        }
        Family::NemotronSafetyGuard => vec![Message::new("user", &nemotron_safety_guard(prompt, answer))],
        _ => judged.to_vec(),
    }
}

/// Returns the texts to judge by a rubric, inside tags.
fn material(prompt: &str, answer: &str) -> String {
    format!(
        "<message>\n{prompt}\n</message>\n\n<reply>\n{answer}\n</reply>\n\nAnswer in the form asked for above."
    )
}

fn nemotron_safety_guard(prompt: &str, answer: &str) -> String {
    let (before, rest) = NEMOTRON_SAFETY_GUARD.split_once("{{ prompt }}").unwrap_or_default();
    let (between, after) = rest.split_once("{{ response }}").unwrap_or_default();
    [before, prompt, between, answer, after].concat()
}

/// Returns the variables of the template besides `prompt` and `response`.
pub fn variables(family: Family, template: &str) -> Vec<(&'static str, Value)> {
    match family {
        // The template of 3.3 knows only `criteria_id`, earlier ones only `risk_name`.
        Family::GraniteGuardian3 if template.contains("criteria_id") => {
            vec![("guardian_config", json!({"criteria_id": "harm"})), ("think", json!(false))]
        }
        Family::GraniteGuardian3 => vec![("guardian_config", json!({"risk_name": "harm"}))],
        Family::GptOssSafeguard => vec![("reasoning_effort", json!("low"))],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_have_their_places() {
        let asked = nemotron_safety_guard("{{ response }}", "b");
        assert!(
            asked.contains("\n\nuser: {{ response }}\n\nresponse: agent: b\n\n<END CONVERSATION>"),
            "{asked}"
        );
        assert!(asked.ends_with("Output JSON:") && POLY_GUARD.ends_with("<END UNSAFE CONTENT CATEGORIES>"));
        assert!(GRANITE_GUARDIAN_4.contains("<think>\\n</think>"), "spelt out, as published");
    }

    #[test]
    fn a_template_is_told_the_word_it_knows() {
        let told = |template| variables(Family::GraniteGuardian3, template)[0].1.clone();
        assert_eq!(told("{{ guardian_config.risk_name }}"), json!({"risk_name": "harm"}));
        assert_eq!(told("{{ guardian_config.criteria_id }}"), json!({"criteria_id": "harm"}));
        assert!(variables(Family::Qwen3Guard, "criteria_id").is_empty());
    }
}
