//! Names as people type them: case, dashes and underscores make no difference, and a wrong name gets the nearest one.

/// Similarity (Jaro-Winkler, 0 to 1) from which a name is proposed for another.
const SIMILAR: f64 = 0.75;

/// Returns the value of a typed name.
///
/// `kind`: what is named ("measure"). `known`: every name and its value.
///
/// # Errors
/// A message with the nearest name and the list of all names.
pub fn find<T>(
    kind: &str,
    typed: &str,
    known: impl IntoIterator<Item = (&'static str, T)>,
) -> Result<T, String> {
    let (names, values): (Vec<&'static str>, Vec<T>) = known.into_iter().unzip();
    let plain_typed = plain(typed);
    match names.iter().position(|name| plain(name) == plain_typed) {
        Some(at) => values.into_iter().nth(at).ok_or_else(|| unknown(kind, typed, &names)),
        None => Err(unknown(kind, typed, &names)),
    }
}

/// Returns the message about a name that does not exist.
#[must_use]
pub fn unknown(kind: &str, typed: &str, known: &[&str]) -> String {
    let meant = nearest(typed, known).map_or_else(String::new, |name| format!(" did you mean {name}?"));
    format!("unknown {kind} {typed:?};{meant} known: {}", known.join(", "))
}

/// Returns the known name that is most similar to the typed one, if one is similar enough.
#[must_use]
pub fn nearest<'a>(typed: &str, known: &[&'a str]) -> Option<&'a str> {
    let plain_typed = plain(typed);
    let scored = known.iter().map(|name| (strsim::jaro_winkler(&plain_typed, &plain(name)), *name));
    let (similarity, name) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (similarity >= SIMILAR).then_some(name)
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['-', '_', ' '], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_name_gets_the_nearest() {
        let known = [("lowest_group", 1), ("tail", 2)];
        assert_eq!(find("measure", "Lowest-Group", known), Ok(1));
        assert_eq!(
            find("measure", "lowestgrup", known).unwrap_err(),
            "unknown measure \"lowestgrup\"; did you mean lowest_group? known: lowest_group, tail"
        );
        assert_eq!(
            find("measure", "kurtosis", known).unwrap_err(),
            "unknown measure \"kurtosis\"; known: lowest_group, tail"
        );
    }
}
