//! LoRA adapters and control vectors: which a run uses, and what its manifest records of them.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// A file and the factor that it is multiplied by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScaledFile {
    /// Path as given.
    pub file: PathBuf,
    /// Factor; 0 is as if the file were not there.
    pub scale: f32,
}

/// Adapters of a model, all applied together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdapterSettings {
    /// `--lora` and `--lora-scaled`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lora: Vec<ScaledFile>,
    /// `--control-vector` and `--control-vector-scaled`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub control_vectors: Vec<ScaledFile>,
    /// `--control-vector-layer-range`: first and last layer; all layers if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layers: Option<[u32; 2]>,
}

impl AdapterSettings {
    /// Returns whether no adapter was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Kind of an adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdapterKind {
    /// Low-rank changes of weight matrices.
    Lora,
    /// Directions that are added to the layers' outputs.
    ControlVector,
}

/// An adapter of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdapterFacts {
    /// Kind of the adapter.
    pub kind: AdapterKind,
    /// File name without the folder.
    pub file: String,
    /// Size in bytes.
    pub size: u64,
    /// sha256 of the file.
    pub sha256: String,
    /// Factor.
    pub scale: f32,
    /// First and last layer of a control vector; absent if it applies to all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layers: Option<[u32; 2]>,
}

impl AdapterFacts {
    /// Returns the kind in words.
    #[must_use]
    pub fn what(&self) -> &'static str {
        match self.kind {
            AdapterKind::Lora => "LoRA adapter",
            AdapterKind::ControlVector => "control vector",
        }
    }

    /// Returns the file, with its factor unless it is 1: `refusals.gguf × 0.5`.
    #[must_use]
    pub fn title(&self) -> String {
        match self.scale {
            1.0 => self.file.clone(),
            scale => format!("{} × {scale}", self.file),
        }
    }
}
