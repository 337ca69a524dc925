//! Judging of recorded answers: each distinct pair of prompt and answer once, in the order given.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::GuardError;
use super::item::{Item, Judged, Pair, settled};
use super::model::Guard;
use super::probability::Alternatives;
use super::workload::Questions;
use crate::engine::{Engine, EngineError, Session};
use crate::record::BoxError;
use crate::record::engine_settings::MIN_ROWS;
use crate::record::judge_entry::Opinion;
use crate::record::manifest::EngineFacts;
use crate::record::{FinishReason, Verdict};
use crate::sampling::SamplingParams;

impl Guard {
    /// Judges items and passes the opinions to `tell` in the order of the items, each as soon as it and all
    /// earlier ones are known. Opinions do not depend on the engine's batch width. An interruption ends the
    /// call between two steps, after the known opinions have been reported.
    ///
    /// # Errors
    /// If the engine cannot continue or `tell` fails.
    pub fn judge(
        &self,
        engine: &mut dyn Engine,
        items: &[Item<'_>],
        tell: &mut dyn FnMut(Opinion) -> Result<(), BoxError>,
        interrupt: &AtomicBool,
    ) -> Result<Judged, BoxError> {
        let alternatives = Alternatives::of(engine, self.form.words());
        let mut pairs: Vec<Pair<'_>> = Vec::new();
        let mut index_of: HashMap<(&str, &str), usize> = HashMap::new();
        let mut pair_of_item: Vec<Option<usize>> = Vec::with_capacity(items.len());
        let (mut longest_prompt, mut first) = (0, None);
        for item in items {
            if interrupt.load(Ordering::Relaxed) {
                return Ok(Judged::default());
            }
            if settled(item).is_some() {
                pair_of_item.push(None);
                continue;
            }
            let index = *index_of.entry((item.prompt, item.answer)).or_insert(pairs.len());
            if index == pairs.len() {
                let pair = self.fit(engine, item)?;
                longest_prompt = longest_prompt.max(pair.tokens);
                first = first.or_else(|| pair.problem.is_none().then_some(index));
                pairs.push(pair);
            }
            pair_of_item.push(Some(index));
        }
        let mut questions = Questions::new(self, items, pair_of_item, pairs, alternatives, tell, interrupt);
        questions.tell_what_is_known()?;
        let mut facts = EngineFacts::default();
        if let Some(first) = first {
            let session = Session {
                sampling: SamplingParams { temperature: 0.0, top_k: 0, top_p: 1.0, min_p: 0.0 },
                max_tokens: self.max_reply(),
                longest_prompt,
                head: engine.head_tokens(questions.show(first)?),
                head_prompt: first,
                traces_at_once: 1,
                prompts: questions.to_ask(),
                ignore_eos: false,
            };
            facts = match engine.run(&session, &mut questions) {
                Err(EngineError::Workload(error)) => return Err(error),
                other => other?,
            };
        }
        questions.end(facts)
    }

    /// Shortens an answer so that it fits into the context with its prompt, and counts the tokens of both.
    fn fit<'a>(&self, engine: &dyn Engine, item: &Item<'a>) -> Result<Pair<'a>, EngineError> {
        let kept_free = self.max_reply() as usize + MIN_ROWS;
        let limit = self.context.map_or(usize::MAX, |context| context.saturating_sub(kept_free));
        let mut pair =
            Pair { prompt: item.prompt, answer: item.answer, left_out: 0, tokens: 0, problem: None };
        let count = |answer: &str| -> Result<Result<usize, GuardError>, EngineError> {
            match self.prompt(item.prompt, answer) {
                Ok(prompt) => engine.count_tokens(&prompt).map(Ok),
                Err(error) => Ok(Err(error)),
            }
        };
        match count(item.answer)? {
            Ok(tokens) if tokens <= limit => {
                pair.tokens = tokens;
                return Ok(pair);
            }
            Ok(_) => {}
            Err(error) => {
                pair.problem = Some(error.to_string());
                return Ok(pair);
            }
        }
        // Find the longest prefix that fits; longer prefixes take at least as many tokens.
        let ends: Vec<usize> = item.answer.char_indices().map(|(at, _)| at).collect();
        let (mut fits, mut beyond) = (0, ends.len());
        while beyond - fits > 1 {
            let middle = usize::midpoint(fits, beyond);
            match count(&item.answer[..ends[middle]])? {
                Ok(tokens) if tokens <= limit => (fits, pair.tokens) = (middle, tokens),
                _ => beyond = middle,
            }
        }
        pair.answer = &item.answer[..ends.get(fits).copied().unwrap_or(0)];
        pair.left_out = ends.len() - fits;
        if fits == 0 {
            pair.problem = Some("the prompt alone is too long for the guard's context: not asked".to_owned());
        }
        Ok(pair)
    }

    /// Returns the opinion on an item that the guard is not asked about.
    pub(super) fn opinion_without(&self, item: &Item<'_>, verdict: Verdict) -> Opinion {
        Opinion {
            verdict: self.of_refusal(verdict),
            reason: "not asked: there is no answer to judge".to_owned(),
            ..self.opinion(item)
        }
    }

    /// Returns the opinion on an item from the guard's reply.
    pub(super) fn opinion_of(
        &self,
        item: &Item<'_>,
        pair: &Pair<'_>,
        settled: &super::item::Settled,
    ) -> Opinion {
        let note = match pair.left_out {
            0 => String::new(),
            left_out => format!(
                "; the answer's last {left_out} of {} characters did not fit into the context",
                item.answer.chars().count()
            ),
        };
        let mut opinion = self.opinion(item);
        opinion.reply = settled.reply.clone();
        match &settled.reading {
            Some(reading) => {
                opinion.verdict = reading.verdict;
                opinion.harmful = reading.harmful;
                opinion.category.clone_from(&reading.category);
                opinion.probability = settled.probability;
                opinion.reason = format!("{}{note}", reading.reason);
            }
            None => {
                opinion.verdict = self.of_refusal(Verdict::Unparsed);
                opinion.unparsed = true;
                let why = match (&settled.problem, settled.end) {
                    (Some(problem), _) => problem.as_str(),
                    (None, Some(FinishReason::Length | FinishReason::Context)) => {
                        "the guard's reply has no end and is not in its form"
                    }
                    (None, _) => "the guard's reply is not in its form",
                };
                opinion.reason = format!("{why}{note}");
            }
        }
        opinion
    }

    /// Returns a verdict if the guard judges refusal; a guard for harm alone gives none.
    fn of_refusal(&self, verdict: Verdict) -> Option<Verdict> {
        self.identity().scope.refusal.then_some(verdict)
    }

    fn opinion(&self, item: &Item<'_>) -> Opinion {
        Opinion {
            judge: self.identity().name.clone(),
            instance_id: item.instance_id.to_owned(),
            number: item.number,
            ..Opinion::default()
        }
    }
}
