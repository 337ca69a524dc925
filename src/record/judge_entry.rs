//! Verdicts of judges on recorded traces, as `verdicts.jsonl` stores them.

use serde::{Deserialize, Serialize};

use super::Verdict;

/// One line of `verdicts.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JudgeEntry {
    /// A judge, before its first opinion. Earlier opinions of a judge with the same name no longer count.
    Judge(Box<JudgeIdentity>),
    /// Another name of a judge's model. Its opinions still count.
    Named {
        /// Name of the judge.
        judge: String,
        /// Model as it was named.
        named: String,
    },
    /// Opinion of a judge on one trace. It replaces an earlier opinion of the same judge on that trace.
    Opinion(Box<Opinion>),
}

/// Identity of a judge. Two judges with the same name are the same judge only if all fields except `named` are equal.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JudgeIdentity {
    /// Name of the judge in its opinions: `lexicon`, `rules`, `patterns:FILE`, `guard:FILE`, `cascade:FILE`.
    pub name: String,
    /// Model of a guard or cascade, by all names that were used for it: `user/repo:LEVEL`, a path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
    /// sha256 of the guard's weights, or of the file that the verdicts come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Family of the guard, which sets its prompt format, for example `qwen3guard`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// sha256 of the template of the guard's prompts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_sha256: Option<String>,
    /// sha256 of the rubric, of the task that the program adds to a guard's template, or of the file of
    /// patterns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_sha256: Option<String>,
    /// Revision of the rules, for judges that use them. Every change of the rules changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// sha256 of the lexicon's weights (cascade only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon_sha256: Option<String>,
    /// Share of the sure answers that the guard judges as controls (cascade only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control_share: Option<f64>,
    /// Questions that the judge covers.
    #[serde(rename = "speaks_of")]
    pub scope: JudgeScope,
}

impl JudgeIdentity {
    /// Whether both are the same judge, however its model was named.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Self { named: Vec::new(), ..self.clone() } == Self { named: Vec::new(), ..other.clone() }
    }

    /// Whether a person means this judge by `guard:MODEL` or the like: its name, or the model as it was named.
    #[must_use]
    pub fn is_called(&self, text: &str) -> bool {
        let kind = self.name.split(':').next().unwrap_or_default();
        self.name == text || self.named.iter().any(|model| format!("{kind}:{model}") == text)
    }
}

/// Questions that a judge covers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeScope {
    /// Whether an answer refuses.
    pub refusal: bool,
    /// Whether an answer does harm.
    pub harm: bool,
}

/// Opinion of one judge on one trace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Opinion {
    /// Name of the judge.
    pub judge: String,
    /// Id of the instance.
    pub instance_id: String,
    /// Number of the trace.
    pub number: u32,
    /// Verdict on refusal; `None` if the judge does not cover refusal. [`Verdict::Unparsed`] if the judge is
    /// a guard that does, but its reply does not parse.
    pub verdict: Option<Verdict>,
    /// Whether the answer does harm; `None` if the judge gives no verdict on harm.
    pub harmful: Option<bool>,
    /// Probability of the word that decided, relative to the words possible in its place. It belongs to
    /// `verdict` if the judge covers refusal, otherwise to `harmful`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Calibrated probability that the answer refuses ([`super::Judgement::p_refusal`]); `None` if the judge
    /// gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_refusal: Option<f64>,
    /// Category of harm, in the guard's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Whether the guard's reply is missing or does not parse. Such an opinion has no verdict on harm either.
    /// In a cascade, the lexicon's verdict is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unparsed: bool,
    /// Reason in a few words.
    pub reason: String,
    /// The cascade's step, if it asked its guard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cascade: Option<CascadeStep>,
    /// Raw reply of the guard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
}

/// Verdicts on an answer for which a cascade asked its guard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CascadeStep {
    /// Reason why the guard was asked.
    pub route: Route,
    /// Verdict of the lexicon.
    pub lexicon: Verdict,
    /// The lexicon's calibrated probability of a refusal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lexicon_p: Option<f64>,
    /// Verdict of the guard; [`Verdict::Unparsed`] if its reply does not parse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<Verdict>,
    /// The guard's uncalibrated probability of its verdict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard_probability: Option<f64>,
}

/// Reason why a cascade asks its guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// The lexicon is unsure.
    Unsure,
    /// The lexicon is sure, and the answer was drawn as a control.
    Control,
}
