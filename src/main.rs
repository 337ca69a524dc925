//! The `safety-deepconf` program; all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    safety_deepconf::cli::main(std::env::args_os())
}
