//! Facts stored next to a file that `quantize` made.

use serde::{Deserialize, Serialize};

use super::manifest::{BuildFacts, HubFacts, PartFacts};

/// Origin and parameters of a file of quantized weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantizedFacts {
    /// Value of [`SCHEMA_VERSION`](super::SCHEMA_VERSION).
    pub schema_version: u32,
    /// Name of the file.
    pub file: String,
    /// Level of the file.
    pub level: String,
    /// sha256 of the file.
    pub sha256: String,
    /// Size of the file in bytes.
    pub size: u64,
    /// Source of the weights.
    pub source: SourceFacts,
    /// Parameters of llama.cpp's quantizer.
    pub parameters: QuantizeParameters,
    /// Program that made the file, with the version of the llama.cpp binding.
    pub build: BuildFacts,
    /// Number of matrices: tensors of at least two dimensions. Other tensors are copied.
    pub matrices: usize,
    /// Matrices without the level's own type.
    pub other_types: Vec<OtherType>,
}

/// Source file of the weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFacts {
    /// Name of the file, or of the first part.
    pub file: String,
    /// sha256 of the model, as in [`ModelFacts`](super::manifest::ModelFacts).
    pub sha256: String,
    /// Size of the model in bytes.
    pub size: u64,
    /// Parts of a model in several files; absent for one file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<PartFacts>,
    /// Level of the file.
    pub level: String,
    /// Origin of the file, if it came from the hub.
    #[serde(flatten)]
    pub hub: Option<HubFacts>,
}

/// Parameters of llama.cpp's quantizer. All others keep their defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantizeParameters {
    /// llama.cpp's number of the file type.
    pub file_type: u32,
    /// Whether weights that were already quantized were accepted; false if there were none.
    pub allow_requantize: bool,
    /// Whether the output matrix was quantized.
    pub quantize_output_tensor: bool,
    /// Whether all matrices were to get one type.
    pub pure: bool,
}

/// A matrix without the level's own type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherType {
    /// Name of the tensor.
    pub name: String,
    /// Elements per dimension, row length first.
    pub shape: Vec<u64>,
    /// Type of the tensor.
    #[serde(rename = "type")]
    pub kind: String,
    /// Reason for that type.
    pub why: Why,
    /// Intended type; only with [`Why::Shape`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<String>,
    /// Block length of the intended type; only with [`Why::Shape`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiple_of: Option<u64>,
}

/// Reason why a matrix does not have the level's own type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The length of its rows is not a multiple of the intended type's block length.
    Shape,
    /// The level mixes types: llama.cpp gives this matrix more bits, or fewer.
    Mix,
    /// llama.cpp does not quantize matrices of this kind.
    Kept,
}
