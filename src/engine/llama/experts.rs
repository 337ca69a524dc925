//! Where the experts of a mixture are: patterns of tensors that stay on the CPU.

use crate::model::gguf::Header;
use crate::record::engine::GpuLayers;

/// llama.cpp's pattern of the experts' matrices.
const EXPERTS: &str = r"\.ffn_(up|down|gate|gate_up)_(ch|)exps";

/// Returns llama.cpp's patterns of the tensors that stay on the CPU: the experts of the first layers, or of all.
pub fn patterns(layers: GpuLayers, header: &Header) -> Vec<String> {
    match layers {
        GpuLayers::Named(_) => vec![EXPERTS.to_owned()],
        GpuLayers::Count(count) => {
            let blocks = header.of_architecture("block_count").unwrap_or(0);
            (0..blocks.min(u64::from(count))).map(|block| format!(r"blk\.{block}{EXPERTS}")).collect()
        }
    }
}

/// Returns why keeping experts on the CPU changes nothing; `None` if it does change something.
pub fn idle_note(layers: GpuLayers, uses_gpu: bool, header: &Header) -> Option<String> {
    let option = match layers {
        GpuLayers::Named(_) => "--cpu-moe".to_owned(),
        GpuLayers::Count(count) => format!("--n-cpu-moe {count}"),
    };
    let has_experts = header.of_architecture("expert_count").is_some_and(|count| count > 0);
    match (uses_gpu, has_experts) {
        (false, _) => Some(format!("{option} changes nothing: no layer is on a GPU")),
        (true, false) => Some(format!("{option} changes nothing: the model has no experts")),
        (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_llama_cpp_s() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/demo-qwen3-3m-F16.gguf");
        let header = Header::read(&path).unwrap();
        let texts = |layers| patterns(layers, &header);
        assert_eq!(texts(GpuLayers::ALL), [r"\.ffn_(up|down|gate|gate_up)_(ch|)exps"]);
        assert_eq!(texts(GpuLayers::Count(0)), [""; 0]);
        assert_eq!(texts(GpuLayers::Count(9)).len(), 4, "the demo has 4 blocks");
        assert_eq!(texts(GpuLayers::Count(1)), [r"blk\.0\.ffn_(up|down|gate|gate_up)_(ch|)exps"]);
        assert!(idle_note(GpuLayers::ALL, false, &header).unwrap().contains("no layer is on a GPU"));
        assert!(idle_note(GpuLayers::Count(2), true, &header).unwrap().contains("--n-cpu-moe 2"));
    }
}
