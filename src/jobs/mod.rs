//! The public entry point of the library: everything the program does, as functions.
//!
//! Each job takes a typed request and a [`Context`], reports progress through [`Notify`], and returns a typed
//! outcome or a [`JobError`]. Jobs do not print, parse arguments or exit the process.
//!
//! # Run a benchmark
//!
//! [`run::run`] samples answers to the prompts of a benchmark, judges them, and writes a run folder. This
//! example needs no download: it runs the 20 synthetic prompts on the built-in demo model.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::run::{RunRequest, run};
//! use safety_deepconf::jobs::{Context, Silent};
//! use safety_deepconf::settings::Settings;
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let outcome = run(&RunRequest::new(Settings::new("demo")), &context)?;
//!
//! println!("{:?}, files in {}", outcome.status, outcome.path.display());
//! let overall = &outcome.result.report.overall;
//! if let Some(rate) = &overall.refusal_rate_unsafe {
//!     println!("refused {:.2} of the unsafe prompts ({:.2} to {:.2})", rate.point, rate.low, rate.high);
//! }
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```
//!
//! # Choose the model, prompts and sampling
//!
//! [`Settings`](crate::settings::Settings) holds everything that results depend on. `Settings::new` takes the
//! path of a GGUF file, a hub repository with a quantization level, or `demo`. Files that are missing are
//! downloaded unless [`Context::offline`] is set. A setting that is out of range is an error of the job;
//! `check` finds it earlier.
//!
//! ```
//! use safety_deepconf::deepconf::stop::StopRule;
//! use safety_deepconf::settings::Settings;
//!
//! let mut settings = Settings::new("unsloth/Qwen3-0.6B-GGUF:Q8_0");
//! settings.benchmark.name = "xstest".to_owned();
//! settings.benchmark.num_instances = Some(100);
//! settings.stop = StopRule::Fixed { traces: 5 };
//! settings.seed = 1;
//! settings.check()?;
//! # Ok::<(), safety_deepconf::settings::BadSetting>(())
//! ```
//!
//! # Show progress
//!
//! Implement [`Notify`] and pass it as [`Context::notify`]; [`Silent`] discards everything.
//!
//! ```
//! use safety_deepconf::jobs::notify::RunEvent;
//! use safety_deepconf::jobs::{Notice, Notify};
//!
//! struct Progress;
//!
//! impl Notify for Progress {
//!     fn hear(&self, notice: Notice<'_>) {
//!         match notice {
//!             Notice::Note(text) | Notice::Warning(text) => eprintln!("{text}"),
//!             Notice::Run(RunEvent::Decision(decision)) => println!("{} decided", decision.instance_id),
//!             _ => {}
//!         }
//!     }
//! }
//! ```
//!
//! # Interrupt and continue
//!
//! Set [`Context::cancel`] from another thread, a signal handler or `hear`. The job stops after its current
//! step with [`Status::Interrupted`], and everything done so far is on disk. [`run::resume`] continues from
//! the folder, also after a crash. `examples/run_benchmark.rs` interrupts a run and continues it.
//!
//! # Read the results
//!
//! `outcome.result.report` is a [`Report`](crate::analysis::Report): rates with intervals, quadrants, tests.
//! The run folder holds the same report and the data behind it (`docs/files.md` describes every file):
//!
//! | file | contents |
//! | --- | --- |
//! | `analysis.json` | the report |
//! | `predictions.jsonl`, `predictions.csv` | one row per prompt: decision, confidence, traces |
//! | `traces.csv` | one row per trace |
//! | `manifest.json` | settings, model, benchmark, judge, program build, machine |
//! | `journal.jsonl` | every trace and decision; [`analyze`] rebuilds report and predictions from it |
//!
//! # Handle errors
//!
//! [`JobError::kind`] separates errors of the request from unexpected ones; [`JobError::hint`] says what to
//! do.
//!
//! # All jobs
//!
//! | job | what it does |
//! | --- | --- |
//! | [`run`] | runs one benchmark on one model |
//! | [`compare`] | runs several policies, or several models, on the same prompts |
//! | [`sweep`] | runs every combination of models, benchmarks, policies and seeds |
//! | [`merge`] | merges the shards of a run |
//! | [`analyze`] | rebuilds the files of recorded runs, with the same or other analysis settings |
//! | [`judge`] | judges recorded traces with other judges |
//! | [`replay`] | tries other stop rules on recorded traces |
//! | [`table`] | lists runs as rows of a table |
//! | [`show`] | reads the answers of a run, or lists the runs of a folder |
//! | [`mod@export`] | writes instances, traces or tokens of runs as one table |
//! | [`paired`] | compares runs with a reference run, prompt by prompt |
//! | [`drift`] | measures how far models are from a reference model |
//! | [`agreement`] | compares judges with each other or with people |
//! | [`review`] | draws answers for a person to judge, and evaluates the verdicts |
//! | [`quantize`] | makes other quantization levels of a model |
//! | [`mod@bench`] | measures throughput |
//! | [`models`] | lists cached and known models |
//! | [`benchmarks`] | checks a file of prompts before a run |
//! | [`name_lists`] | expands lists of models and benchmarks, as the command line takes them |
//! | [`download`] | opens a model or a benchmark file, downloading it if necessary |

mod active_run;
pub mod agreement;
mod analysis_file;
pub mod analyze;
mod answer_source;
pub mod bench;
pub mod benchmarks;
mod chat_template;
pub mod compare;
mod context;
mod differences;
pub mod doctor;
pub mod download;
pub mod drift;
mod error;
pub mod export;
mod folder_names;
mod hints;
mod idle_settings;
mod incomplete;
mod journal_writer;
pub mod judge;
mod judged_run;
pub mod live;
mod loaded_run;
mod log_file;
pub mod merge;
pub mod models;
pub mod name_lists;
pub mod notify;
mod open_run;
pub mod output;
pub mod paired;
mod prompts;
pub mod quantize;
mod render;
pub mod replay;
pub mod report;
pub mod review;
pub mod run;
mod run_folders;
pub mod run_list;
mod same_model;
pub mod show;
mod status;
pub mod sweep;
pub mod table;
mod traces_file;

pub use active_run::RunResult;
pub use chat_template::TEMPLATE_OPTIONS;
pub use context::Context;
pub use error::{ErrorKind, InputError, JobError};
pub use notify::{Notice, Notify, Silent};
pub use run_folders::run_folders;
pub use status::Status;
