//! Text for a terminal of a given width. Pure: the command line finds the width and shows the colours.
//!
//! Model output, prompts and names are hostile: whatever enters a [`Line`] is cleaned first.

pub mod bar;
pub mod comparison;
pub mod details;
pub mod ending;
pub mod findings;
pub mod level_names;
pub mod line;
pub mod paired;
pub mod runs;
pub mod table;
mod table_fit;
pub mod text;
pub mod width;

pub use line::{Line, Tone, places};
pub use text::Text;
