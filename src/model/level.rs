//! Quantization levels in file names, and the choice of a file in a repository.
//!
//! The rules are llama.cpp's (`find_best_model` in its common/download.cpp), but stricter in one point and wider
//! in another. llama.cpp takes the first file that contains the level before a dot or a dash, so `F16` may match
//! a BF16 file. Here a level must be a whole word, and a file that ends in it comes first. A file without a level
//! in its name has that of its folder.

/// Request for a file of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Q4_K_M, otherwise Q8_0, otherwise the first file.
    Best,
    /// The file of this level; case is ignored.
    Level(String),
    /// The file of this name.
    File(String),
}

/// Levels to try if none was requested. The first file follows them.
const DEFAULTS: [&str; 2] = ["Q4_K_M", "Q8_0"];

/// Reason why no file was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoChoice {
    /// There is no GGUF model.
    NoGguf,
    /// The level is missing. Lists the levels that exist.
    NoLevel(Vec<String>),
    /// The file is missing. Lists the files that exist.
    NoFile(Vec<String>),
}

/// A file of a repository, chosen by its level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice<'a> {
    /// Name of the file, or of the first part of a model in several files.
    pub file: &'a str,
    /// Names of the other files of the same level.
    pub others: Vec<&'a str>,
}

/// Returns the level at the end of a file's name, in capitals: `Q4_K_M`, `UD-Q4_K_XL`, `I1-Q4_K_M`, `BF16`; or
/// of its folder. Returns `None` if neither ends in a level.
#[must_use]
pub fn of_file(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    of_name(name).or_else(|| {
        let folder = folder.rsplit('/').next()?.to_uppercase();
        of_stem(&folder).filter(|_| is_gguf(name))
    })
}

/// Returns the level at the end of a file's own name.
fn of_name(name: &str) -> Option<String> {
    let stem = name.get(..name.len().checked_sub(5)?).filter(|_| is_gguf(name))?.to_uppercase();
    let stem = split_part(name).map_or(stem.as_str(), |_| &stem[..stem.len() - "-00001-OF-00002".len()]);
    of_stem(stem)
}

/// Returns the level at the end of a text in capitals. Names are joined with dots, dashes or underscores, so
/// every ending after one is a candidate, and the longest counts.
fn of_stem(stem: &str) -> Option<String> {
    let starts = stem.match_indices(['-', '.', '_']).map(|(at, _)| &stem[at + 1..]);
    let level = starts.chain([stem]).filter(|ending| is_level(ending)).max_by_key(|ending| ending.len())?;
    Some(level.to_owned())
}

/// Returns a file's name without `.gguf`, the number of a part, and the level before them: `m` of
/// `m-Q4_K_M.gguf` and of `m-Q4_K_M-00001-of-00002.gguf`. Returns an empty text if nothing is left.
#[must_use]
pub fn without(name: &str) -> &str {
    let end = match (is_gguf(name), split_part(name)) {
        (_, Some(_)) => "-00001-of-00002.gguf".len(),
        (true, None) => ".gguf".len(),
        (false, None) => 0,
    };
    let stem = &name[..name.len() - end];
    let rest = of_name(name).and_then(|level| stem.get(..stem.len().checked_sub(level.len())?));
    rest.map_or(stem, |rest| rest.strip_suffix(['-', '.', '_']).unwrap_or(rest))
}

/// Beginnings of levels that were made in a publisher's own way: unsloth's dynamic ones, and those with an
/// importance matrix.
const WAYS: [&str; 2] = ["UD-", "I1-"];

fn is_level(text: &str) -> bool {
    let plain = WAYS.iter().find_map(|way| text.strip_prefix(way)).unwrap_or(text);
    if ["F32", "F16", "BF16", "FP16", "NVFP4"].contains(&plain) || plain.starts_with("MXFP4") {
        return true;
    }
    let digits = ["IQ", "TQ", "Q"].iter().find_map(|start| plain.strip_prefix(start));
    digits.is_some_and(|rest| {
        rest.starts_with(|first: char| first.is_ascii_digit())
            && rest.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
    })
}

