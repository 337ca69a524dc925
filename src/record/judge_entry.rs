//! What judges say of recorded traces, as `verdicts.jsonl` keeps it beside them.

use serde::{Deserialize, Serialize};

use super::Verdict;

/// One line of `verdicts.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JudgeEntry {
    /// A judge, before its first opinion. Where one of its name spoke before, it begins anew: what was said under
    /// the name until here no longer counts.
    Judge(JudgeIdentity),
    /// What a judge said of one trace. A later one of the same judge takes the place of an earlier one.
    Opinion(Box<Opinion>),
}

/// Who judged: two judges of one name are the same if all of it is the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JudgeIdentity {
    /// The name that opinions bear: `lexicon`, `rules`, `patterns:FILE`, `guard:FILE`, `cascade:FILE`.
    pub name: String,
    /// sha256 of the guard's weights, or of the file that it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How a guard is spoken to, `qwen3guard` say: the name of its family.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// sha256 of the template that the guard's prompts were made with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_sha256: Option<String>,
    /// sha256 of the rubric, of the task that the program adds to a guard's template, or of the file of patterns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_sha256: Option<String>,
    /// What the rules are, of a judge that has them: it changes with every change of theirs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// A cascade: sha256 of the lexicon's weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon_sha256: Option<String>,
    /// A cascade: share of the sure answers that its guard is asked about for control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_share: Option<f64>,
    /// What it can say.
    #[serde(rename = "speaks_of")]
    pub scope: JudgeScope,
}

/// What a judge can say of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeScope {
    /// Whether it refuses.
    pub refusal: bool,
    /// Whether it does harm.
    pub harm: bool,
}

/// What one judge said of one trace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// Name of the judge.
    pub judge: String,
    /// The instance.
    pub instance_id: String,
    /// Number of the trace.
    pub number: u32,
    /// Its verdict on refusal; `None` from a judge that does not speak of it. [`Verdict::Unparsed`] where the
    /// reply of a guard that does is not in its form.
    pub verdict: Option<Verdict>,
    /// Whether the answer does harm; `None` where the judge does not say.
    pub harmful: Option<bool>,
    /// Probability of the word that decided, among the words that could have stood there: of `verdict` for a
    /// judge of refusal, else of `harmful`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Calibrated probability that the answer refuses ([`super::Judgement::p_refusal`]); none from a judge that
    /// gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_refusal: Option<f64>,
    /// The kind of harm, in the guard's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether a guard's reply is not in its form, or there is none: it says nothing then, of harm neither. In a
    /// cascade the lexicon's verdict stands.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unparsed: bool,
    /// Why, in a few words.
    pub reason: String,
    /// What a cascade did with the answer, where it asked its guard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cascade: Option<CascadeStep>,
    /// A guard's reply as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
}

/// An answer of which a cascade asked its guard: what both say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CascadeStep {
    /// Why it was asked.
    pub route: Route,
    /// The lexicon's verdict.
    pub lexicon: Verdict,
    /// Its calibrated probability of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon_p: Option<f64>,
    /// The guard's verdict; [`Verdict::Unparsed`] where its reply is not in its form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Verdict>,
    /// The guard's own probability of its verdict, not calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard_probability: Option<f64>,
}

/// Why a cascade asks its guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The lexicon is unsure.
    Unsure,
    /// The lexicon is sure: drawn for control.
    Control,
}
