//! Answers as the page takes them: plain data.

use crate::record::{
    Category, FinalDecision, FinishReason, Label, LabelledOutcome, StopReason, TraceTokens, Verdict,
};

/// The answers of one run.
#[derive(Clone, Debug, Default)]
pub struct AnswerSet {
    /// Name of the run.
    pub name: String,
    /// One answer for each instance.
    pub answers: Vec<Answer>,
}

/// What a run answered to one prompt.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Id of the instance.
    pub id: String,
    /// The user turn.
    pub prompt: String,
    /// The benchmark's label.
    pub label: Option<Label>,
    /// The benchmark's harm category.
    pub category: Option<String>,
    /// The majority of the votes.
    pub decision: FinalDecision,
    /// The decision against the label.
    pub outcome: Option<LabelledOutcome>,
    /// Quadrant; `None` if undecided.
    pub quadrant: Option<Category>,
    /// Confidence by the run's measure.
    pub confidence: Option<f64>,
    /// The decision's share of the votes.
    pub vote_share: Option<f64>,
    /// Why the answer is in its quadrant, in a sentence; may be empty.
    pub why: String,
    /// Why sampling ended.
    pub stop_reason: StopReason,
    /// The traces that the decision uses. Without any, the row cannot be opened.
    pub traces: Vec<AnswerTrace>,
}

/// One trace of an answer.
#[derive(Clone, Debug)]
pub struct AnswerTrace {
    /// Number within the instance, 0-based.
    pub number: u32,
    /// Answer without the thinking.
    pub text: String,
    /// Thinking, if the model wrote one.
    pub thinking: Option<String>,
    /// Class of the answer.
    pub verdict: Verdict,
    /// Whether the trace's vote is a refusal; `None` if it has no vote.
    pub votes: Option<bool>,
    /// The judge's reason.
    pub reason: String,
    /// Bytes of `text` in which the judge saw a refusal, `[start, end)`.
    pub span: Option<(usize, usize)>,
    /// Confidence by the run's measure.
    pub confidence: Option<f64>,
    /// Number of tokens, thinking included.
    pub tokens: u32,
    /// Why the trace ended.
    pub finish_reason: FinishReason,
    /// Whether the answer does harm, if a judge of harm read it.
    pub harmful: Option<bool>,
    /// Tokens and their confidences; `None` if the run recorded none.
    pub recorded: Option<AnswerTokens>,
}

/// Tokens of a whole reply: thinking, answer and the blanks around them.
#[derive(Clone, Debug, Default)]
pub struct AnswerTokens {
    /// The reply. It may end within a character.
    pub reply: Vec<u8>,
    /// Whether the prompt ended inside a thinking block.
    pub opened: bool,
    /// End of each token in `reply`.
    pub ends: Vec<u32>,
    /// Confidence of each token, nats.
    pub confidences: Vec<f32>,
}

impl From<TraceTokens> for AnswerTokens {
    fn from(tokens: TraceTokens) -> Self {
        let TraceTokens { text: reply, opened, ends, confidences, .. } = tokens;
        Self { reply, opened, ends, confidences }
    }
}

/// A cell of a sweep and the run it is compared with. Answers are paired by id and prompt.
#[derive(Clone, Debug)]
pub struct FlipCell {
    /// Name of the cell.
    pub name: String,
    /// Position of the cell's run in [`Page::answers`](super::Page::answers).
    pub set: usize,
    /// Position of the reference.
    pub reference: usize,
}
