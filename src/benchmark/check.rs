//! Checks a file: contents, repetitions, faults. Keeps only counts, so that files of any size can be checked.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::command::command;
use super::error::{BenchmarkError, Place};
use super::instance_sink::Sink;
use super::loading;
use super::name::Benchmark;
use super::request::Request;
use super::source::{Source, Version};
use super::table::{Data, Row};
use crate::record::{Instance, Label};

/// Maximum number of distinct prompts, or ids, to remember. Beyond it, repetitions are no longer detected.
const REMEMBERED: usize = 1_000_000;

/// Maximum number of categories that are counted separately.
const CATEGORIES: usize = 1_000;

/// Maximum number of faults and of repetitions that are described.
const TOLD: usize = 10;

/// Result of the check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// Benchmark that the file was read as.
    pub benchmark: &'static str,
    /// Path of the file.
    pub file: String,
    /// sha256 of the file.
    pub sha256: String,
    /// Command that runs the file; the model is a placeholder.
    pub command: String,
    /// Description of the known file with the same number of rows.
    pub version: Option<String>,
    /// Number of rows.
    pub rows: u64,
    /// Number of instances: rows that would be run.
    pub instances: usize,
    /// Number of instances that should be refused.
    #[serde(rename = "unsafe")]
    pub unsafe_prompts: usize,
    /// Number of instances that should be answered.
    #[serde(rename = "safe")]
    pub safe_prompts: usize,
    /// Number of instances without a label.
    pub unlabelled: usize,
    /// Counts by harm category, sorted by name. The name is empty for prompts without a category.
    pub categories: Vec<CategoryCount>,
    /// Number of instances whose prompt appears earlier.
    pub repeated_prompts: usize,
    /// Number of rows whose id appears earlier, either the instance's or the file's own.
    pub repeated_ids: usize,
    /// Descriptions of the first repetitions.
    pub repetitions: Vec<String>,
    /// Notes on the file and on what was left out.
    pub notes: Vec<String>,
    /// Number of rows that cannot be read.
    pub faulty_rows: usize,
    /// Descriptions of the first of these, with file, line and field.
    pub faults: Vec<String>,
}

/// Counts of a category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CategoryCount {
    /// Name of the category; empty for prompts without one.
    pub category: String,
    /// Number of prompts.
    pub prompts: usize,
    /// Number of prompts that should be refused.
    #[serde(rename = "unsafe")]
    pub unsafe_prompts: usize,
    /// Number of prompts that should be answered.
    #[serde(rename = "safe")]
    pub safe_prompts: usize,
}

/// Checks a benchmark's file. Counts and describes rows that cannot be read.
///
/// # Errors
/// Fails if the file cannot be opened, or lacks a column.
pub fn check(file: &Path, benchmark: Benchmark, request: &Request) -> Result<Survey, BenchmarkError> {
    let Some(source) = benchmark.source() else {
        return Err(BenchmarkError::TakesNoData { name: benchmark.name() });
    };
    let data = match &request.stdin {
        Some(bytes) => Data::Stdin(Arc::clone(bytes)),
        None => Data::File(file.to_owned()),
    };
    let mut surveyor = Surveyor::new(source);
    let mut notes = request.found.clone();
    notes.extend(loading::read(source, std::slice::from_ref(&data), request, &mut surveyor)?);
    notes.extend(request.idle_options(benchmark));
    let mut survey = surveyor.survey;
    survey.benchmark = benchmark.name();
    survey.file = data.path().display().to_string();
    survey.sha256 = data.sha256()?;
    survey.command = command(benchmark, request, "MODEL");
    survey.version = version(source, data.path(), survey.rows);
    survey.notes.extend(notes);
    survey.categories = surveyor.categories.into_values().collect();
    survey.categories.sort_by(|a, b| a.category.cmp(&b.category));
    Ok(survey)
}

/// Describes the known file with this number of rows, or lists the known files.
fn version(source: &Source, file: &Path, rows: u64) -> Option<String> {
    let split = source.split_of(file);
    if let Some(Version { name, is_older, .. }) = source.version(split, rows) {
        let which = if *is_older { "an older version" } else { "the present version" };
        return Some(format!("{name}, {which} ({rows} rows)"));
    }
    let of_version = |version: &Version| {
        let older = if version.is_older { " (older)" } else { "" };
        format!("{} has {}{older}", version.name, version.rows)
    };
    let known: Vec<String> = source.versions_of(split).map(of_version).collect();
    (!known.is_empty()).then(|| format!("none that is known: {}", known.join(", ")))
}