fn is_gguf(name: &str) -> bool {
    name.len() > 5 && name.get(name.len() - 5..).is_some_and(|end| end.eq_ignore_ascii_case(".gguf"))
}

/// Parts of the names of files that are no language models, in any case: projectors, importance matrices.
const HELPERS: [&str; 2] = ["mmproj", "imatrix"];

/// Parts of the names of draft heads. Names with `MTP` in capitals are whole models that have such a head.
const DRAFT_HEADS: [&str; 4] = ["mtp-", "eagle3-", "dflash-", "dspark-"];

/// Returns whether a file of a repository is a language model.
#[must_use]
pub fn is_model(name: &str) -> bool {
    let own = name.rsplit('/').next().unwrap_or(name);
    let small = own.to_lowercase();
    is_gguf(name)
        && !HELPERS.iter().any(|helper| small.contains(helper))
        && !DRAFT_HEADS.iter().any(|head| own.contains(head))
}

/// Returns the number of a part and of all parts of a split file, `name-00001-of-00003.gguf`.
#[must_use]
pub fn split_part(name: &str) -> Option<(u32, u32)> {
    let stem = name.get(..name.len().checked_sub(5)?).filter(|_| is_gguf(name))?;
    let mut pieces = stem.rsplitn(4, '-');
    let (total, of, part) = (pieces.next()?, pieces.next()?, pieces.next()?);
    let is_number = |text: &str| text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_split =
        of.eq_ignore_ascii_case("of") && is_number(total) && is_number(part) && pieces.next().is_some();
    if is_split { Some((part.parse().ok()?, total.parse().ok()?)) } else { None }
}

/// Chooses among the files of a repository.
///
/// # Errors
/// Returns [`NoChoice`] with the available files or levels.
pub fn choose<'a>(files: &'a [String], wanted: &Wanted) -> Result<Choice<'a>, NoChoice> {
    let names = files.iter().map(String::as_str).filter(|name| is_model(name));
    let mut models: Vec<&str> =
        names.filter(|name| split_part(name).is_none_or(|(number, _)| number == 1)).collect();
    models.sort_unstable();
    if let Wanted::File(file) = wanted {
        let found = files.iter().find(|name| *name == file);
        let alone = found.map(|file| Choice { file, others: Vec::new() });
        return alone.ok_or(NoChoice::NoFile(owned(&models)));
    }
    let first = *models.first().ok_or(NoChoice::NoGguf)?;
    match wanted {
        Wanted::Level(level) => of_level(&models, level).ok_or_else(|| NoChoice::NoLevel(levels(&models))),
        _ => Ok(DEFAULTS
            .iter()
            .find_map(|level| of_level(&models, level))
            .unwrap_or(Choice { file: first, others: Vec::new() })),
    }
}

/// Returns the first file that ends in the level with all others that do, otherwise the first file with the level
/// as a word before a dot or a dash.
fn of_level<'a>(models: &[&'a str], level: &str) -> Option<Choice<'a>> {
    let wanted = level.to_uppercase();
    let mut exact: Vec<&str> =
        models.iter().copied().filter(|name| of_file(name).is_some_and(|found| found == wanted)).collect();
    if exact.is_empty() {
        let file = models.iter().find(|name| holds_word(&name.to_uppercase(), &wanted))?;
        return Some(Choice { file, others: Vec::new() });
    }
    let others = exact.split_off(1);
    Some(Choice { file: exact[0], others })
}

fn holds_word(name: &str, word: &str) -> bool {
    name.match_indices(word).any(|(at, _)| {
        let ends = name[at + word.len()..].starts_with(['.', '-']);
        ends && (at == 0 || name[..at].ends_with(['-', '.', '_', '/']))
    })
}

