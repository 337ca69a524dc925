//! The files of a model: one, or parts named `NAME-00001-of-00003.gguf`, of which any names the model.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::digest::{sha256_bytes, sha256_file};
use super::error::{ModelError, SplitError};
use super::gguf::{Header, Split};

/// The files of a model, and a header that describes them together.
#[derive(Clone, Debug)]
pub struct Files {
    /// Paths in the order of the parts; one for a model in one file.
    pub paths: Vec<PathBuf>,
    /// Header of the whole model.
    pub header: Header,
}

/// Returns the end of the name of a part, by which llama.cpp finds the parts: `-00002-of-00003.gguf`.
#[must_use]
pub fn ending(number: u64, count: u64) -> String {
    format!("-{number:05}-of-{count:05}.gguf")
}

/// Returns the names of all parts of the model that a part belongs to; `None` if the name is not that of a part.
#[must_use]
pub fn names(part: &str) -> Option<Vec<String>> {
    let (number, count) = super::level::split_part(part)?;
    let (number, count) = (u64::from(number), u64::from(count));
    let prefix = part.strip_suffix(&ending(number, count))?;
    (1..=count)
        .contains(&number)
        .then(|| (1..=count).map(|one| format!("{prefix}{}", ending(one, count))).collect())
}

/// Reads and checks the headers of a model. For a part of a model, finds the others in its folder and checks
/// that they belong together. Cost: reads only headers.
///
/// # Errors
/// Returns [`ModelError`], which names the part.
pub fn read(path: &Path) -> Result<Files, ModelError> {
    let header = header(path)?;
    match header.split() {
        None => Ok(Files { paths: vec![path.to_owned()], header }),
        Some(split) => read_parts(path, split),
    }
}

/// Returns the sha256 of each file. Cost: reads all files, as many at a time as there are threads.
///
/// # Errors
/// Fails if a file cannot be read; the error names it.
pub fn hash(paths: &[PathBuf]) -> std::io::Result<Vec<String>> {
    paths.par_iter().map(|path| sha256_file(path)).collect()
}

/// Returns the sha256 of a model: that of its file; of several parts, the sha256 of their sha256 in
/// hexadecimal, in order, each followed by a line feed.
#[must_use]
pub fn sha256_of(parts: &[String]) -> String {
    match parts {
        [one] => one.clone(),
        several => {
            sha256_bytes(several.iter().map(|sha256| format!("{sha256}\n")).collect::<String>().as_bytes())
        }
    }
}

fn header(path: &Path) -> Result<Header, ModelError> {
    if !path.exists() {
        return Err(ModelError::Missing { path: path.to_owned() });
    }
    Header::read(path).map_err(|source| ModelError::Gguf { path: path.to_owned(), source })
}

fn read_parts(path: &Path, split: Split) -> Result<Files, ModelError> {
    let paths = paths(path, split)?;
    let mut headers = paths.par_iter().map(|path| header(path)).collect::<Result<Vec<_>, _>>()?;
    for (index, (path, header)) in paths.iter().zip(&headers).enumerate() {
        check(path, index as u64 + 1, split, header)?;
    }
    let others = headers.split_off(1);
    let header = headers.remove(0).joined(others);
    let header = header.map_err(|source| SplitError::Join { path: paths[0].clone(), source })?;
    Ok(Files { paths, header })
}

/// Returns the paths of all parts, of which one is given.
fn paths(path: &Path, split: Split) -> Result<Vec<PathBuf>, SplitError> {
    let count = split.count;
    let Some(number) = split.number else {
        let found = "missing".to_owned();
        return Err(SplitError::Key {
            path: path.to_owned(),
            number: 1,
            key: "split.no",
            found,
            expected: 0,
        });
    };
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let all = names(&name).filter(|_| name.ends_with(&ending(number, count)));
    let Some(all) = all else {
        let ending = ending(number, count);
        return Err(SplitError::Renamed { path: path.to_owned(), number, count, ending });
    };
    let missing: Vec<String> =
        all.iter().filter(|name| !path.with_file_name(name).exists()).cloned().collect();
    if !missing.is_empty() {
        return Err(SplitError::Missing { path: path.to_owned(), count, missing });
    }
    Ok(all.iter().map(|name| path.with_file_name(name)).collect())
}

/// Checks that a part is what its name says, and counts like the part that was named.
fn check(path: &Path, number: u64, named: Split, header: &Header) -> Result<(), SplitError> {
    let own = header.split();
    let keys = [
        ("split.count", own.map(|own| own.count), Some(named.count)),
        ("split.no", own.and_then(|own| own.number).map(|own| own - 1), Some(number - 1)),
        ("split.tensors.count", own.and_then(|own| own.tensors), named.tensors),
    ];
    for (key, found, expected) in keys {
        if let Some(expected) = expected.filter(|&expected| found != Some(expected)) {
            let found = found.map_or("missing".to_owned(), |found| found.to_string());
            return Err(SplitError::Key { path: path.to_owned(), number, key, found, expected });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_have_the_names_that_llama_cpp_gives_them() {
        let all = ["a/m-Q8_0-00001-of-00002.gguf", "a/m-Q8_0-00002-of-00002.gguf"];
        assert_eq!(names(all[0]).unwrap(), all);
        assert_eq!(names(all[1]).unwrap(), all);
        for other in ["m.gguf", "m-00003-of-00002.gguf", "m-00000-of-00002.gguf", "m-00001-OF-00002.gguf"] {
            assert_eq!(names(other), None, "{other}");
        }
    }

    #[test]
    fn the_sha256_of_parts_is_that_of_their_list() {
        let (one, other) = ("a".repeat(64), "b".repeat(64));
        assert_eq!(sha256_of(std::slice::from_ref(&one)), one);
        // As `sha256sum PARTS | cut -d ' ' -f 1 | sha256sum` prints it.
        let expected = "913f9338fb6c17253f3a14816fc08d52522454bfc19a8c99538a197cfb23fb41";
        assert_eq!(sha256_of(&[one.clone(), other.clone()]), expected);
        assert_ne!(sha256_of(&[other, one]), expected, "the order counts");
    }
}
