//! `quantize`: other levels of a model, with what tells how they were made.

use std::path::{Path, PathBuf};

use serde_json::json;
use signal_hook::low_level;

use super::quantized::{Product, misfits};
use crate::cli::download::{self, megabytes};
use crate::cli::exit::{Exit, InputError};
use crate::cli::host;
use crate::cli::interrupt;
use crate::cli::printer::Printer;
use crate::cli::quantize_args::QuantizeArgs;
use crate::cli::tensor_progress::TensorProgress;
use crate::model::digest::sha256_file;
use crate::model::gguf::Header;
use crate::model::quantize::{self, Job, Level, QuantizeError, types};
use crate::model::{ModelFile, ModelSource, disk};
use crate::plan::BadSetting;
use crate::record::SCHEMA_VERSION;
use crate::record::quantized::{QuantizeParameters, QuantizedFacts, SourceFacts, Why};
use crate::store::atomic;

/// Of the names that files have while they are written.
const WRITING: &str = ".quantizing-";

/// Makes each level and prints `SHA256  SIZE  PATH` for it. All that can be checked is, before the first.
pub fn quantize(args: &QuantizeArgs, printer: &Printer) -> anyhow::Result<Exit> {
    if args.threads == Some(0) {
        return Err(BadSetting("--threads 0: at least 1 is needed".to_owned()).into());
    }
    if let Some(file) = args.output.as_ref().filter(|path| path.exists() && !path.is_dir()) {
        return Err(InputError {
            message: format!("--output {} is no folder", file.display()),
            hint: Some("files have the model's name and their level's; -o says where they go".to_owned()),
        }
        .into());
    }
    let model = download::open(&args.model, args.offline, printer)?;
    if let Some(folder) = &args.output {
        fs_err::create_dir_all(folder)?;
    }
    let work = Work::new(args, model, printer)?;
    let mut products: Vec<Product> = Vec::new();
    for &level in &args.levels {
        if products.iter().all(|product| product.level != level) {
            products.push(Product::new(level, &work.source.file, &work.folder));
        }
    }
    let left = atomic::remove_abandoned(&work.folder, WRITING);
    if left > 0 {
        printer.note(&format!("removed {left} unfinished from an earlier quantize that was killed"));
    }
    let mut made = Vec::new();
    for product in &products {
        made.push(work.made(product)?);
    }
    let missing = products.iter().zip(&made).filter(|(_, made)| made.is_none());
    work.check_room(&missing.map(|(product, _)| product).collect::<Vec<_>>())?;
    for (product, made) in products.iter().zip(made) {
        let is_new = made.is_none();
        let facts = match made {
            Some(facts) => {
                let text = "is there already, made of the same file in the same way";
                printer.note(&format!("{} {text}", product.path.display()));
                facts
            }
            None => work.make(product)?,
        };
        work.tell(product, &facts, is_new)?;
    }
    Ok(Exit::Done)
}

/// What all levels share.
struct Work<'a> {
    args: &'a QuantizeArgs,
    printer: &'a Printer,
    model: ModelFile,
    source: SourceFacts,
    folder: PathBuf,
    threads: usize,
    requantize: bool,
}

