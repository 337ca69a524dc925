//! Sampling: one row of raw logits gives a sampled token, its log-probability and the token confidence.
//!
//! All functions are pure; randomness comes only from the seed of a trace.

pub mod candidates;
pub mod divergence;
pub mod params;
pub mod row;
pub mod sampler;
pub mod seed;
mod vector;

pub use candidates::{Candidate, Candidates};
pub use params::SamplingParams;
pub use row::{Row, RowScratch, TokenLogProbability};
pub use sampler::Sampler;
