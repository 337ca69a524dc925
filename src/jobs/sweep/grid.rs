//! Builds the cells of a sweep from models, benchmarks, policies and seeds. Pure functions.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::deepconf::stop::StopRule;
use crate::deepconf::stop::name::{RuleName, RuleParameters};
use crate::deepconf::weight::VoteWeight;
use crate::jobs::folder_names::{distinct, of_model, plain};
use crate::jobs::name_lists::BenchmarkFile;
use crate::settings::Settings;

/// One run of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepCell {
    /// Name of the cell's folder in the sweep's folder.
    pub name: String,
    /// Model, as `--model` takes it.
    pub model: String,
    /// Name of the benchmark.
    pub benchmark: String,
    /// File of the benchmark, if one was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Policy, as `--policies` takes it.
    pub policy: String,
    /// Seed of all traces.
    pub seed: u64,
    /// All settings of the run.
    pub settings: Settings,
}

/// Settings that all cells share.
#[derive(Clone, Debug, PartialEq)]
pub struct Common {
    /// Every setting that is not an axis.
    pub settings: Settings,
    /// Parameters of stop rules that the policies leave open.
    pub parameters: RuleParameters,
    /// Weight of votes; the usual one of each policy if absent.
    pub vote: Option<VoteWeight>,
}

/// Values that differ between cells: every combination is a cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Axes {
    /// Models, as `--model` takes them. The first is the reference.
    pub models: Vec<String>,
    /// Benchmarks, each with its file if one was named.
    pub benchmarks: Vec<BenchmarkFile>,
    /// Policies, as `--policies` takes them.
    pub policies: Vec<String>,
    /// Seeds of all traces.
    pub seeds: Vec<u64>,
}

/// Parses seeds: numbers such as `7` and ranges such as `0-3`.
///
/// # Errors
/// Returns a message for a text that is neither, or a range of more than 10,000 seeds.
pub fn seeds(texts: &[String]) -> Result<Vec<u64>, String> {
    let mut seeds = Vec::new();
    for text in texts {
        let bad = || format!("--seeds {text}: expected a number or a range (0-3) of at most 10000 seeds");
        let number = |text: &str| text.trim().parse::<u64>().map_err(|_| bad());
        match text.split_once('-') {
            None => seeds.push(number(text)?),
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                if last < first || last - first > 9_999 {
                    return Err(bad());
                }
                seeds.extend(first..=last);
            }
        }
    }
    Ok(seeds)
}

/// Parses a policy: `baseline`, `fixed:N`, or the name of a stop rule, optionally followed by `:N` or
/// `:MIN-MAX` traces.
///
/// # Errors
/// Returns a message for an unknown rule, or traces that are not numbers.
pub fn policy(text: &str, parameters: &RuleParameters) -> Result<StopRule, String> {
    let (name, traces) = text.split_once(':').map_or((text, None), |(name, traces)| (name, Some(traces)));
    let bad = |what: &str| format!("--policies {text}: {what}");
    if name == "baseline" {
        return match traces {
            None => Ok(StopRule::Fixed { traces: 1 }),
            Some(_) => Err(bad("baseline has one trace; fixed:N has N")),
        };
    }
    let rule: RuleName = name.parse().map_err(|error: String| bad(&format!("{error}, baseline")))?;
    let mut parameters = *parameters;
    if let Some(traces) = traces {
        let (min, max) = traces.split_once('-').map_or((None, traces), |(min, max)| (Some(min), max));
        let count = |text: &str| text.parse::<u32>().map_err(|_| bad("expected N or MIN-MAX traces"));
        parameters.max_traces = count(max)?;
        if let Some(min) = min {
            parameters.min_traces = count(min)?;
            return Ok(rule.rule(&parameters));
        }
    }
    parameters.min_traces = parameters.min_traces.min(parameters.max_traces.max(1));
    Ok(rule.rule(&parameters))
}

impl Axes {
    /// Returns all cells. For each benchmark, those of the first model come first: the others are compared
    /// with them.
    ///
    /// # Errors
    /// Returns a message if two cells are the same, or a policy is invalid.
    pub fn cells(&self, common: &Common) -> Result<Vec<SweepCell>, String> {
        let labels =
            distinct(&self.models.iter().map(|model| of_model(model).replace(':', "-")).collect::<Vec<_>>());
        let names: Vec<String> = self.benchmarks.iter().map(|one| self.benchmark_label(one)).collect();
        let mut cells: Vec<SweepCell> = Vec::new();
        for (BenchmarkFile { name: benchmark, file: data }, name) in
            self.benchmarks.iter().zip(distinct(&names))
        {
            for (model, label) in self.models.iter().zip(&labels) {
                for policy in &self.policies {
                    for &seed in &self.seeds {
                        let rule = policy.replace(':', "-");
                        let mut settings = common.settings.clone();
                        settings.model.clone_from(model);
                        settings.benchmark.name.clone_from(benchmark);
                        settings.benchmark.data = data.as_ref().map(PathBuf::from);
                        settings.seed = seed;
                        settings.stop = self::policy(policy, &common.parameters)?;
                        settings.analysis.vote = common.vote.unwrap_or(VoteWeight::usual(&settings.stop));
                        let cell = SweepCell {
                            name: plain(
                                format!("{name}.{label}.{rule}.s{seed}").trim_start_matches('.'),
                                160,
                            ),
                            model: model.clone(),
                            benchmark: benchmark.clone(),
                            data: data.clone(),
                            policy: policy.clone(),
                            seed,
                            settings,
                        };
                        if cells.iter().any(|other| other.name == cell.name) {
                            return Err(format!("{} appears twice in the sweep", cell.name));
                        }
                        cells.push(cell);
                    }
                }
            }
        }
        Ok(cells)
    }
}

