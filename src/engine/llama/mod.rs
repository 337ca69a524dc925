//! Engine that runs llama.cpp in process.

mod adapters;
mod admission;
#[cfg(any(test, feature = "dynamic-backends"))]
mod backend_files;
mod backends;
mod branch;
mod cache;
mod control_tokens;
pub mod devices;
mod experts;
mod ffi_enums;
mod forks;
mod gpu_memory;
mod kv_budget;
mod loaded;
mod offload;
mod overrides;
pub mod pace;
pub mod plan;
mod raw;
mod raw_model;
mod reader;
mod recurrent;
mod row_sample;
mod scheduler;
mod sequences;
mod session;
pub mod shape;
mod slots;
mod start;
mod step;
mod tokens;
mod trie;

pub use loaded::LlamaEngine;
pub use reader::LlamaReader;
