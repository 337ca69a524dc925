//! The estimate of the time left against the truth, on schedules like the engine's: a number of slots, a token
//! for each running trace and step, and steps that take longer with more traces.

use std::collections::BTreeMap;

use super::Live;
use super::run::RunPlan;
use crate::analysis::testing::{normal, uniform};
use crate::deepconf::policy::Policy;
use crate::deepconf::split::Split;
use crate::deepconf::stop::StopRule;
use crate::deepconf::weight::VoteWeight;
use crate::export::terminal::width;
use crate::jobs::notify::{Notice, RunEvent, Task, TaskKind};
use crate::record::journal::{Entry, Failure};
use crate::record::{Decision, FinishReason, Judgement, Measure, Measures, StopReason, Trace, Verdict};

/// A schedule of a run.
#[derive(Clone, Copy)]
struct Schedule {
    seed: u64,
    prompts: usize,
    slots: usize,
    at_once: u32,
    max_traces: u32,
    max_tokens: u32,
    /// Mean lengths of refusals and of compliances.
    lengths: (f64, f64),
}

const USUAL: Schedule = Schedule {
    seed: 0,
    prompts: 200,
    slots: 32,
    at_once: 3,
    max_traces: 10,
    max_tokens: 256,
    lengths: (20.0, 90.0),
};

/// A prompt: whether it is refused, how many traces decide it, and their lengths.
struct Prompt {
    refused: bool,
    used: u32,
    lengths: Vec<u32>,
}

/// Something that happens, with its time.
enum Happens {
    Started(usize, u32),
    Tokens(usize),
    Ended(usize, u32, u32),
    Decided(usize, u32),
}

impl Schedule {
    fn plan(&self) -> RunPlan<'static> {
        let (min_traces, max_traces) = (self.at_once, self.max_traces);
        let stop = match min_traces == max_traces {
            true => StopRule::Fixed { traces: max_traces },
            false => StopRule::Consensus { tau: 0.95, min_traces, max_traces, settled: true },
        };
        let (vote, confidence) = (VoteWeight::Plain, Measure::Bottom10);
        let policy = Policy { stop, vote, confidence, window: 16 };
        RunPlan { policy, split: Split::Quantile(0.5), max_tokens: self.max_tokens, known: &[] }
    }

    fn prompts(&self) -> Vec<Prompt> {
        let mut random = uniform(self.seed);
        let mut prompt = |_| {
            let refused = random() < 0.5;
            let mean = if refused { self.lengths.0 } else { self.lengths.1 };
            let split = random() < 0.35;
            let used = if split { self.at_once + 3 + (5.0 * random()) as u32 } else { self.at_once };
            let length = |_| {
                let length = mean * (0.6 * normal(&mut random)).exp();
                (length as u32).clamp(1, self.max_tokens)
            };
            Prompt {
                refused,
                used: used.min(self.max_traces),
                lengths: (0..self.max_traces).map(length).collect(),
            }
        };
        (0..self.prompts).map(&mut prompt).collect()
    }

    /// Returns everything that happens.
    fn carry_out(&self, prompts: &[Prompt]) -> Vec<(f64, Happens)> {
        let mut happens = Vec::new();
        let (mut now, mut next) = (0.0, 0);
        // Begun and ended traces of the open prompts; prompt, number and tokens left of the running ones.
        let mut open: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
        let mut running: Vec<(usize, u32, u32)> = Vec::new();
        loop {
            while running.len() < self.slots {
                let wanted = |&(&prompt, &(begun, ended)): &(&usize, &(u32, u32))| {
                    // The rule asks for three more when those that it has do not suffice.
                    let asked = self.at_once + 3 * ended.saturating_sub(self.at_once - 1).div_ceil(3);
                    begun < asked.min(prompts[prompt].used)
                };
                let prompt = open.iter().find(wanted).map(|(&prompt, _)| prompt);
                let Some(prompt) = prompt.or_else(|| (next < prompts.len()).then_some(next)) else { break };
                next = next.max(prompt + 1);
                let (begun, _) = open.entry(prompt).or_default();
                running.push((prompt, *begun, prompts[prompt].lengths[*begun as usize]));
                happens.push((now, Happens::Started(prompt, *begun)));
                *begun += 1;
            }
            if running.is_empty() {
                return happens;
            }
            now += 0.02 + 0.003 * running.len().max(8) as f64;
            happens.push((now, Happens::Tokens(running.len())));
            running.iter_mut().for_each(|(_, _, left)| *left -= 1);
            let ended: Vec<(usize, u32)> =
                running.iter().filter(|one| one.2 == 0).map(|one| (one.0, one.1)).collect();
            running.retain(|one| one.2 > 0);
            for (prompt, number) in ended {
                happens.push((now, Happens::Ended(prompt, number, prompts[prompt].lengths[number as usize])));
                let (_, ended) = open.get_mut(&prompt).unwrap();
                *ended += 1;
                if *ended == prompts[prompt].used {
                    open.remove(&prompt);
                    happens.push((now, Happens::Decided(prompt, prompts[prompt].used)));
                }
            }
        }
    }

    /// Returns the estimates of the whole time at these shares of it, as shares of the truth.
    fn estimates(&self, at: &[f64]) -> Vec<f64> {
        let prompts = self.prompts();
        let happens = self.carry_out(&prompts);
        let truth = happens.last().unwrap().0;
        let mut live = begun(self.prompts as u64, 0, self.plan());
        let mut found = Vec::new();
        for (now, what) in &happens {
            if at.get(found.len()).is_some_and(|share| *now > share * truth) {
                let figures = live.task.as_ref().unwrap().figures(*now).unwrap();
                found.push((now + figures.seconds_left.unwrap()) / truth);
            }
            tell(&mut live, &prompts, *now, what);
        }
        found
    }
}

