//! Arguments about LoRA adapters and control vectors, under llama.cpp's names.

use std::path::PathBuf;

use clap::Args;

use crate::settings::{AdapterSettings, ScaledFile};

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Adapters (llama.cpp's names)")]
pub struct AdapterArgs {
    /// LoRA adapters in GGUF, all applied together.
    #[arg(long, value_name = "FILE,…", value_delimiter = ',')]
    pub lora: Vec<PathBuf>,
    /// LoRA adapters, each times a factor.
    #[arg(long, value_name = "FILE:SCALE,…", value_delimiter = ',', value_parser = scaled, allow_negative_numbers = true)]
    pub lora_scaled: Vec<ScaledFile>,
    /// Control vectors in GGUF, added to the layers' outputs.
    #[arg(long, value_name = "FILE,…", value_delimiter = ',')]
    pub control_vector: Vec<PathBuf>,
    /// Control vectors, each times a factor.
    #[arg(long, value_name = "FILE:SCALE,…", value_delimiter = ',', value_parser = scaled, allow_negative_numbers = true)]
    pub control_vector_scaled: Vec<ScaledFile>,
    /// First and last layer to which control vectors are added [default: all].
    #[arg(long, num_args = 2, value_names = ["START", "END"])]
    pub control_vector_layer_range: Option<Vec<u32>>,
}

impl AdapterArgs {
    /// Returns the settings that these arguments give.
    pub fn settings(&self) -> AdapterSettings {
        let all = |plain: &[PathBuf], scaled: &[ScaledFile]| {
            let plain = plain.iter().map(|file| ScaledFile { file: file.clone(), scale: 1.0 });
            plain.chain(scaled.iter().cloned()).collect()
        };
        AdapterSettings {
            lora: all(&self.lora, &self.lora_scaled),
            control_vectors: all(&self.control_vector, &self.control_vector_scaled),
            layers: self.control_vector_layer_range.as_ref().map(|range| [range[0], range[1]]),
        }
    }
}

/// Reads `FILE:SCALE`. A path may hold colons, so the last one counts.
fn scaled(text: &str) -> Result<ScaledFile, String> {
    let bad = || format!("{text:?} is not FILE:SCALE, for instance style.gguf:0.5");
    let (file, scale) = text.rsplit_once(':').filter(|(file, _)| !file.is_empty()).ok_or_else(bad)?;
    let scale: f32 = scale.trim().parse().map_err(|_| bad())?;
    match scale.is_finite() {
        true => Ok(ScaledFile { file: PathBuf::from(file), scale }),
        false => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_factors() {
        let read = |text| scaled(text).map(|one| (one.file.display().to_string(), one.scale));
        assert_eq!(read("a.gguf:0.5"), Ok(("a.gguf".to_owned(), 0.5)));
        assert_eq!(read("a.gguf:-2"), Ok(("a.gguf".to_owned(), -2.0)));
        assert_eq!(read(r"C:\a.gguf:1e-1"), Ok((r"C:\a.gguf".to_owned(), 0.1)));
        for bad in ["a.gguf", "a.gguf:", ":1", "a.gguf:much", "a.gguf:nan", "a.gguf:inf"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
