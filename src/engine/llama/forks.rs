//! States kept where traces parted, for models whose sequences cannot be cut back.
//!
//! A late trace leaves the known paths at some token. Attention needs the cells before it, and a longer sequence
//! has them. A recurrent state has only its end: such a trace goes on from the nearest state that was kept, which
//! saves the rows of the tokens before it.

use llama_cpp_2::context::session::SeqState;

use super::sequences::Kept;
use super::trie::{Node, Trie};

/// State of a sequence at a node of a prompt's tree.
#[derive(Debug)]
struct Fork {
    prompt: usize,
    node: Node,
    bytes: usize,
    kept: Kept,
}

/// Kept states, oldest first, within a number of bytes.
#[derive(Debug)]
pub struct Forks {
    forks: Vec<Fork>,
    room: usize,
    bytes: usize,
}

impl Forks {
    /// Creates an empty store for at most `bytes` bytes.
    pub fn new(bytes: usize) -> Self {
        Self { forks: Vec::new(), room: bytes, bytes: 0 }
    }

    /// Returns whether the state at a node is kept.
    pub fn has(&self, prompt: usize, node: Node) -> bool {
        self.forks.iter().any(|fork| fork.prompt == prompt && fork.node == node)
    }

    /// Returns whether states are kept at all.
    pub fn are_kept(&self) -> bool {
        self.room > 0
    }

    /// Keeps a state; the oldest ones make room.
    pub fn keep(&mut self, prompt: usize, node: Node, state: SeqState) {
        let bytes = state.byte_len();
        if bytes > self.room || self.has(prompt, node) {
            return;
        }
        while self.bytes + bytes > self.room && !self.forks.is_empty() {
            self.bytes -= self.forks.remove(0).bytes;
        }
        self.bytes += bytes;
        self.forks.push(Fork { prompt, node, bytes, kept: Kept::State(state) });
    }

    /// Returns the kept state with most of the tokens on the path to a node, and their number.
    pub fn nearest(&self, prompt: usize, trie: &Trie, node: Node) -> Option<(&Kept, usize)> {
        let on_path = |fork: &Fork| trie.common(fork.node, node) == trie.depth(fork.node);
        let found = self.forks.iter().filter(|fork| fork.prompt == prompt && on_path(fork));
        found.map(|fork| (&fork.kept, trie.depth(fork.node) as usize)).max_by_key(|&(_, depth)| depth)
    }

    /// Drops the states of a prompt.
    pub fn release(&mut self, prompt: usize) {
        self.forks.retain(|fork| fork.prompt != prompt);
        self.bytes = self.forks.iter().map(|fork| fork.bytes).sum();
    }
}
