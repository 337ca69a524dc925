//! `fetch`: models into the cache.

use serde_json::json;

use crate::cli::download;
use crate::cli::exit::Exit;
use crate::cli::hub_args::FetchArgs;
use crate::cli::printer::Printer;

/// Downloads what is missing, checks every file, and prints `SHA256  PATH` lines as `sha256sum -c` reads
/// them. One that fails does not keep the others from coming; its error decides the exit status.
pub fn fetch(args: &FetchArgs, printer: &Printer) -> anyhow::Result<Exit> {
    let mut ended = Exit::Done;
    for name in &args.models {
        match download::open(name, args.offline, printer) {
            Ok(model) => {
                let path = model.path.display().to_string();
                let line = if printer.is_json() {
                    json!({ "model": model.facts(), "path": path }).to_string()
                } else {
                    format!("{}  {path}", model.sha256)
                };
                printer.data(&format!("{line}\n"))?;
            }
            Err(error) => {
                printer.error(&error);
                ended = if ended == Exit::Done { Exit::of_error(&error) } else { ended };
            }
        }
    }
    Ok(ended)
}
