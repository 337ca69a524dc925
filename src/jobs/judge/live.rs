//! The live judge of a run.

use super::text::read_patterns;
use crate::jobs::error::{InputError, JobError};
use crate::judge::{Judge, LearnedJudge, RuleJudge};
use crate::record::manifest::JudgeFacts;
use crate::settings::{LiveJudge, Settings};

/// Returns the judge that the settings name, and its facts for the manifest.
///
/// # Errors
/// Fails if the pattern file cannot be read, or a line of it does not parse.
pub fn live_judge(settings: &Settings) -> Result<(Box<dyn Judge + Sync>, JudgeFacts), JobError> {
    let (patterns, patterns_sha256) = match &settings.refusal_patterns {
        Some(path) => read_patterns(path).map(|(patterns, sha256)| (patterns, Some(sha256)))?,
        None => (Vec::new(), None),
    };
    let judge: Box<dyn Judge + Sync> = match settings.judge {
        LiveJudge::Lexicon => Box::new(LearnedJudge::with_patterns(patterns)),
        LiveJudge::Rules => Box::new(RuleJudge::with_patterns(patterns)),
    };
    let facts = JudgeFacts { name: judge.name().to_owned(), patterns_sha256, harm: None };
    Ok((judge, facts))
}

/// Checks that the judge is the one the run began with.
///
/// # Errors
/// Fails if its patterns differ.
pub fn same_judge(begun: &JudgeFacts, now: &JudgeFacts) -> Result<(), InputError> {
    if (&begun.name, &begun.patterns_sha256) == (&now.name, &now.patterns_sha256) {
        return Ok(());
    }
    Err(InputError::new(
        "the file of refusal patterns has changed since the run began",
        "restore the old file, or begin a new run",
    ))
}
