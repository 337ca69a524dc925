//! Where a model's weights are: GPUs, the split between them, and exceptions. Names are llama.cpp's.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::names::find;

/// How a model is split between several GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SplitMode {
    /// All on one GPU.
    None,
    /// By layers.
    Layer,
    /// By rows of matrices.
    Row,
    /// By tensors, in parallel.
    Tensor,
}

impl SplitMode {
    /// Every mode, in llama.cpp's order.
    pub const ALL: [Self; 4] = [Self::None, Self::Layer, Self::Row, Self::Tensor];

    /// Returns the name as written to files and typed on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Layer => "layer",
            Self::Row => "row",
            Self::Tensor => "tensor",
        }
    }
}

impl FromStr for SplitMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("split mode", text, Self::ALL.map(|mode| (mode.name(), mode)))
    }
}

/// A place for the tensors whose names match a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TensorOverride {
    /// Regular expression that is found in the names.
    pub pattern: String,
    /// Buffer type: `CPU`, or that of a GPU, for instance `CUDA0`.
    pub buffer: String,
}

impl TensorOverride {
    /// Returns the text that `-ot` takes.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}={}", self.pattern, self.buffer)
    }
}

impl FromStr for TensorOverride {
    type Err = String;

    /// Reads `PATTERN=BUFFER`. As in llama.cpp, the first `=` counts.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('=').map(|(pattern, buffer)| (pattern.trim(), buffer.trim()));
        let (pattern, buffer) =
            parts
                .filter(|(pattern, buffer)| !pattern.is_empty() && !buffer.is_empty())
                .ok_or_else(|| format!("{text:?} is not PATTERN=BUFFER, for instance exps=CPU"))?;
        regex::Regex::new(pattern).map_err(|error| error.to_string())?;
        Ok(Self { pattern: pattern.to_owned(), buffer: buffer.to_owned() })
    }
}

/// Where the weights are. The default leaves all to the program.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Placement {
    /// `-dev`: names of the GPUs to use; `none` for the CPU alone. All GPUs if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<String>,
    /// `-sm`: split between several GPUs; by layers if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split_mode: Option<SplitMode>,
    /// `-mg`: the GPU for what is not split, by its place among the GPUs in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub main_gpu: Option<u32>,
    /// `-ts`: share of each GPU, in any unit; by free memory if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tensor_split: Vec<f32>,
    /// `-ot`: places of single tensors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overrides: Vec<TensorOverride>,
}

impl Placement {
    /// Returns whether nothing is set.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether `-dev none` asks for the CPU alone.
    #[must_use]
    pub fn is_cpu_alone(&self) -> bool {
        self.devices.len() == 1 && self.devices[0].eq_ignore_ascii_case("none")
    }

    /// Returns the first option that asks for a GPU, as it was typed.
    #[must_use]
    pub fn asks_for_gpu(&self) -> Option<String> {
        if !self.devices.is_empty() && !self.is_cpu_alone() {
            return Some(format!("-dev {}", self.devices.join(",")));
        }
        let split = self.split_mode.map(|mode| format!("-sm {}", mode.name()));
        let main = self.main_gpu.map(|number| format!("-mg {number}"));
        let shares = || self.tensor_split.iter().map(f32::to_string).collect::<Vec<_>>().join(",");
        let shares = (!self.tensor_split.is_empty()).then(|| format!("-ts {}", shares()));
        split.or(main).or(shares)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_patterns_and_buffers() {
        let read = |text: &str| text.parse::<TensorOverride>();
        let one = read(r"blk\.(1|2)\.ffn_.*_exps=CPU").unwrap();
        assert_eq!((one.pattern.as_str(), one.buffer.as_str()), (r"blk\.(1|2)\.ffn_.*_exps", "CPU"));
        assert_eq!(one.text().parse(), Ok(one));
        for bad in ["", "exps", "=CPU", "exps=", "(=CPU"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn options_that_need_a_gpu() {
        let placement = |devices: &[&str]| Placement {
            devices: devices.iter().map(|&name| name.to_owned()).collect(),
            ..Placement::default()
        };
        assert_eq!(placement(&["CUDA0", "CUDA1"]).asks_for_gpu().unwrap(), "-dev CUDA0,CUDA1");
        assert_eq!(placement(&["none"]).asks_for_gpu(), None);
        assert!(placement(&["none"]).is_cpu_alone() && !placement(&[]).is_cpu_alone());
        let split = Placement { tensor_split: vec![3.0, 1.5], ..Placement::default() };
        assert_eq!(split.asks_for_gpu().unwrap(), "-ts 3,1.5");
        let moved = Placement { overrides: vec!["a=CPU".parse().unwrap()], ..Placement::default() };
        assert_eq!((moved.asks_for_gpu(), moved.is_default()), (None, false));
        assert_eq!(serde_json::to_string(&Placement::default()).unwrap(), "{}");
    }
}
