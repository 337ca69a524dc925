//! The benchmarks' names, in any case of letters; for a wrong one the nearest.

use super::error::BenchmarkError;

/// The benchmarks there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Benchmark {
    /// Composed prompts, mild, half of them unsafe; needs no file.
    Synthetic,
    /// HarmBench's text behaviours, from its CSV.
    HarmBench,
    /// ToxicChat's prompts of people, from its CSV.
    ToxicChat,
    /// WildGuardMix: WildGuardTest's prompts, from Parquet, JSON lines or CSV.
    WildGuard,
    /// XSTest: safe prompts that look unsafe and their unsafe contrasts, from its CSV.
    XsTest,
    /// StrongREJECT's forbidden prompts, from its CSV.
    StrongReject,
    /// JailbreakBench's harmful and benign behaviours, from its two CSVs.
    JailbreakBench,
    /// AdvBench's harmful behaviours, from its CSV.
    AdvBench,
    /// OR-Bench: prompts that look unsafe and are not, and toxic ones, from its CSVs.
    OrBench,
    /// SimpleSafetyTests' prompts, from its CSV.
    SimpleSafetyTests,
    /// CoCoNot's safety part, from its JSON lines.
    CoCoNot,
    /// Do-Not-Answer's questions, from its CSV or Parquet.
    DoNotAnswer,
    /// SORRY-Bench's instructions, from its JSON lines.
    SorryBench,
    /// A table of one's own.
    Custom,
}

impl Benchmark {
    /// All of them, in the order they are listed.
    pub const ALL: [Self; 14] = [
        Self::Synthetic,
        Self::HarmBench,
        Self::ToxicChat,
        Self::WildGuard,
        Self::XsTest,
        Self::StrongReject,
        Self::JailbreakBench,
        Self::AdvBench,
        Self::OrBench,
        Self::SimpleSafetyTests,
        Self::CoCoNot,
        Self::DoNotAnswer,
        Self::SorryBench,
        Self::Custom,
    ];

    /// The name as typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Synthetic => "synthetic",
            Self::HarmBench => "harmbench",
            Self::ToxicChat => "toxicchat",
            Self::WildGuard => "wildguard",
            Self::XsTest => "xstest",
            Self::StrongReject => "strongreject",
            Self::JailbreakBench => "jailbreakbench",
            Self::AdvBench => "advbench",
            Self::OrBench => "or-bench",
            Self::SimpleSafetyTests => "simplesafetytests",
            Self::CoCoNot => "coconot",
            Self::DoNotAnswer => "do-not-answer",
            Self::SorryBench => "sorry-bench",
            Self::Custom => "custom",
        }
    }

    /// The benchmark of a name, in any case of letters.
    ///
    /// # Errors
    /// [`BenchmarkError::Unknown`], which lists those there are, and the one that was meant if one is near.
    pub fn named(name: &str) -> Result<Self, BenchmarkError> {
        let found =
            Self::ALL.into_iter().find(|benchmark| benchmark.name().eq_ignore_ascii_case(name.trim()));
        found.ok_or_else(|| BenchmarkError::Unknown {
            name: name.to_owned(),
            nearest: nearest(name),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
}

/// How alike two names are to be, of 1, for one to be proposed for the other.
const ALIKE: f64 = 0.75;

/// The name that was meant; dashes, underscores and case make no difference.
fn nearest(name: &str) -> Option<&'static str> {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let likeness = |known: &str| strsim::jaro_winkler(&plain(name), &plain(known));
    let names = Benchmark::ALL.into_iter().map(|one| (likeness(one.name()), one.name()));
    let (alike, nearest) = names.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (alike >= ALIKE).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_matched_in_any_case_and_the_nearest_is_proposed() {
        assert_eq!(Benchmark::named("HarmBench").unwrap(), Benchmark::HarmBench);
        assert_eq!(Benchmark::named(" OR-bench").unwrap(), Benchmark::OrBench);
        for (typed, meant) in [
            ("xtest", Some("xstest")),
            ("harmbnch", Some("harmbench")),
            ("orbench", Some("or-bench")),
            ("Simple_Safety_Tests", Some("simplesafetytests")),
            ("donotanswer", Some("do-not-answer")),
            ("mmlu", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed), meant, "{typed}");
        }
        let said = Benchmark::named("xtest").unwrap_err().to_string();
        assert!(
            said.starts_with("there is no benchmark named \"xtest\": xstest is meant? there are: "),
            "{said}"
        );
    }
}
