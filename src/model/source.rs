//! What `--model` may name.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelSource {
    /// The demo model inside the binary.
    Demo,
    /// A GGUF file.
    Path(PathBuf),
}

impl FromStr for ModelSource {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "demo" => Self::Demo,
            path => Self::Path(PathBuf::from(path)),
        })
    }
}

impl fmt::Display for ModelSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Demo => formatter.write_str("demo"),
            Self::Path(path) => write!(formatter, "{}", path.display()),
        }
    }
}
