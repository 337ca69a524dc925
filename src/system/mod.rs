//! The machine and the process: host facts, energy, signals, the pager, standard input, the tie to a parent process.

pub mod busy;
pub mod cores;
pub mod energy;
pub mod features;
pub mod host;
pub mod pager;
pub mod parent_death;
pub mod scheduling;
pub mod signals;
pub mod stdin;
