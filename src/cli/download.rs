//! Opens a model by any of its names, or a benchmark's file, and shows the download: a bar on a terminal, lines in a log.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::printer::Printer;
use crate::benchmark::{Benchmark, BenchmarkError, Fetched, Subset};
use crate::model::hub;
use crate::model::{DownloadListener, HubSettings, ModelFile, ModelSource};

/// Between two lines in a log.
const LOG_EVERY: Duration = Duration::from_secs(30);

/// Finds a model, downloads it if need be, and checks it.
///
/// # Errors
/// If there is none of this name, or it is not sound.
pub fn open(name: &str, offline: bool, printer: &Printer) -> anyhow::Result<ModelFile> {
    let source: ModelSource = name.parse()?;
    Ok(ModelFile::open_with(&source, offline, &mut DownloadProgress::new(printer))?)
}

/// Finds a benchmark's file on the hub, downloads it if need be, and checks it.
///
/// # Errors
/// If it cannot be had, or its sha256 is wrong.
pub fn subset(
    benchmark: Benchmark,
    subset: &'static Subset,
    offline: bool,
    printer: &Printer,
) -> Result<Fetched, BenchmarkError> {
    let mut progress = DownloadProgress::new(printer);
    let found = HubSettings::from_env(offline)
        .and_then(|settings| hub::find_dataset(&settings, &subset.file, &mut progress));
    match found {
        Ok(found) => Ok(Fetched { subset, path: found.path, revision: found.revision }),
        Err(error) => Err(BenchmarkError::Fetch {
            name: benchmark.name(),
            file: subset.file.file,
            error: Box::new(error),
        }),
    }
}

struct DownloadProgress<'a> {
    printer: &'a Printer,
    bar: ProgressBar,
    logged: Instant,
}

impl<'a> DownloadProgress<'a> {
    fn new(printer: &'a Printer) -> Self {
        Self { printer, bar: ProgressBar::hidden(), logged: Instant::now() }
    }
}

impl DownloadListener for DownloadProgress<'_> {
    fn begin(&mut self, file: &str, size: Option<u64>, done: u64) {
        let from = if done > 0 { format!(", going on at {}", megabytes(done)) } else { String::new() };
        let of = size.map_or("unknown size".to_owned(), megabytes);
        self.printer.note(&format!("downloading {file} ({of}){from}"));
        if self.printer.is_quiet() {
            return;
        }
        self.bar = ProgressBar::with_draw_target(size, ProgressDrawTarget::stderr());
        let template = "{bar:28} {decimal_bytes}/{decimal_total_bytes} {decimal_bytes_per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("=> "));
        }
        self.bar.set_position(done);
        // The speed is that of this process.
        self.bar.reset_eta();
        self.logged = Instant::now();
    }

    fn advance(&mut self, done: u64) {
        self.bar.set_position(done);
        if self.bar.is_hidden() && self.logged.elapsed() >= LOG_EVERY {
            self.logged = Instant::now();
            let of = self.bar.length().map_or(String::new(), |size| format!(" of {}", megabytes(size)));
            self.printer.note(&format!("  {}{of}", megabytes(done)));
        }
    }

    fn end(&mut self) {
        self.bar.finish_and_clear();
    }

    fn note(&mut self, text: &str) {
        self.bar.suspend(|| self.printer.note(text));
    }
}

/// Bytes for people.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}
