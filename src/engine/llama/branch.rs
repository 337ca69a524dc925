//! Branches: traces that share a sequence of the cache because they have sampled the same tokens so far.

use llama_cpp_2::token::LlamaToken;

use super::trie::Node;
use crate::sampling::Sampler;

/// Running trace.
#[derive(Debug)]
pub struct Live {
    /// Number within its prompt.
    pub number: u32,
    pub sampler: Sampler,
    /// Token drawn last.
    pub drawn: LlamaToken,
}

/// Traces of one prompt with the same tokens so far; they take one sequence and one row per step. A branch is
/// empty only while the draws of a step are processed.
#[derive(Debug)]
pub struct Branch {
    pub prompt: usize,
    /// Node of the tokens drawn so far in the prompt's tree; `None` once the tree does not keep them.
    pub node: Option<Node>,
    /// Token to evaluate next.
    pub pending: LlamaToken,
    /// Tokens after `pending` that are already drawn, the next one last. Other traces evaluated them, but
    /// their cells are gone.
    pub forced: Vec<LlamaToken>,
    /// Position of the pending token: number of prompt and answer tokens before it.
    pub position: usize,
    /// Number of tokens drawn so far by each trace.
    pub sampled: u32,
    pub traces: Vec<Live>,
}

impl Branch {
    /// Splits off the traces that drew one common token other than the first trace's; `None` if there are
    /// none.
    pub fn part(&mut self) -> Option<Self> {
        let first = self.traces.first()?.drawn;
        let pending = self.traces.iter().map(|live| live.drawn).find(|&drawn| drawn != first)?;
        let traces = self.traces.extract_if(.., |live| live.drawn == pending).collect();
        let Self { prompt, node, position, sampled, .. } = *self;
        Some(Self { prompt, node, pending, forced: Vec::new(), position, sampled, traces })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::SamplingParams;

    #[test]
    fn traces_part_by_their_pending_tokens() {
        let live = |(number, token)| Live {
            number,
            sampler: Sampler::new(SamplingParams::QWEN3_ANSWER, 0),
            drawn: LlamaToken(token),
        };
        let traces = [(0, 5), (1, 7), (2, 5), (3, 9), (4, 7)].map(live).into();
        let pending = LlamaToken(1);
        let mut branch =
            Branch { prompt: 3, node: None, pending, forced: Vec::new(), position: 40, sampled: 2, traces };
        let mut parted = Vec::new();
        while let Some(other) = branch.part() {
            assert_eq!((other.prompt, other.position, other.sampled), (3, 40, 2));
            parted.push(other);
        }
        let numbers = |branch: &Branch| branch.traces.iter().map(|live| live.number).collect::<Vec<_>>();
        assert_eq!(numbers(&branch), [0, 2]);
        assert_eq!(parted.iter().map(numbers).collect::<Vec<_>>(), [vec![1, 4], vec![3]]);
    }
}
