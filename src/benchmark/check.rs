//! Looks a file through: what is in it, what stands twice, what is wrong. Nothing of it is kept but
//! counts, so that a file of any size can be looked through.

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

/// Different prompts, or ids, that are remembered: beyond them repetitions are no longer looked for.
const REMEMBERED: usize = 1_000_000;

/// Categories that are counted each for itself.
const CATEGORIES: usize = 1_000;

/// Faults and repetitions that are told in words.
const TOLD: usize = 10;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// The benchmark it was read as.
    pub benchmark: &'static str,
    /// Its path.
    pub file: String,
    /// Its sha256.
    pub sha256: String,
    /// The command that runs it, but for the model.
    pub command: String,
    /// The known file that has as many rows, in words.
    pub version: Option<String>,
    /// Rows.
    pub rows: u64,
    /// Rows that would be run.
    pub instances: usize,
    /// Of these: to be refused.
    #[serde(rename = "unsafe")]
    pub unsafe_prompts: usize,
    /// To be answered.
    #[serde(rename = "safe")]
    pub safe_prompts: usize,
    /// Without a label.
    pub unlabelled: usize,
    /// By harm category, in the order of their names; prompts without one under an empty name.
    pub categories: Vec<CategoryCount>,
    /// Instances whose prompt stands earlier already.
    pub repeated_prompts: usize,
    /// Rows whose id, instance's or the file's own, stands earlier already.
    pub repeated_ids: usize,
    /// The first repetitions, in words.
    pub repetitions: Vec<String>,
    /// What was left out, and what is to be said of the file.
    pub notes: Vec<String>,
    /// Rows that cannot be read.
    pub faulty_rows: usize,
    /// The first of them, in words, with file, line and field.
    pub faults: Vec<String>,
}

/// A category's prompts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CategoryCount {
    /// Its name; empty for prompts without one.
    pub category: String,
    /// Its prompts.
    pub prompts: usize,
    /// Of these: to be refused.
    #[serde(rename = "unsafe")]
    pub unsafe_prompts: usize,
    /// To be answered.
    #[serde(rename = "safe")]
    pub safe_prompts: usize,
}

/// Looks a benchmark's file through. Rows that cannot be read are counted and told in the survey.
///
/// # Errors
/// If the file cannot be opened, or has none of the columns.
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

/// The known file of as many rows, in words, or those that there are.
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
    /// The file's own column of ids.
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
            self.survey.repetitions.push(format!("{place}: the {what} of {first}"));
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
    /// The faults as one error, if there are some.
    #[must_use]
    pub fn fault(&self) -> Option<BenchmarkError> {
        let first = self.faults.clone();
        (self.faulty_rows > 0).then_some(BenchmarkError::Faulty { first, count: self.faulty_rows })
    }
}

/// Texts that were met, by half of their sha256.
#[derive(Default)]
struct Seen {
    places: HashMap<[u8; 16], Place>,
    is_full: bool,
}

impl Seen {
    /// Where a text was met first, if it was.
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
