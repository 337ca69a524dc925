//! Who is to judge recorded traces.

use crate::settings::{EngineSettings, Panel};

/// A panel of judges, and how its models run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PanelRequest {
    /// The judges, and how guards are spoken to.
    pub panel: Panel,
    /// Judge everything again, also what has a verdict.
    pub again: bool,
    /// Share of a cascade's sure answers that its guard is asked about for control;
    /// [`CONTROL_SHARE`](crate::analysis::cascade::CONTROL_SHARE) if absent.
    pub control_share: Option<f64>,
    /// How the guards' engine runs.
    pub engine: EngineSettings,
}
