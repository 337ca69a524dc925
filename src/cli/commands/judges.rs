//! Judges by the names that are typed.

use std::path::{Path, PathBuf};

use crate::cli::exit::InputError;
use crate::judge::{Judge, LearnedJudge, RuleJudge, learned, patterns, rules};
use crate::model::digest::sha256_bytes;
use crate::record::Judgement;
use crate::record::opinion::{JudgeIdentity, SpeaksOf};

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

/// A judge that needs no model.
pub struct TextJudge {
    identity: JudgeIdentity,
    judge: Box<dyn Judge + Sync>,
}

impl TextJudge {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// Who it is.
    pub fn identity(&self) -> &JudgeIdentity {
        &self.identity
    }

    /// The judge alone.
    pub fn into_judge(self) -> Box<dyn Judge + Sync> {
        self.judge
    }

    /// Judges one answer.
    pub fn judge(&self, prompt: &str, answer: &str) -> Judgement {
        self.judge.judge(prompt, answer)
    }
}

/// The judge of a name, if it needs no model.
///
/// # Errors
/// If it is unknown or a guard, or its file cannot be read.
pub fn text_judge(text: &str) -> anyhow::Result<TextJudge> {
    let name = JudgeName::parse(text)?;
    let identity = |text_sha256| JudgeIdentity {
        name: name.name(),
        text_sha256,
        rules: Some(format!("{:016x}", rules::REVISION)),
        speaks_of: SpeaksOf { refusal: true, harm: false },
        ..JudgeIdentity::default()
    };
    Ok(match &name {
        JudgeName::Lexicon => {
            let identity = JudgeIdentity { sha256: weights(), ..identity(None) };
            TextJudge { identity, judge: Box::new(LearnedJudge::default()) }
        }
        JudgeName::Rules => TextJudge { identity: identity(None), judge: Box::new(RuleJudge::default()) },
        JudgeName::Patterns(file) => {
            let (patterns, sha256) = read_patterns(file)?;
            TextJudge {
                identity: JudgeIdentity { sha256: weights(), ..identity(Some(sha256)) },
                judge: Box::new(LearnedJudge::with_patterns(patterns)),
            }
        }
        JudgeName::Guard(_) | JudgeName::Cascade(_) => {
            return Err(InputError {
                message: format!("{text} has a model: a judge of text is wanted here"),
                hint: Some("lexicon, rules or patterns:FILE".to_owned()),
            }
            .into());
        }
    })
}

/// sha256 of the learned model's weights.
fn weights() -> Option<String> {
    Some(sha256_bytes(learned::WEIGHTS))
}

/// The patterns of a file, and its sha256.
///
/// # Errors
/// If the file cannot be read or a line of it does not parse.
pub fn read_patterns(file: &Path) -> anyhow::Result<(Vec<patterns::Pattern>, String)> {
    let text = fs_err::read_to_string(file)?;
    let patterns = patterns::parse(&text).map_err(|error| InputError {
        message: format!("{}, {error}", file.display()),
        hint: Some(
            "one regular expression a line; `!` in front says compliance, `#` begins a comment".to_owned(),
        ),
    })?;
    Ok((patterns, sha256_bytes(text.as_bytes())))
}
