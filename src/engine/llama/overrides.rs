//! Tensors with a place of their own: the experts of a mixture, and those that `-ot` names.

use regex::Regex;

use super::experts;
use crate::engine::EngineError;
use crate::model::gguf::Header;
use crate::record::engine_settings::EngineSettings;
use crate::record::placement::TensorOverride;

/// llama.cpp's name of the CPU's buffers.
pub const CPU: &str = "CPU";

/// Tensors with a place of their own, in the order in which llama.cpp tries them.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Patterns of names, and buffer types.
    pub all: Vec<TensorOverride>,
    patterns: Vec<(Regex, bool)>,
}

impl Overrides {
    /// Returns the exceptions of these settings. `buffers`: names of the buffer types there are.
    ///
    /// # Errors
    /// [`EngineError::Unfit`] for a buffer type that does not exist, or a pattern that no tensor matches.
    pub fn of(settings: &EngineSettings, header: &Header, buffers: &[String]) -> Result<Self, EngineError> {
        let unfit =
            |one: &TensorOverride, reason: &str| EngineError::Unfit(format!("-ot {}: {reason}", one.text()));
        let mut all = Vec::new();
        for one in &settings.placement.overrides {
            let Some(buffer) = buffers.iter().find(|name| name.eq_ignore_ascii_case(&one.buffer)) else {
                return Err(unfit(one, &format!("buffer types are {}", buffers.join(", "))));
            };
            all.push(TensorOverride { pattern: one.pattern.clone(), buffer: buffer.clone() });
        }
        let on_cpu = |pattern: String| TensorOverride { pattern, buffer: CPU.to_owned() };
        let experts = settings.cpu_moe.map(|layers| experts::patterns(layers, header));
        all.extend(experts.into_iter().flatten().map(on_cpu));
        let regex = |one: &TensorOverride| {
            let pattern = Regex::new(&one.pattern).map_err(|error| unfit(one, &error.to_string()))?;
            Ok((pattern, one.buffer == CPU))
        };
        let patterns = all.iter().map(regex).collect::<Result<Vec<_>, EngineError>>()?;
        let typed = settings.placement.overrides.iter().zip(&patterns);
        for (one, (pattern, _)) in typed {
            if !header.tensors.iter().any(|tensor| pattern.is_match(&tensor.name)) {
                return Err(unfit(one, "no tensor of the model has such a name; `info --json` lists them"));
            }
        }
        Ok(Self { all, patterns })
    }

    /// Returns whether a tensor is kept on the CPU. The first pattern that matches counts.
    pub fn is_on_cpu(&self, name: &str) -> bool {
        self.patterns.iter().find(|(pattern, _)| pattern.is_match(name)).is_some_and(|(_, on_cpu)| *on_cpu)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::engine::GpuLayers;
    use crate::record::placement::Placement;

    fn overrides(texts: &[&str], cpu_moe: Option<GpuLayers>) -> Result<Overrides, String> {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf");
        let header = Header::read(&path).unwrap();
        let list = texts.iter().map(|text| text.parse().unwrap()).collect();
        let placement = Placement { overrides: list, ..Placement::default() };
        let settings = EngineSettings { placement, cpu_moe, ..EngineSettings::default() };
        Overrides::of(&settings, &header, &["CPU".to_owned(), "CUDA0".to_owned()])
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_first_pattern_counts() {
        let made = overrides(&["ffn_up=cuda0", "ffn=CPU"], Some(GpuLayers::Count(1))).unwrap();
        assert_eq!(made.all[0].text(), "ffn_up=CUDA0");
        assert_eq!(made.all.len(), 3);
        assert!(made.is_on_cpu("blk.0.ffn_down.weight") && !made.is_on_cpu("blk.0.ffn_up.weight"));
        assert!(!made.is_on_cpu("blk.0.ffn_up_exps.weight") && !made.is_on_cpu("blk.0.attn_q.weight"));
    }

    #[test]
    fn wrong_exceptions_are_told() {
        let buffer = overrides(&["ffn=ROCm0"], None).unwrap_err();
        assert!(buffer.contains("-ot ffn=ROCm0") && buffer.contains("CPU, CUDA0"), "{buffer}");
        let pattern = overrides(&["no_such=CPU"], None).unwrap_err();
        assert!(pattern.contains("no tensor of the model"), "{pattern}");
    }
}
