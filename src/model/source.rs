//! Values of `--model`.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::known;
use super::level::Wanted;

/// Default of `--model`.
pub const DEFAULT_MODEL: &str = "Qwen/Qwen3-0.6B";

/// Source of a model.
///
/// A text is read by the first rule that applies:
///
/// 1. `demo` is the demo model.
/// 2. `hf:user/repo…` is a model on the hub, even if a file of that name exists.
/// 3. An existing file is that file. Anything that starts with `.`, `/` or `~` is a path.
/// 4. `user/repo`, `user/repo:LEVEL` and `user/repo:FILE.gguf` are models on the hub.
/// 5. Anything else is a path, which must exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModelSource {
    /// The demo model inside the binary.
    Demo,
    /// A GGUF file.
    Path(PathBuf),
    /// A file of a repository on the hub.
    Hub(HubName),
}

/// A model on the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubName {
    /// Name as given, `user/repo`.
    pub name: String,
    /// Requested file.
    pub wanted: Wanted,
}

impl HubName {
    /// Returns the repository with the GGUF files: the name itself, or the known repository of a base name.
    #[must_use]
    pub fn repository(&self) -> &str {
        known::models().repository_of(&self.name)
    }

    /// Parses `user/repo[:LEVEL]` or `user/repo:FILE.gguf`; `None` if the text has neither form.
    fn parse(text: &str) -> Option<Self> {
        let (name, wanted) = match text.split_once(':') {
            None => (text, None),
            Some((name, wanted)) => (name, Some(wanted)),
        };
        let (user, repository) = name.split_once('/')?;
        if !is_name(user) || !is_name(repository) {
            return None;
        }
        let wanted = match wanted {
            None if is_gguf(repository) => return None,
            None => Wanted::Best,
            Some(file) if is_gguf(file) => {
                let is_plain = |part: &str| !part.is_empty() && part != "." && part != "..";
                if !file.split('/').all(is_plain) || file.contains(['\\', ':']) {
                    return None;
                }
                Wanted::File(file.to_owned())
            }
            Some(level) if is_name(level) => Wanted::Level(level.to_owned()),
            Some(_) => return None,
        };
        Some(Self { name: name.to_owned(), wanted })
    }
}

/// Returns whether the hub allows the text as a user's or a repository's name.
fn is_name(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    !text.is_empty()
        && text.len() <= 96
        && !text.starts_with(['.', '-'])
        && !text.contains("..")
        && text.chars().all(is_letter)
}

fn is_gguf(text: &str) -> bool {
    Path::new(text).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gguf"))
}

/// A text that does not name a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} names no model on the hub: expected user/repo, user/repo:LEVEL or user/repo:FILE.gguf")]
pub struct BadName {
    /// Text as typed.
    pub text: String,
}

impl FromStr for ModelSource {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "demo" {
            return Ok(Self::Demo);
        }
        if let Some(name) = text.strip_prefix("hf:") {
            return HubName::parse(name).map(Self::Hub).ok_or_else(|| BadName { text: name.to_owned() });
        }
        if text.starts_with(['.', '/', '~']) || Path::new(text).is_file() {
            return Ok(Self::Path(at_home(text)));
        }
        if let Some(name) = HubName::parse(text) {
            return Ok(Self::Hub(name));
        }
        // `user/repo:` and similar texts are not meant as files.
        let is_misspelt = text
            .split_once(':')
            .and_then(|(name, _)| name.split_once('/'))
            .is_some_and(|(user, repository)| is_name(user) && is_name(repository));
        if is_misspelt {
            return Err(BadName { text: text.to_owned() });
        }
        Ok(Self::Path(PathBuf::from(text)))
    }
}

/// Replaces a leading `~`, which shells keep in `--model=~/file`.
fn at_home(text: &str) -> PathBuf {
    let below = text.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    below.unwrap_or_else(|| PathBuf::from(text))
}

impl fmt::Display for ModelSource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Demo => formatter.write_str("demo"),
            Self::Path(path) => write!(formatter, "{}", path.display()),
            Self::Hub(name) => name.fmt(formatter),
        }
    }
}

impl fmt::Display for HubName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.wanted {
            Wanted::Best => formatter.write_str(&self.name),
            Wanted::Level(wanted) | Wanted::File(wanted) => write!(formatter, "{}:{wanted}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hub(name: &str, wanted: Wanted) -> ModelSource {
        ModelSource::Hub(HubName { name: name.to_owned(), wanted })
    }

    #[test]
    fn names_on_the_hub() {
        let parse = |text: &str| text.parse::<ModelSource>().unwrap();
        assert_eq!(parse("user/repo"), hub("user/repo", Wanted::Best));
        assert_eq!(parse("Qwen/Qwen3-0.6B"), hub("Qwen/Qwen3-0.6B", Wanted::Best));
        assert_eq!(parse("user/repo:q4_k_m"), hub("user/repo", Wanted::Level("q4_k_m".into())));
        assert_eq!(parse("user/repo:UD-Q4_K_XL"), hub("user/repo", Wanted::Level("UD-Q4_K_XL".into())));
        assert_eq!(parse("user/repo:a/b.gguf"), hub("user/repo", Wanted::File("a/b.gguf".into())));
        assert_eq!(parse("hf:user/repo:Q8_0"), hub("user/repo", Wanted::Level("Q8_0".into())));
        for text in ["user/repo", "user/repo:Q8_0", "user/repo:b.gguf"] {
            assert_eq!(parse(text).to_string(), text);
        }
        assert_eq!(DEFAULT_MODEL.parse(), Ok(hub(DEFAULT_MODEL, Wanted::Best)));
    }

    #[test]
    fn a_base_name_stands_for_its_gguf_repository() {
        let Ok(ModelSource::Hub(name)) = "Qwen/Qwen3-4B:Q5_K_M".parse() else { panic!() };
        assert_eq!(name.repository(), "Qwen/Qwen3-4B-GGUF");
        assert_eq!(name.to_string(), "Qwen/Qwen3-4B:Q5_K_M");
    }

    #[test]
    fn paths_and_the_demo() {
        assert_eq!("demo".parse(), Ok(ModelSource::Demo));
        for path in [
            "model.gguf", "models/model.gguf", "models/MODEL.GGUF", "a/b/c", "./user/repo", "/user/repo",
            "nothing", "", r"C:\models\m.gguf", "C:/models/m.gguf", "a//b", "../repo", "user/.repo",
            "Cargo.toml",
        ] {
            assert_eq!(path.parse(), Ok(ModelSource::Path(path.into())), "{path}");
        }
        // Seen from the tests' folder: an existing file takes precedence over the hub, a folder does not.
        assert_eq!("src/lib.rs".parse(), Ok(ModelSource::Path("src/lib.rs".into())));
        assert_eq!("hf:src/lib.rs".parse(), Ok(hub("src/lib.rs", Wanted::Best)));
        assert_eq!("src/model".parse(), Ok(hub("src/model", Wanted::Best)));
        let Ok(ModelSource::Path(path)) = "~/m.gguf".parse() else { panic!() };
        assert!(path.ends_with("m.gguf") && !path.starts_with("~"), "{path:?}");
    }

    #[test]
    fn names_that_are_none() {
        for text in
            ["user/repo:", "user/repo:a b", "user/repo:../m.gguf", "user/repo:Q4:Q5", "hf:repo", "hf:"]
        {
            assert!(text.parse::<ModelSource>().is_err(), "{text}");
        }
    }
}
