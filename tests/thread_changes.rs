//! The number of threads follows what other programs leave, in the middle of a run, and changes no bit.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use safety_deepconf::chat::Prompt;
use safety_deepconf::engine::llama::LlamaEngine;
use safety_deepconf::engine::llama::pace::Watch;
use safety_deepconf::engine::{
    Engine, EngineError, PromptState, Room, Session, Token, TraceJob, TraceKey, Workload,
};
use safety_deepconf::model::{ModelFile, ModelSource};
use safety_deepconf::record::manifest::EngineFacts;
use safety_deepconf::record::{BoxError, FinishReason};
use safety_deepconf::sampling::SamplingParams;
use safety_deepconf::settings::EngineSettings;

const TRACES: u32 = 6;

/// Tokens of a trace: ids, and the bits of their log-probabilities.
type Tokens = Vec<(u32, u64)>;

/// Some prompts with some traces each; what they said.
struct Collect {
    prompts: Vec<Prompt>,
    given: u32,
    tokens: BTreeMap<(usize, u32), Tokens>,
}

impl Workload for Collect {
    fn next(&mut self, room: Room) -> Option<TraceJob> {
        let (prompt, trace) = ((self.given / TRACES) as usize, self.given % TRACES);
        if prompt == self.prompts.len() || (trace == 0 && !room.new_prompt) {
            return None;
        }
        self.given += 1;
        let seed = u64::from(self.given);
        Some(TraceJob { key: TraceKey { prompt, trace }, seed, last: trace + 1 == TRACES })
    }

    fn prompt(&self, prompt: usize) -> &Prompt {
        &self.prompts[prompt]
    }

    fn token(&mut self, key: TraceKey, token: &Token<'_>) -> ControlFlow<()> {
        let said = self.tokens.entry((key.prompt, key.trace)).or_default();
        said.push((token.id, token.log_probability.to_bits()));
        ControlFlow::Continue(())
    }

    fn finished(&mut self, _: TraceKey, _: FinishReason) -> Result<PromptState, BoxError> {
        Ok(PromptState::Open)
    }

    fn failed(&mut self, _: usize, error: EngineError) -> Result<(), BoxError> {
        Err(error.into())
    }
}

/// Runs the demo model; `watch` changes the number of threads.
fn run(watch: Option<Watch>) -> (BTreeMap<(usize, u32), Tokens>, EngineFacts) {
    let file = ModelFile::open(&"demo".parse::<ModelSource>().unwrap()).unwrap();
    let settings = EngineSettings { threads: Some(2), parallel: Some(12), ..EngineSettings::default() };
    let mut engine = LlamaEngine::load(&file, settings, None).unwrap();
    if let Some(watch) = watch {
        engine.watch(watch);
    }
    let prompts: Vec<_> = ["How do I bake bread?", "Tell me a joke about a bicycle.", "Why is the sky blue?"]
        .iter()
        // The last prompt takes several chunks.
        .enumerate()
        .map(|(index, text)| Prompt::plain(format!("{}{text}", "These are notes. ".repeat(80 * index))))
        .collect();
    let longest = prompts.iter().map(|prompt| engine.count_tokens(prompt).unwrap()).max().unwrap();
    let session = Session {
        sampling: SamplingParams { temperature: 1.0, ..SamplingParams::QWEN3_ANSWER },
        max_tokens: 40,
        longest_prompt: longest,
        head: 0,
        head_prompt: 0,
        traces_at_once: TRACES,
        prompts: prompts.len(),
        ignore_eos: true,
    };
    let mut workload = Collect { prompts, given: 0, tokens: BTreeMap::new() };
    let facts = engine.run(&session, &mut workload).unwrap();
    (workload.tokens, facts)
}

#[test]
fn other_programs_take_threads_and_no_bits() {
    let (expected, facts) = run(None);
    assert_eq!(facts.threads_least, None);
    assert_eq!(expected.len(), 3 * TRACES as usize);
    assert!(expected.values().all(|tokens| tokens.len() == 40));
    // Looked at before every step; a core is taken for some steps, then free for some.
    let mut looks = 0;
    let other_cores = move || {
        looks += 1;
        Some(if looks % 10 < 5 { 0.0 } else { 1.0 })
    };
    let (said, facts) = run(Some(Watch::new(Box::new(other_cores), Duration::ZERO)));
    assert_eq!(facts.threads_least, Some(1));
    assert_eq!(facts.threads_batch, 2);
    assert!(facts.threads_changes > 4, "{}", facts.threads_changes);
    assert!(said == expected, "the tokens are others");
}
