//! The machine and the process: host facts, energy, signals, standard input, the tie to a parent process.

pub mod energy;
pub mod host;
pub mod parent_death;
pub mod signals;
pub mod stdin;
