//! Control vectors: tensors `direction.N`, which are added to the output of layer N. Layer 0 has none.

use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::model::error::ModelError;
use crate::model::gguf::{Header, Tensor, is_f32, tensor_type_name};

/// Directions of all layers of a model: of layer 1 first.
#[derive(Clone, Debug, PartialEq)]
pub struct Directions {
    /// Length of a direction, that of the embedding.
    pub length: usize,
    /// The directions one after the other; zero where there is none.
    pub values: Vec<f32>,
}

/// Checks the directions against the layers and the embedding of a model.
///
/// # Errors
/// Says what does not fit.
pub fn check(vector: &Header, model: &Header) -> Result<(), String> {
    let number = |key| model.of_architecture(key).unwrap_or(0);
    let (layers, length) = (number("block_count"), number("embedding_length"));
    if vector.tensors.is_empty() {
        return Err("the file has no directions".to_owned());
    }
    for tensor in &vector.tensors {
        let name = &tensor.name;
        let Some(layer) = layer(tensor) else {
            return Err(format!(
                "the tensor {name:?} is not direction.N, N from 1: the file is no control vector"
            ));
        };
        if layer >= layers {
            let last = layers.saturating_sub(1);
            return Err(format!(
                "{name} is for a layer that the model lacks; it has directions for 1 to {last}"
            ));
        }
        if !is_f32(tensor.kind) {
            return Err(format!("{name} has the type {}, expected F32", tensor_type_name(tensor.kind)));
        }
        if tensor.shape != [length] {
            return Err(format!(
                "{name} has the shape {:?}, but the model's embedding has the length {length}: the vector is for \
                 another model",
                tensor.shape
            ));
        }
    }
    Ok(())
}

/// Adds the directions of a checked file, times a factor, to `sum`.
///
/// # Errors
/// Fails if the file cannot be read, or changed since it was checked.
pub fn add(path: &Path, scale: f32, sum: &mut Directions) -> Result<(), ModelError> {
    let header = Header::read(path).map_err(|source| ModelError::Gguf { path: path.to_owned(), source })?;
    let mut file = fs_err::File::open(path)?;
    for tensor in &header.tensors {
        let mut bytes = vec![0; sum.length * 4];
        file.seek(SeekFrom::Start(tensor.begin))?;
        file.read_exact(&mut bytes)?;
        let begin = layer(tensor).map(|layer| (layer as usize - 1) * sum.length);
        let into = begin.and_then(|begin| sum.values.get_mut(begin..begin + sum.length));
        let (Some(into), true) = (into, tensor.bytes == bytes.len() as u64) else {
            let what = format!("{} changed while it was read", tensor.name);
            return Err(ModelError::Adapter { path: path.to_owned(), what });
        };
        for (value, bytes) in into.iter_mut().zip(bytes.chunks_exact(4)) {
            *value += scale * f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        }
    }
    Ok(())
}

/// Returns the layer of a direction, from 1.
fn layer(tensor: &Tensor) -> Option<u64> {
    tensor.name.strip_prefix("direction.")?.parse().ok().filter(|&layer| layer > 0)
}
