//! Inputs of a run.

use std::sync::atomic::AtomicBool;

use crate::chat::Prompt;
use crate::judge::Judge;
use crate::record::Instance;
use crate::record::journal::Entry;
use crate::settings::Settings;

/// Inputs of a run.
pub struct Experiment<'a> {
    /// Settings of the run.
    pub settings: &'a Settings,
    /// Instances in the order of the run.
    pub instances: &'a [Instance],
    /// Rendered prompt of each instance.
    pub prompts: &'a [Prompt],
    /// Journal entries that an earlier process wrote for the same run, in order.
    pub known: &'a [Entry],
    /// Judge of the answers.
    pub judge: &'a dyn Judge,
    /// Flag that ends the run between two steps.
    pub interrupt: &'a AtomicBool,
}
