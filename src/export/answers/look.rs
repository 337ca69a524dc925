//! How answers are shown.

/// How answers are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether escape sequences for colours may be used. Without them, signs mark what colours would.
    pub colour: bool,
    /// Whether to show answers to their end.
    pub full: bool,
    /// Whether to show thinking blocks.
    pub thinking: bool,
    /// Number of the one trace to show of each instance.
    pub trace: Option<u32>,
}
