//! The seam to models that read given tokens instead of drawing their own (teacher forcing).

use super::EngineError;

/// A model with one sequence that it has read so far.
pub trait Reader {
    /// Forgets the sequence.
    ///
    /// # Errors
    /// If it cannot be cut.
    fn clear(&mut self) -> Result<(), EngineError>;

    /// Reads on: `tokens` behind what was read, [`Self::chunk`] of them at most, and keeps the rows of those
    /// from index `first` on.
    ///
    /// # Errors
    /// If the model cannot evaluate them.
    fn read(&mut self, tokens: &[u32], first: usize) -> Result<(), EngineError>;

    /// Raw logits behind token `index` of the last [`Self::read`].
    ///
    /// # Panics
    /// If that row was not kept.
    fn row(&self, index: usize) -> &[f32];

    /// Tokens that can be read at once.
    fn chunk(&self) -> usize;

    /// Tokens that a sequence can have.
    fn context(&self) -> usize;
}
