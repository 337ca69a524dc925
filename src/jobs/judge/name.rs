//! Names of judges, as `--judge` takes them.

use std::path::PathBuf;

use crate::jobs::error::InputError;
use crate::record::names::nearest;
use crate::settings::LiveJudge;

/// A judge, as `--judge` names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JudgeName {
    /// `lexicon`: the rules and the learned model.
    Lexicon,
    /// `rules`: the rules alone.
    Rules,
    /// `patterns:FILE`: regular expressions before the lexicon.
    Patterns(PathBuf),
    /// `cascade:MODEL`: the lexicon, with a guard where the lexicon is unsure.
    Cascade(String),
    /// `guard:MODEL`: a guard model, or any instruction model with a rubric.
    Guard(String),
}

impl JudgeName {
    /// Parses a name.
    ///
    /// # Errors
    /// Returns [`InputError`] that lists the valid names.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        let lower = text.to_lowercase();
        let parts = text.split_once(':').map(|(_, rest)| (lower.split(':').next().unwrap_or_default(), rest));
        match (lower.as_str(), parts) {
            ("lexicon", _) => Ok(Self::Lexicon),
            ("rules", _) => Ok(Self::Rules),
            (_, Some(("patterns", file))) if !file.is_empty() => Ok(Self::Patterns(PathBuf::from(file))),
            (_, Some(("guard", model))) if !model.is_empty() => Ok(Self::Guard(model.to_owned())),
            (_, Some(("cascade", model))) if !model.is_empty() => Ok(Self::Cascade(model.to_owned())),
            _ => {
                let kinds = ["lexicon", "rules", "patterns:FILE", "guard:MODEL", "cascade:MODEL"];
                let kind = text.split(':').next().unwrap_or(text);
                let names = kinds.map(|name| name.split(':').next().unwrap_or(name));
                let meant = nearest(kind, &names).and_then(|name| names.iter().position(|one| *one == name));
                let meant = meant.map_or_else(String::new, |at| format!("; did you mean {}?", kinds[at]));
                let message = format!("unknown judge {text:?}{meant}");
                Err(InputError::new(message, format!("judges: {}", kinds.join(", "))))
            }
        }
    }

    /// Returns the name under which its opinions are recorded. Guards and cascades are recorded under their
    /// file's name, so this is exact only for models given by path.
    pub fn name(&self) -> String {
        let last = |text: &str| text.rsplit(['/', '\\']).next().unwrap_or(text).to_owned();
        match self {
            Self::Lexicon => "lexicon".to_owned(),
            Self::Rules => "rules".to_owned(),
            Self::Patterns(file) => format!("patterns:{}", last(&file.to_string_lossy())),
            Self::Guard(model) => format!("guard:{}", last(model)),
            Self::Cascade(model) => format!("cascade:{}", last(model)),
        }
    }
}

/// Returns the judge that judges traces as they end: the first of these that needs no model, else the
/// lexicon.
///
/// # Errors
/// [`InputError`] for an unknown judge, and for `patterns:FILE`, which a run takes as a setting of its own.
pub fn live(texts: &[String]) -> Result<LiveJudge, InputError> {
    let mut live = None;
    for text in texts {
        match JudgeName::parse(text)? {
            JudgeName::Lexicon => live = live.or(Some(LiveJudge::Lexicon)),
            JudgeName::Rules => live = live.or(Some(LiveJudge::Rules)),
            JudgeName::Guard(_) | JudgeName::Cascade(_) => {}
            JudgeName::Patterns(_) => {
                let message = format!("{text} judges recorded traces only");
                return Err(InputError::new(message, "`run` takes the file with --refusal-patterns"));
            }
        }
    }
    Ok(live.unwrap_or_default())
}

/// Whether these judges judge after the run: several, or one that is a model.
pub fn is_panel(texts: &[String]) -> bool {
    let is_model =
        |text: &String| matches!(JudgeName::parse(text), Ok(JudgeName::Guard(_) | JudgeName::Cascade(_)));
    texts.len() > 1 || texts.iter().any(is_model)
}

/// Parses the names of a panel.
///
/// # Errors
/// Returns [`InputError`] for an unknown judge, and for two judges of the same name.
pub fn panel(texts: &[String]) -> Result<Vec<JudgeName>, InputError> {
    let mut names: Vec<String> = Vec::new();
    let mut judges = Vec::new();
    for text in texts {
        let judge = JudgeName::parse(text)?;
        of_another_name(&names, &judge.name())?;
        names.push(judge.name());
        judges.push(judge);
    }
    Ok(judges)
}

/// Checks that no other judge has this name: verdicts are recorded by name.
///
/// # Errors
/// Returns [`InputError`] if one does.
pub fn of_another_name(others: &[String], name: &str) -> Result<(), InputError> {
    if !others.iter().any(|other| other == name) {
        return Ok(());
    }
    Err(InputError {
        message: format!("two judges are named {name:?}"),
        hint: Some("name each judge once; if two files have the same name, rename one".to_owned()),
    })
}
