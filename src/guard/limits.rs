//! Limits on the length of a guard's reply.

/// Largest number of tokens of a guard's reply.
pub const MAX_REPLY: u32 = 128;

/// Largest number of tokens of a reply from a guard that may think first.
pub const MAX_REPLY_WITH_THINKING: u32 = 1024;
