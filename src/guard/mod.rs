//! Guard models as judges: a second GGUF in process reads a user's turn and a recorded answer and judges
//! whether the answer refuses and whether it is harmful (docs/guards.md).
//!
//! Both texts are untrusted. They are tokenised without control tokens, so that an answer cannot end its own
//! turn and address its judge. If they cannot be separated from the template's own text, the guard is not
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
