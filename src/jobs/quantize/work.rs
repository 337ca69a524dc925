//! Makes levels of one source: checks existing files and free space, then makes one file at a time.

use std::path::{Path, PathBuf};

use super::product::Product;
use super::request::QuantizeRequest;
use crate::jobs::context::Context;
use crate::jobs::error::{InputError, JobError};
use crate::jobs::notify::{Task, TaskKind};
use crate::model::digest::sha256_file;
use crate::model::disk::{self, megabytes};
use crate::model::gguf::Header;
use crate::model::quantize::{self, Job, Level, QuantizeError, QuantizeListener, types};
use crate::model::{ModelFile, ModelSource};
use crate::record::SCHEMA_VERSION;
use crate::record::quantized::{QuantizeParameters, QuantizedFacts, SourceFacts};
use crate::store::atomic;
use crate::system::cores::decoding_cores;
use crate::system::host;

/// Name prefix of files being written.
pub const WRITING: &str = ".quantizing-";

/// Reports the number of finished tensors.
struct Tensors<'a> {
    context: &'a Context<'a>,
    label: &'static str,
    begun: bool,
}

impl Tensors<'_> {
    fn end(&self) {
        if self.begun {
            self.context.end();
        }
    }
}

impl QuantizeListener for Tensors<'_> {
    fn tensor(&mut self, done: u64, total: u64, name: &str) {
        if !self.begun {
            self.begun = true;
            let (kind, label) = (TaskKind::Tensors, self.label);
            self.context.begin(Task { kind, label, total: Some(total), done: 0, run: None });
        }
        self.context.progress(done, name);
    }

    fn interrupted(&self) -> bool {
        self.context.is_cancelled()
    }
}

/// The source and settings that all levels share.
pub struct Work<'a> {
    request: &'a QuantizeRequest,
    context: &'a Context<'a>,
    model: ModelFile,
    pub source: SourceFacts,
    pub folder: PathBuf,
    threads: usize,
    requantize: bool,
}

impl<'a> Work<'a> {
    pub fn new(
        request: &'a QuantizeRequest,
        model: ModelFile,
        context: &'a Context<'a>,
    ) -> Result<Self, JobError> {
        let facts = model.facts();
        let source = SourceFacts {
            file: facts.file,
            sha256: facts.sha256,
            size: facts.size,
            parts: facts.parts,
            level: facts.quantization,
            hub: facts.hub,
        };
        let requantize = quantize::is_quantized(&model.header);
        if requantize && !request.allow_requantize {
            return Err(InputError {
                message: format!(
                    "{} holds quantized weights ({}); quantizing the original loses less",
                    source.file, source.level
                ),
                hint: Some(format!(
                    "use {} instead, or quantize this file with --allow-requantize",
                    original(&model, &source.file)
                )),
            }
            .into());
        }
        let folder = request.output.clone().unwrap_or_else(|| PathBuf::from("."));
        let threads = request.threads.unwrap_or_else(decoding_cores);
        Ok(Self { request, context, source, folder, threads, requantize, model })
    }

    fn parameters(&self, level: Level) -> QuantizeParameters {
        QuantizeParameters {
            file_type: level.file_type,
            allow_requantize: self.requantize,
            quantize_output_tensor: true,
            pure: false,
        }
    }

    fn job<'b>(&'b self, level: Level, target: &'b Path) -> Job<'b> {
        let (source, threads) = (self.model.path.as_path(), self.threads);
        Job { source, target, level, allow_requantize: self.requantize, threads }
    }

    /// Returns the facts of an existing product; `None` if it has to be made.
    pub fn made(&self, product: &Product) -> Result<Option<QuantizedFacts>, JobError> {
        let same = |path: &Path| fs_err::canonicalize(path).ok();
        let parts = self.model.parts.iter().map(|part| &part.path);
        if product.path.exists()
            && parts.chain([&self.model.path]).any(|path| same(path) == same(&product.path))
        {
            return Err(InputError {
                message: format!("{} would replace its own source", product.path.display()),
                hint: Some("choose another folder with --output DIR".to_owned()),
            }
            .into());
        }
        match self.request.overwrite {
            true => Ok(None),
            false => product.made(&self.source, self.parameters(product.level)),
        }
    }

    /// Checks that the disk has room for the products.
    pub fn check_room(&self, products: &[&Product]) -> Result<(), JobError> {
        let mut needed = 0;
        for product in products {
            needed += quantize::bytes(&self.job(product.level, Path::new("")), &self.model.header)?;
        }
        if products.is_empty() {
            return Ok(());
        }
        if let Some(free) = disk::free(&self.folder).filter(|&free| free < needed) {
            return Err(InputError {
                message: format!(
                    "no room for {} in {}: {} needed, {} free",
                    names(products),
                    self.folder.display(),
                    megabytes(needed),
                    megabytes(free),
                ),
                hint: Some("choose a folder on another disk with --output DIR, or fewer --levels".to_owned()),
            }
            .into());
        }
        self.context.note(&format!(
            "quantizing {} ({}, {}): {}, {} in all",
            self.source.file,
            self.source.level,
            megabytes(self.source.size),
            names(products),
            megabytes(needed),
        ));
        Ok(())
    }

    /// Makes a file under a temporary name, checks it, writes its `.json` file, then renames it: a killed
    /// process leaves no product without its `.json` file.
    pub fn make(&self, product: &Product) -> Result<QuantizedFacts, JobError> {
        let target = atomic::locked(&self.folder, WRITING)?;
        let mut progress = Tensors { context: self.context, label: product.level.name, begun: false };
        let job = self.job(product.level, target.path());
        let not_whole = |what: String| {
            let free = disk::free(&self.folder).map_or("unknown bytes".to_owned(), megabytes);
            let path = product.path.display();
            JobError::Other(
                format!("llama.cpp did not write all of {path}: {what}; its disk has {free} free").into(),
            )
        };
        let said = quantize::quantize(&job, &mut progress);
        progress.end();
        let said = match said {
            // The C++ message of a failed write.
            Err(QuantizeError::Failed { reason, .. }) if reason.contains("iostream error") => {
                return Err(not_whole(reason));
            }
            said => said?,
        };
        let header = Header::read(target.path()).map_err(|error| not_whole(error.to_string()))?;
        let other_types =
            types::others(product.level, &self.model.header, &header, &said).map_err(not_whole)?;
        target.as_file().sync_all()?;
        let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let facts = QuantizedFacts {
            schema_version: SCHEMA_VERSION,
            file: name(&product.path),
            level: product.level.name.to_owned(),
            sha256: sha256_file(target.path())?,
            size: header.file_size,
            source: self.source.clone(),
            parameters: self.parameters(product.level),
            build: host::build_facts(),
            matrices: header.tensors.iter().filter(|tensor| types::is_matrix(tensor)).count(),
            other_types,
        };
        let mut text = serde_json::to_vec_pretty(&facts)?;
        text.push(b'\n');
        atomic::write(&product.sidecar, &text)?;
        target.persist(&product.path).map_err(|error| error.error)?;
        Ok(facts)
    }
}

fn names(products: &[&Product]) -> String {
    products.iter().map(|product| product.level.name).collect::<Vec<_>>().join(", ")
}

/// Returns where weights that are not quantized may be available.
fn original(model: &ModelFile, file: &str) -> String {
    use crate::model::level::without;
    match &model.source {
        ModelSource::Hub(name) => format!("{}:BF16 or :F16, if the publisher has them,", name.repository()),
        _ => format!("the publisher's {0}-BF16.gguf or {0}-F16.gguf", without(file)),
    }
}
