//! Safety and refusal benchmarks with DeepConf confidence on quantized GGUF models.
//!
//! To run a benchmark from code, start at [`jobs`]: each job is a typed request and a typed outcome.
//! [`jobs::run`] begins and continues a run; `examples/run_benchmark.rs` does so in fifty lines. To put a model of
//! your own behind the loop, implement [`engine::Engine`] (`examples/own_model.rs`).
//!
//! The parts, lower ones never importing higher ones (docs/architecture.md):
//!
//! | row | parts |
//! | --- | --- |
//! | 8 | [`cli`]: arguments, what a terminal shows |
//! | 7 | [`jobs`]: what the program does |
//! | 6 | [`export`]: reports to bytes |
//! | 5 | [`analysis`]: records to reports; [`replay`]: records under other settings |
//! | 4 | [`experiment`]: the loop; [`guard`]: models as judges; [`speed`]: how fast an engine is; [`drift`]: how far models are apart |
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
