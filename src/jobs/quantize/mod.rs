//! Makes other quantization levels of a model, each with a file beside it that says how it was made.
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

/// A file that was made, or was there already.
#[derive(Clone, Debug)]
pub struct Made {
    /// The file.
    pub path: PathBuf,
    /// The file beside it.
    pub sidecar: PathBuf,
    /// What is in that.
    pub facts: QuantizedFacts,
    /// Whether it was made now.
    pub is_new: bool,
}

/// Makes each level, and gives it to `made` when it is there. All that can be checked is, before the first. When
/// cancelled, llama.cpp is still at work in a thread of its own, on a file that is gone: end the process soon.
///
/// # Errors
/// If the model cannot be had or is quantized already, another file has a product's name, there is no room, or
/// llama.cpp fails.
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
            "files have the model's name and their level's; -o says where they go",
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
        context.note(&format!("removed {left} unfinished from an earlier quantize that was killed"));
    }
    let known: Vec<Option<QuantizedFacts>> =
        products.iter().map(|product| work.made(product)).collect::<Result<_, JobError>>()?;
    let missing = products.iter().zip(&known).filter(|(_, known)| known.is_none());
    work.check_room(&missing.map(|(product, _)| product).collect::<Vec<_>>())?;
    for (product, known) in products.iter().zip(known) {
        let is_new = known.is_none();
        let facts = match known {
            Some(facts) => {
                let text = "is there already, made of the same file in the same way";
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
