//! Engine that runs llama.cpp in process.

mod admission;
mod backends;
mod branch;
mod cache;
mod control_tokens;
mod ffi_enums;
mod kv_budget;
mod loaded;
pub mod plan;
mod reader;
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
