//! A model: whether it can run here, and how fast.

use super::finding::Finding;
use crate::engine::llama::LlamaEngine;
use crate::jobs::answer_source::load;
use crate::jobs::context::Context;
use crate::jobs::download;
use crate::jobs::error::JobError;
use crate::model::ModelFile;
use crate::sampling::SamplingParams;
use crate::settings::EngineSettings;
use crate::speed::{self, Case};

/// Traces side by side while the speed is measured.
const WIDTH: usize = 16;

/// Tokens of a prompt.
const PROMPT: usize = 64;

/// Seconds that the measurement aims at.
const SECONDS: f64 = 2.0;

/// Tokens of a trace in the first, short measurement.
const FIRST: u32 = 8;

/// Largest number of tokens of a trace.
const MOST: f64 = 512.0;

pub fn findings(name: &str, context: &Context<'_>) -> Vec<Finding> {
    let failed = |error: JobError| Finding::bad("model", format!("{name}: {error}"), error.hint());
    let file = match download::model(name, context) {
        Ok(file) => file,
        Err(error) => return vec![failed(error)],
    };
    let mut findings = vec![header(&file)];
    let settings = EngineSettings { parallel: Some(WIDTH), ..EngineSettings::default() };
    findings.push(match load(&file, settings).and_then(|mut engine| speed(&mut engine)) {
        Ok(finding) => finding,
        Err(error) => failed(error),
    });
    findings
}

fn header(file: &ModelFile) -> Finding {
    let facts = file.facts();
    let found = format!(
        "{}: {}, {}, {:.1} M parameters, {} MB",
        facts.file,
        facts.architecture,
        facts.quantization,
        facts.parameters as f64 / 1e6,
        facts.size / 1_000_000
    );
    match file.header.chat_template() {
        Some(_) => Finding::good("model", found),
        None => {
            Finding::advice("model", format!("{found}, no chat template"), "use an instruct or chat model")
        }
    }
}

/// Measures how many tokens come in about two seconds.
fn speed(engine: &mut LlamaEngine) -> Result<Finding, JobError> {
    let prompts = speed::prompts(engine, 1, PROMPT)?;
    let case = |tokens| Case { traces: WIDTH as u32, tokens, sampling: SamplingParams::QWEN3_ANSWER };
    let first = speed::measure(engine, &case(FIRST), &prompts)?;
    let seconds_a_token = (first.facts.seconds / f64::from(FIRST)).max(1e-6);
    // Conversion saturates; the range is that of a trace.
    let tokens = (SECONDS / seconds_a_token).clamp(f64::from(FIRST), MOST) as u32;
    let facts = speed::measure(engine, &case(tokens), &prompts)?.facts;
    let rate = facts.decode_rate().unwrap_or(0.0);
    let note = facts.schedule_note.map_or(String::new(), |note| format!("; {note}"));
    Ok(Finding::good(
        "speed",
        format!("{rate:.0} tokens/s, {WIDTH} traces side by side, {} threads{note}", facts.threads_batch),
    ))
}
