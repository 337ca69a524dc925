//! Tree of the tokens that traces of one prompt have drawn, with the reading after each token.
//!
//! A trace that starts later follows the known paths without a row of its own, because a draw needs only the
//! candidates of a row. It takes a row once it leaves the known paths.

use llama_cpp_2::token::LlamaToken;

use super::row_sample::RowSample;
use crate::sampling::{Candidate, TokenLogProbability};

/// Index of a node, which represents the tokens on the path from the root.
pub type Node = u32;

/// Root: the end of the prompt, with no token drawn.
pub const ROOT: Node = 0;

/// Depth of the deepest node that is kept; traces share mainly their beginnings.
const MAX_DEPTH: u32 = 256;

/// Largest number of nodes per tree, about 2 MB with their readings.
const MAX_NODES: usize = 2_048;

/// Largest number of candidates of a reading that is kept, to bound memory.
const MAX_CANDIDATES: usize = 64;

#[derive(Debug)]
struct NodeData {
    parent: Node,
    depth: u32,
    token: LlamaToken,
    first_child: Option<Node>,
    next_sibling: Option<Node>,
    reading: Option<KeptSample>,
}

/// Reading of a node, as ranges of the tree's arenas.
#[derive(Clone, Copy, Debug)]
struct KeptSample {
    confidence: f64,
    top: (u32, u32),
    candidates: (u32, u32),
}

/// Tree of tokens.
#[derive(Debug)]
pub struct Trie {
    nodes: Vec<NodeData>,
    top: Vec<TokenLogProbability>,
    candidates: Vec<Candidate>,
}

/// Appends items to an arena and returns their range.
fn append<T: Copy>(arena: &mut Vec<T>, items: &[T]) -> (u32, u32) {
    let start = arena.len() as u32;
    arena.extend_from_slice(items);
    (start, arena.len() as u32)
}

fn range((start, end): (u32, u32)) -> std::ops::Range<usize> {
    start as usize..end as usize
}

impl Trie {
    /// Creates a tree of the root alone. The root has no reading, because the prompt's logits are kept in
    /// full.
    pub fn new() -> Self {
        let token = LlamaToken(-1);
        let root =
            NodeData { parent: ROOT, depth: 0, token, first_child: None, next_sibling: None, reading: None };
        Self { nodes: vec![root], top: Vec::new(), candidates: Vec::new() }
    }

    fn node(&self, node: Node) -> &NodeData {
        &self.nodes[node as usize]
    }

    /// Returns the number of tokens from the root to a node.
    pub fn depth(&self, node: Node) -> u32 {
        self.node(node).depth
    }

    /// Returns the node before a node; the root's is the root.
    pub fn parent(&self, node: Node) -> Node {
        self.node(node).parent
    }

    fn child(&self, node: Node, token: LlamaToken) -> Option<Node> {
        let first = self.node(node).first_child;
        let mut children = std::iter::successors(first, |&child| self.node(child).next_sibling);
        children.find(|&child| self.node(child).token == token)
    }

    /// Returns the child of a node for this token and adds it if necessary; `None` if the tree is full or too
    /// deep.
    pub fn enter(&mut self, node: Node, token: LlamaToken) -> Option<Node> {
        if let Some(child) = self.child(node, token) {
            return Some(child);
        }
        let depth = self.depth(node) + 1;
        if depth > MAX_DEPTH || self.nodes.len() == MAX_NODES {
            return None;
        }
        let child = self.nodes.len() as Node;
        let next_sibling = self.node(node).first_child;
        self.nodes.push(NodeData {
            parent: node,
            depth,
            token,
            first_child: None,
            next_sibling,
            reading: None,
        });
        self.nodes[node as usize].first_child = Some(child);
        Some(child)
    }

    /// Keeps the reading after a node. Returns false and keeps nothing if later draws would need the row.
    pub fn keep(&mut self, node: Node, reading: &RowSample) -> bool {
        let candidates = reading.candidates.as_slice();
        let fits = !candidates.is_empty() && candidates.len() <= MAX_CANDIDATES;
        if fits {
            let top = append(&mut self.top, &reading.top);
            let candidates = append(&mut self.candidates, candidates);
            self.nodes[node as usize].reading =
                Some(KeptSample { confidence: reading.confidence, top, candidates });
        }
        fits
    }

