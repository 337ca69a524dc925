//! Families of guards: how each is detected, prompted and parsed.

use super::limits::{MAX_REPLY, MAX_REPLY_WITH_THINKING};
use super::reply::Form;
use crate::model::gguf::Header;
use crate::record::judge_entry::JudgeScope;

/// Family of guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Qwen3Guard-Gen, which judges a reply.
    Qwen3Guard,
    /// Llama Guard 3.
    LlamaGuard3,
    /// Llama Guard 4, for text.
    LlamaGuard4,
    /// WildGuard.
    WildGuard,
    /// PolyGuard.
    PolyGuard,
    /// Granite Guardian 3.0 to 3.3.
    GraniteGuardian3,
    /// Granite Guardian 4.
    GraniteGuardian4,
    /// Llama 3.1 Nemotron Safety Guard and its predecessor, NemoGuard Content Safety.
    NemotronSafetyGuard,
    /// Nemotron 3 and 3.5 Content Safety.
    NemotronContentSafety,
    /// Nemotron Content Safety Reasoning.
    NemotronReasoning,
    /// ShieldGemma.
    ShieldGemma,
    /// HarmBench's classifier of replies.
    HarmBench,
    /// gpt-oss-safeguard with a rubric.
    GptOssSafeguard,
    /// Any instruction model with a rubric.
    Rubric,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 14] = [
        Self::Qwen3Guard,
        Self::LlamaGuard3,
        Self::LlamaGuard4,
        Self::WildGuard,
        Self::PolyGuard,
        Self::GraniteGuardian3,
        Self::GraniteGuardian4,
        Self::NemotronSafetyGuard,
        Self::NemotronContentSafety,
        Self::NemotronReasoning,
        Self::ShieldGemma,
        Self::HarmBench,
        Self::GptOssSafeguard,
        Self::Rubric,
    ];

    /// Returns the name used in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Qwen3Guard => "qwen3guard",
            Self::LlamaGuard3 => "llama-guard-3",
            Self::LlamaGuard4 => "llama-guard-4",
            Self::WildGuard => "wildguard",
            Self::PolyGuard => "polyguard",
            Self::GraniteGuardian3 => "granite-guardian-3",
            Self::GraniteGuardian4 => "granite-guardian-4",
            Self::NemotronSafetyGuard => "nemotron-safety-guard",
            Self::NemotronContentSafety => "nemotron-content-safety",
            Self::NemotronReasoning => "nemotron-reasoning",
            Self::ShieldGemma => "shieldgemma",
            Self::HarmBench => "harmbench",
            Self::GptOssSafeguard => "gpt-oss-safeguard",
            Self::Rubric => "rubric",
        }
    }

    /// Lists the names of all families of guards, for a message.
    pub(super) fn names_of_guards() -> String {
        let guards = Self::ALL.into_iter().filter(|family| *family != Self::Rubric);
        guards.map(Self::name).collect::<Vec<_>>().join(", ")
    }

    /// Detects the family of a file from the names in its header, or from its chat template. Returns `None`
    /// for a model that is not a guard.
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
        let named = |parts: &[&str]| names.iter().any(|name| parts.iter().all(|part| name.contains(part)));
        match () {
            // The streaming variant writes no text.
            () if named(&["qwen3guard"]) && !named(&["stream"]) => Some(Self::Qwen3Guard),
            () if named(&["llamaguard3"]) => Some(Self::LlamaGuard3),
            () if named(&["llamaguard4"]) => Some(Self::LlamaGuard4),
            () if named(&["wildguard"]) => Some(Self::WildGuard),
            () if named(&["polyguard"]) => Some(Self::PolyGuard),
            () if named(&["graniteguardian4"]) || named(&["granite4", "guardian"]) => {
                Some(Self::GraniteGuardian4)
            }
            () if named(&["graniteguardian3"]) || named(&["granite3", "guardian"]) => {
                Some(Self::GraniteGuardian3)
            }
            () if named(&["nemotronsafetyguard"]) || named(&["nemoguard", "contentsafety"]) => {
                Some(Self::NemotronSafetyGuard)
            }
            () if named(&["nemotron", "contentsafetyreasoning"]) => Some(Self::NemotronReasoning),
            () if named(&["nemotron", "contentsafety"]) => Some(Self::NemotronContentSafety),
            // ShieldGemma 2 judges images.
            () if named(&["shieldgemma"]) && !named(&["shieldgemma24b"]) => Some(Self::ShieldGemma),
            () if named(&["harmbench"]) => Some(Self::HarmBench),
            () if named(&["gptosssafeguard"]) => Some(Self::GptOssSafeguard),
            () => None,
        }
    }

    fn by_template(template: &str) -> Option<Self> {
        let asks = |parts: &[&str]| parts.iter().all(|part| template.contains(part));
        match () {
            () if asks(&["Safety:", "Categories:", "Refusal:"]) => Some(Self::Qwen3Guard),
            () if asks(&["UNSAFE CONTENT CATEGORIES", "First line must read", "S1"]) => {
                let four = asks(&["<|header_start|>"]);
                Some(if four { Self::LlamaGuard4 } else { Self::LlamaGuard3 })
            }
            () if asks(&["guardian_config", "risk_name"]) || asks(&["guardian_config", "criteria_id"]) => {
                Some(Self::GraniteGuardian3)
            }
            () => None,
        }
    }

    /// Returns the form of its replies; `rubric` is the text of the rubric.
    pub(super) fn form(self, rubric: &str) -> Form {
        match self {
            Self::Qwen3Guard => Form::Qwen3Guard,
            Self::LlamaGuard3 | Self::LlamaGuard4 => Form::LlamaGuard,
            Self::WildGuard => Form::WildGuard,
            Self::PolyGuard => Form::PolyGuard,
            Self::GraniteGuardian3 | Self::GraniteGuardian4 => Form::GraniteGuardian,
            Self::NemotronSafetyGuard => Form::NemotronSafetyGuard,
            Self::NemotronContentSafety => Form::NemotronContentSafety,
            Self::NemotronReasoning => Form::NemotronReasoning,
            Self::ShieldGemma => Form::ShieldGemma,
            Self::HarmBench => Form::HarmBench,
            Self::GptOssSafeguard | Self::Rubric => {
                let rubric = rubric.to_lowercase();
                let asks_for = |label: &str| {
                    let mut lines = rubric.lines().map(str::trim_start);
                    lines.any(|line| {
                        line.strip_prefix(label).is_some_and(|rest| rest.trim_start().starts_with(':'))
                    })
                };
                let speaks = JudgeScope { refusal: asks_for("refusal"), harm: asks_for("harmful") };
                if self == Self::Rubric { Form::Rubric(speaks) } else { Form::Harmony(speaks) }
            }
        }
    }

    /// Returns whether the user must give a template file, because no GGUF contains the whole prompt.
    pub(super) fn needs_template(self) -> bool {
        matches!(self, Self::WildGuard | Self::HarmBench | Self::ShieldGemma | Self::NemotronReasoning)
    }

    /// Returns whether the family judges by a rubric.
    pub(super) fn takes_rubric(self) -> bool {
        matches!(self, Self::Rubric | Self::GptOssSafeguard)
    }

    /// Returns the largest number of tokens of its reply.
    pub(super) fn max_reply(self) -> u32 {
        match self {
            Self::GptOssSafeguard | Self::NemotronReasoning => MAX_REPLY_WITH_THINKING,
            _ => MAX_REPLY,
        }
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
        for (name, family) in [
            ("llamaguard412b", Family::LlamaGuard4),
            ("polyguardqwensmol", Family::PolyGuard),
            ("graniteguardian325b", Family::GraniteGuardian3),
            ("graniteguardian418b", Family::GraniteGuardian4),
            ("granite41guardian8b", Family::GraniteGuardian4),
            ("llama31nemotronsafetyguard8bv3", Family::NemotronSafetyGuard),
            ("llama31nemoguard8bcontentsafety", Family::NemotronSafetyGuard),
            ("nemotroncontentsafetyreasoning4b", Family::NemotronReasoning),
            ("nemotron35contentsafety", Family::NemotronContentSafety),
            ("shieldgemma2b", Family::ShieldGemma),
            ("gptosssafeguard20b", Family::GptOssSafeguard),
        ] {
            assert_eq!(by_name(name), Some(family), "{name}");
        }
        for name in
            ["shieldgemma24bit", "graniteguardianhap38m", "gptoss20b", "granite3guard", "nemotronnano"]
        {
            assert_eq!(by_name(name), None, "{name}");
        }
        assert_eq!(
            Family::by_template("… Safety: Safe … Categories: … Refusal: Yes"),
            Some(Family::Qwen3Guard)
        );
        assert_eq!(
            Family::by_template("{% if 'risk_name' in guardian_config %}"),
            Some(Family::GraniteGuardian3)
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