impl Axes {
    /// Returns a benchmark's name, with its file's name if the benchmark is listed with several files.
    fn benchmark_label(&self, BenchmarkFile { name, file: data }: &BenchmarkFile) -> String {
        let several = self.benchmarks.iter().filter(|other| other.name == *name).count() > 1;
        match data {
            Some(data) if several => {
                let stem = Path::new(data).file_stem().unwrap_or_default().to_string_lossy();
                format!("{name}-{stem}")
            }
            _ => name.clone(),
        }
    }
}

/// Returns the cell that a cell is compared with: the same cell with the first model. Cells of the first
/// model are compared with the first policy, and cells of the first policy with the first seed, which shows
/// the effect of chance alone. The first cell has no reference.
#[must_use]
pub fn reference<'a>(cells: &'a [SweepCell], cell: &SweepCell) -> Option<&'a SweepCell> {
    let first = cells.iter().find(|other| other.benchmark == cell.benchmark && other.data == cell.data)?;
    let mut wanted = cell.clone();
    if cell.model != first.model {
        wanted.model.clone_from(&first.model);
    } else if cell.policy != first.policy {
        wanted.policy.clone_from(&first.policy);
    } else if cell.seed != first.seed {
        wanted.seed = first.seed;
    } else {
        return None;
    }
    cells.iter().find(|other| {
        (&other.model, &other.benchmark, &other.data, &other.policy, other.seed)
            == (&wanted.model, &wanted.benchmark, &wanted.data, &wanted.policy, wanted.seed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn benchmark(name: &str, file: Option<&str>) -> BenchmarkFile {
        BenchmarkFile { name: name.to_owned(), file: file.map(str::to_owned) }
    }

    fn axes(models: &[&str], policies: &[&str], seeds: &[u64]) -> Axes {
        Axes {
            models: models.iter().map(|&model| model.to_owned()).collect(),
            benchmarks: vec![benchmark("synthetic", None), benchmark("xstest", Some("a/b.csv"))],
            policies: policies.iter().map(|&policy| policy.to_owned()).collect(),
            seeds: seeds.to_vec(),
        }
    }

    fn common() -> Common {
        Common { settings: Settings::new("demo"), parameters: RuleParameters::default(), vote: None }
    }

    #[test]
    fn policies_and_seeds() {
        let policy = |text| policy(text, &RuleParameters::default());
        assert_eq!(policy("baseline").unwrap(), StopRule::Fixed { traces: 1 });
        assert_eq!(policy("fixed:5").unwrap(), StopRule::Fixed { traces: 5 });
        let consensus = StopRule::Consensus { tau: 0.95, min_traces: 3, max_traces: 8, settled: false };
        assert_eq!(policy("consensus:3-8").unwrap(), consensus);
        let short = StopRule::Consensus { tau: 0.95, min_traces: 2, max_traces: 2, settled: false };
        assert_eq!(policy("consensus:2").unwrap(), short);
        for text in ["baseline:3", "nothing", "fixed:x", "consensus:3-"] {
            assert!(policy(text).is_err(), "{text}");
        }
        let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        assert_eq!(seeds(&texts(&["0-2", "7"])).unwrap(), [0, 1, 2, 7]);
        for text in ["3-1", "x", "-1", "0-99999999"] {
            assert!(seeds(&texts(&[text])).is_err(), "{text}");
        }
    }

    #[test]
    fn every_combination_is_a_cell_and_one_thing_differs_from_its_reference() {
        let cells = axes(&["a/m-Q8_0.gguf", "a/m-Q4_0.gguf"], &["baseline", "fixed:5"], &[0, 1]);
        let cells = cells.cells(&common()).unwrap();
        assert_eq!(cells.len(), 16);
        assert_eq!(cells[0].name, "synthetic.m-Q8_0.baseline.s0");
        assert_eq!(cells[8].data.as_deref(), Some("a/b.csv"));
        let name_of = |index: usize| reference(&cells, &cells[index]).map(|cell| cell.name.as_str());
        assert_eq!(name_of(0), None);
        assert_eq!(name_of(1), Some("synthetic.m-Q8_0.baseline.s0"));
        assert_eq!(name_of(3), Some("synthetic.m-Q8_0.baseline.s1"));
        assert_eq!(name_of(7), Some("synthetic.m-Q8_0.fixed-5.s1"));
        assert_eq!(name_of(8), None);
    }

    #[test]
    fn two_files_of_one_benchmark_are_two() {
        let benchmarks = ["a/one.csv", "b/two.csv"].map(|file| benchmark("custom", Some(file))).to_vec();
        let cells = Axes { benchmarks, ..axes(&["demo"], &["baseline"], &[0]) }.cells(&common()).unwrap();
        let names: Vec<&str> = cells.iter().map(|cell| cell.name.as_str()).collect();
        assert_eq!(names, ["custom-one.demo.baseline.s0", "custom-two.demo.baseline.s0"]);
    }

    #[test]
    fn equal_names_are_told_apart_and_equal_cells_refused() {
        let cells = axes(&["a/m.gguf", "b/m.gguf"], &["baseline"], &[0]).cells(&common()).unwrap();
        assert_eq!(
            (cells[0].name.as_str(), cells[1].name.as_str()),
            ("synthetic.m.baseline.s0", "synthetic.m_2.baseline.s0")
        );
        assert!(axes(&["m"], &["baseline"], &[0, 0]).cells(&common()).is_err());
        assert!(
            axes(&["../../etc"], &["baseline"], &[0]).cells(&common()).unwrap()[0].name.find('/').is_none()
        );
    }
}
