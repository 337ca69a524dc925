//! Short flags of llama.cpp that have more than one letter.

use std::ffi::OsString;

/// llama.cpp's flags and the options they stand for.
const FLAGS: [(&str, &str); 24] = [
    ("-np", "--parallel"),
    ("-tb", "--threads-batch"),
    ("-ub", "--ubatch-size"),
    ("-C", "--cpu-mask"),
    ("-Cr", "--cpu-range"),
    ("-ngl", "--gpu-layers"),
    ("-cmoe", "--cpu-moe"),
    ("-ncmoe", "--n-cpu-moe"),
    ("-dev", "--device"),
    ("-sm", "--split-mode"),
    ("-mg", "--main-gpu"),
    ("-ts", "--tensor-split"),
    ("-ot", "--override-tensor"),
    ("-fa", "--flash-attn"),
    ("-ctk", "--cache-type-k"),
    ("-ctv", "--cache-type-v"),
    ("-kvu", "--kv-unified"),
    ("-lm", "--load-mode"),
    ("-npl", "--widths"),
    ("-npp", "--prompt-tokens"),
    ("-ntg", "--tokens"),
    ("-sys", "--system"),
    ("-hf", "--hf-repo"),
    ("-hff", "--hf-file"),
];

/// Replaces llama.cpp's flags by long options. `-b` is llama.cpp's if a number follows, because no benchmark has a
/// number as its name.
pub fn long(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    for index in 0..arguments.len() {
        let text = arguments[index].to_str().unwrap_or_default();
        let number_follows = || {
            let next = arguments.get(index + 1).and_then(|next| next.to_str());
            next.is_some_and(|next| next.parse::<i64>().is_ok())
        };
        let known = match text {
            "-b" if number_follows() => Some("--batch-size"),
            _ => FLAGS.iter().find(|(short, _)| text == *short).map(|(_, long)| *long),
        };
        if let Some(long) = known {
            arguments[index] = long.into();
        }
    }
    arguments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b_is_a_number_of_tokens_or_the_name_of_a_benchmark() {
        let typed = ["run", "-b", "256", "-b", "harmbench", "-ub", "64", "-b"].map(OsString::from);
        let expected = ["run", "--batch-size", "256", "-b", "harmbench", "--ubatch-size", "64", "-b"];
        assert_eq!(long(typed), expected.map(OsString::from));
    }
}
