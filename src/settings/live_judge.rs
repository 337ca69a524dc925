//! The judge that labels traces during a run, and the judges that follow after it.
//!
//! Stop rules need a verdict as each trace ends, so the live judge reads text only.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Judge of the traces while a run samples them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveJudge {
    /// The rules and the learned model.
    #[default]
    Lexicon,
    /// The rules alone.
    Rules,
}

/// Judges that read the traces after the run. A resumed run keeps them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Panel {
    /// Values of `--judge` as typed; empty if only the live judge is used.
    pub judges: Vec<String>,
    /// `--judge-family`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// `--judge-template`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<PathBuf>,
    /// `--judge-rubric`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rubric: Option<PathBuf>,
}

impl Panel {
    /// Returns whether there are no judges besides the live judge.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.judges.is_empty()
    }
}
