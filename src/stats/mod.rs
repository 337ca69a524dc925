//! Statistics: pure functions over numbers.

pub mod auroc;
pub mod bootstrap;
pub mod estimate;
pub mod proportion;
pub mod quantile;
