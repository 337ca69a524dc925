//! Arguments about GPUs, under llama.cpp's names.

use std::str::FromStr;

use clap::Args;

use crate::record::placement::{Placement, SplitMode, TensorOverride};

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "GPUs (llama.cpp's names)")]
pub struct PlacementArgs {
    /// GPUs to use, or none for the CPU alone [also -dev; default: all; `doctor` lists them].
    #[arg(long, value_name = "NAME,…", env = "LLAMA_ARG_DEVICE", value_delimiter = ',')]
    pub device: Vec<String>,
    /// Split between several GPUs: none, layer, row, tensor [also -sm; default: layer].
    #[arg(long, value_name = "MODE", env = "LLAMA_ARG_SPLIT_MODE", value_parser = SplitMode::from_str)]
    pub split_mode: Option<SplitMode>,
    /// GPU for what is not split, by its place among --device [also -mg; default: 0].
    #[arg(long, value_name = "N", env = "LLAMA_ARG_MAIN_GPU")]
    pub main_gpu: Option<u32>,
    /// Share of each GPU, for instance 3,1 [also -ts; default: by free memory].
    #[arg(long, value_name = "SHARE,…", env = "LLAMA_ARG_TENSOR_SPLIT", value_delimiter = ',')]
    pub tensor_split: Vec<f32>,
    /// Places of single tensors: a pattern of names and a buffer type, for instance exps=CPU [also -ot].
    #[arg(
        long,
        value_name = "PATTERN=BUFFER,…",
        env = "LLAMA_ARG_OVERRIDE_TENSOR",
        value_delimiter = ',',
        value_parser = TensorOverride::from_str
    )]
    pub override_tensor: Vec<TensorOverride>,
}

impl PlacementArgs {
    /// Returns what was typed, else what an earlier process used.
    pub fn over(&self, earlier: Placement) -> Placement {
        let or = |typed: &Vec<String>, earlier| if typed.is_empty() { earlier } else { typed.clone() };
        Placement {
            devices: or(&self.device, earlier.devices),
            split_mode: self.split_mode.or(earlier.split_mode),
            main_gpu: self.main_gpu.or(earlier.main_gpu),
            tensor_split: match self.tensor_split.is_empty() {
                true => earlier.tensor_split,
                false => self.tensor_split.clone(),
            },
            overrides: match self.override_tensor.is_empty() {
                true => earlier.overrides,
                false => self.override_tensor.clone(),
            },
        }
    }
}
