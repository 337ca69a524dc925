//! llama.cpp's short flags of more than one letter, which its users type by habit.

use std::ffi::OsString;

/// llama.cpp's flag, ours.
const FLAGS: [(&str, &str); 5] = [
    ("-np", "--parallel"),
    ("-ngl", "--gpu-layers"),
    ("-sys", "--system"),
    ("-hf", "--hf-repo"),
    ("-hff", "--hf-file"),
];

/// Replaces llama.cpp's flags by our long ones.
pub fn long(arguments: impl IntoIterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    arguments.into_iter().map(|argument| {
        let known = FLAGS.iter().find(|(short, _)| argument == *short);
        known.map_or(argument, |(_, long)| OsString::from(long))
    })
}
