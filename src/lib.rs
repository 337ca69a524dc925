//! Safety and refusal benchmarks with DeepConf confidence on quantized GGUF models.
//!
//! To run a benchmark from code, start at [`jobs`]: each job takes a typed request and returns a typed
//! outcome. [`jobs::run`] starts and resumes runs; `examples/run_benchmark.rs` does so in fifty lines. To use
//! a model of your own, implement [`engine::Engine`] (`examples/own_model.rs`).
//!
//! A part imports only parts of lower rows or its own (docs/architecture.md):
//!
//! | row | parts |
//! | --- | --- |
//! | 8 | [`cli`]: arguments and terminal output |
//! | 7 | [`jobs`]: what the program does |
//! | 6 | [`export`]: reports to bytes |
//! | 5 | [`analysis`]: records to reports; [`replay`]: records under other settings |
//! | 4 | [`experiment`]: run loop; [`guard`]: model judges; [`speed`]: throughput; [`drift`]: model drift |
//! | 3 | [`benchmark`], [`engine`], [`judge`], [`model`], [`store`], [`system`] |
//! | 2 | [`settings`]: validated settings |
//! | 1 | [`chat`], [`deepconf`], [`sampling`], [`stats`]: pure functions |
//! | 0 | [`record`]: the types written to disk |

pub mod analysis;
pub mod benchmark;
pub mod chat;
pub mod cli;
pub mod deepconf;
pub mod drift;
pub mod engine;
pub mod experiment;
pub mod export;
pub mod guard;
pub mod jobs;
pub mod judge;
pub mod model;
pub mod record;
pub mod replay;
pub mod sampling;
pub mod settings;
pub mod speed;
pub mod stats;
pub mod store;
pub mod system;
