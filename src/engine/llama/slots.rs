//! Slots: the sequences that traces run in.

use llama_cpp_2::context::LlamaContext;

use super::branch::Branch;
use super::kv_budget::slots;
use super::plan::EnginePlan;
use super::row_sample::RowSample;
use super::sequences::{Kept, clear, fork, truncate};
use super::trie::{Node, Trie};
use crate::engine::EngineError;
use crate::sampling::row::BadLogits;

/// Sequence of the cache that holds a branch or padding rows.
#[derive(Debug, Default)]
pub struct Slot {
    pub branch: Option<Branch>,
    /// Number of padding rows in the sequence while no branch holds it.
    pub padding: usize,
    pub reading: RowSample,
    /// Outcome of reading the row of the last step; taken when its draws are processed.
    pub outcome: Option<Result<(), BadLogits>>,
}

/// All slots; the index of a slot is the id of its sequence.
///
/// llama.cpp needs the sequences of a batch to be consecutive, so a free slot below one in use costs a
/// padding row. The lowest free slot is therefore always taken first.
#[derive(Debug)]
pub struct Slots<'a> {
    plan: &'a EnginePlan,
    slots: Vec<Slot>,
}

/// Source of the tokens of a new branch.
#[derive(Clone, Copy, Debug)]
pub enum Source<'a> {
    /// Kept tokens: those of its prompt, and of its beginning.
    Kept(&'a Kept),
    /// Index of another slot, which may hold further tokens.
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

    /// Returns the slots of the next batch: those up to the highest in use, rounded up to whole groups of
    /// rows.
    pub fn batch(&mut self) -> &mut [Slot] {
        let highest = self.slots.iter().rposition(|slot| slot.branch.is_some()).map_or(0, |index| index + 1);
        &mut self.slots[..slots(highest)]
    }

    fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.slots.iter().filter_map(|slot| slot.branch.as_ref())
    }

    /// Returns the number of running traces.
    pub fn traces(&self) -> usize {
        self.branches().map(|branch| branch.traces.len()).sum()
    }

    /// Returns the number of rows that the running traces take.
    pub fn rows(&self) -> usize {
        self.branches().count()
    }

    /// Returns the branch at a node of a prompt's tree; traces that reach the node join it.
    pub fn at(&mut self, prompt: usize, node: Node) -> Option<&mut Branch> {
        let mut branches = self.slots.iter_mut().filter_map(|slot| slot.branch.as_mut());
        branches.find(|branch| branch.prompt == prompt && branch.node == Some(node))
    }

    /// Returns the slot that holds most of the tokens on the path to a node, and their number; `None` if no
    /// slot holds any. `length` is the number of tokens of the prompt.
    pub fn holder(&self, prompt: usize, length: usize, trie: &Trie, node: Node) -> Option<(usize, usize)> {
        let held = |branch: &Branch| {
            let answer = branch.position - length;
            let held = answer.min(trie.common(branch.node?, node) as usize);
            Some(held).filter(|&held| held > 0 && (held == answer || self.plan.rewinds))
        };
        let of_prompt =
            |slot: &Slot| slot.branch.as_ref().filter(|branch| branch.prompt == prompt).and_then(held);
        let holders =
            self.slots.iter().enumerate().filter_map(|(index, slot)| Some((index, of_prompt(slot)?)));
        holders.max_by_key(|&(index, held)| (held, std::cmp::Reverse(index)))
    }

    /// Returns the first slot with a branch of this prompt.
    pub fn of_prompt(&self, prompt: usize) -> Option<usize> {
        self.slots.iter().position(|slot| slot.branch.as_ref().is_some_and(|branch| branch.prompt == prompt))
    }

    /// Puts a branch into the lowest free slot and copies its tokens before the pending one from `source`.
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
            Source::Kept(kept) => kept.fill(index as i32, context)?,
            Source::Slot(from) => {
                fork(from as i32, index as i32, self.plan, context)?;
                truncate(context, index as i32, branch.position)?;
            }
        }
        self.slots[index].branch = Some(branch);
        Ok(())
    }

    /// Removes padding rows from a free slot, because a copy in a shared pool would add to them.
    fn empty(&mut self, index: usize, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
        if std::mem::take(&mut self.slots[index].padding) > 0 {
            clear(context, index as i32)?;
        }
        Ok(())
    }

    /// Empties a slot and returns its branch.
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

    /// Moves the highest branches into lower free slots as long as that shrinks the batch. Copying a sequence
    /// costs less than padding rows in the free slots.
    pub fn close_ranks(&mut self, context: &mut LlamaContext<'_>) -> Result<(), EngineError> {
        loop {
            let free = self.slots.iter().position(|slot| slot.branch.is_none());
            let highest = self.slots.iter().rposition(|slot| slot.branch.is_some());
            let (Some(free), Some(highest)) = (free, highest) else { return Ok(()) };
            if slots(highest + 1) == slots(self.rows()) {
                // Moving a branch would not shrink the batch.
                return Ok(());
            }
            self.empty(free, context)?;
            fork(highest as i32, free as i32, self.plan, context)?;
            self.slots[free].branch = self.vacate(highest, context)?;
        }
    }
}
