//! What the program does, for any program: each job is a typed request, tells what happens through [`Notify`], and
//! ends in a typed outcome. Nothing here prints, parses arguments or ends the process.
//!
//! To run a benchmark: [`run::run`] with [`Settings`](crate::settings::Settings); to continue it after an
//! interruption: [`run::resume`]. `examples/run_benchmark.rs` does both.
//!
//! | job | what it does |
//! | --- | --- |
//! | [`run`] | runs one benchmark on one model |
//! | [`compare`] | runs several policies, or models, on the same prompts |
//! | [`sweep`] | runs models x benchmarks x policies x seeds |
//! | [`analyze`] | rebuilds the files of recorded runs |
//! | [`judge`] | judges recorded traces with other judges |
//! | [`replay`] | tries other stop rules on recorded traces |
//! | [`table`] | shows runs as rows of a table |
//! | [`paired`] | compares runs with a reference run |
//! | [`drift`] | measures how far models are from a reference |
//! | [`agreement`] | compares judges with each other, or with people |
//! | [`review`] | draws answers for a person to judge, and reads them back |
//! | [`quantize`] | makes other quantization levels of a model |
//! | [`mod@bench`] | measures throughput |

mod active_run;
pub mod agreement;
pub mod analyze;
mod answer_source;
pub mod bench;
pub mod compare;
mod context;
mod differences;
pub mod download;
pub mod drift;
mod error;
mod folder_names;
mod hints;
mod journal_writer;
pub mod judge;
mod judged_run;
mod loaded_run;
mod log_file;
pub mod models;
pub mod notify;
mod open_run;
pub mod output;
pub mod paired;
mod prompts;
pub mod quantize;
mod render;
pub mod replay;
pub mod review;
pub mod run;
mod run_folders;
mod status;
pub mod sweep;
pub mod table;
mod traces_file;

pub use active_run::RunResult;
pub use context::Context;
pub use error::{ErrorKind, InputError, JobError};
pub use notify::{Notice, Notify, Silent};
pub use run_folders::run_folders;
pub use status::Status;
