//! Lists of models as they are typed: commas, braces, patterns.

use std::path::Path;

use crate::jobs::InputError;
use crate::jobs::sweep::expand;

/// `a,b` and `user/repo:{Q8_0,Q4_K_M}` as several; a pattern (`levels/*.gguf`) as the files that it matches, in the
/// order of their names. A file whose name has any of these is itself.
///
/// # Errors
/// For braces that do not match, and for a pattern without a file.
pub fn expanded(text: &str) -> Result<Vec<String>, InputError> {
    if Path::new(text).is_file() {
        return Ok(vec![text.to_owned()]);
    }
    let mut names = Vec::new();
    for name in expand(text).map_err(InputError::plain)? {
        if !name.contains(['*', '?']) || Path::new(&name).exists() {
            names.push(name);
            continue;
        }
        let files = glob::glob(&name).map_err(|error| InputError::plain(format!("{name}: {error}")))?;
        let files: Vec<String> = files.flatten().map(|path| path.display().to_string()).collect();
        if files.is_empty() {
            return Err(InputError::plain(format!("{name} matches no file")));
        }
        names.extend(files);
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_braces_and_patterns_are_several() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b-Q8_0.gguf", "a-Q4_0.gguf", "c,d.gguf", "notes.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let path = |name: &str| folder.path().join(name).display().to_string();
        assert_eq!(
            expanded("demo,user/repo:{Q8_0,Q4_0}").unwrap(),
            ["demo", "user/repo:Q8_0", "user/repo:Q4_0"]
        );
        assert_eq!(expanded(&path("*-Q*.gguf")).unwrap(), [path("a-Q4_0.gguf"), path("b-Q8_0.gguf")]);
        assert_eq!(expanded(&path("c,d.gguf")).unwrap(), [path("c,d.gguf")]);
        assert!(expanded(&path("*.bin")).unwrap_err().message.contains("matches no file"));
    }
}
