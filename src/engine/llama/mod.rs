//! Engine that runs llama.cpp in process.

mod adapters;
mod admission;
mod backends;
mod branch;
mod cache;
mod control_tokens;
pub mod devices;
mod experts;
mod ffi_enums;
mod forks;
mod kv_budget;
mod loaded;
pub mod pace;
pub mod plan;
mod raw;
mod reader;
mod recurrent;
mod row_sample;
mod scheduler;
mod sequences;
mod session;
pub mod shape;
mod slots;
mod step;
mod tokens;
mod trie;

pub use loaded::LlamaEngine;
pub use reader::LlamaReader;