    /// Restores the reading after a node; returns false if none is kept.
    pub fn recall(&self, node: Node, reading: &mut RowSample) -> bool {
        let Some(kept) = self.node(node).reading else { return false };
        reading.confidence = kept.confidence;
        reading.top.clear();
        reading.top.extend_from_slice(&self.top[range(kept.top)]);
        reading.candidates.set(&self.candidates[range(kept.candidates)]);
        true
    }

    /// Returns the number of tokens that the paths to two nodes have in common.
    pub fn common(&self, mut a: Node, mut b: Node) -> u32 {
        while a != b {
            if self.depth(a) >= self.depth(b) {
                a = self.node(a).parent;
            } else {
                b = self.node(b).parent;
            }
        }
        self.depth(a)
    }

    /// Returns the tokens of the path to a node after the first `skip`, the last one first.
    pub fn backwards(&self, node: Node, skip: u32) -> Vec<LlamaToken> {
        std::iter::successors(Some(node), |&node| Some(self.node(node).parent))
            .take_while(|&node| self.depth(node) > skip)
            .map(|node| self.node(node).token)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::{Sampler, SamplingParams};

    fn tokens(list: &[i32]) -> Vec<LlamaToken> {
        list.iter().map(|&token| LlamaToken(token)).collect()
    }

    fn enter(trie: &mut Trie, path: &[i32]) -> Node {
        tokens(path).into_iter().fold(ROOT, |node, token| trie.enter(node, token).unwrap())
    }

    #[test]
    fn paths_are_shared_and_found_again() {
        let mut trie = Trie::new();
        let long = enter(&mut trie, &[4, 5, 6, 7]);
        let short = enter(&mut trie, &[4, 5, 9]);
        assert_eq!(enter(&mut trie, &[4, 5, 6, 7]), long);
        assert_eq!((trie.depth(long), trie.depth(short)), (4, 3));
        assert_eq!((trie.common(long, short), trie.common(long, long), trie.common(ROOT, long)), (2, 4, 0));
        assert_eq!(trie.backwards(long, 0), tokens(&[7, 6, 5, 4]));
        assert_eq!(trie.backwards(short, 2), tokens(&[9]));
    }

    #[test]
    fn the_tree_ends_at_its_depth_and_size() {
        let mut trie = Trie::new();
        let mut node = ROOT;
        for token in 0..MAX_DEPTH {
            node = trie.enter(node, LlamaToken(token as i32)).unwrap();
        }
        assert_eq!(trie.enter(node, LlamaToken(1)), None);
        let mut entered = 0;
        while trie.enter(ROOT, LlamaToken(1_000 + entered)).is_some() {
            entered += 1;
        }
        assert_eq!(trie.nodes.len(), MAX_NODES);
        assert!(trie.enter(ROOT, LlamaToken(1_000)).is_some(), "known nodes are still found");
    }

    #[test]
    fn a_draw_from_what_is_kept_is_the_draw_from_the_row() {
        let logits: Vec<f32> = (0..500).map(|i| ((i * 37) % 101) as f32 * 0.05).collect();
        let params = SamplingParams::QWEN3_THINKING;
        let mut trie = Trie::new();
        let node = enter(&mut trie, &[4]);
        let mut reading = RowSample::default();
        assert!(!trie.recall(node, &mut reading));
        for seed in 0..50 {
            let (mut first, mut second) = (Sampler::new(params, seed), Sampler::new(params, seed));
            reading.read(&logits, &params, std::iter::once(&mut first)).unwrap();
            let (drawn, confidence) = (reading.drawn[0], reading.confidence);
            assert!(trie.keep(node, &reading));
            let mut recalled = RowSample::default();
            assert!(trie.recall(node, &mut recalled));
            recalled.draw(&mut second);
            assert_eq!((recalled.drawn[0], recalled.confidence), (drawn, confidence));
            assert_eq!(recalled.top, reading.top);
        }
        let all = SamplingParams { temperature: 1.0, top_k: 0, top_p: 1.0, min_p: 0.0 };
        reading.read(&logits, &all, std::iter::once(&mut Sampler::new(all, 1))).unwrap();
        assert!(!trie.keep(node, &reading), "a draw from the whole vocabulary needs the row");
    }
}
