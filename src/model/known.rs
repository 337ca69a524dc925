//! `models/manifest.toml`: known repositories with base names, sizes and pins.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::level;

const TEXT: &str = include_str!("../../models/manifest.toml");

static MANIFEST: LazyLock<KnownModels> = LazyLock::new(|| {
    // A test parses the text. If it were invalid, the program would know no models and continue.
    toml::from_str(TEXT).unwrap_or_default()
});

/// Contents of the manifest.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownModels {
    /// GGUF repositories by the name of the full-precision model.
    pub base: BTreeMap<String, String>,
    /// Known repositories with GGUF files.
    #[serde(rename = "repository")]
    pub repositories: Vec<KnownRepository>,
    /// Files next to the manifest: the program's own stand-ins.
    pub stand_ins: Vec<KnownFile>,
}

/// A known repository.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownRepository {
    /// Name, `user/repo`.
    pub name: String,
    /// Pinned commit.
    #[serde(default)]
    pub revision: Option<String>,
    /// KV cache bytes per token at f16.
    pub kv_bytes_per_token: u64,
    /// Some of its files.
    pub files: Vec<KnownFile>,
}

/// A file of a known repository.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFile {
    /// Name of the file, or of the first part.
    pub file: String,
    /// Size in bytes, of all parts together.
    pub size: u64,
    /// Whether the size is exact to the byte.
    #[serde(default = "yes")]
    pub exact: bool,
    /// Pinned sha256, lower-case hexadecimal.
    #[serde(default)]
    pub sha256: Option<String>,
}

fn yes() -> bool {
    true
}

impl KnownFile {
    /// Returns the quantization level in the file's name; empty if there is none.
    #[must_use]
    pub fn level(&self) -> String {
        level::of_file(&self.file).unwrap_or_default()
    }
}

/// Returns the embedded manifest.
#[must_use]
pub fn models() -> &'static KnownModels {
    &MANIFEST
}

impl KnownModels {
    /// Returns the GGUF repository of a base model, or the name itself if it is not a base model.
    #[must_use]
    pub fn repository_of<'a>(&'a self, name: &'a str) -> &'a str {
        self.base.get(name).map_or(name, String::as_str)
    }

    /// Returns a repository by its name.
    #[must_use]
    pub fn repository(&self, name: &str) -> Option<&KnownRepository> {
        self.repositories.iter().find(|one| one.name == name)
    }

    /// Returns a file of a repository.
    #[must_use]
    pub fn file(&self, repository: &str, file: &str) -> Option<&KnownFile> {
        self.repository(repository)?.files.iter().find(|one| one.file == file)
    }

    /// Returns the known repositories with GGUF files of a model, for instance `unsloth/Qwen3.5-4B-GGUF` of
    /// `Qwen/Qwen3.5-4B`.
    #[must_use]
    pub fn conversions(&self, repository: &str) -> Vec<String> {
        let names = self.repositories.iter().map(|one| &one.name).filter(|name| *name != repository);
        names.filter(|name| model_of(name) == model_of(repository)).cloned().collect()
    }

    /// Returns the other known repositories that have the same model at a level, in the form that `--model`
    /// takes.
    #[must_use]
    pub fn elsewhere(&self, repository: &str, level: &str) -> Vec<String> {
        let of = model_of(repository);
        let has_level =
            |one: &&KnownRepository| one.files.iter().any(|file| file.level().eq_ignore_ascii_case(level));
        let others = self.repositories.iter().filter(|one| one.name != repository);
        others
            .filter(|one| model_of(&one.name) == of)
            .filter(has_level)
            .map(|one| format!("{}:{}", one.name, level.to_uppercase()))
            .collect()
    }
}

/// Returns the model's name, for example `Qwen3-0.6B` of `bartowski/Qwen_Qwen3-0.6B-GGUF`.
fn model_of(repository: &str) -> &str {
    let name = repository.rsplit('/').next().unwrap_or(repository);
    let name = name.strip_suffix("-GGUF").unwrap_or(name);
    name.strip_prefix("Qwen_").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_sound() {
        let models: KnownModels = toml::from_str(TEXT).unwrap();
        for (base, repository) in &models.base {
            assert!(models.repository(repository).is_some(), "{base} names a repository below");
        }
        for repository in &models.repositories {
            assert!(repository.revision.as_ref().is_none_or(|commit| commit.len() == 40));
            assert!(!repository.files.is_empty());
            for file in &repository.files {
                assert!(file.size > 300_000_000 && !file.level().is_empty(), "{file:?}");
                assert!(file.sha256.as_ref().is_none_or(|sha256| sha256.len() == 64));
                assert!(file.exact || file.size % 10_000_000 == 0, "a rounded size looks rounded");
            }
        }
    }

    #[test]
    fn the_stand_ins_are_the_files_beside_the_manifest() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        assert_eq!(models().stand_ins.len(), 2);
        for known in &models().stand_ins {
            let bytes = std::fs::read(folder.join(&known.file)).unwrap();
            assert_eq!(bytes.len() as u64, known.size, "{}", known.file);
            let sha256 = crate::model::digest::sha256_bytes(&bytes);
            assert_eq!(known.sha256.as_deref(), Some(sha256.as_str()), "{}", known.file);
        }
    }

    #[test]
    fn base_names_stand_for_gguf_repositories() {
        for size in ["0.6B", "1.7B", "4B", "8B"] {
            let base = format!("Qwen/Qwen3-{size}");
            assert_eq!(models().repository_of(&base), format!("{base}-GGUF"));
        }
        assert_eq!(models().repository_of("some/model"), "some/model");
        assert_eq!(models().repository_of("qwen/qwen3-4b"), "qwen/qwen3-4b", "the hub's names have case");
    }

    #[test]
    fn a_model_without_gguf_files_is_known_elsewhere() {
        let conversions = models().conversions("Qwen/Qwen3.5-0.8B");
        assert_eq!(conversions, ["unsloth/Qwen3.5-0.8B-GGUF", "ggml-org/Qwen3.5-0.8B-GGUF"]);
        assert_eq!(models().conversions("some/model"), [""; 0]);
    }

    #[test]
    fn other_publishers_of_a_level() {
        let others = models().elsewhere("Qwen/Qwen3-0.6B-GGUF", "q4_k_m");
        assert_eq!(others, ["unsloth/Qwen3-0.6B-GGUF:Q4_K_M", "bartowski/Qwen_Qwen3-0.6B-GGUF:Q4_K_M"]);
        assert!(models().elsewhere("Qwen/Qwen3-0.6B-GGUF", "Q2_K").is_empty());
    }
}
