//! What stands beside a file that `quantize` made.

use serde::{Deserialize, Serialize};

use super::manifest::{BuildFacts, HubFacts};

/// A file of quantized weights: what it was made of, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantizedFacts {
    /// [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
    pub schema_version: u32,
    /// Its name.
    pub file: String,
    /// Its level.
    pub level: String,
    /// Its sha256.
    pub sha256: String,
    /// Its bytes.
    pub size: u64,
    /// What it was made of.
    pub source: SourceFacts,
    /// What llama.cpp's quantizer was told.
    pub parameters: QuantizeParameters,
    /// The program that made it, with the version of the llama.cpp binding.
    pub build: BuildFacts,
    /// Number of its matrices: tensors of two dimensions or more. Others are copied.
    pub matrices: usize,
    /// The matrices that do not have the level's own type.
    pub other_types: Vec<OtherType>,
}

/// The file that weights were taken from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFacts {
    /// Its name.
    pub file: String,
    /// Its sha256.
    pub sha256: String,
    /// Its bytes.
    pub size: u64,
    /// Its level.
    pub level: String,
    /// Where on the hub it came from, if from there.
    #[serde(flatten)]
    pub hub: Option<HubFacts>,
}

/// What llama.cpp's quantizer was told; all else is as it is by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantizeParameters {
    /// llama.cpp's number of the file type.
    pub file_type: u32,
    /// Whether weights that are quantized already were taken; false where there were none.
    pub allow_requantize: bool,
    /// Whether the output matrix was quantized.
    pub quantize_output_tensor: bool,
    /// Whether all matrices were to have one type.
    pub pure: bool,
}

/// A matrix that does not have the level's own type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherType {
    /// Its name.
    pub name: String,
    /// Elements per dimension, row length first.
    pub shape: Vec<u64>,
    /// The type that it has.
    #[serde(rename = "type")]
    pub kind: String,
    /// Why.
    pub why: Why,
    /// With [`Why::Shape`] the type that was meant for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// With [`Why::Shape`] what the rows of that type are multiples of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<u64>,
}

/// Why a matrix does not have the level's own type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its rows are no multiple of what the type that was meant needs.
    Shape,
    /// The level mixes types: llama.cpp gives this matrix more bits, or fewer.
    Mix,
    /// llama.cpp leaves matrices of its kind as they are.
    Kept,
}
