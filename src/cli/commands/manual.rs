//! `completions` and `man`: what shells and `man` read, from the definitions that are parsed by.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::cli::exit::Exit;
use crate::cli::terminal::Terminal;
use crate::jobs::{JobError, output};

#[derive(Clone, Debug, Args)]
pub struct CompletionsArgs {
    /// bash, zsh, fish, elvish or powershell.
    #[arg(value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Clone, Debug, Args)]
pub struct ManArgs {
    /// Write a page for the program and one for each command there; without it the program's goes to stdout.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}

/// Prints a shell's completions.
pub fn completions(args: &CompletionsArgs, program: &Command, terminal: &Terminal) -> Result<Exit, JobError> {
    let mut bytes = Vec::new();
    let name = program.get_name().to_owned();
    clap_complete::generate(args.shell, &mut program.clone(), name, &mut bytes);
    terminal.printer.data(&bytes)?;
    Ok(Exit::Done)
}

/// Prints or writes manual pages.
pub fn man(args: &ManArgs, program: &Command, terminal: &Terminal) -> Result<Exit, JobError> {
    let page = |command: &Command| -> Result<Vec<u8>, JobError> {
        let mut bytes = Vec::new();
        clap_mangen::Man::new(command.clone().disable_help_subcommand(true)).render(&mut bytes)?;
        Ok(bytes)
    };
    let Some(folder) = &args.output else {
        terminal.printer.data(page(program)?)?;
        return Ok(Exit::Done);
    };
    fs_err::create_dir_all(folder)?;
    let commands =
        program.get_subcommands().filter(|command| command.get_name() != "help" && !command.is_hide_set());
    for command in std::iter::once(program).chain(commands) {
        let name = command.get_display_name().unwrap_or(command.get_name());
        output::write(&folder.join(format!("{name}.1")), &page(command)?)?;
    }
    terminal.printer.note(&format!("wrote the pages to {}; read one with man -l", folder.display()));
    Ok(Exit::Done)
}
