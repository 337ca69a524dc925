//! The machine and the process: facts, signals, energy, the tie to a parent process.

pub mod energy;
pub mod host;
pub mod parent_death;
pub mod signals;
pub mod stdin;
