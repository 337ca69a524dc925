//! Levels of llama.cpp's quantizer, under the names that `llama-quantize` takes.

use std::fmt;
use std::str::FromStr;

use llama_cpp_sys_2 as sys;

use crate::record::names::unknown;

/// A quantization level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level {
    /// Name as in file names: `Q4_K_M`.
    pub name: &'static str,
    /// llama.cpp's number of the file type.
    pub file_type: u32,
    /// ggml's number of the tensor type of most matrices of the level.
    pub kind: u32,
}

/// Name, file type, and tensor type of most matrices (`llama_ftype_get_default_type`).
const LEVELS: [(&str, u32, u32); 26] = [
    ("F32", sys::LLAMA_FTYPE_ALL_F32, sys::GGML_TYPE_F32),
    ("BF16", sys::LLAMA_FTYPE_MOSTLY_BF16, sys::GGML_TYPE_BF16),
    ("F16", sys::LLAMA_FTYPE_MOSTLY_F16, sys::GGML_TYPE_F16),
    ("Q8_0", sys::LLAMA_FTYPE_MOSTLY_Q8_0, sys::GGML_TYPE_Q8_0),
    ("Q6_K", sys::LLAMA_FTYPE_MOSTLY_Q6_K, sys::GGML_TYPE_Q6_K),
    ("Q5_K_M", sys::LLAMA_FTYPE_MOSTLY_Q5_K_M, sys::GGML_TYPE_Q5_K),
    ("Q5_K_S", sys::LLAMA_FTYPE_MOSTLY_Q5_K_S, sys::GGML_TYPE_Q5_K),
    ("Q5_1", sys::LLAMA_FTYPE_MOSTLY_Q5_1, sys::GGML_TYPE_Q5_1),
    ("Q5_0", sys::LLAMA_FTYPE_MOSTLY_Q5_0, sys::GGML_TYPE_Q5_0),
    ("Q4_K_M", sys::LLAMA_FTYPE_MOSTLY_Q4_K_M, sys::GGML_TYPE_Q4_K),
    ("Q4_K_S", sys::LLAMA_FTYPE_MOSTLY_Q4_K_S, sys::GGML_TYPE_Q4_K),
    ("Q4_1", sys::LLAMA_FTYPE_MOSTLY_Q4_1, sys::GGML_TYPE_Q4_1),
    ("Q4_0", sys::LLAMA_FTYPE_MOSTLY_Q4_0, sys::GGML_TYPE_Q4_0),
    ("IQ4_NL", sys::LLAMA_FTYPE_MOSTLY_IQ4_NL, sys::GGML_TYPE_IQ4_NL),
    ("IQ4_XS", sys::LLAMA_FTYPE_MOSTLY_IQ4_XS, sys::GGML_TYPE_IQ4_XS),
    ("MXFP4_MOE", sys::LLAMA_FTYPE_MOSTLY_MXFP4_MOE, sys::GGML_TYPE_MXFP4),
    ("Q3_K_L", sys::LLAMA_FTYPE_MOSTLY_Q3_K_L, sys::GGML_TYPE_Q3_K),
    ("Q3_K_M", sys::LLAMA_FTYPE_MOSTLY_Q3_K_M, sys::GGML_TYPE_Q3_K),
    ("Q3_K_S", sys::LLAMA_FTYPE_MOSTLY_Q3_K_S, sys::GGML_TYPE_Q3_K),
    ("IQ3_M", sys::LLAMA_FTYPE_MOSTLY_IQ3_M, sys::GGML_TYPE_IQ3_S),
    ("IQ3_S", sys::LLAMA_FTYPE_MOSTLY_IQ3_S, sys::GGML_TYPE_IQ3_S),
    ("Q2_K", sys::LLAMA_FTYPE_MOSTLY_Q2_K, sys::GGML_TYPE_Q2_K),
    ("Q2_0", sys::LLAMA_FTYPE_MOSTLY_Q2_0, sys::GGML_TYPE_Q2_0),
    ("TQ2_0", sys::LLAMA_FTYPE_MOSTLY_TQ2_0, sys::GGML_TYPE_TQ2_0),
    ("TQ1_0", sys::LLAMA_FTYPE_MOSTLY_TQ1_0, sys::GGML_TYPE_TQ1_0),
    ("Q1_0", sys::LLAMA_FTYPE_MOSTLY_Q1_0, sys::GGML_TYPE_Q1_0),
];

/// llama.cpp's short names of levels.
const ALIASES: [(&str, &str); 3] = [("Q3_K", "Q3_K_M"), ("Q4_K", "Q4_K_M"), ("Q5_K", "Q5_K_M")];

/// Levels that llama.cpp makes only with an importance matrix.
const WITH_MATRIX: [&str; 9] =
    ["IQ3_XS", "IQ3_XXS", "Q2_K_S", "IQ2_M", "IQ2_S", "IQ2_XS", "IQ2_XXS", "IQ1_M", "IQ1_S"];

/// A name that is not a level available here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadLevel {
    /// The name is unknown.
    #[error("{}", unknown("level", .0, &LEVELS.map(|(name, ..)| name)))]
    Unknown(String),
    /// The level needs an importance matrix.
    #[error(
        "{0} needs an importance matrix: use llama.cpp's llama-imatrix and llama-quantize --imatrix, or \
         choose one of {levels}",
        levels = names()
    )]
    NeedsMatrix(&'static str),
}

/// Returns all names in one line.
fn names() -> String {
    LEVELS.map(|(name, ..)| name).join(", ")
}

impl Level {
    /// Returns every level, from most to fewest bits.
    pub fn all() -> impl Iterator<Item = Self> {
        LEVELS.into_iter().map(|(name, file_type, kind)| Self { name, file_type, kind })
    }
}

impl FromStr for Level {
    type Err = BadLevel;

    /// Parses a name; ignores case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let typed = text.trim();
        let is_typed = |name: &str| name.eq_ignore_ascii_case(typed);
        if let Some(name) = WITH_MATRIX.into_iter().find(|name| is_typed(name)) {
            return Err(BadLevel::NeedsMatrix(name));
        }
        let alias = ALIASES.into_iter().find(|(short, _)| is_typed(short)).map(|(_, name)| name);
        Self::all()
            .find(|level| alias.map_or_else(|| is_typed(level.name), |name| name == level.name))
            .ok_or_else(|| BadLevel::Unknown(typed.to_owned()))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::gguf::file_type_name;

    #[test]
    fn names_are_those_of_file_types() {
        for level in Level::all() {
            assert_eq!(file_type_name(level.file_type.into()), Some(level.name));
            assert_eq!(level.name.to_lowercase().parse(), Ok(level));
            assert!(!WITH_MATRIX.contains(&level.name));
        }
        assert_eq!("q4_k".parse::<Level>().unwrap().name, "Q4_K_M");
    }

    #[test]
    fn others_are_told_apart() {
        assert_eq!("iq2_xs".parse::<Level>(), Err(BadLevel::NeedsMatrix("IQ2_XS")));
        let error = "Q7_0".parse::<Level>().unwrap_err();
        assert!(error.to_string().contains("Q5_K_M, Q5_K_S"), "{error}");
        assert!("".parse::<Level>().is_err());
    }
}
