//! Benchmarks: prompts with labels, from one file a data set.

mod advbench;
mod catalogue;
mod check;
mod coconot;
mod custom;
mod donotanswer;
mod error;
mod harmbench;
mod intake;
mod jailbreakbench;
pub mod labelled;
mod loading;
mod name;
mod orbench;
mod order;
mod request;
mod simplesafetytests;
mod sorrybench;
mod source;
mod sources;
mod strongreject;
mod subset;
mod synthetic;
mod table;
mod toxicchat;
mod wildguard;
mod xstest;

pub use catalogue::{Entry, entry};
pub use check::{Survey, check, detect};
pub use error::{BenchmarkError, Place};
pub use loading::{fingerprint, load};
pub use name::Benchmark;
pub use request::{Fetched, Loaded, Request};
pub use source::{About, Version};
pub use subset::Subset;
