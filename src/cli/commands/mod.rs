//! One file a command; `session` and `cell` hold what they share.

pub mod agreement;
pub mod analyze;
pub mod bench;
pub mod benchmarks;
mod cell;
pub mod compare;
pub mod drift;
pub mod fetch;
mod guards;
mod import;
pub mod info;
pub mod judge;
pub mod judges;
mod judging;
pub mod manual;
pub mod models;
mod records;
mod rejudged;
mod rendering;
pub mod replay;
pub mod review;
pub mod run;
mod session;
mod summary;
pub mod sweep;
pub mod table;
