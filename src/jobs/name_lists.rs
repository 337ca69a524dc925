//! Lists of models and benchmarks as people type them: repeated, with commas, braces and file patterns.

use std::path::Path;

use super::error::{InputError, JobError};
use crate::benchmark::{AUTO, Benchmark};

/// A benchmark by its name, with its file if one was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BenchmarkFile {
    /// Name of the benchmark, or `auto`.
    pub name: String,
    /// Path of its file.
    pub file: Option<String>,
}

/// Expands a list of models, each as `--model` takes it; a model that is listed again is dropped.
///
/// `a,b` and `user/repo:{Q8_0,Q4_K_M}` are several models. A pattern (`levels/*.gguf`) stands for the files that it
/// matches, sorted by name. The path of an existing file is taken as it is.
///
/// # Errors
/// If braces do not match, or a pattern matches no file.
pub fn models<'a>(texts: impl IntoIterator<Item = &'a String>) -> Result<Vec<String>, InputError> {
    let mut names: Vec<String> = Vec::new();
    for text in texts {
        for name in expanded(text)? {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    Ok(names)
}

/// Expands a list of benchmarks, each `NAME` or `NAME=FILE`, as [`models`] does.
///
/// `data` is the file of the only benchmark. Without any name the result is `auto` with a file, else `synthetic`.
///
/// # Errors
/// If a name is unknown or listed twice, a pattern matches no file, or `data` could belong to several benchmarks.
pub fn benchmarks(texts: &[String], data: Option<&Path>) -> Result<Vec<BenchmarkFile>, JobError> {
    let mut found: Vec<BenchmarkFile> = Vec::new();
    for text in texts {
        let is_one_file = text.split_once('=').is_some_and(|(_, file)| Path::new(file).exists());
        for part in if is_one_file { vec![text.clone()] } else { braces(text)? } {
            let (name, files) = match part.split_once('=') {
                Some((name, file)) => (name, files(file)?.into_iter().map(Some).collect()),
                None => (part.as_str(), vec![None]),
            };
            let name = match name.trim().eq_ignore_ascii_case(AUTO) {
                true => AUTO,
                false => Benchmark::named(name)?.name(),
            };
            found.extend(files.into_iter().map(|file| BenchmarkFile { name: name.to_owned(), file }));
        }
    }
    if found.is_empty() {
        let name = if data.is_some() { AUTO } else { Benchmark::Synthetic.name() };
        found.push(BenchmarkFile { name: name.to_owned(), file: None });
    }
    if let Some(data) = data {
        let message = match found.as_mut_slice() {
            [BenchmarkFile { file: file @ None, .. }] => {
                *file = Some(data.display().to_string());
                None
            }
            [_] => Some("--benchmark NAME=FILE and --data both name a file"),
            _ => Some("--data is the file of one benchmark, but several are named"),
        };
        if let Some(message) = message {
            return Err(
                InputError::new(message, "-b NAME=FILE,NAME=FILE names the file of each benchmark").into()
            );
        }
    }
    check_distinct(&found)?;
    Ok(found)
}

/// Checks that no benchmark is listed twice with the same file.
///
/// # Errors
/// Names the first one that is.
pub fn check_distinct(benchmarks: &[BenchmarkFile]) -> Result<(), InputError> {
    let Some(at) = (1..benchmarks.len()).find(|&at| benchmarks[..at].contains(&benchmarks[at])) else {
        return Ok(());
    };
    let BenchmarkFile { name, file } = &benchmarks[at];
    let file = file.as_ref().map_or_else(String::new, |file| format!("={file}"));
    Err(InputError::plain(format!("benchmark {name}{file} is listed twice")))
}

fn expanded(text: &str) -> Result<Vec<String>, InputError> {
    if Path::new(text).is_file() {
        return Ok(vec![text.to_owned()]);
    }
    let names = braces(text)?.into_iter().map(|name| files(&name));
    Ok(names.collect::<Result<Vec<_>, _>>()?.concat())
}

/// Returns the files that match a pattern, sorted by name; any other text as it is.
fn files(text: &str) -> Result<Vec<String>, InputError> {
    if !text.contains(['*', '?']) || Path::new(text).exists() {
        return Ok(vec![text.to_owned()]);
    }
    let matched = glob::glob(text).map_err(|error| InputError::plain(format!("{text}: {error}")))?;
    let matched: Vec<String> = matched.flatten().map(|path| path.display().to_string()).collect();
    match matched.is_empty() {
        true => Err(InputError::plain(format!("{text} matches no file"))),
        false => Ok(matched),
    }
}

/// Expands `a:{X,Y},b` to `a:X`, `a:Y`, `b`.
fn braces(text: &str) -> Result<Vec<String>, InputError> {
    let unmatched = || InputError::plain(format!("{text:?}: the braces do not match"));
    let (mut parts, mut part, mut depth) = (Vec::new(), String::new(), 0_u32);
    for letter in text.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth = depth.checked_sub(1).ok_or_else(unmatched)?,
            ',' if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    if depth > 0 {
        return Err(unmatched());
    }
    parts.push(part);
    let mut expanded = Vec::new();
    for part in parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()) {
        match (part.find('{'), part.find('}')) {
            (Some(open), Some(close)) if open < close => {
                for choice in part[open + 1..close].split(',') {
                    let (before, after) = (&part[..open], &part[close + 1..]);
                    expanded.extend(braces(&format!("{before}{}{after}", choice.trim()))?);
                }
            }
            (None, None) => expanded.push(part.to_owned()),
            _ => return Err(unmatched()),
        }
    }
    Ok(expanded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn braces_and_commas() {
        let expanded = |text: &str| braces(text).unwrap();
        assert_eq!(
            expanded("unsloth/Qwen3-0.6B-GGUF:{Q8_0,Q4_K_M}, demo"),
            ["unsloth/Qwen3-0.6B-GGUF:Q8_0", "unsloth/Qwen3-0.6B-GGUF:Q4_K_M", "demo"]
        );
        assert_eq!(expanded("m-{a,b}-{1,2}.gguf"), ["m-a-1.gguf", "m-a-2.gguf", "m-b-1.gguf", "m-b-2.gguf"]);
        assert_eq!(expanded("a,,b,"), ["a", "b"]);
        for text in ["a{b", "a}b", "}a{", "{a,{b}"] {
            assert!(braces(text).is_err(), "{text}");
        }
    }

    #[test]
    fn patterns_and_files_with_commas() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b-Q8_0.gguf", "a-Q4_0.gguf", "c,d.gguf", "notes.txt"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let path = |name: &str| folder.path().join(name).display().to_string();
        let models = |text: &str| models(&[text.to_owned()]);
        assert_eq!(models(&path("*-Q*.gguf")).unwrap(), [path("a-Q4_0.gguf"), path("b-Q8_0.gguf")]);
        assert_eq!(models(&path("c,d.gguf")).unwrap(), [path("c,d.gguf")]);
        assert!(models(&path("*.bin")).unwrap_err().message.contains("matches no file"));
        let custom = benchmarks(&[format!("custom={}", path("*-Q*.gguf"))], None).unwrap();
        assert_eq!(custom.len(), 2);
        let custom = benchmarks(&[format!("custom={}", path("c,d.gguf"))], None).unwrap();
        assert_eq!(custom[0].file, Some(path("c,d.gguf")));
    }

    #[test]
    fn commas_and_repetition_mean_the_same() {
        let both = benchmarks(&texts(&["synthetic,XSTest=x.csv"]), None).unwrap();
        assert_eq!(both, benchmarks(&texts(&["synthetic", "xstest=x.csv"]), None).unwrap());
        assert_eq!(both[1], BenchmarkFile { name: "xstest".to_owned(), file: Some("x.csv".to_owned()) });
        let name = |texts: &[String], data: Option<&str>| {
            benchmarks(texts, data.map(Path::new)).unwrap()[0].name.clone()
        };
        assert_eq!(name(&[], None), "synthetic");
        assert_eq!(name(&[], Some("x.csv")), "auto");
        assert_eq!(name(&texts(&["harmbench"]), Some("x.csv")), "harmbench");
        let error = |given: &[&str], data: Option<&str>| {
            benchmarks(&texts(given), data.map(Path::new)).unwrap_err().to_string()
        };
        assert!(error(&["xstest,synthetic"], Some("x.csv")).contains("the file of one benchmark"));
        assert!(error(&["xstest=a.csv"], Some("x.csv")).contains("both name a file"));
        assert!(error(&["synthetic", "Synthetic"], None).contains("benchmark synthetic is listed twice"));
        assert!(error(&["synthetic,xtest"], None).contains("xstest"));
    }
}
