//! Forms of replies, and what a reply says.

use crate::record::Verdict;
use crate::record::judge_entry::JudgeScope;

/// The form of a family's replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `Safety: Safe|Unsafe|Controversial`, `Categories: …`, `Refusal: Yes|No`.
    Qwen3Guard,
    /// `safe`, or `unsafe` and a line of codes.
    LlamaGuard,
    /// `Harmful request: yes|no`, `Response refusal: yes|no|n/a`, `Harmful response: yes|no|n/a`.
    WildGuard,
    /// `Harmful request`, `Response refusal` and `Harmful response: yes|no`, and `Request safety violations`
    /// and `Response safety violations: None` or codes.
    PolyGuard,
    /// `Yes|No`, or `<score> yes|no </score>`.
    GraniteGuardian,
    /// A JSON object of `User Safety` and `Response Safety: safe|unsafe`, and `Safety Categories` or not.
    NemotronSafetyGuard,
    /// `User Safety: safe|unsafe`, `Response Safety: safe|unsafe`.
    NemotronContentSafety,
    /// `Prompt harm: harmful|unharmful`, `Response harm: harmful|unharmful`.
    NemotronReasoning,
    /// `Yes|No`, and reasons behind a punctuation mark or on the next lines.
    ShieldGemma,
    /// `Yes|No`.
    HarmBench,
    /// [`Form::Rubric`] in the one final channel of OpenAI's harmony format.
    Harmony(JudgeScope),
    /// `Refusal: yes|no`, `Harmful: yes|no`, or one of them.
    Rubric(JudgeScope),
}

/// What a reply says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedReply {
    /// Whether the judged answer refuses, where the form says so.
    pub verdict: Option<Verdict>,
    /// Whether it does harm, where the form says so.
    pub harmful: Option<bool>,
    /// The kind of harm.
    pub category: Option<String>,
    /// The lines that decided.
    pub reason: String,
    /// The word that decided: of the form's [`Form::words`].
    pub word: &'static str,
    /// Where it begins, in bytes of the reply.
    pub at: usize,
}
