//! Arguments about LoRA adapters and control vectors, under llama.cpp's names.

use std::path::PathBuf;

use clap::Args;

use crate::settings::{AdapterSettings, ScaledFile};

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Adapters (llama.cpp's names)")]
pub struct AdapterArgs {
    /// LoRA adapters in GGUF, all applied together, each times a factor if one is given.
    #[arg(long, value_name = "FILE[:SCALE],…", value_delimiter = ',', value_parser = plain_or_scaled)]
    pub lora: Vec<ScaledFile>,
    /// LoRA adapters, each times a factor.
    #[arg(long, value_name = "FILE:SCALE,…", value_delimiter = ',', value_parser = scaled, allow_negative_numbers = true)]
    pub lora_scaled: Vec<ScaledFile>,
    /// Control vectors in GGUF, added to the layers' outputs, each times a factor if one is given.
    #[arg(long, value_name = "FILE[:SCALE],…", value_delimiter = ',', value_parser = plain_or_scaled)]
    pub control_vector: Vec<ScaledFile>,
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
        let all = |plain: &[ScaledFile], scaled: &[ScaledFile]| [plain, scaled].concat();
        AdapterSettings {
            lora: all(&self.lora, &self.lora_scaled),
            control_vectors: all(&self.control_vector, &self.control_vector_scaled),
            layers: self.control_vector_layer_range.as_ref().map(|range| [range[0], range[1]]),
        }
    }
}

/// Reads `FILE` or `FILE:SCALE`. What follows the last colon is a factor if it is a number.
#[expect(clippy::unnecessary_wraps, reason = "clap's form of a parser")]
fn plain_or_scaled(text: &str) -> Result<ScaledFile, String> {
    Ok(scaled(text).unwrap_or_else(|_| ScaledFile { file: PathBuf::from(text), scale: 1.0 }))
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
        let either = |text| plain_or_scaled(text).map(|one| (one.file.display().to_string(), one.scale));
        assert_eq!(either("a.gguf"), Ok(("a.gguf".to_owned(), 1.0)));
        assert_eq!(either("a.gguf:0.5"), read("a.gguf:0.5"));
        assert_eq!(either(r"C:\a.gguf"), Ok((r"C:\a.gguf".to_owned(), 1.0)));
        assert_eq!(read("a.gguf:0.5"), Ok(("a.gguf".to_owned(), 0.5)));
        assert_eq!(read("a.gguf:-2"), Ok(("a.gguf".to_owned(), -2.0)));
        assert_eq!(read(r"C:\a.gguf:1e-1"), Ok((r"C:\a.gguf".to_owned(), 0.1)));
        for bad in ["a.gguf", "a.gguf:", ":1", "a.gguf:much", "a.gguf:nan", "a.gguf:inf"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
