//! A run to carry out.

use std::sync::atomic::AtomicBool;

use crate::chat::Prompt;
use crate::judge::Judge;
use crate::record::Instance;
use crate::record::journal::Entry;
use crate::settings::Settings;

/// A run to carry out.
pub struct Experiment<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The prompts, in the order of the run.
    pub instances: &'a [Instance],
    /// Each instance's prompt as the model sees it.
    pub prompts: &'a [Prompt],
    /// What an earlier process learned of the same run, in the order of its journal.
    pub known: &'a [Entry],
    /// Judges each answer.
    pub judge: &'a dyn Judge,
    /// Set to end the run between two steps.
    pub interrupt: &'a AtomicBool,
}
