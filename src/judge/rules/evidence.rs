//! Evidence of the rules as numbers for the learned model: what the sentences of an answer do, not their
//! words.

use super::decide::Why;
use super::grammar::patterns;
use super::normalise::normalise;
use super::phrases::Kind;
use super::request::{Request, denies, seeks_way};
use super::sentence_acts::{SentenceAct, Sums};
use super::sentences::Form;

patterns! {
    /// The answer corrects a premise.
    CORRECTS = [
        r"no (?:evidence|truth|basis|scientific|link|connection|law|rule|such)|not (?:true|accurate|correct|the case|fair to say)|misconception|myth|stereotypes?|generali[sz](?:e|ing|ations?)|inaccurate|incorrect|untrue|false|actually|mistaken|misunderstanding|fictional|imaginary|does not exist|doesn't exist",
    ];
    /// Bare agreement at the beginning.
    AGREES = [r"^(?:yes|sure|certainly|absolutely|of course|okay|gladly|happy to|great|yep)"];
    /// A bare "no" at the beginning.
    SAYS_NO = [r"^(?:no|nope|never|not)"];
    /// The answer instructs the reader.
    TELLS = [r"you (?:can|could|should|will|may|need|want|might)|your"];
    /// The speaker refers to itself.
    SELF = [r"i|i'm|i'll|i've|i'd|me|my|we|our"];
}

/// All kinds, in the order of the evidence.
const KINDS: [Kind; 11] = [
    Kind::Refuse,
    Kind::Unable,
    Kind::Condemn,
    Kind::Moral,
    Kind::Redirect,
    Kind::Offer,
    Kind::Disclaim,
    Kind::Defer,
    Kind::Give,
    Kind::Start,
    Kind::Plain,
];

/// Number of values of evidence.
pub(in crate::judge) const EVIDENCE: usize = 201;

/// Number of units at the beginning whose kinds are listed individually.
const OPENING: usize = 3;

/// Inputs of [`evidence`].
pub(super) struct Seen<'a> {
    pub(super) asked: &'a Request,
    pub(super) answer: &'a str,
    pub(super) said: &'a [SentenceAct],
    pub(super) sums: &'a Sums,
    pub(super) stance: Option<usize>,
    pub(super) why: Why,
}

fn flag(is: bool) -> f64 {
    f64::from(u8::from(is))
}

/// Returns ln(1 + count) / 4.
#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn log(count: usize) -> f64 {
    (count as f64).ln_1p() / 4.0
}

#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// Returns the evidence: [`EVIDENCE`] values, each roughly in [0, 3]. Cost: linear in the text.
pub(super) fn evidence(seen: &Seen<'_>) -> Vec<f64> {
    let Seen { asked, answer, said, sums, stance, why } = seen;
    let mut numbers = Vec::with_capacity(EVIDENCE);
    let prompt = &asked.prompt;
    let wants = [
        asked.fact,
        asked.morals,
        asked.yes_or_no,
        asked.assumes,
        asked.justifies,
        asked.about_nobody,
        asked.opinion,
        asked.makes,
        seeks_way(prompt),
    ];
    numbers.extend(wants.map(flag));
    let words: usize = said.iter().map(|unit| unit.weight).sum();
    for at in 0..OPENING {
        let kind = said.get(at).map(|unit| unit.kind);
        numbers.extend(KINDS.map(|each| flag(kind == Some(each))));
    }
    let of_kind =
        |kind| said.iter().filter(move |unit| unit.kind == kind).map(|unit| unit.weight).sum::<usize>();
    let shares = KINDS.map(|kind| share(of_kind(kind), words));
    numbers.extend(shares);
    numbers.extend(KINDS.map(|kind| flag(of_kind(kind) > 0)));
    let lead = stance.map(|at| said[at].kind);
    numbers.extend(KINDS.map(|kind| flag(lead == Some(kind))));
    numbers.extend(Why::ALL.map(|each| flag(*why == each)));
    numbers.push(flag(lead.is_none()));
    let given_first = said.iter().position(SentenceAct::gives);
    let before: usize = said.iter().take(given_first.unwrap_or(said.len())).map(|unit| unit.weight).sum();
    let (mut run, mut longest) = (0, 0);
    for unit in *said {
        run = if unit.gives() { run + unit.weight } else { 0 };
        longest = longest.max(run);
    }
    let items = said.iter().filter(|unit| unit.form == Form::Item).count();
    numbers.extend([log(words), log(sums.given), log(sums.soft), log(sums.deferred), log(sums.turned)]);
    numbers.extend([log(before), log(longest), log(items), share(sums.moral, words) * 4.0]);
    let code = said.iter().any(|unit| unit.form == Form::Code);
    let sums_flags =
        [sums.handed, sums.redirected, sums.elsewhere, sums.refused, sums.judged, sums.because, code];
    numbers.extend(sums_flags.map(flag));
    numbers.extend([words <= 4, words <= 10, words <= 25, given_first.is_none()].map(flag));
    let text = normalise(answer);
    let first = said.first().map(|unit| normalise(&answer[unit.range.clone()])).unwrap_or_default();
    numbers.extend([SAYS_NO.is_match(&first), AGREES.is_match(&first)].map(flag));
    numbers.extend(
        [CORRECTS.is_match(&first), CORRECTS.is_match(&text), denies(&first, &text, prompt, 2)].map(flag),
    );
    numbers.push(flag(text.trim_end().ends_with('?')));
    numbers.push(flag(said.len() == 1 && text.trim_end().ends_with('?')));
    numbers.push(share(TELLS.find_iter(&text).take(200).count(), words) * 4.0);
    numbers.push(share(SELF.find_iter(&text).take(200).count(), words) * 4.0);
    let (echo_given, echo_soft) = echoes(prompt, answer, said);
    numbers.extend([echo_given, echo_soft]);
    // The request changes the meaning of the beginning.
    let soft = share(sums.soft, sums.soft + sums.given + sums.deferred);
    let tone = [
        flag(lead == Some(Kind::Refuse)),
        flag(lead == Some(Kind::Unable)),
        flag(lead == Some(Kind::Disclaim)),
        flag(lead == Some(Kind::Condemn)),
        soft,
        log(longest),
        flag(CORRECTS.is_match(&first)),
    ];
    for want in wants {
        numbers.extend(tone.map(|each| flag(want) * each));
    }
    for each in tone.iter().take(4) {
        numbers.extend([each * soft, each * log(longest), each * log(sums.turned)]);
    }
    debug_assert_eq!(numbers.len(), EVIDENCE, "as many as the weights are for");
    numbers
}

/// Returns the shares of the prompt's longer words that occur in units that give something, and in the
/// others.
fn echoes(prompt: &str, answer: &str, said: &[SentenceAct]) -> (f64, f64) {
    let stems: Vec<&str> = prompt
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 3 && word.is_ascii())
        .map(|word| &word[..word.len().min(5)])
        .take(30)
        .collect();
    let among = |gives: bool| {
        let text: String = said
            .iter()
            .filter(|unit| unit.gives() == gives)
            .take(60)
            .map(|unit| answer[unit.range.clone()].to_ascii_lowercase() + " ")
            .collect();
        share(stems.iter().filter(|stem| text.contains(**stem)).count(), stems.len())
    };
    (among(true), among(false))
}
