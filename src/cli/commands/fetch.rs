//! `fetch`: downloads models into the cache.

use std::path::Path;

use serde_json::json;

use crate::cli::args::hub::FetchArgs;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::download;

/// Downloads missing files, checks all, and prints `SHA256  PATH` lines in the format of `sha256sum -c`, one for
/// each part. Continues after an error; the first one decides the exit status.
pub fn fetch(args: &FetchArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let context = terminal.context(args.offline);
    let mut ended = Exit::Done;
    for name in args.models.iter().chain(&args.model) {
        match download::model(name, &context) {
            Ok(model) => {
                let line = |sha256: &str, path: &Path| format!("{sha256}  {}\n", path.display());
                terminal.printer.data(match (terminal.printer.is_json(), model.parts.as_slice()) {
                    (true, _) => {
                        let path = model.path.display().to_string();
                        format!("{}\n", json!({ "model": model.facts(), "path": path }))
                    }
                    (false, []) => line(&model.sha256, &model.path),
                    (false, parts) => parts.iter().map(|part| line(&part.facts.sha256, &part.path)).collect(),
                })?;
            }
            Err(error) => {
                terminal.printer.error(&error, "");
                ended = if ended == Exit::Done { Exit::from(&error) } else { ended };
            }
        }
    }
    Ok(ended)
}
