//! One file a command: arguments to a request, the job, and what it found to the terminal.

pub mod agreement;
pub mod analyze;
pub mod bench;
pub mod benchmarks;
pub mod compare;
pub mod doctor;
pub mod drift;
pub mod export;
pub mod fetch;
pub mod info;
pub mod judge;
pub mod manual;
pub mod merge;
pub mod models;
pub mod paired;
pub mod quantize;
pub mod replay;
pub mod report;
pub mod review;
pub mod run;
pub mod show;
pub mod sweep;
pub mod table;
pub mod worker;
