//! Instruction sets that this program was compiled for, and those that the processor has.

/// An instruction set that llama.cpp's kernels gain from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Name, as compilers have it.
    pub name: &'static str,
    /// Whether the processor has it.
    pub present: bool,
    /// Whether the program was compiled for it.
    pub used: bool,
}

macro_rules! features {
    ($detected:ident: $($name:tt),*) => {
        [$(Feature {
            name: $name,
            present: std::arch::$detected!($name),
            used: cfg!(target_feature = $name),
        }),*].into()
    };
}

/// Returns the features of this processor's kind, oldest first; none for a kind that is not known.
#[must_use]
pub fn features() -> Vec<Feature> {
    #[cfg(target_arch = "x86_64")]
    let features = features!(is_x86_feature_detected: "sse4.2", "avx", "f16c", "fma", "avx2", "avx512f", "avx512bw",
        "avx512vnni", "avx512bf16", "avxvnni");
    #[cfg(target_arch = "aarch64")]
    let features = features!(is_aarch64_feature_detected: "neon", "fp16", "dotprod", "i8mm", "bf16", "sve");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let features = Vec::new();
    features
}
