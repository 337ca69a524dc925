//! Judges by the names that are typed.

use std::path::PathBuf;

use crate::jobs::error::InputError;

/// A judge as it is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JudgeName {
    /// `lexicon`: the rules and the learned model.
    Lexicon,
    /// `rules`: the rules alone.
    Rules,
    /// `patterns:FILE`: regular expressions before the lexicon.
    Patterns(PathBuf),
    /// `cascade:MODEL`: the lexicon, and a guard where it is unsure.
    Cascade(String),
    /// `guard:MODEL`: a guard model, or any instruction model with a rubric.
    Guard(String),
}

impl JudgeName {
    /// Reads one.
    ///
    /// # Errors
    /// [`InputError`], which lists those there are.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        match (text, text.split_once(':')) {
            ("lexicon", _) => Ok(Self::Lexicon),
            ("rules", _) => Ok(Self::Rules),
            (_, Some(("patterns", file))) if !file.is_empty() => Ok(Self::Patterns(PathBuf::from(file))),
            (_, Some(("guard", model))) if !model.is_empty() => Ok(Self::Guard(model.to_owned())),
            (_, Some(("cascade", model))) if !model.is_empty() => Ok(Self::Cascade(model.to_owned())),
            _ => Err(InputError {
                message: format!("there is no judge {text:?}"),
                hint: Some(
                    "there are lexicon, rules, patterns:FILE, guard:MODEL and cascade:MODEL".to_owned(),
                ),
            }),
        }
    }

    /// The name that its opinions bear; a guard's is its file's.
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

/// Judges as they are typed, no two of one name.
///
/// # Errors
/// [`InputError`] for an unknown one, and for two of one name.
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

/// # Errors
/// [`InputError`] if a judge of this name is there already: verdicts are kept by name, and a panel of one judge twice
/// is none.
pub fn of_another_name(others: &[String], name: &str) -> Result<(), InputError> {
    if !others.iter().any(|other| other == name) {
        return Ok(());
    }
    Err(InputError {
        message: format!("two judges are named {name:?}"),
        hint: Some("a judge speaks once; of two files of one name rename one".to_owned()),
    })
}
