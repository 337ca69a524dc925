//! A file that `quantize` makes: its name, its `.json` file, and whether it already exists.

use std::path::{Path, PathBuf};

use crate::jobs::error::{InputError, JobError};
use crate::model::digest::sha256_file;
use crate::model::level;
use crate::model::quantize::Level;
use crate::record::quantized::{OtherType, QuantizeParameters, QuantizedFacts, SourceFacts, Why};

/// One level of a source, in a folder.
#[derive(Clone, Debug)]
pub struct Product {
    /// Quantization level.
    pub level: Level,
    /// Quantized file.
    pub path: PathBuf,
    /// `.json` file that describes it.
    pub sidecar: PathBuf,
}

impl Product {
    /// Names the product `STEM-LEVEL.gguf` for a source named `STEM-OTHERLEVEL.gguf`.
    pub fn new(level: Level, source: &str, folder: &Path) -> Self {
        let stem = match level::without(source) {
            "" => "model",
            stem => stem,
        };
        let name = format!("{stem}-{level}.gguf");
        let within = |name: String| if folder == Path::new(".") { name.into() } else { folder.join(name) };
        Self { level, sidecar: within(format!("{name}.json")), path: within(name) }
    }

    /// Returns the facts of an existing file made from the same source with the same parameters, after
    /// checking its sha256. `None` if there is no file.
    ///
    /// # Errors
    /// Returns [`InputError`] if another file has this name.
    pub fn made(
        &self,
        source: &SourceFacts,
        parameters: QuantizeParameters,
    ) -> Result<Option<QuantizedFacts>, JobError> {
        if !self.path.exists() {
            return Ok(None);
        }
        let another = |what: &str| {
            Err(InputError {
                message: format!("{} already exists, but {what}", self.path.display()),
                hint: Some("replace it with --overwrite, or choose another --output DIR".to_owned()),
            }
            .into())
        };
        let Ok(text) = fs_err::read(&self.sidecar) else {
            return another("no .json next to it describes it");
        };
        let Ok(facts) = serde_json::from_slice::<QuantizedFacts>(&text) else {
            return another("the .json next to it was not written by this program");
        };
        if facts.source.sha256 != source.sha256 {
            return another(&format!("it was made from another file ({})", facts.source.file));
        }
        if facts.parameters != parameters {
            return another("it was made with other parameters");
        }
        if facts.sha256 != sha256_file(&self.path)? {
            return another("its sha256 differs from the one in the .json next to it");
        }
        Ok(Some(facts))
    }
}

/// Returns notes on matrices whose shape does not allow their intended type.
pub fn misfits(facts: &QuantizedFacts) -> Vec<String> {
    let mut groups: Vec<Vec<&OtherType>> = Vec::new();
    for other in facts.other_types.iter().filter(|other| other.why == Why::Shape) {
        let key = |other: &OtherType| (other.shape[0], other.kind.clone(), other.instead_of.clone());
        match groups.iter_mut().find(|group| key(group[0]) == key(other)) {
            Some(group) => group.push(other),
            None => groups.push(vec![other]),
        }
    }
    let text = |group: &Vec<&OtherType>| {
        let first = group[0];
        let more = if group.len() > 1 { ", …" } else { "" };
        let (have, are) = if group.len() > 1 { ("have", "they are") } else { ("has", "it is") };
        format!(
            "note: {}: {} of {} weight matrices {have} rows of {}, not a multiple of {}: {are} {} instead \
             of {} ({}{more})",
            facts.level,
            group.len(),
            facts.matrices,
            first.shape[0],
            first.multiple_of.unwrap_or_default(),
            first.kind,
            first.instead_of.as_deref().unwrap_or("?"),
            first.name,
        )
    };
    groups.iter().map(text).collect()
}
