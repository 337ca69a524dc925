//! Whether a LoRA adapter fits a model.
//!
//! llama.cpp checks most of this too and reports it in its log only; what it asserts would end the process.

use std::collections::HashMap;

use crate::model::gguf::{Header, Tensor, holds_weights, tensor_type_name};

/// Checks type, architecture, and every pair of matrices against the model's matrix.
///
/// # Errors
/// Says what does not fit.
pub fn check(adapter: &Header, model: &Header) -> Result<(), String> {
    for (key, expected) in [("general.type", "adapter"), ("adapter.type", "lora")] {
        let found = adapter.string(key).unwrap_or("missing");
        if found != expected {
            return Err(format!("{key} is {found}, expected {expected}: the file is no LoRA adapter"));
        }
    }
    let (own, other) =
        (adapter.architecture().unwrap_or("missing"), model.architecture().unwrap_or_default());
    if own != other {
        return Err(format!(
            "the adapter is for a model of the architecture {own}, but the model is {other}"
        ));
    }
    if adapter.metadata.contains_key("adapter.alora.invocation_tokens") {
        return Err("an adapter that its invocation tokens switch on (aLoRA) is not supported".to_owned());
    }
    let matrices: HashMap<&str, &Tensor> =
        model.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let mut pairs: HashMap<&str, [Option<&Tensor>; 2]> = HashMap::new();
    for tensor in &adapter.tensors {
        let name = tensor.name.as_str();
        match (name.strip_suffix(".lora_a"), name.strip_suffix(".lora_b")) {
            (Some(of), _) => pairs.entry(of).or_default()[0] = Some(tensor),
            (_, Some(of)) => pairs.entry(of).or_default()[1] = Some(tensor),
            _ if name.ends_with("_norm.weight") => {
                tracing::warn!("llama.cpp leaves out {name} of the LoRA adapter: it adapts no norms");
            }
            _ => return Err(format!("the tensor {name:?} is neither a .lora_a nor a .lora_b")),
        }
    }
    if pairs.is_empty() {
        return Err("the adapter has no pair of .lora_a and .lora_b".to_owned());
    }
    let mut names: Vec<&str> = pairs.keys().copied().collect();
    names.sort_unstable();
    for name in names {
        let [Some(a), Some(b)] = pairs[name] else {
            return Err(format!("{name} has only one of .lora_a and .lora_b"));
        };
        let Some(of) = matrices.get(name) else {
            return Err(format!("the model has no tensor {name:?}: the adapter is for another model"));
        };
        let is_tied = name == "token_embd.weight" && !matrices.contains_key("output.weight");
        if is_tied {
            return Err(format!("it adapts {name}, which this model also uses as output: llama.cpp cannot"));
        }
        pair(name, of, a, b)?;
    }
    Ok(())
}

/// Checks the shapes of a pair. A row of A is as long as one of the matrix, B has as many rows as the matrix; for
/// the embedding, of which rows are taken, A and B change places.
fn pair(name: &str, of: &Tensor, a: &Tensor, b: &Tensor) -> Result<(), String> {
    let [w, a4, b4] = [of, a, b].map(shape);
    let fits = match name.ends_with("token_embd.weight") {
        true => w[0] == b4[1] && w[1] == a4[1] && a4[0] == b4[0],
        false => w[0] == a4[0] && w[1] == b4[1] && a4[1] == b4[0],
    };
    if !fits || w[2..] != a4[2..] || w[2..] != b4[2..] {
        let [of, a, b] = [of, a, b].map(|tensor| &tensor.shape);
        return Err(format!(
            "{name} is {of:?} in the model, which A {a:?} and B {b:?} do not fit: the adapter is for another model"
        ));
    }
    for tensor in [a, b] {
        if !holds_weights(tensor.kind) {
            return Err(format!("{} has the type {}", tensor.name, tensor_type_name(tensor.kind)));
        }
    }
    match tensor_type_name(of.kind).as_str() {
        "NVFP4" => Err(format!("{name} has the type NVFP4, to which llama.cpp applies no adapter")),
        _ => Ok(()),
    }
}

fn shape(tensor: &Tensor) -> [u64; 4] {
    let mut shape = [1; 4];
    for (to, from) in shape.iter_mut().zip(&tensor.shape) {
        *to = *from;
    }
    shape
}
