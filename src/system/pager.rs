//! The pager, as git uses it: `SAFETY_DEEPCONF_PAGER`, else `PAGER`, else `less`.

use std::io::Write;
use std::process::{Command, Stdio};

use super::signals;

/// The pager where none is set: it ends by itself if the text fits, keeps colours, and leaves the text on screen.
const DEFAULT: &str = "less -FRX";

/// Shows a text in the pager and waits until it is closed. Returns false, and shows nothing, if there is no pager
/// or none is wanted: an empty variable, or `cat`.
pub fn show(text: &str) -> bool {
    let set = |name| std::env::var(name).ok();
    let command = set("SAFETY_DEEPCONF_PAGER").or_else(|| set("PAGER")).unwrap_or_else(|| DEFAULT.to_owned());
    run(&command, text)
}

fn run(command: &str, text: &str) -> bool {
    let Some((program, arguments)) = shlex::split(command).and_then(|words| {
        let (program, arguments) = words.split_first()?;
        Some((program.clone(), arguments.to_vec()))
    }) else {
        return false;
    };
    if program == "cat" {
        return false;
    }
    let mut pager = Command::new(program);
    pager.args(arguments).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        pager.env("LESS", "FRX");
    }
    // Ctrl-C belongs to the pager: without this, it would end the program and leave the pager alone.
    signals::flag();
    let Ok(mut pager) = pager.spawn() else { return false };
    if let Some(mut stdin) = pager.stdin.take() {
        // A pager that is closed early reads no further.
        let _ = stdin.write_all(text.as_bytes());
    }
    let _ = pager.wait();
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_pager_shows_nothing() {
        for command in ["", " ", "cat", "no-such-pager-is-installed -R", "less \""] {
            assert!(!run(command, "text"), "{command:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_pager_gets_the_whole_text_and_may_end_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("paged");
        let command = format!("sh -c \"cat > '{}'\"", file.display());
        assert!(run(&command, "one\ntwo\n"));
        assert_eq!(fs_err::read_to_string(&file).unwrap(), "one\ntwo\n");
        assert!(run("true", &"x".repeat(1 << 20)));
    }
}
