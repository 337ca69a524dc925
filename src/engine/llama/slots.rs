//! The sequences that traces run in.

use llama_cpp_2::context::LlamaContext;

use super::branch::Branch;
use super::kv_budget::slots;
use super::plan::EnginePlan;
use super::row_sample::RowSample;
use super::sequences::{Kept, clear, fork, truncate};
use super::trie::{Node, Trie};
use crate::engine::EngineError;
use crate::sampling::row::BadLogits;

/// One sequence of the cache: a branch, or rows that only fill up a batch.
#[derive(Debug, Default)]
pub struct Slot {
    pub branch: Option<Branch>,
    /// Padding rows in the sequence while no branch holds it.
    pub padding: usize,
    pub reading: RowSample,
    /// How the row of the last step was read; taken when its draws are looked at.
    pub outcome: Option<Result<(), BadLogits>>,
}

/// The slots; the number of a slot is that of its sequence.
///
/// llama.cpp evaluates rows of neighbouring sequences together, so a free slot below one in use costs a
/// padding row: the lowest free slot is always taken first.
#[derive(Debug)]
pub struct Slots<'a> {
    plan: &'a EnginePlan,
    slots: Vec<Slot>,
}

/// Where the tokens of a new branch lie.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// Those of its prompt.
    Prompt(&'a Kept),
    /// In another slot, and perhaps more than them.
    Slot(usize),
}

impl<'a> Slots<'a> {
    pub fn new(plan: &'a EnginePlan) -> Self {
        Self { plan, slots: std::iter::repeat_with(Slot::default).take(plan.slots).collect() }
    }

    pub fn len(&self) -> usize {
        self.slots.len()
    }

    pub fn get(&mut self, index: usize) -> &mut Slot {
        &mut self.slots[index]
    }

    /// The slots of the next batch: those up to the highest in use, and as many more as make it whole.
    pub fn batch(&mut self) -> &mut [Slot] {
        let highest = self.slots.iter().rposition(|slot| slot.branch.is_some()).map_or(0, |index| index + 1);
        &mut self.slots[..slots(highest)]
    }

    fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.slots.iter().filter_map(|slot| slot.branch.as_ref())
    }

    /// Running traces.
    pub fn traces(&self) -> usize {
        self.branches().map(|branch| branch.traces.len()).sum()
    }

    /// Rows that they take.
    pub fn rows(&self) -> usize {
        self.branches().count()
    }

    /// The branch at a node of a prompt's tree: traces that get there join it.
    pub fn at(&mut self, prompt: usize, node: Node) -> Option<&mut Branch> {
        let mut branches = self.slots.iter_mut().filter_map(|slot| slot.branch.as_mut());
        branches.find(|branch| branch.prompt == prompt && branch.node == Some(node))
    }

    /// The slot that holds most of the tokens on the path to a node, and how many of them; `None` if no
    /// slot holds one. `length` is the prompt's.
    pub fn holder(&self, prompt: usize, length: usize, trie: &Trie, node: Node) -> Option<(usize, usize)> {
        let held = |branch: &Branch| {
            let answer = branch.position - length;
            let held = answer.min(trie.common(branch.node?, node) as usize);
            // A sliding window has lost the cells that a shorter sequence needs.
            Some(held).filter(|&held| held > 0 && (held == answer || !self.plan.sliding_window))
        };
        let of_prompt =
            |slot: &Slot| slot.branch.as_ref().filter(|branch| branch.prompt == prompt).and_then(held);
        let holders =
            self.slots.iter().enumerate().filter_map(|(index, slot)| Some((index, of_prompt(slot)?)));
        holders.max_by_key(|&(index, held)| (held, std::cmp::Reverse(index)))
    }

    /// The slot of a branch of this prompt.
    pub fn of_prompt(&self, prompt: usize) -> Option<usize> {
        self.slots.iter().position(|slot| slot.branch.as_ref().is_some_and(|branch| branch.prompt == prompt))
    }

    /// Gives a branch a slot, with a copy of a sequence that holds its tokens up to the pending one.
    pub fn place(
        &mut self,
        branch: Branch,
        source: Source<'_>,
        context: &mut LlamaContext<'_>,
    ) -> Result<(), EngineError> {
        let Some(index) = self.slots.iter().position(|slot| slot.branch.is_none()) else {
            return Err(EngineError::Other("a trace was started without a free slot".to_owned()));
        };
        self.empty(index, context)?;
        match source {
            Source::Prompt(kept) => kept.fill(index as i32, context)?,
            Source::Slot(from) => {
                fork(from as i32, index as i32, self.plan, context)?;
                truncate(context, index as i32, branch.position)?;
            }
        }
        self.slots[index].branch = Some(branch);
        Ok(())
    }

    /// Removes padding rows from a free slot: where sequences share a pool a copy would add to them.
    fn empty(&mut self, index: usize, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
        if std::mem::take(&mut self.slots[index].padding) > 0 {
            clear(context, index as i32)?;
        }
        Ok(())
    }

    /// Empties a slot.
    pub fn vacate(
        &mut self,
        index: usize,
        context: &mut LlamaContext<'_>,
    ) -> Result<Option<Branch>, EngineError> {
        let slot = &mut self.slots[index];
        slot.padding = 0;
        slot.outcome = None;
        clear(context, index as i32)?;
        Ok(slot.branch.take())
    }

    /// Moves the highest branches into free slots below them: a copy of a sequence costs less than the
    /// padding rows that the free slot would take.
    pub fn close_ranks(&mut self, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
        loop {
            let free = self.slots.iter().position(|slot| slot.branch.is_none());
            let highest = self.slots.iter().rposition(|slot| slot.branch.is_some());
            let (Some(free), Some(highest)) = (free, highest) else { return Ok(()) };
            if slots(highest + 1) == slots(self.rows()) {
                // The batch would stay as large.
                return Ok(());
            }
            self.empty(free, context)?;
            fork(highest as i32, free as i32, self.plan, context)?;
            self.slots[free].branch = self.vacate(highest, context)?;
        }
    }
}
