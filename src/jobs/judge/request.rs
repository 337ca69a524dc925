//! The request to judge recorded traces.

use crate::settings::{EngineSettings, Panel};

/// A request to judge recorded traces by a panel.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PanelRequest {
    /// Judges, and the prompt settings of guards.
    pub panel: Panel,
    /// Whether to judge traces again that already have a verdict.
    pub again: bool,
    /// Share of the answers of which a cascade's lexicon is sure that its guard judges as a control sample;
    /// [`CONTROL_SHARE`](crate::analysis::cascade::CONTROL_SHARE) if absent.
    pub control_share: Option<f64>,
    /// Engine settings of guards.
    pub engine: EngineSettings,
}
