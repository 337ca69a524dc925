//! Turns lines into instances, traces and decisions.

use std::collections::HashMap;

use super::columns::columns;
use super::line::{Line, Tokens};
use crate::chat::thinking;
use crate::deepconf::TOP_K;
use crate::deepconf::measures::measures;
use crate::deepconf::stop::StopRule;
use crate::record::journal::Entry;
use crate::record::{Decision, FinishReason, Instance, Judgement, Recorded, StopReason, Trace, TraceTokens};

/// Contents of a file of traces.
#[derive(Debug)]
pub struct ExternalTraces {
    /// Instances in the order of their first trace, then traces, then decisions.
    pub entries: Vec<Entry>,
    /// Stop rule that gives the observed numbers of traces. If the numbers differ between instances, the
    /// file's own rule is unknown and a consensus rule takes its place.
    pub stop: StopRule,
    /// Tokens of the longest trace.
    pub most_tokens: u32,
    /// Whether any trace has a verdict on harm.
    pub has_harm: bool,
    /// Notes for the user.
    pub notes: Vec<String>,
}

/// State while a file is read.
#[derive(Default)]
pub(super) struct Collector {
    instances: Vec<Instance>,
    /// Traces per instance, in the order of the file.
    traces: Vec<Vec<Trace>>,
    index_of: HashMap<String, usize>,
    most_tokens: u32,
    has_harm: bool,
    without_tokens: usize,
    without_text: usize,
    /// Smallest number of top tokens at any position.
    least_top: Option<usize>,
}

impl Collector {
    pub(super) fn take(
        &mut self,
        line: Line,
        judge: &dyn Fn(&str, &str) -> Judgement,
        window: usize,
    ) -> Result<(), String> {
        let at = self.instance(&line)?;
        // Thinking inside the text is not part of the answer, as in the program's own traces.
        let (answer, thought) = match &line.thinking {
            Some(thinking) => (line.text.trim().to_owned(), Some(thinking.clone())),
            None => {
                let parts = thinking::split(line.text.as_bytes(), false);
                let part = |range: std::ops::Range<usize>| line.text[range].to_owned();
                (part(parts.answer), parts.thinking.map(part))
            }
        };
        let (instance, traces) = (&self.instances[at], &mut self.traces[at]);
        let number = line.trace.unwrap_or(traces.len() as u32);
        if traces.iter().any(|other| other.number == number) {
            return Err(format!("`trace` {number} of {:?} appears twice", instance.id));
        }
        let finish_reason = match line.finish_reason.as_deref() {
            None | Some("stop" | "eos" | "end_turn") => FinishReason::Stop,
            Some("length" | "max_tokens") => FinishReason::Length,
            Some(other) => return Err(format!("`finish_reason` {other:?} is neither stop nor length")),
        };
        let tokens = match &line.tokens {
            None => None,
            Some(Tokens::List(tokens) | Tokens::Server { content: tokens }) => {
                let top = tokens.iter().map(|token| token.top_logprobs.len());
                self.least_top = top.chain(self.least_top).min();
                Some(columns(tokens, &answer, thought.is_some())?)
            }
        };
        self.without_tokens += usize::from(tokens.is_none());
        let has_no_text = |tokens: &TraceTokens| tokens.text.is_empty() && !tokens.is_empty();
        self.without_text += usize::from(tokens.as_ref().is_some_and(has_no_text));
        let mut judgement = match line.verdict {
            Some(verdict) => Judgement::new(verdict, "as the file has it", None),
            None => judge(&line.prompt, &answer),
        };
        judgement.harmful = line.harmful;
        self.has_harm |= line.harmful.is_some();
        let count = tokens.as_ref().map_or(0, |tokens| tokens.len() as u32);
        self.most_tokens = self.most_tokens.max(count);
        let measured =
            |tokens: &TraceTokens| measures(&tokens.log_probabilities, &tokens.confidences, window);
        let has_thought = thought.is_some();
        let answered = |tokens: &TraceTokens| {
            let first = thinking::first_answer_token(&tokens.text, &tokens.ends, tokens.opened);
            measures(&tokens.log_probabilities[first..], &tokens.confidences[first..], window)
        };
        traces.push(Trace {
            instance_id: instance.id.clone(),
            number,
            seed: line.seed,
            answer,
            thinking: thought,
            finish_reason,
            tokens: count,
            measures: tokens.as_ref().and_then(measured),
            answer_measures: tokens.as_ref().filter(|_| has_thought).and_then(answered),
            judgement,
            recorded: tokens.as_ref().map(Recorded::pack),
        });
        Ok(())
    }