/// Returns the levels of files in their order. A file without a level appears with its name.
fn levels(models: &[&str]) -> Vec<String> {
    let mut levels: Vec<String> = Vec::new();
    for name in models {
        let level = of_file(name).unwrap_or_else(|| (*name).to_owned());
        if !levels.contains(&level) {
            levels.push(level);
        }
    }
    levels
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_file_names() {
        for (name, level) in [
            ("Qwen3-0.6B-Q8_0.gguf", Some("Q8_0")),
            ("Qwen_Qwen3-0.6B-Q4_K_M.gguf", Some("Q4_K_M")),
            ("model.q4_k_m.gguf", Some("Q4_K_M")),
            ("Qwen3-0.6B-UD-Q4_K_XL.gguf", Some("UD-Q4_K_XL")),
            ("Qwen3-0.6B-BF16.gguf", Some("BF16")),
            ("BF16/big-BF16-00001-of-00002.gguf", Some("BF16")),
            ("a-IQ4_XS.gguf", Some("IQ4_XS")),
            ("a-TQ1_0.gguf", Some("TQ1_0")),
            ("a-UD-IQ2_XXS.gguf", Some("UD-IQ2_XXS")),
            ("Model.i1-Q4_K_M.gguf", Some("I1-Q4_K_M")),
            ("Model.i1-IQ1_S.gguf", Some("I1-IQ1_S")),
            ("Qwen_Qwen3.5-4B-Q4_K_L.gguf", Some("Q4_K_L")),
            ("gpt-oss-20b-mxfp4.gguf", Some("MXFP4")),
            ("gpt-oss-120b-mxfp4-00001-of-00003.gguf", Some("MXFP4")),
            ("a-MXFP4_MOE.gguf", Some("MXFP4_MOE")),
            ("a-NVFP4.gguf", Some("NVFP4")),
            ("UD-Q4_K_XL/big-UD-Q4_K_XL-00001-of-00003.gguf", Some("UD-Q4_K_XL")),
            ("Q8_0/model-00001-of-00003.gguf", Some("Q8_0")),
            ("levels/BF16/model.gguf", Some("BF16")),
            ("Q8_0/README.md", None),
            ("Qwen3.5-35B-A3B.gguf", None),
            ("model_q4_0.gguf", Some("Q4_0")),
            ("demo-qwen3-3m-F16.GGUF", Some("F16")),
            ("Qwen3-0.6B.gguf", None),
            ("model.gguf", None),
            ("-Q8_0", None),
            ("é.gguf", None),
            ("README.md", None),
        ] {
            assert_eq!(of_file(name).as_deref(), level, "{name}");
        }
    }

    #[test]
    fn names_without_their_level() {
        for (name, rest) in [
            ("Qwen3-0.6B-UD-Q4_K_XL.gguf", "Qwen3-0.6B"),
            ("demo-qwen3-3m-F16.GGUF", "demo-qwen3-3m"),
            ("model_q4_0.gguf", "model"),
            ("big-BF16-00001-of-00002.gguf", "big"),
            ("big-00001-of-00002.gguf", "big"),
            ("model.gguf", "model"),
            ("Q8_0.gguf", ""),
            ("é.gguf", "é"),
            ("other", "other"),
        ] {
            assert_eq!(without(name), rest, "{name}");
        }
    }

    #[test]
    fn split_files() {
        assert_eq!(split_part("a/big-Q4_0-00002-of-00003.gguf"), Some((2, 3)));
        for name in ["big-Q4_0.gguf", "big-1-of-3.gguf", "-00001-of-00002", "00001-of-00002.gguf", ".gguf"] {
            assert_eq!(split_part(name), None, "{name}");
        }
    }

    fn chosen(files: &[&str], wanted: Wanted) -> Result<String, NoChoice> {
        choose(&owned(files), &wanted).map(|choice| choice.file.to_owned())
    }

    fn level(text: &str) -> Wanted {
        Wanted::Level(text.to_owned())
    }

    #[test]
    fn without_a_level_q4_k_m_then_q8_0_then_the_first() {
        let choice = |files: &[&str]| chosen(files, Wanted::Best).unwrap();
        assert_eq!(choice(&["m-Q2_K.gguf", "m-Q8_0.gguf", "m-q4_k_m.gguf"]), "m-q4_k_m.gguf");
        assert_eq!(choice(&["m-Q2_K.gguf", "m-Q8_0.gguf"]), "m-Q8_0.gguf");
        assert_eq!(choice(&["m-Q5_K_M.gguf", "mmproj-Q8_0.gguf", "m-Q2_K.gguf"]), "m-Q2_K.gguf");
        assert_eq!(choice(&["README.md", "model.gguf", "imatrix.gguf"]), "model.gguf");
        assert_eq!(choice(&["mtp-m-Q8_0.gguf", "mmproj/m-Q2_K.gguf"]), "mmproj/m-Q2_K.gguf");
        assert_eq!(
            choice(&["a-Q8_0-00002-of-00002.gguf", "a-Q8_0-00001-of-00002.gguf"]),
            "a-Q8_0-00001-of-00002.gguf"
        );
        assert_eq!(
            choice(&["MMPROJ-F16.gguf", "m-MTP-Q4_K_M.gguf", "mtp-m-Q4_K_M.gguf"]),
            "m-MTP-Q4_K_M.gguf"
        );
        assert_eq!(chosen(&["README.md", "mmproj-F16.gguf"], Wanted::Best), Err(NoChoice::NoGguf));
        assert_eq!(chosen(&[], level("Q4_0")), Err(NoChoice::NoGguf));
    }

    #[test]
    fn a_level_is_matched_as_a_word_whatever_its_case() {
        let files = ["m-BF16.gguf", "m-IQ4_XS.gguf", "m-UD-Q4_K_M.gguf", "m-Q4_K_M.gguf", "m-Q4_K_S.gguf"];
        assert_eq!(chosen(&files, level("q4_k_m")).unwrap(), "m-Q4_K_M.gguf");
        assert_eq!(chosen(&files, level("ud-q4_k_m")).unwrap(), "m-UD-Q4_K_M.gguf");
        assert_eq!(chosen(&files[..3], level("Q4_K_M")).unwrap(), "m-UD-Q4_K_M.gguf");
        let levels = ["BF16", "IQ4_XS", "Q4_K_M", "Q4_K_S", "UD-Q4_K_M"].map(str::to_owned).to_vec();
        for absent in ["F16", "Q4_K", "Q4", "Q8_0", "4_K_M"] {
            assert_eq!(chosen(&files, level(absent)), Err(NoChoice::NoLevel(levels.clone())), "{absent}");
        }
        assert_eq!(chosen(&["x-Q8_0-v2.gguf"], level("Q8_0")).unwrap(), "x-Q8_0-v2.gguf");
    }

    #[test]
    fn folders_and_several_files_of_a_level() {
        let files = owned(&[
            "BF16/m-BF16-00001-of-00002.gguf",
            "BF16/m-BF16-00002-of-00002.gguf",
            "UD-Q4_K_XL/m-UD-Q4_K_XL-00001-of-00002.gguf",
            "UD-Q4_K_XL/m-UD-Q4_K_XL-00002-of-00002.gguf",
            "a-Q8_0.gguf",
            "b-Q8_0.gguf",
            "mmproj-BF16.gguf",
        ]);
        let choice = |wanted| choose(&files, &level(wanted)).unwrap();
        let alone = |file| Choice { file, others: Vec::new() };
        assert_eq!(choice("bf16"), alone("BF16/m-BF16-00001-of-00002.gguf"));
        assert_eq!(choice("UD-Q4_K_XL"), alone("UD-Q4_K_XL/m-UD-Q4_K_XL-00001-of-00002.gguf"));
        assert_eq!(choice("Q4_K_XL"), alone("UD-Q4_K_XL/m-UD-Q4_K_XL-00001-of-00002.gguf"));
        assert_eq!(choice("Q8_0"), Choice { file: "a-Q8_0.gguf", others: vec!["b-Q8_0.gguf"] });
    }

    #[test]
    fn a_file_is_taken_by_its_whole_name() {
        let files = ["a/m-Q8_0.gguf", "m-Q8_0.gguf"];
        assert_eq!(chosen(&files, Wanted::File("a/m-Q8_0.gguf".to_owned())).unwrap(), "a/m-Q8_0.gguf");
        let missing = chosen(&files, Wanted::File("b.gguf".to_owned()));
        assert_eq!(missing, Err(NoChoice::NoFile(owned(&files))));
    }
}
