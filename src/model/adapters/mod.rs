//! LoRA adapters and control vectors: files that change a model, checked against it before llama.cpp reads them.

pub mod control_vector;
mod lora;

use std::path::{Path, PathBuf};

use super::digest::sha256_file;
use super::error::ModelError;
use super::gguf::Header;
use crate::record::adapters::{AdapterFacts, AdapterKind, AdapterSettings, ScaledFile};

/// An adapter that fits its model.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    /// Path of the file.
    pub path: PathBuf,
    /// What the manifest records.
    pub facts: AdapterFacts,
}

/// Opens, checks and hashes the adapters of a model. Cost: one read of each file.
///
/// # Errors
/// Returns [`ModelError`] for the first file that is missing, damaged, or made for another model.
pub fn open(settings: &AdapterSettings, model: &Header) -> Result<Vec<Adapter>, ModelError> {
    let mut adapters = Vec::new();
    for lora in &settings.lora {
        let header = header(&lora.file)?;
        lora::check(&header, model).map_err(|what| unfit(&lora.file, what))?;
        adapters.push(adapter(lora, AdapterKind::Lora, None, &header)?);
    }
    let layers = model.of_architecture("block_count").unwrap_or(0);
    if let Some([_, last]) = settings.layers.filter(|&[_, last]| u64::from(last) > layers) {
        let what = format!("--control-vector-layer-range ends at layer {last}, but the model has {layers}");
        return Err(unfit(&settings.control_vectors[0].file, what));
    }
    for vector in &settings.control_vectors {
        let header = header(&vector.file)?;
        control_vector::check(&header, model).map_err(|what| unfit(&vector.file, what))?;
        adapters.push(adapter(vector, AdapterKind::ControlVector, settings.layers, &header)?);
    }
    Ok(adapters)
}

fn header(path: &Path) -> Result<Header, ModelError> {
    if !path.exists() {
        return Err(ModelError::NoAdapter { path: path.to_owned() });
    }
    Header::read(path).map_err(|source| ModelError::Gguf { path: path.to_owned(), source })
}

fn unfit(path: &Path, what: String) -> ModelError {
    ModelError::Adapter { path: path.to_owned(), what }
}

fn adapter(
    file: &ScaledFile,
    kind: AdapterKind,
    layers: Option<[u32; 2]>,
    header: &Header,
) -> Result<Adapter, ModelError> {
    let name = file.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let sha256 = sha256_file(&file.file)?;
    let facts = AdapterFacts { kind, file: name, size: header.file_size, sha256, scale: file.scale, layers };
    Ok(Adapter { path: file.file.clone(), facts })
}
