//! The error for a setting out of its range.

/// A setting out of its range. The text names the option and the range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadSetting(pub String);
