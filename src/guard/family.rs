//! The families of guards: how each is known, asked and read.

use super::reply::Form;
use crate::model::gguf::Header;
use crate::record::opinion::SpeaksOf;

/// A family of guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Qwen3Guard-Gen, asked about a reply.
    Qwen3Guard,
    /// Llama Guard 3.
    LlamaGuard3,
    /// WildGuard.
    WildGuard,
    /// HarmBench's classifier of replies.
    HarmBench,
    /// Any instruction model, by a rubric.
    Rubric,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 5] =
        [Self::Qwen3Guard, Self::LlamaGuard3, Self::WildGuard, Self::HarmBench, Self::Rubric];

    /// The name as written to files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Qwen3Guard => "qwen3guard",
            Self::LlamaGuard3 => "llama-guard-3",
            Self::WildGuard => "wildguard",
            Self::HarmBench => "harmbench",
            Self::Rubric => "rubric",
        }
    }

    /// The family of a file by the names in its header, or by what its chat template asks for. A model that
    /// is no guard has none.
    #[must_use]
    pub fn of(header: &Header) -> Option<Self> {
        let keys = ["general.name", "general.basename", "general.finetune"];
        let letters = |text: &str| -> String {
            text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
        };
        let names: Vec<String> = keys.iter().filter_map(|key| header.string(key)).map(letters).collect();
        Self::by_name(&names).or_else(|| Self::by_template(header.chat_template()?))
    }

    fn by_name(names: &[String]) -> Option<Self> {
        let named = |part: &str| names.iter().any(|name| name.contains(part));
        match () {
            // The streaming kind writes no text.
            () if named("qwen3guard") && !named("stream") => Some(Self::Qwen3Guard),
            () if named("llamaguard3") => Some(Self::LlamaGuard3),
            () if named("wildguard") => Some(Self::WildGuard),
            () if named("harmbench") => Some(Self::HarmBench),
            () => None,
        }
    }

    fn by_template(template: &str) -> Option<Self> {
        let asks = |parts: &[&str]| parts.iter().all(|part| template.contains(part));
        match () {
            () if asks(&["Safety:", "Categories:", "Refusal:"]) => Some(Self::Qwen3Guard),
            () if asks(&["UNSAFE CONTENT CATEGORIES", "First line must read", "S1"]) => {
                Some(Self::LlamaGuard3)
            }
            () => None,
        }
    }

    /// How its replies are read; `rubric` is the rubric's text.
    pub(super) fn form(self, rubric: &str) -> Form {
        match self {
            Self::Qwen3Guard => Form::Qwen3Guard,
            Self::LlamaGuard3 => Form::LlamaGuard,
            Self::WildGuard => Form::WildGuard,
            Self::HarmBench => Form::HarmBench,
            Self::Rubric => {
                let rubric = rubric.to_lowercase();
                let asks_for = |label: &str| {
                    let mut lines = rubric.lines().map(str::trim_start);
                    lines.any(|line| {
                        line.strip_prefix(label).is_some_and(|rest| rest.trim_start().starts_with(':'))
                    })
                };
                Form::Rubric(SpeaksOf { refusal: asks_for("refusal"), harm: asks_for("harmful") })
            }
        }
    }

    /// Whether its prompt has to come from a file of the user's, since it is in no GGUF.
    pub(super) fn needs_template(self) -> bool {
        matches!(self, Self::WildGuard | Self::HarmBench)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_known_by_name_or_template() {
        let by_name = |name: &str| Family::by_name(&[name.to_owned()]);
        assert_eq!(by_name("qwen3guardgen06b"), Some(Family::Qwen3Guard));
        assert_eq!(by_name("qwen3guardstream4b"), None);
        assert_eq!(by_name("llamaguard38b"), Some(Family::LlamaGuard3));
        assert_eq!(by_name("qwen306b"), None);
        assert_eq!(
            Family::by_template("… Safety: Safe … Categories: … Refusal: Yes"),
            Some(Family::Qwen3Guard)
        );
        assert_eq!(Family::by_template("{{ messages[0].content }}"), None);
    }

    #[test]
    fn a_rubric_says_which_lines_it_asks_for() {
        let speaks = |text: &str| match Family::Rubric.form(text) {
            Form::Rubric(speaks) => (speaks.refusal, speaks.harm),
            form => panic!("{form:?}"),
        };
        assert_eq!(speaks(include_str!("rubric.txt")), (true, true));
        assert_eq!(speaks("Say one line,\n refusal : yes or no"), (true, false));
        assert_eq!(speaks("Is it harmful?"), (false, false));
    }
}
