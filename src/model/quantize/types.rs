//! Types of the matrices in a quantized file, and the reasons for them.

use std::collections::HashMap;

use super::level::Level;
use super::log::Misfit;
use crate::model::gguf::{Header, Tensor, block, is_quantized, tensor_type_name};
use crate::record::quantized::{OtherType, Why};

/// Returns whether a tensor is a matrix, or several.
#[must_use]
pub fn is_matrix(tensor: &Tensor) -> bool {
    tensor.shape.iter().skip(1).product::<u64>() > 1
}

/// Returns the matrices of a product that do not have the level's own type.
///
/// # Errors
/// Returns a message if the product does not have the level or the tensors of its source.
pub fn others(
    level: Level,
    source: &Header,
    product: &Header,
    misfits: &[Misfit],
) -> Result<Vec<OtherType>, String> {
    let sources: HashMap<&str, &Tensor> =
        source.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    if product.tensors.len() != source.tensors.len() {
        return Err(format!("it has {} tensors instead of {}", product.tensors.len(), source.tensors.len()));
    }
    if product.unsigned("general.file_type") != Some(level.file_type.into()) {
        return Err(format!("its file type is {}", product.quantization()));
    }
    let judge = Judge { level, misfits, output: output_matrix(product) };
    let mut others = Vec::new();
    for tensor in &product.tensors {
        let Some(before) = sources.get(tensor.name.as_str()).filter(|before| before.shape == tensor.shape)
        else {
            return Err(format!("its tensor {:?} is not in the source", tensor.name));
        };
        if is_matrix(tensor) && tensor.kind != level.kind {
            others.push(judge.other(tensor, before));
        }
    }
    Ok(others)
}

/// Returns the matrix that computes the logits: the embedding if the model has no separate one.
fn output_matrix(header: &Header) -> &'static str {
    let has_output = header.tensors.iter().any(|tensor| tensor.name == "output.weight");
    if has_output { "output.weight" } else { "token_embd.weight" }
}

struct Judge<'a> {
    level: Level,
    misfits: &'a [Misfit],
    output: &'static str,
}

impl Judge<'_> {
    fn other(&self, tensor: &Tensor, before: &Tensor) -> OtherType {
        let (why, meant) = self.why(tensor, before);
        OtherType {
            name: tensor.name.clone(),
            shape: tensor.shape.clone(),
            kind: tensor_type_name(tensor.kind),
            why,
            multiple_of: meant.as_ref().map(|(_, multiple)| *multiple),
            instead_of: meant.map(|(name, _)| name),
        }
    }

    /// Returns why a matrix has another type, and the intended type if its shape is the reason.
    fn why(&self, tensor: &Tensor, before: &Tensor) -> (Why, Option<(String, u64)>) {
        if let Some(misfit) = self.misfits.iter().find(|misfit| misfit.name == tensor.name) {
            return (Why::Shape, Some((misfit.meant.clone(), misfit.multiple)));
        }
        if tensor.kind == before.kind && !is_quantized(tensor.kind) {
            return (Why::Kept, None);
        }
        let multiple = block(self.level.kind).map_or(1, |(elements, _)| elements);
        if tensor.shape[0].is_multiple_of(multiple) {
            return (Why::Mix, None);
        }
        // llama.cpp logs nothing for the output matrix. If the level's own type does not fit, it uses Q8_0
        // instead of Q6_K.
        let meant =
            if tensor.name == self.output { "Q6_K".to_owned() } else { tensor_type_name(self.level.kind) };
        (Why::Shape, Some((meant, multiple)))
    }
}
