//! Loads the prompts of a request. Rows are read one at a time, and only the prompts to run are kept.

use std::path::PathBuf;
use std::sync::Arc;

use super::error::BenchmarkError;
use super::instance_sink::{Intake, Sink};
use super::locate::Located;
use super::name::Benchmark;
use super::request::{Loaded, Request};
use super::sample::{self, choose};
use super::source::{Part, Source};
use super::strata::Strata;
use super::synthetic;
use super::table::{Data, Table};
use crate::model::digest::sha256_bytes;
use crate::record::Instance;
use crate::record::manifest::{BenchmarkFacts, FileFacts, HubFacts};
use crate::record::sample::SampleFacts;

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
    let mut left = None;
    let files: Vec<Data> = match (fetched, &request.stdin) {
        ([], Some(bytes)) => vec![Data::Stdin(Arc::clone(bytes))],
        ([], None) => {
            let Located { files, note } = source.locate(benchmark.name(), request.data.as_deref())?;
            left = note;
            files.into_iter().map(Data::File).collect()
        }
        _ => fetched.iter().map(|fetched| Data::File(fetched.path.clone())).collect(),
    };
    let survey = |strata: &mut Strata| read(source, &files, request, strata).map(|_| ());
    let (mut kept, sample) = choose(request, survey)?;
    let mut notes: Vec<String> = request.found.clone();
    notes.extend(left);
    notes.extend(fetched.iter().map(|fetched| fetched.note(source.licence)));
    notes.extend(read(source, &files, request, &mut kept)?);
    notes.extend(request.idle_options(benchmark));
    if let Some(wanted) = request.num_instances.filter(|wanted| *wanted > kept.seen) {
        notes.push(format!("{wanted} instances were asked for; the file has {}", kept.seen));
    }
    let sample = sample.map(|sample| SampleFacts { of: kept.seen, ..sample });
    let is_a_part = request.num_instances.is_some_and(|wanted| wanted < kept.seen);
    let sample = sample.filter(|_| is_a_part);
    let ids = request.custom.id.as_deref().or(source.ids);
    let instances = kept.finish(ids, request.shuffle_seed)?;
    if instances.is_empty() {
        let file = files.first().map_or(PathBuf::new(), |file| file.path().to_owned());
        return Err(BenchmarkError::NoInstances { file, notes });
    }
    notes.extend(sample.iter().map(|sample| sample::note(sample, instances.len(), request.first)));
    let hub = fetched.first().map(|first| HubFacts {
        repository: first.subset.file.address(),
        revision: first.revision.clone(),
        pinned: fetched.iter().all(|fetched| fetched.subset.file.sha256.is_some()),
    });
    let facts = files.iter().map(file_facts).collect::<Result<_, _>>()?;
    let mut loaded = loaded(benchmark, instances, notes, facts, hub);
    loaded.facts.sample = sample;
    Ok(loaded)
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
        sample: None,
        shard: None,
        notes,
        prompts_sha256: fingerprint(&instances),
        hub,
    };
    Loaded { instances, facts }
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
