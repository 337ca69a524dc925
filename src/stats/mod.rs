//! Statistics as pure functions of numbers. Random methods are seeded and give the same results for any
//! number of threads.

pub mod auroc;
pub mod bootstrap;
pub mod calibration;
pub mod clopper_pearson;
pub mod clusters;
pub mod effect_size;
pub mod estimate;
pub mod kappa;
pub mod logistic;
pub mod mcnemar;
pub mod multiple_testing;
pub mod paired_permutation;
pub mod paired_power;
pub mod permutation;
pub mod platt;
pub mod proportion;
pub mod quantile;
mod random;
pub mod ranking;
pub mod risk_coverage;
mod special;
pub mod stratified;
pub mod stratified_proportion;

pub use clusters::Clusters;
pub use random::Draws;