    /// Returns the index of the line's instance; adds the instance if it is new.
    fn instance(&mut self, line: &Line) -> Result<usize, String> {
        let id = line.instance_id.as_ref().unwrap_or(&line.prompt);
        let Some(&at) = self.index_of.get(id) else {
            self.index_of.insert(id.clone(), self.instances.len());
            self.traces.push(Vec::new());
            self.instances.push(Instance {
                id: id.clone(),
                prompt: line.prompt.clone(),
                label: line.label,
                harm_category: line.harm_category.clone(),
            });
            return Ok(self.instances.len() - 1);
        };
        let instance = &self.instances[at];
        let same = [
            ("prompt", instance.prompt == line.prompt),
            ("label", instance.label == line.label),
            ("harm_category", instance.harm_category == line.harm_category),
        ];
        match same.iter().find(|(_, is_same)| !is_same) {
            Some((field, _)) => Err(format!("`{field}` differs from earlier traces of {id:?}")),
            None => Ok(at),
        }
    }

    pub(super) fn finish(mut self) -> Result<ExternalTraces, String> {
        if self.instances.is_empty() {
            return Err("the file contains no traces".to_owned());
        }
        for (instance, traces) in self.instances.iter().zip(&mut self.traces) {
            traces.sort_by_key(|trace| trace.number);
            let gap = (0..).zip(traces.iter()).find(|(number, trace)| trace.number != *number);
            if let Some((missing, _)) = gap {
                return Err(format!("{:?} has no trace {missing} but later ones", instance.id));
            }
        }
        let notes = self.notes();
        let decision = |(instance, traces): (&Instance, &Vec<Trace>)| {
            Entry::Decision(Decision {
                instance_id: instance.id.clone(),
                traces_used: traces.len() as u32,
                stop_reason: StopReason::Fixed,
            })
        };
        let decisions: Vec<Entry> = self.instances.iter().zip(&self.traces).map(decision).collect();
        let counts = || self.traces.iter().map(|traces| traces.len() as u32);
        let (fewest, most) = (counts().min().unwrap_or(1), counts().max().unwrap_or(1));
        let stop = match fewest == most {
            true => StopRule::Fixed { traces: most },
            false => StopRule::Consensus { tau: 1.0, min_traces: fewest, max_traces: most, settled: false },
        };
        let mut entries: Vec<Entry> = self.instances.into_iter().map(Entry::Instance).collect();
        entries.extend(self.traces.into_iter().flatten().map(|trace| Entry::Trace(Box::new(trace))));
        entries.extend(decisions);
        let Self { most_tokens, has_harm, .. } = self;
        Ok(ExternalTraces { entries, stop, most_tokens, has_harm, notes })
    }

    fn notes(&self) -> Vec<String> {
        let counted = [
            (self.without_tokens, "traces have no tokens: they have a verdict and no confidence"),
            (self.without_text, "traces have tokens without text: they cannot be replayed with fewer tokens"),
        ];
        let mut notes: Vec<String> = counted
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        if let Some(least) = self.least_top.filter(|&least| least < TOP_K) {
            notes.push(format!(
                "token confidences average over {least} top tokens at some positions, not {TOP_K}: they cannot be \
                 compared with others"
            ));
        }
        notes
    }
}
