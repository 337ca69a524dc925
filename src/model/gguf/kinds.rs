//! Tensor types of ggml and file types of llama.cpp, by number.

use std::ffi::CStr;

use llama_cpp_sys_2 as sys;

/// Returns the number of elements and of bytes per block of a tensor type; `None` if this build of llama.cpp
/// does not know the type.
#[must_use]
#[allow(unsafe_code)]
pub fn block(kind: u32) -> Option<(u64, u64)> {
    if kind >= sys::GGML_TYPE_COUNT {
        return None;
    }
    // SAFETY: both functions read a static table; the index was checked against its length.
    let (elements, bytes) = unsafe { (sys::ggml_blck_size(kind), sys::ggml_type_size(kind)) };
    match (u64::try_from(elements).ok()?, bytes as u64) {
        (0, _) | (_, 0) => None,
        known => Some(known),
    }
}

/// Returns whether a tensor type is F32.
pub fn is_f32(kind: u32) -> bool {
    kind == sys::GGML_TYPE_F32
}

/// Returns whether a tensor type packs numbers into blocks that share a scale.
#[must_use]
pub fn is_quantized(kind: u32) -> bool {
    block(kind).is_some_and(|(elements, _)| elements > 1)
}

/// Returns whether weights can have a tensor type: floats of at most 32 bits and quantized blocks, but not
/// ggml's types of intermediate results.
pub fn holds_weights(kind: u32) -> bool {
    ![
        sys::GGML_TYPE_I8,
        sys::GGML_TYPE_I16,
        sys::GGML_TYPE_I32,
        sys::GGML_TYPE_I64,
        sys::GGML_TYPE_F64,
        sys::GGML_TYPE_Q8_1,
        sys::GGML_TYPE_Q8_K,
    ]
    .contains(&kind)
}

/// Returns ggml's name of a tensor type in capitals, for example `Q4_K`.
#[must_use]
#[allow(unsafe_code)]
pub fn tensor_type_name(kind: u32) -> String {
    if block(kind).is_none() {
        return format!("type {kind}");
    }
    // SAFETY: the index is known to the table; ggml returns a static, terminated string.
    let name = unsafe { CStr::from_ptr(sys::ggml_type_name(kind)) };
    // ggml's own names of k-quants have a capital K: q4_K.
    name.to_string_lossy().to_uppercase()
}

/// Returns llama.cpp's name of a `general.file_type`, as in file names: `Q4_K_M`.
#[must_use]
pub fn file_type_name(file_type: u64) -> Option<&'static str> {
    Some(match file_type {
        0 => "F32",
        1 => "F16",
        2 => "Q4_0",
        3 => "Q4_1",
        7 => "Q8_0",
        8 => "Q5_0",
        9 => "Q5_1",
        10 => "Q2_K",
        11 => "Q3_K_S",
        12 => "Q3_K_M",
        13 => "Q3_K_L",
        14 => "Q4_K_S",
        15 => "Q4_K_M",
        16 => "Q5_K_S",
        17 => "Q5_K_M",
        18 => "Q6_K",
        19 => "IQ2_XXS",
        20 => "IQ2_XS",
        21 => "Q2_K_S",
        22 => "IQ3_XS",
        23 => "IQ3_XXS",
        24 => "IQ1_S",
        25 => "IQ4_NL",
        26 => "IQ3_S",
        27 => "IQ3_M",
        28 => "IQ2_S",
        29 => "IQ2_M",
        30 => "IQ4_XS",
        31 => "IQ1_M",
        32 => "BF16",
        36 => "TQ1_0",
        37 => "TQ2_0",
        38 => "MXFP4_MOE",
        39 => "NVFP4",
        40 => "Q1_0",
        41 => "Q2_0",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Elements and bytes of a block, from the structures in ggml's ggml-common.h.
    #[test]
    fn types_of_few_bits_are_known() {
        for (name, elements, bytes) in [
            ("IQ1_S", 256, 50),
            ("IQ1_M", 256, 56),
            ("IQ2_XXS", 256, 66),
            ("IQ2_XS", 256, 74),
            ("IQ2_S", 256, 82),
            ("IQ3_XXS", 256, 98),
            ("IQ3_S", 256, 110),
            ("IQ4_NL", 32, 18),
            ("IQ4_XS", 256, 136),
            ("TQ1_0", 256, 54),
            ("TQ2_0", 256, 66),
            ("MXFP4", 32, 17),
        ] {
            let kind = (0..sys::GGML_TYPE_COUNT).find(|&kind| tensor_type_name(kind) == name);
            let kind = kind.unwrap_or_else(|| panic!("no type {name}"));
            assert_eq!(block(kind), Some((elements, bytes)), "{name}");
            assert!(is_quantized(kind) && holds_weights(kind), "{name}");
        }
        assert_eq!(file_type_name(38), Some("MXFP4_MOE"));
        assert_eq!((file_type_name(36), file_type_name(30)), (Some("TQ1_0"), Some("IQ4_XS")));
    }
}
