//! One file a command; `session` and `cell` hold what they share.

mod cell;
pub mod compare;
pub mod info;
mod judging;
pub mod run;
mod session;
mod summary;
