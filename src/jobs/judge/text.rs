//! Text judges: judges that need no model.

use std::path::Path;

use super::name::JudgeName;
use crate::jobs::error::{InputError, JobError};
use crate::judge::{Judge, LearnedJudge, RuleJudge, learned, patterns, rules};
use crate::model::digest::sha256_bytes;
use crate::record::Judgement;
use crate::record::judge_entry::{JudgeIdentity, JudgeScope};

/// A judge that needs no model.
pub struct TextJudge {
    identity: JudgeIdentity,
    judge: Box<dyn Judge + Sync>,
}

impl TextJudge {
    /// Returns the judge's name.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// Returns the judge's recorded identity.
    pub fn identity(&self) -> &JudgeIdentity {
        &self.identity
    }

    /// Returns the judge without its identity.
    pub fn into_judge(self) -> Box<dyn Judge + Sync> {
        self.judge
    }

    /// Judges one answer.
    pub fn judge(&self, prompt: &str, answer: &str) -> Judgement {
        self.judge.judge(prompt, answer)
    }
}

/// Returns the text judge of a name.
///
/// # Errors
/// Fails if the name is unknown or names a guard or cascade, or if its pattern file cannot be read.
pub fn text_judge(text: &str) -> Result<TextJudge, JobError> {
    let name = JudgeName::parse(text)?;
    let identity = |text_sha256| JudgeIdentity {
        name: name.name(),
        text_sha256,
        rules: Some(rules::REVISION.to_string()),
        scope: JudgeScope { refusal: true, harm: false },
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
                message: format!("{text} needs a model, but only text judges can be used here"),
                hint: Some("use lexicon, rules or patterns:FILE".to_owned()),
            }
            .into());
        }
    })
}

/// Returns the sha256 of the learned model's weights.
fn weights() -> Option<String> {
    Some(sha256_bytes(learned::WEIGHTS))
}

/// Reads a pattern file, and returns its patterns and its sha256.
///
/// # Errors
/// Fails if the file cannot be read, or a line of it does not parse.
pub fn read_patterns(file: &Path) -> Result<(Vec<patterns::Pattern>, String), JobError> {
    let text = fs_err::read_to_string(file)?;
    let patterns = patterns::parse(&text).map_err(|error| InputError {
        message: format!("{}, {error}", file.display()),
        hint: Some(
            "write one regular expression per line; `!` marks compliance, `#` begins a comment".to_owned(),
        ),
    })?;
    Ok((patterns, sha256_bytes(text.as_bytes())))
}
