//! How the prompts of a run were chosen from those of a file.

use serde::{Deserialize, Serialize};

/// The choice of a part of a file's prompts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleFacts {
    /// How the prompts were chosen.
    pub method: SampleMethod,
    /// Properties of which every value has its share; empty unless the sample is stratified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<SampleKey>,
    /// Seed of the draw; absent for the first prompts in the file's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Number of prompts to choose from.
    pub of: usize,
}

/// How prompts are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleMethod {
    /// Drawn so that each group of prompts has its share.
    Stratified,
    /// Drawn from all prompts alike.
    Random,
    /// The first ones of the file.
    First,
}

/// A property by which a sample is stratified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SampleKey {
    /// Label of the prompt.
    Label,
    /// Harm category of the prompt.
    HarmCategory,
}
