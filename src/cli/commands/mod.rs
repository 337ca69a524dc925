//! One file a command; `session` and `cell` hold what they share.

pub mod bench;
mod cell;
pub mod compare;
pub mod fetch;
pub mod info;
mod judging;
pub mod models;
pub mod run;
mod session;
mod summary;
