//! Keys whose type llama.cpp asserts: with another type it would end the process.

use super::reader::kind;

const TYPES: [(&str, u32, &str); 4] = [
    ("split.no", kind::U16, "u16"),
    ("split.count", kind::U16, "u16"),
    ("split.tensors.count", kind::I32, "i32"),
    ("adapter.lora.alpha", kind::F32, "f32"),
];

/// Returns the type that a key must have, by its number and name; `None` if it may have any.
pub fn of(key: &str) -> Option<(u32, &'static str)> {
    TYPES.iter().find(|(name, ..)| *name == key).map(|&(_, number, name)| (number, name))
}
