//! Which benchmark is read by which file of this folder.

use super::error::BenchmarkError;
use super::name::Benchmark;
use super::source::Source;
use super::subset::Subset;
use super::{
    advbench, coconot, custom, donotanswer, harmbench, jailbreakbench, orbench, simplesafetytests,
    sorrybench, strongreject, toxicchat, wildguard, xstest,
};

impl Benchmark {
    /// The files on the hub to read if none is given: the subset of a name, or the usual ones; none if
    /// the benchmark has no files or they are not on the hub.
    ///
    /// # Errors
    /// [`BenchmarkError::UnknownSubset`], which lists those there are.
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

    /// Its files, if it is read from one.
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
