//! What `doctor` found.

use serde::Serialize;

/// How a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Good,
    /// It works, and could be better.
    Advice,
    /// Something does not work.
    Bad,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub subject: &'static str,
    /// How it is.
    pub state: State,
    /// What was found.
    pub found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    pub(super) fn good(subject: &'static str, found: impl Into<String>) -> Self {
        Self { subject, state: State::Good, found: found.into(), advice: None }
    }

    pub(super) fn advice(subject: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { subject, state: State::Advice, found: found.into(), advice: Some(advice.into()) }
    }

    pub(super) fn bad(subject: &'static str, found: impl Into<String>, advice: Option<String>) -> Self {
        Self { subject, state: State::Bad, found: found.into(), advice }
    }
}
