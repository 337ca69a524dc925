//! Safety and refusal benchmarks with DeepConf confidence on quantized GGUF models.
//!
//! The parts, lower ones never importing higher ones (docs/architecture.md):
//!
//! | row | parts |
//! | --- | --- |
//! | 7 | [`cli`]: arguments, commands, printing |
//! | 6 | [`export`]: reports to bytes |
//! | 5 | [`analysis`]: records to reports |
//! | 4 | [`experiment`]: the loop; [`guard`]: models as judges; [`speed`]: how fast an engine is; [`drift`]: how far models are apart |
//! | 3 | [`benchmark`], [`engine`], [`judge`], [`model`], [`store`] |
//! | 2 | [`plan`]: validated settings |
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