impl<'a> Work<'a> {
    fn new(args: &'a QuantizeArgs, model: ModelFile, printer: &'a Printer) -> anyhow::Result<Self> {
        let facts = model.facts();
        let source = SourceFacts {
            file: facts.file,
            sha256: facts.sha256,
            size: facts.size,
            level: facts.quantization,
            hub: facts.hub,
        };
        if model.header.unsigned("split.count").is_some_and(|parts| parts > 1) {
            return Err(InputError {
                message: format!("{} is one part of a model in several files", source.file),
                hint: Some(
                    "join them with llama.cpp's `gguf-split --merge`, and name the joined file".to_owned(),
                ),
            }
            .into());
        }
        let requantize = quantize::is_quantized(&model.header);
        if requantize && !args.allow_requantize {
            return Err(InputError {
                message: format!(
                    "{} holds quantized weights ({}); quantized again they are worse than from the original",
                    source.file, source.level
                ),
                hint: Some(format!(
                    "take {} instead; --allow-requantize makes do with this one",
                    original(&model, &source.file)
                )),
            }
            .into());
        }
        let folder = args.output.clone().unwrap_or_else(|| PathBuf::from("."));
        let threads = args.threads.unwrap_or_else(num_cpus::get_physical);
        Ok(Self { args, printer, source, folder, threads, requantize, model })
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

    /// What is there already; `None` for what is to be made.
    fn made(&self, product: &Product) -> anyhow::Result<Option<QuantizedFacts>> {
        let same = |path: &Path| fs_err::canonicalize(path).ok();
        if product.path.exists() && same(&product.path) == same(&self.model.path) {
            return Err(InputError {
                message: format!("{} would replace its own source", product.path.display()),
                hint: Some("--output DIR puts it elsewhere".to_owned()),
            }
            .into());
        }
        match self.args.overwrite {
            true => Ok(None),
            false => product.made(&self.source, self.parameters(product.level)),
        }
    }

    /// Whether the disk holds what is to be made.
    fn check_room(&self, products: &[&Product]) -> anyhow::Result<()> {
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
                    "no room for {} in {}: {} are needed and {} are free",
                    names(products),
                    self.folder.display(),
                    megabytes(needed),
                    megabytes(free),
                ),
                hint: Some(
                    "--output DIR names a folder on another disk; fewer --levels take less".to_owned(),
                ),
            }
            .into());
        }
        self.printer.note(&format!(
            "quantizing {} ({}, {}): {}, {} in all",
            self.source.file,
            self.source.level,
            megabytes(self.source.size),
            names(products),
            megabytes(needed),
        ));
        Ok(())
    }

    /// Makes a file under another name, checks it, and gives it its own, behind what stands beside it: a
    /// process that is killed leaves no file without.
    fn make(&self, product: &Product) -> anyhow::Result<QuantizedFacts> {
        interrupt::flag();
        let target = atomic::locked(&self.folder, WRITING)?;
        let mut progress = TensorProgress::new(product.level.name, self.printer);
        let job = self.job(product.level, target.path());
        let not_whole = |what: String| {
            anyhow::anyhow!(
                "llama.cpp did not write {} whole: {what}; {} are free on its disk",
                product.path.display(),
                disk::free(&self.folder).map_or("unknown bytes".to_owned(), megabytes)
            )
        };
        let said = match quantize::quantize(&job, &mut progress) {
            Err(QuantizeError::Interrupted) => {
                drop(progress);
                drop(target);
                self.printer.note("interrupted; the files that were named are whole");
                // llama.cpp is at work in its thread still: it is not to see the end of the process.
                low_level::exit(Exit::Interrupted as i32);
            }
            // What C++ says of a write that failed.
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
        target.persist(&product.path)?;
        Ok(facts)
    }

    fn tell(&self, product: &Product, facts: &QuantizedFacts, is_new: bool) -> anyhow::Result<()> {
        for note in misfits(facts) {
            self.printer.note(&note);
        }
        let path = product.path.display().to_string();
        let line = if self.printer.is_json() {
            json!({
                "level": facts.level,
                "sha256": facts.sha256,
                "size": facts.size,
                "path": path,
                "sidecar": product.sidecar.display().to_string(),
                "made": is_new,
                "source": facts.source,
                "misfits": facts.other_types.iter().filter(|other| other.why == Why::Shape).count(),
            })
            .to_string()
        } else {
            format!("{}  {}  {path}", facts.sha256, facts.size)
        };
        Ok(self.printer.data(&format!("{line}\n"))?)
    }
}

fn names(products: &[&Product]) -> String {
    products.iter().map(|product| product.level.name).collect::<Vec<_>>().join(", ")
}

/// Where weights that are not quantized may be had.
fn original(model: &ModelFile, file: &str) -> String {
    use crate::model::level::without;
    match &model.source {
        ModelSource::Hub(name) => format!("{}:BF16 or :F16, if the publisher has them,", name.repository()),
        _ => format!("the publisher's {0}-BF16.gguf or {0}-F16.gguf", without(file)),
    }
}
