//! Samples one greedy trace of a raw prompt and prints it as JSON: the shortest use of the engine.
//!
//! ```sh
//! cargo run --release --example greedy -- MODEL.gguf "PROMPT" TOKENS
//! ```
//!
//! Prints one line per token: id, log-probability, and the top 20 tokens with their log-probabilities.
//! `scripts/compare_with_llama_server.py` compares the output with that of llama.cpp's own server.

use safety_deepconf::record::BoxError;
use std::ops::ControlFlow;

use safety_deepconf::chat::Prompt;
use safety_deepconf::engine::llama::LlamaEngine;
use safety_deepconf::engine::{
    Engine, EngineError, PromptState, Room, Session, Token, TraceJob, TraceKey, Workload,
};
use safety_deepconf::model::{ModelFile, ModelSource};
use safety_deepconf::record::FinishReason;
use safety_deepconf::sampling::SamplingParams;
use safety_deepconf::settings::EngineSettings;

/// A workload of one prompt with one trace.
struct OneTrace {
    prompt: Prompt,
    begun: bool,
}

impl Workload for OneTrace {
    fn next(&mut self, _: Room) -> Option<TraceJob> {
        let is_new = !std::mem::replace(&mut self.begun, true);
        is_new.then_some(TraceJob { key: TraceKey { prompt: 0, trace: 0 }, seed: 0, last: true })
    }

    fn prompt(&self, _: usize) -> &Prompt {
        &self.prompt
    }

    fn token(&mut self, _: TraceKey, token: &Token<'_>) -> ControlFlow<()> {
        let top: Vec<_> = token.top.iter().map(|one| (one.token, one.log_probability)).collect();
        let line =
            serde_json::json!({ "id": token.id, "log_probability": token.log_probability, "top": top });
        println!("{line}");
        ControlFlow::Continue(())
    }

    fn finished(&mut self, _: TraceKey, _: FinishReason) -> Result<PromptState, BoxError> {
        Ok(PromptState::Closed)
    }

    fn failed(&mut self, _: usize, error: EngineError) -> Result<(), BoxError> {
        Err(error.into())
    }
}

fn main() -> Result<(), BoxError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, prompt, tokens] = arguments.as_slice() else {
        return Err("usage: greedy MODEL PROMPT TOKENS".into());
    };
    let file = ModelFile::open(&model.parse::<ModelSource>()?)?;
    let mut engine =
        LlamaEngine::load(&file, EngineSettings { threads: Some(1), ..EngineSettings::default() }, None)?;
    let prompt = Prompt::plain(prompt.clone());
    let session = Session {
        sampling: SamplingParams { temperature: 0.0, top_k: 0, top_p: 1.0, min_p: 0.0 },
        max_tokens: tokens.parse()?,
        longest_prompt: engine.count_tokens(&prompt)?,
        head: 0,
        head_prompt: 0,
        traces_at_once: 1,
        prompts: 1,
        ignore_eos: false,
    };
    engine.run(&session, &mut OneTrace { prompt, begun: false })?;
    Ok(())
}
