//! Trait for models that read given tokens instead of drawing their own (teacher forcing).

use super::EngineError;

/// Model that has read one sequence so far.
pub trait Reader {
    /// Clears the sequence.
    ///
    /// # Errors
    /// If the sequence cannot be cleared.
    fn clear(&mut self) -> Result<(), EngineError>;

    /// Appends `tokens`, at most [`Self::chunk`], to the sequence. Keeps the rows of the tokens from index
    /// `first` on.
    ///
    /// # Errors
    /// If the model cannot evaluate the tokens.
    fn read(&mut self, tokens: &[u32], first: usize) -> Result<(), EngineError>;

    /// Returns the raw logits after token `index` of the last [`Self::read`].
    ///
    /// # Panics
    /// If that row was not kept.
    fn row(&self, index: usize) -> &[f32];

    /// Returns the largest number of tokens per [`Self::read`].
    fn chunk(&self) -> usize;

    /// Returns the largest number of tokens of a sequence.
    fn context(&self) -> usize;
}
