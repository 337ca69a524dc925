//! Loads the prompts of a request. Rows are read one at a time, and only the prompts to run are kept.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{BenchmarkError, Place};
use super::instance_sink::{Intake, Sink};
use super::name::Benchmark;
use super::order;
use super::request::{Loaded, Request};
use super::source::{Part, Source};
use super::synthetic;
use super::table::{Data, Table};
use crate::model::digest::sha256_bytes;
use crate::record::Instance;
use crate::record::manifest::{BenchmarkFacts, FileFacts, HubFacts};

/// Loads a benchmark.
///
/// # Errors
/// Returns [`BenchmarkError`], with file, line and field if they are known.
pub fn load(benchmark: Benchmark, request: &Request) -> Result<Loaded, BenchmarkError> {
    match benchmark.source() {
        Some(source) => load_files(benchmark, source, request),
        None if request.data.is_some() || request.stdin.is_some() => {
            Err(BenchmarkError::TakesNoData { name: benchmark.name() })
        }
        None => {
            let instances = synthetic::compose(request);
            let notes = request.idle_options(benchmark);
            if instances.is_empty() {
                return Err(BenchmarkError::NoInstances { file: PathBuf::default(), notes });
            }
            Ok(loaded(benchmark, instances, notes, Vec::new(), None))
        }
    }
}

fn load_files(benchmark: Benchmark, source: &Source, request: &Request) -> Result<Loaded, BenchmarkError> {
    let is_given = request.data.is_some() || request.stdin.is_some();
    let fetched = if is_given { &[] } else { request.fetched.as_slice() };
    let files: Vec<Data> = match (fetched, &request.stdin) {
        ([], Some(bytes)) => vec![Data::Stdin(Arc::clone(bytes))],
        ([], None) => {
            let files = source.locate(benchmark.name(), request.data.as_deref())?;
            files.into_iter().map(Data::File).collect()
        }
        _ => fetched.iter().map(|fetched| Data::File(fetched.path.clone())).collect(),
    };
    let mut kept = match (request.shuffle_seed, request.num_instances) {
        // The number of instances must be known before some of them can be drawn.
        (Some(seed), Some(wanted)) => {
            let mut counted = Kept::first(0);
            read(source, &files, request, &mut counted)?;
            Kept::ranked(&order::first(counted.seen, seed, wanted))
        }
        (_, wanted) => Kept::first(wanted.unwrap_or(usize::MAX)),
    };
    let mut notes: Vec<String> = request.found.clone();
    notes.extend(fetched.iter().map(|fetched| fetched.note(source.licence)));
    notes.extend(read(source, &files, request, &mut kept)?);
    notes.extend(request.idle_options(benchmark));
    if let Some(wanted) = request.num_instances.filter(|wanted| *wanted > kept.seen) {
        notes.push(format!("{wanted} instances were asked for; the file has {}", kept.seen));
    }
    let ids = request.custom.id.as_deref().or(source.ids);
    let instances = kept.finish(ids, request.shuffle_seed)?;
    if instances.is_empty() {
        let file = files.first().map_or(PathBuf::new(), |file| file.path().to_owned());
        return Err(BenchmarkError::NoInstances { file, notes });
    }
    let hub = fetched.first().map(|first| HubFacts {
        repository: first.subset.file.address(),
        revision: first.revision.clone(),
        pinned: fetched.iter().all(|fetched| fetched.subset.file.sha256.is_some()),
    });
    let facts = files.iter().map(file_facts).collect::<Result<_, _>>()?;
    Ok(loaded(benchmark, instances, notes, facts, hub))
}

/// Reads files one after the other and returns their notes.
pub(super) fn read(
    source: &Source,
    files: &[Data],
    request: &Request,
    sink: &mut dyn Sink,
) -> Result<Vec<String>, BenchmarkError> {
    let mut notes = Vec::new();
    for file in files {
        let mut table = Table::open(file)?;
        sink.file(file.path());
        let mut intake = Intake::new(sink);
        let part = Part { file: file.path(), split: source.split_of(file.path()), request };
        (source.load)(&mut table, &part, &mut intake)?;
        let of_file = table.notes().into_iter().chain(intake.notes);
        match files {
            [_] => notes.extend(of_file),
            _ => notes.extend(of_file.map(|note| format!("{}: {note}", file.name()))),
        }
    }
    Ok(notes)
}

fn file_facts(file: &Data) -> Result<FileFacts, BenchmarkError> {
    Ok(FileFacts { file: file.name(), sha256: file.sha256()? })
}

