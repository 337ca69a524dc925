//! What of a model was on GPUs.

use serde::{Deserialize, Serialize};

/// Layers on GPUs. Absent in a manifest if all were on the CPU.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GpuFacts {
    /// Number of layers on GPUs, the output layer included.
    pub layers: u32,
    /// Number of layers of the model, the output layer included.
    pub of: u32,
    /// Reason for the number.
    pub layers_chosen_by: LayersChosenBy,
    /// GPUs in use.
    pub devices: Vec<GpuDevice>,
}

/// What determined the number of layers on GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayersChosenBy {
    /// The user, with `-ngl`.
    Given,
    /// Nothing: all layers fit.
    All,
    /// The free memory of the GPUs.
    Memory,
}

/// A GPU.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GpuDevice {
    /// Name, as `-dev` takes it.
    pub name: String,
    /// Name of the product.
    pub description: String,
    /// Memory in bytes; 0 if unknown.
    pub memory: u64,
    /// Memory in bytes that was free before the model was loaded.
    pub free: u64,
}