fn begun(total: u64, done: u64, plan: RunPlan<'_>) -> Live {
    let mut live = Live::default();
    let task = Task { kind: TaskKind::Instances, label: "run", total: Some(total), done, run: Some(plan) };
    live.hear(&Notice::Begin(task), 0.0);
    live
}

fn tell(live: &mut Live, prompts: &[Prompt], now: f64, what: &Happens) {
    let mut hear = |event: RunEvent<'_>| live.hear(&Notice::Run(event), now);
    match *what {
        Happens::Started(prompt, number) => {
            hear(RunEvent::TraceStarted { instance_id: &format!("p{prompt}"), number });
        }
        Happens::Tokens(count) => (0..count).for_each(|_| hear(RunEvent::Token)),
        Happens::Ended(prompt, number, tokens) => {
            let value = 1.0 + prompt as f64;
            hear(RunEvent::Trace(&trace(
                &format!("p{prompt}"),
                number,
                prompts[prompt].refused,
                value,
                tokens,
            )));
        }
        Happens::Decided(prompt, used) => hear(RunEvent::Decision(&decision(&format!("p{prompt}"), used))),
    }
}

fn trace(id: &str, number: u32, refused: bool, value: f64, tokens: u32) -> Trace {
    Trace {
        instance_id: id.to_owned(),
        number,
        seed: 0,
        answer: String::new(),
        thinking: None,
        finish_reason: FinishReason::Stop,
        tokens,
        measures: Some(Measures {
            probability: value,
            mean: value,
            lowest_group: value,
            bottom10: value,
            tail: value,
            first_tokens: value,
            inverted_nll: value,
        }),
        answer_measures: None,
        judgement: Judgement::new(if refused { Verdict::Refusal } else { Verdict::Compliance }, "", None),
        recorded: None,
    }
}

fn decision(id: &str, traces_used: u32) -> Decision {
    Decision { instance_id: id.to_owned(), traces_used, stop_reason: StopReason::Settled }
}

/// Returns the mean and the largest error at 5, 20 and 50 % of the time, over twenty seeds.
fn errors(schedule: Schedule) -> [(f64, f64); 3] {
    const AT: [f64; 3] = [0.05, 0.2, 0.5];
    let runs: Vec<Vec<f64>> = (0..20).map(|seed| Schedule { seed, ..schedule }.estimates(&AT)).collect();
    [0, 1, 2].map(|index| {
        let errors = runs.iter().map(|run| run[index] - 1.0);
        let mean = errors.clone().sum::<f64>() / runs.len() as f64;
        (mean, errors.fold(0.0, |most: f64, error: f64| most.max(error.abs())))
    })
}