fn loaded(
    benchmark: Benchmark,
    instances: Vec<Instance>,
    notes: Vec<String>,
    files: Vec<FileFacts>,
    hub: Option<HubFacts>,
) -> Loaded {
    let mut files = files.into_iter();
    let first = files.next();
    let facts = BenchmarkFacts {
        name: benchmark.name().to_owned(),
        file: first.as_ref().map(|first| first.file.clone()),
        sha256: first.map(|first| first.sha256),
        more_files: files.collect(),
        instances: instances.len(),
        notes,
        prompts_sha256: fingerprint(&instances),
        hub,
    };
    Loaded { instances, facts }
}

/// Selection of the requested instances.
struct Kept {
    wanted: Wanted,
    seen: usize,
    files: Vec<PathBuf>,
    /// Rank in the order of the run, origin (index of the file, row), and instance.
    instances: Vec<(usize, (usize, Place), Instance)>,
}

enum Wanted {
    /// The first instances.
    First(usize),
    /// Instances by number, with their rank in the order of the run.
    Ranked(HashMap<usize, usize>),
}

impl Kept {
    fn first(wanted: usize) -> Self {
        Self { wanted: Wanted::First(wanted), seen: 0, files: Vec::new(), instances: Vec::new() }
    }

    fn ranked(order: &[usize]) -> Self {
        let ranks = order.iter().enumerate().map(|(rank, number)| (*number, rank)).collect();
        Self { wanted: Wanted::Ranked(ranks), seen: 0, files: Vec::new(), instances: Vec::new() }
    }

    /// Returns the instances in the order of the run. `ids` names the column of the files' own ids.
    fn finish(mut self, ids: Option<&str>, seed: Option<u64>) -> Result<Vec<Instance>, BenchmarkError> {
        let mut places: HashMap<&str, (usize, Place)> = HashMap::new();
        for (_, (file, place), instance) in &self.instances {
            if let Some((other, first)) = places.insert(&instance.id, (*file, *place)) {
                let path = |file: usize| self.files.get(file).cloned().unwrap_or_default();
                return Err(BenchmarkError::RepeatedId {
                    file: path(*file),
                    place: *place,
                    column: ids.map(str::to_owned),
                    first: match other == *file {
                        true => first.to_string(),
                        false => format!("{}, {first}", path(other).display()),
                    },
                    id: instance.id.clone(),
                });
            }
        }
        match (&self.wanted, seed) {
            (Wanted::Ranked(_), _) => self.instances.sort_by_key(|(rank, _, _)| *rank),
            (Wanted::First(_), Some(seed)) => order::shuffle(&mut self.instances, seed),
            (Wanted::First(_), None) => {}
        }
        Ok(self.instances.into_iter().map(|(_, _, instance)| instance).collect())
    }
}

impl Sink for Kept {
    fn file(&mut self, file: &Path) {
        self.files.push(file.to_owned());
    }

    fn take(&mut self, place: Place, instance: Instance) {
        let number = self.seen;
        self.seen += 1;
        let rank = match &self.wanted {
            Wanted::First(wanted) => (number < *wanted).then_some(number),
            Wanted::Ranked(ranks) => ranks.get(&number).copied(),
        };
        if let Some(rank) = rank {
            self.instances.push((rank, (self.files.len().saturating_sub(1), place), instance));
        }
    }
}

/// Returns the sha256 over the ids, labels and prompts of the instances. It is equal for lists that make the
/// same experiment.
#[must_use]
pub fn fingerprint(instances: &[Instance]) -> String {
    let mut bytes = Vec::new();
    for instance in instances {
        let label = instance.label.map_or("", |label| label.name());
        for field in [instance.id.as_str(), label, instance.prompt.as_str()] {
            bytes.extend_from_slice(&(field.len() as u64).to_le_bytes());
            bytes.extend_from_slice(field.as_bytes());
        }
    }
    sha256_bytes(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_id_is_told_with_both_its_files_and_its_column() {
        let said = |second: &[&str], ids| {
            let mut kept = Kept::first(9);
            for (file, ids) in [("one.csv", &["a", "b"][..]), ("two.csv", second)] {
                kept.file(Path::new(file));
                for (id, line) in ids.iter().zip(2..) {
                    let (id, prompt) = ((*id).to_owned(), "p".to_owned());
                    kept.take(Place::Line(line), Instance { id, prompt, label: None, harm_category: None });
                }
            }
            kept.finish(ids, Some(1)).unwrap_err().to_string()
        };
        let across = "two.csv, line 3, column \"key\": the id \"b\" already appears at one.csv, line 3";
        assert_eq!(said(&["c", "b"], Some("key")), across);
        assert_eq!(said(&["c", "c"], None), "two.csv, line 3: the id \"c\" already appears at line 2");
    }
}
