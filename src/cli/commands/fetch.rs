//! `fetch`: downloads models into the cache.

use serde_json::json;

use crate::cli::args::hub::FetchArgs;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::download;

/// Downloads missing files, checks all, and prints `SHA256  PATH` lines in the format of `sha256sum -c`. Continues after
/// an error; the first one decides the exit status.
pub fn fetch(args: &FetchArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let context = terminal.context(args.offline);
    let mut ended = Exit::Done;
    for name in args.models.iter().chain(&args.model) {
        match download::model(name, &context) {
            Ok(model) => {
                let path = model.path.display().to_string();
                let line = if terminal.printer.is_json() {
                    json!({ "model": model.facts(), "path": path }).to_string()
                } else {
                    format!("{}  {path}", model.sha256)
                };
                terminal.printer.data(format!("{line}\n"))?;
            }
            Err(error) => {
                terminal.printer.error(&error, "");
                ended = if ended == Exit::Done { Exit::from(&error) } else { ended };
            }
        }
    }
    Ok(ended)
}
