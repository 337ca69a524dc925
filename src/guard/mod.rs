//! Guard models as judges: a second GGUF in process reads a user's turn and a recorded answer and says whether
//! the answer refuses, and whether it does harm (docs/guards.md).
//!
//! Both texts are untrusted. They are tokenised without special tokens, so that an answer cannot end its own
//! turn and speak to its judge; where a template leaves no way to tell them from its own words, nothing is
//! asked.

mod error;
mod family;
mod item;
mod judging;
mod limits;
mod model;
mod options;
mod probability;
pub mod reply;
mod turns;
mod workload;

pub use error::GuardError;
pub use family::Family;
pub use item::{Item, Judged};
pub use limits::{MAX_REPLY, MAX_REPLY_WITH_THINKING};
pub use model::{DEFAULT_RUBRIC, Guard};
pub use options::GuardOptions;
