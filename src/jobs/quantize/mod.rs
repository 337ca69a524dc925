//! Makes other quantization levels of a model, each with a `.json` file next to it that records how it was
//! made.
//!
//! ```no_run
//! use std::sync::atomic::AtomicBool;
//! use safety_deepconf::jobs::quantize::{QuantizeRequest, quantize};
//! use safety_deepconf::jobs::{Context, Silent};
//!
//! let cancel = AtomicBool::new(false);
//! let context = Context { notify: &Silent, cancel: &cancel, offline: true };
//! let request = QuantizeRequest {
//!     model: "model-BF16.gguf".to_owned(),
//!     levels: vec!["Q8_0".parse().unwrap()],
//!     output: None,
//!     allow_requantize: false,
//!     overwrite: false,
//!     threads: None,
//! };
//! quantize(&request, &mut |made| println!("{}", made.path.display()), &context)?;
//! # Ok::<(), safety_deepconf::jobs::JobError>(())
//! ```

mod product;
mod request;
mod work;

use std::path::PathBuf;

use self::product::{Product, misfits};
pub use self::request::QuantizeRequest;
use self::work::{WRITING, Work};
use super::context::Context;
use super::download;
use super::error::{InputError, JobError};
use super::status::Status;
use crate::model::quantize::QuantizeError;
use crate::record::quantized::QuantizedFacts;
use crate::settings::BadSetting;
use crate::store::atomic;

/// A file that was made, or existed already.
#[derive(Clone, Debug)]
pub struct Made {
    /// Quantized file.
    pub path: PathBuf,
    /// `.json` file next to it.
    pub sidecar: PathBuf,
    /// Contents of the `.json` file.
    pub facts: QuantizedFacts,
    /// Whether the file was made now.
    pub is_new: bool,
}

/// Makes each level, and passes it to `made` once it is written. Checks names, sources and free space before
/// the first level. After a cancellation, llama.cpp keeps working on a removed file in its own thread: exit
/// the process soon.
///
/// # Errors
/// Fails if the model is not available or already quantized, another file has the name of an output, the disk
/// has no room, or llama.cpp fails.
pub fn quantize(
    request: &QuantizeRequest,
    made: &mut dyn FnMut(Made),
    context: &Context<'_>,
) -> Result<Status, JobError> {
    if request.threads == Some(0) {
        return Err(BadSetting("--threads 0: at least 1 is needed".to_owned()).into());
    }
    if let Some(file) = request.output.as_ref().filter(|path| path.exists() && !path.is_dir()) {
        return Err(InputError::new(
            format!("--output {} is not a folder", file.display()),
            "name a folder: the file names are made from the model and the level",
        )
        .into());
    }
    let model = download::model(&request.model, context)?;
    if let Some(folder) = &request.output {
        fs_err::create_dir_all(folder)?;
    }
    let work = Work::new(request, model, context)?;
    let mut products: Vec<Product> = Vec::new();
    for &level in &request.levels {
        if products.iter().all(|product| product.level != level) {
            products.push(Product::new(level, &work.source.file, &work.folder));
        }
    }
    let left = atomic::remove_abandoned(&work.folder, WRITING);
    if left > 0 {
        context.note(&format!("removed {left} unfinished files of an earlier, killed quantize"));
    }
    let known: Vec<Option<QuantizedFacts>> =
        products.iter().map(|product| work.made(product)).collect::<Result<_, JobError>>()?;
    let missing = products.iter().zip(&known).filter(|(_, known)| known.is_none());
    work.check_room(&missing.map(|(product, _)| product).collect::<Vec<_>>())?;
    for (product, known) in products.iter().zip(known) {
        let is_new = known.is_none();
        let facts = match known {
            Some(facts) => {
                let text = "already exists, made from the same file with the same parameters";
                context.note(&format!("{} {text}", product.path.display()));
                facts
            }
            None => match work.make(product) {
                Err(JobError::Quantize(QuantizeError::Interrupted)) => return Ok(Status::Interrupted),
                facts => facts?,
            },
        };
        for note in misfits(&facts) {
            context.note(&note);
        }
        made(Made { path: product.path.clone(), sidecar: product.sidecar.clone(), facts, is_new });
    }
    Ok(Status::Done)
}
