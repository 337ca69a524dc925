//! `fetch`: models into the cache.

use serde_json::json;

use crate::cli::args::hub::FetchArgs;
use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::jobs::JobError;
use crate::jobs::download;

/// Downloads what is missing, checks every file, and prints `SHA256  PATH` lines as `sha256sum -c` reads
/// them. One that fails does not keep the others from coming; its error decides the exit status.
pub fn fetch(args: &FetchArgs, terminal: &Terminal) -> Result<Exit, JobError> {
    let context = terminal.context(args.offline);
    let mut ended = Exit::Done;
    for name in &args.models {
        match download::model(name, &context) {
            Ok(model) => {
                let path = model.path.display().to_string();
                let line = if terminal.printer.is_json() {
                    json!({ "model": model.facts(), "path": path }).to_string()
                } else {
                    format!("{}  {path}", model.sha256)
                };
                terminal.printer.data(&format!("{line}\n"))?;
            }
            Err(error) => {
                terminal.printer.error(&error);
                ended = if ended == Exit::Done { Exit::from(&error) } else { ended };
            }
        }
    }
    Ok(ended)
}
