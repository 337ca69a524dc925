//! How long a guard's reply may be.

/// Tokens of a guard's reply at most.
pub const MAX_REPLY: u32 = 128;

/// Tokens at most of a guard's that may think first.
pub const MAX_REPLY_WITH_THINKING: u32 = 1024;
