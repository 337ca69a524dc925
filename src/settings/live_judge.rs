//! Who judges while a run goes on: a judge of text, since rules need a verdict as each trace ends. And who judges when
//! it is over.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The live judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveJudge {
    /// The rules and the learned model.
    #[default]
    Lexicon,
    /// The rules alone.
    Rules,
}

/// The judges that speak when a run is over: a resumed run goes on with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Panel {
    /// `--judge`, as it was typed; empty where the live judge is all there is.
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
    /// Whether nobody else judges.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.judges.is_empty()
    }
}