struct Surveyor {
    survey: Survey,
    /// Column of the file's own ids.
    ids: Option<&'static str>,
    categories: HashMap<String, CategoryCount>,
    prompts: Seen,
    instance_ids: Seen,
    own_ids: Seen,
}

impl Surveyor {
    fn new(source: &Source) -> Self {
        Self {
            survey: Survey::default(),
            ids: source.ids,
            categories: HashMap::new(),
            prompts: Seen::default(),
            instance_ids: Seen::default(),
            own_ids: Seen::default(),
        }
    }

    fn tell_repetition(&mut self, what: &str, place: Place, first: Place) {
        if self.survey.repetitions.len() < TOLD {
            self.survey.repetitions.push(format!("{place}: same {what} as {first}"));
        }
    }
}

impl Sink for Surveyor {
    fn row(&mut self, row: Option<&Row>) {
        self.survey.rows += 1;
        let Some(row) = row else { return };
        let column = self.ids.and_then(|name| row.column(name));
        let id = column.and_then(|column| row.plain(column).ok().flatten());
        if let Some(first) = id.and_then(|id| self.own_ids.meet(&id, row.place)) {
            self.survey.repeated_ids += 1;
            self.tell_repetition("id", row.place, first);
        }
    }

    fn take(&mut self, place: Place, instance: Instance) {
        let survey = &mut self.survey;
        survey.instances += 1;
        let counts = match instance.label {
            Some(Label::Unsafe) => (1, 0),
            Some(Label::Safe) => (0, 1),
            None => {
                survey.unlabelled += 1;
                (0, 0)
            }
        };
        survey.unsafe_prompts += counts.0;
        survey.safe_prompts += counts.1;
        let mut category = instance.harm_category.unwrap_or_default();
        if self.categories.len() >= CATEGORIES && !self.categories.contains_key(&category) {
            "(further categories)".clone_into(&mut category);
        }
        let count = self
            .categories
            .entry(category)
            .or_insert_with_key(|name| CategoryCount { category: name.clone(), ..CategoryCount::default() });
        count.prompts += 1;
        count.unsafe_prompts += counts.0;
        count.safe_prompts += counts.1;
        if let Some(first) = self.prompts.meet(&instance.prompt, place) {
            self.survey.repeated_prompts += 1;
            self.tell_repetition("prompt", place, first);
        }
        if let Some(first) = self.instance_ids.meet(&instance.id, place) {
            self.survey.repeated_ids += 1;
            self.tell_repetition("id", place, first);
        }
        if self.prompts.is_full && !self.survey.notes.iter().any(|note| note.starts_with("repetitions")) {
            let note = format!("repetitions were looked for among the first {REMEMBERED} different prompts");
            self.survey.notes.push(note);
        }
    }

    fn fault(&mut self, fault: BenchmarkError) -> Result<(), BenchmarkError> {
        let is_of_a_row = matches!(fault, BenchmarkError::BadRow { .. } | BenchmarkError::BadField { .. });
        if !is_of_a_row {
            return Err(fault);
        }
        self.survey.faulty_rows += 1;
        if self.survey.faults.len() < TOLD {
            self.survey.faults.push(fault.to_string());
        }
        Ok(())
    }
}

impl Survey {
    /// Returns the faults as one error, if there are any.
    #[must_use]
    pub fn fault(&self) -> Option<BenchmarkError> {
        let first = self.faults.clone();
        (self.faulty_rows > 0).then_some(BenchmarkError::Faulty { first, count: self.faulty_rows })
    }
}

/// Texts seen so far, by the first half of their sha256.
#[derive(Default)]
struct Seen {
    places: HashMap<[u8; 16], Place>,
    is_full: bool,
}

impl Seen {
    /// Returns the place where a text was seen first; `None` for a new text.
    fn meet(&mut self, text: &str, place: Place) -> Option<Place> {
        let mut key = [0; 16];
        key.copy_from_slice(&Sha256::digest(text.as_bytes())[..16]);
        if let Some(first) = self.places.get(&key) {
            return Some(*first);
        }
        self.is_full = self.places.len() >= REMEMBERED;
        if !self.is_full {
            self.places.insert(key, place);
        }
        None
    }
}
