//! Values of options as llama.cpp writes them: -1, 0 and auto leave the choice to the program.

use std::str::FromStr;

use crate::record::engine::GpuLayers;

/// A value, or `auto`, which removes an earlier value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice<T> {
    /// The program chooses.
    Auto,
    /// This value.
    Of(T),
}

impl<T> Choice<T> {
    /// Returns what was typed, else what an earlier process used.
    #[must_use]
    pub fn over(typed: Option<Self>, earlier: Option<T>) -> Option<T> {
        match typed {
            None => earlier,
            Some(Self::Auto) => None,
            Some(Self::Of(value)) => Some(value),
        }
    }
}

/// Reads a number, -1 or auto.
///
/// # Errors
/// For any other text.
pub fn number(text: &str) -> Result<Choice<usize>, String> {
    match text {
        "auto" | "-1" => Ok(Choice::Auto),
        _ => text.parse().map(Choice::Of).map_err(|_| "expected a number or auto".to_owned()),
    }
}

/// Reads a number of threads or a context size; 0, -1 and auto leave the choice to the program.
///
/// # Errors
/// For any other text.
pub fn number_or_zero(text: &str) -> Result<Choice<usize>, String> {
    if text == "0" { Ok(Choice::Auto) } else { number(text) }
}

/// Reads a number of layers, all, -1 or auto.
///
/// # Errors
/// For any other text.
pub fn gpu_layers(text: &str) -> Result<Choice<GpuLayers>, String> {
    match text {
        "auto" | "-1" => Ok(Choice::Auto),
        "all" => Ok(Choice::Of(GpuLayers::ALL)),
        _ => text
            .parse()
            .map(|count| Choice::Of(GpuLayers::Count(count)))
            .map_err(|_| "expected a number, auto or all".to_owned()),
    }
}

/// How weights are loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoadMode {
    /// Whether to map the weights into memory.
    pub mmap: bool,
    /// Whether to keep the weights in RAM.
    pub mlock: bool,
}

impl FromStr for LoadMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" | "mmap" => Ok(Self { mmap: true, mlock: false }),
            "none" => Ok(Self { mmap: false, mlock: false }),
            "mlock" => Ok(Self { mmap: false, mlock: true }),
            "mmap+mlock" => Ok(Self { mmap: true, mlock: true }),
            _ => Err("expected auto, none, mmap, mlock or mmap+mlock".to_owned()),
        }
    }
}

/// Reads a maximum number of tokens; llama.cpp's -1 and -2, which set no limit there, are the default here.
///
/// # Errors
/// For any other text.
pub fn max_tokens(text: &str) -> Result<Choice<u32>, String> {
    match text {
        "-1" | "-2" => Ok(Choice::Auto),
        _ => text.parse().map(Choice::Of).map_err(|_| "expected a whole number".to_owned()),
    }
}

/// Reads a number of top tokens; 0 and negative numbers are all tokens.
///
/// # Errors
/// For any other text.
pub fn top_k(text: &str) -> Result<usize, String> {
    let number: i64 = text.parse().map_err(|_| "expected a whole number".to_owned())?;
    Ok(usize::try_from(number).unwrap_or(0))
}

/// Reads a seed; -1 is a random one.
///
/// # Errors
/// For any other text.
pub fn seed(text: &str) -> Result<u64, String> {
    if text == "-1" {
        // Hash keys are random in each process.
        use std::hash::{BuildHasher, RandomState};
        return Ok(RandomState::new().hash_one("seed") >> 16);
    }
    text.parse().map_err(|_| "expected a whole number, or -1 for a random one".to_owned())
}
