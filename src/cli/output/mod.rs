//! Text that a person reads on the terminal.

pub mod agreement;
pub mod bench;
pub mod benchmarks;
pub mod drift;
pub mod info;
pub mod log;
pub mod preview;
pub mod printer;
pub mod replay;
pub mod reporter;
pub mod review;
pub mod summary;
pub mod sweep;