#[test]
fn the_time_left_is_near_the_truth_from_the_first_seconds() {
    let cases = [
        ("usual", USUAL),
        ("equal lengths", Schedule { lengths: (60.0, 60.0), ..USUAL }),
        ("one trace", Schedule { at_once: 1, max_traces: 1, ..USUAL }),
        ("five traces", Schedule { at_once: 5, max_traces: 5, ..USUAL }),
        ("eight slots", Schedule { prompts: 100, slots: 8, ..USUAL }),
        ("long answers allowed", Schedule { max_tokens: 2_048, ..USUAL }),
        ("cut at the limit", Schedule { lengths: (9_000.0, 9_000.0), ..USUAL }),
    ];
    for (name, schedule) in cases {
        let [early, fifth, half] = errors(schedule);
        assert!(early.1 < 1.0, "{name}: {early:?} at 5 %");
        assert!(fifth.0.abs() < 0.2 && fifth.1 < 0.4, "{name}: {fifth:?} at 20 %");
        assert!(half.0.abs() < 0.1 && half.1 < 0.25, "{name}: {half:?} at 50 %");
    }
}

#[test]
fn quadrants_are_counted_at_the_split_so_far() {
    let mut live = begun(4, 0, USUAL.plan());
    for (index, (id, refused, value)) in
        [("a", true, 1.0), ("b", true, 4.0), ("c", false, 2.0), ("d", false, 3.0)].into_iter().enumerate()
    {
        for number in 0..3 {
            live.hear(&Notice::Run(RunEvent::TraceStarted { instance_id: id, number }), 1.0);
            live.hear(&Notice::Run(RunEvent::Token), 1.0);
            live.hear(&Notice::Run(RunEvent::Trace(&trace(id, number, refused, value, 1))), 1.0);
        }
        live.hear(&Notice::Run(RunEvent::Decision(&decision(id, 3))), 1.0);
        let figures = live.task.as_ref().unwrap().figures(1.0).unwrap();
        // Medians: 1; 2.5; 2; 2.5.
        let expected = [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]][index];
        assert_eq!((figures.quadrants, figures.done), (expected, index as u64 + 1), "after {id}");
        assert_eq!(figures.saved, Some(0.7));
    }
    let lines = live.lines(2.0, 200);
    assert_eq!(lines.len(), 3);
    assert!(lines[0].ends_with("4/4  6 tokens/s  about 0 s left"), "{lines:?}");
    assert_eq!(lines[1], "so far: 2 refused, 1 uncertain; 2 complied, 1 uncertain");
    assert!(lines.iter().all(|line| width::of(line) <= 80), "{lines:?}");
    live.hear(&Notice::End, 2.0);
    assert!(live.lines(2.0, 80).is_empty());
}

#[test]
fn a_continued_run_counts_what_an_earlier_process_did() {
    let known = [
        Entry::Trace(Box::new(trace("a", 0, true, 2.0, 10))),
        Entry::Decision(decision("a", 1)),
        Entry::Trace(Box::new(trace("b", 0, false, 1.0, 30))),
    ];
    let plan = Schedule { at_once: 1, max_traces: 1, ..USUAL }.plan();
    let mut live = begun(3, 1, RunPlan { known: &known, ..plan });
    let figures = |live: &Live| live.task.as_ref().unwrap().figures(10.0).unwrap();
    let first = figures(&live);
    assert_eq!((first.done, first.total, first.traces, first.tokens), (1, 3, 0, 0));
    assert_eq!((first.quadrants, first.seconds_left), ([1, 0, 0, 0], None));
    let failure = Failure { instance_id: "c".to_owned(), error: "no".to_owned() };
    live.hear(&Notice::Run(RunEvent::Failure(&failure)), 10.0);
    live.hear(&Notice::Run(RunEvent::Decision(&decision("b", 1))), 10.0);
    let last = figures(&live);
    assert_eq!((last.done, last.failed, last.quadrants), (3, 1, [1, 0, 0, 1]));
    assert!(live.log_line(10.0).unwrap().ends_with("1 failed"));
}
