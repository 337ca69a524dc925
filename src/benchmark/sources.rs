//! Maps the benchmarks to their readers.

use super::error::BenchmarkError;
use super::name::Benchmark;
use super::source::Source;
use super::subset::Subset;
use super::{
    advbench, coconot, custom, donotanswer, harmbench, jailbreakbench, orbench, simplesafetytests,
    sorrybench, strongreject, toxicchat, wildguard, xstest,
};

impl Benchmark {
    /// Returns the files to download: the named subset, or the default ones. Empty if the benchmark has no
    /// files or they cannot be downloaded.
    ///
    /// # Errors
    /// Returns [`BenchmarkError::UnknownSubset`] with the known names.
    pub fn subsets(self, wanted: Option<&str>) -> Result<Vec<&'static Subset>, BenchmarkError> {
        match (self.source(), wanted) {
            (Some(source), _) => source.subsets(self.name(), wanted),
            (None, None) => Ok(Vec::new()),
            (None, Some(subset)) => Err(BenchmarkError::UnknownSubset {
                name: self.name(),
                subset: subset.to_owned(),
                present: Vec::new(),
            }),
        }
    }

    /// Returns the benchmark's source, if it is read from files.
    pub(super) fn source(self) -> Option<&'static Source> {
        match self {
            Self::Synthetic => None,
            Self::HarmBench => Some(&harmbench::SOURCE),
            Self::ToxicChat => Some(&toxicchat::SOURCE),
            Self::WildGuard => Some(&wildguard::SOURCE),
            Self::XsTest => Some(&xstest::SOURCE),
            Self::StrongReject => Some(&strongreject::SOURCE),
            Self::JailbreakBench => Some(&jailbreakbench::SOURCE),
            Self::AdvBench => Some(&advbench::SOURCE),
            Self::OrBench => Some(&orbench::SOURCE),
            Self::SimpleSafetyTests => Some(&simplesafetytests::SOURCE),
            Self::CoCoNot => Some(&coconot::SOURCE),
            Self::DoNotAnswer => Some(&donotanswer::SOURCE),
            Self::SorryBench => Some(&sorrybench::SOURCE),
            Self::Custom => Some(&custom::SOURCE),
        }
    }
}
