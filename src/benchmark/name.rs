//! Names of the benchmarks.

use super::error::BenchmarkError;
use crate::record::names::nearest;

/// A benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Benchmark {
    /// Composed mild prompts, half of them unsafe; needs no file.
    Synthetic,
    /// HarmBench's text behaviours, from its CSV.
    HarmBench,
    /// ToxicChat's user prompts, from its CSV.
    ToxicChat,
    /// WildGuardMix: WildGuardTest's prompts, from Parquet, JSON lines or CSV.
    WildGuard,
    /// XSTest: safe prompts that look unsafe, and contrasting unsafe ones, from its CSV.
    XsTest,
    /// StrongREJECT's forbidden prompts, from its CSV.
    StrongReject,
    /// JailbreakBench's harmful and benign behaviours, from its two CSVs.
    JailbreakBench,
    /// AdvBench's harmful behaviours, from its CSV.
    AdvBench,
    /// OR-Bench: safe prompts that look unsafe, and toxic ones, from its CSVs.
    OrBench,
    /// SimpleSafetyTests' prompts, from its CSV.
    SimpleSafetyTests,
    /// CoCoNot's safety part, from its JSON Lines.
    CoCoNot,
    /// Do-Not-Answer's questions, from its CSV or Parquet.
    DoNotAnswer,
    /// SORRY-Bench's instructions, from its JSON Lines.
    SorryBench,
    /// A user's own table.
    Custom,
}

impl Benchmark {
    /// All benchmarks, in the order of the list.
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

    /// Returns the name as typed.
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

    /// Returns the benchmark of a name, ignoring case.
    ///
    /// # Errors
    /// Returns [`BenchmarkError::Unknown`] with all names and the most similar one.
    pub fn named(name: &str) -> Result<Self, BenchmarkError> {
        let found =
            Self::ALL.into_iter().find(|benchmark| benchmark.name().eq_ignore_ascii_case(name.trim()));
        found.ok_or_else(|| BenchmarkError::Unknown {
            name: name.to_owned(),
            nearest: nearest(name, &Self::ALL.map(Self::name)),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
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
            assert_eq!(nearest(typed, &Benchmark::ALL.map(Benchmark::name)), meant, "{typed}");
        }
        let said = Benchmark::named("xtest").unwrap_err().to_string();
        assert!(said.starts_with("unknown benchmark \"xtest\"; did you mean xstest? known: "), "{said}");
    }
}
