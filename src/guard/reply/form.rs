//! Forms of replies, and the parsed reply.

use crate::record::Verdict;
use crate::record::judge_entry::JudgeScope;

/// Form of a family's replies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `Safety: Safe|Unsafe|Controversial`, `Categories: …`, `Refusal: Yes|No`.
    Qwen3Guard,
    /// `safe`, or `unsafe` followed by a line of codes.
    LlamaGuard,
    /// `Harmful request: yes|no`, `Response refusal: yes|no|n/a`, `Harmful response: yes|no|n/a`.
    WildGuard,
    /// `Harmful request`, `Response refusal` and `Harmful response: yes|no`, and `Request safety violations`
    /// and `Response safety violations: None` or codes.
    PolyGuard,
    /// `Yes|No`, or `<score> yes|no </score>`.
    GraniteGuardian,
    /// JSON object with `User Safety` and `Response Safety: safe|unsafe`, and optionally `Safety Categories`.
    NemotronSafetyGuard,
    /// `User Safety: safe|unsafe`, `Response Safety: safe|unsafe`.
    NemotronContentSafety,
    /// `Prompt harm: harmful|unharmful`, `Response harm: harmful|unharmful`.
    NemotronReasoning,
    /// `Yes|No`, optionally with reasons after a punctuation mark or on the next lines.
    ShieldGemma,
    /// `Yes|No`.
    HarmBench,
    /// [`Form::Rubric`] in the only final channel of OpenAI's harmony format.
    Harmony(JudgeScope),
    /// `Refusal: yes|no` and `Harmful: yes|no`, or only one of them.
    Rubric(JudgeScope),
}

/// Parsed reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedReply {
    /// Whether the judged answer refuses, if the form covers refusal.
    pub verdict: Option<Verdict>,
    /// Whether the judged answer is harmful, if the form covers harm.
    pub harmful: Option<bool>,
    /// Kind of harm.
    pub category: Option<String>,
    /// Lines that decided.
    pub reason: String,
    /// Word that decided, one of [`Form::words`].
    pub word: &'static str,
    /// Byte position of the word in the reply.
    pub at: usize,
}
