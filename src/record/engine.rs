//! Engine settings and facts with names in files. Names that llama.cpp has are the same as there.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::names::find;

/// Number format of the keys or values in the KV cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheType {
    /// 32-bit floats.
    F32,
    /// 16-bit floats.
    #[default]
    F16,
    /// 16-bit floats with the range of 32-bit floats.
    Bf16,
    /// 8 bits, blocks with a scale.
    Q8_0,
    /// 4 bits, blocks with a scale.
    Q4_0,
    /// 4 bits, blocks with a scale and a minimum.
    Q4_1,
    /// 4-bit codes of unevenly spaced values, blocks with a scale.
    Iq4Nl,
    /// 5 bits, blocks with a scale.
    Q5_0,
    /// 5 bits, blocks with a scale and a minimum.
    Q5_1,
}

impl CacheType {
    /// Every type, in llama.cpp's order.
    pub const ALL: [Self; 9] = [
        Self::F32,
        Self::F16,
        Self::Bf16,
        Self::Q8_0,
        Self::Q4_0,
        Self::Q4_1,
        Self::Iq4Nl,
        Self::Q5_0,
        Self::Q5_1,
    ];

    /// Returns the name as written to files and typed on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::Q8_0 => "q8_0",
            Self::Q4_0 => "q4_0",
            Self::Q4_1 => "q4_1",
            Self::Iq4Nl => "iq4_nl",
            Self::Q5_0 => "q5_0",
            Self::Q5_1 => "q5_1",
        }
    }

    /// Returns the number of elements and of bytes in a block.
    #[must_use]
    pub fn block(self) -> (u64, u64) {
        match self {
            Self::F32 => (1, 4),
            Self::F16 | Self::Bf16 => (1, 2),
            // Scales and minima are 16-bit floats. The fifth bits take 4 bytes of their own.
            Self::Q8_0 => (32, 34),
            Self::Q4_0 | Self::Iq4Nl => (32, 18),
            Self::Q4_1 => (32, 20),
            Self::Q5_0 => (32, 22),
            Self::Q5_1 => (32, 24),
        }
    }

    /// Returns whether elements share a block.
    #[must_use]
    pub fn is_quantized(self) -> bool {
        self.block().0 > 1
    }

    /// Returns the bytes of a row of `elements` elements. A partial block counts as a whole one.
    #[must_use]
    pub fn bytes(self, elements: u64) -> u64 {
        let (length, bytes) = self.block();
        elements.div_ceil(length).saturating_mul(bytes)
    }
}

impl FromStr for CacheType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("cache type", text, Self::ALL.map(|kind| (kind.name(), kind)))
    }
}

/// Whether attention runs as one fused pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlashAttention {
    /// Wherever the backend supports it, as llama.cpp determines.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

impl FromStr for FlashAttention {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "on" | "enabled" | "true" | "1" => Ok(Self::On),
            "off" | "disabled" | "false" | "0" => Ok(Self::Off),
            "auto" | "-1" => Ok(Self::Auto),
            _ => Err("expected one of on, off, auto".to_owned()),
        }
    }
}

/// Number of layers on the GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum GpuLayers {
    /// A number.
    Count(u32),
    /// A named number.
    Named(NamedLayers),
}

impl GpuLayers {
    /// Returns the text that `-ngl` takes.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Count(layers) => layers.to_string(),
            Self::Named(NamedLayers::All) => "all".to_owned(),
        }
    }

    /// Every layer.
    pub const ALL: Self = Self::Named(NamedLayers::All);
}

/// Names for a number of layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedLayers {
    /// Every layer.
    All,
}

/// What a model keeps of the tokens before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelMemory {
    /// Keys and values of every token.
    Attention,
    /// Keys and values; some layers look at a window of them only.
    SlidingWindow,
    /// Keys and values in some layers, a recurrent state in others.
    Hybrid,
    /// A recurrent state.
    Recurrent,
}

/// What limited the batch width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WidthChosenBy {
    /// The user, with `-np`.
    Given,
    /// The fastest width on the processor in use.
    Auto,
    /// The amount of work.
    Work,
    /// The available memory.
    Memory,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_those_of_the_formats() {
        // A 16-bit scale, and for `_1` a 16-bit minimum, besides 32 numbers of so many bits.
        for (kind, bits, scales) in [
            (CacheType::Q8_0, 8, 1),
            (CacheType::Q4_0, 4, 1),
            (CacheType::Q4_1, 4, 2),
            (CacheType::Iq4Nl, 4, 1),
            (CacheType::Q5_0, 5, 1),
            (CacheType::Q5_1, 5, 2),
        ] {
            assert_eq!(kind.bytes(128), 4 * (32 * bits / 8 + 2 * scales), "{}", kind.name());
            assert_eq!(kind.bytes(33), kind.bytes(64), "a block that is begun counts whole");
        }
        assert_eq!(CacheType::F32.bytes(128), 512);
        assert_eq!(CacheType::F16.bytes(128), 256);
        assert_eq!(CacheType::Bf16.bytes(128), 256);
    }

    #[test]
    fn names_are_the_same_typed_and_written() {
        for kind in CacheType::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.name()));
        }
        assert!("q3_k".parse::<CacheType>().unwrap_err().contains("q8_0"));
    }

    #[test]
    fn layers_are_a_number_or_a_word() {
        for (layers, text) in [(GpuLayers::Count(12), "12"), (GpuLayers::ALL, "\"all\"")] {
            assert_eq!(serde_json::to_string(&layers).unwrap(), text);
            assert_eq!(serde_json::from_str::<GpuLayers>(text).unwrap(), layers);
        }
    }
}
