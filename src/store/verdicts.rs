//! Verdicts of judges on a run's traces (`verdicts.jsonl`), stored next to the journal.

use super::StoreError;
use super::folder::{RunFolder, VERDICTS};
use super::journal::{self, Journal};
use crate::record::judge_entry::{JudgeEntry, JudgeIdentity, Opinion};

/// Verdicts that judges have given so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdicts {
    /// Judges in the order of the file. Of several with the same name, only the last is kept.
    pub judges: Vec<JudgeIdentity>,
    /// Opinions in the order of the file, without those of replaced judges.
    pub opinions: Vec<Opinion>,
}

impl Verdicts {
    fn of(entries: Vec<JudgeEntry>) -> Self {
        let mut verdicts = Self::default();
        for entry in entries {
            match entry {
                JudgeEntry::Judge(identity) => {
                    // Opinions of an earlier judge of this name must not mix with the new ones.
                    verdicts.opinions.retain(|opinion| opinion.judge != identity.name);
                    verdicts.judges.retain(|judge| judge.name != identity.name);
                    verdicts.judges.push(*identity);
                }
                JudgeEntry::Named { judge, named } => {
                    let judges = verdicts.judges.iter_mut();
                    judges.filter(|one| one.name == judge).for_each(|one| one.named.push(named.clone()));
                }
                JudgeEntry::Opinion(opinion) => verdicts.opinions.push(*opinion),
            }
        }
        verdicts
    }

    /// Reads the verdicts of a run; empty if there are none.
    ///
    /// # Errors
    /// Fails if the file is damaged.
    pub fn read(folder: &RunFolder) -> Result<Self, StoreError> {
        let path = folder.file(VERDICTS);
        if !path.is_file() {
            return Ok(Self::default());
        }
        Ok(Self::of(journal::read(&path)?.0))
    }

    /// Opens the verdicts of a run to add to them, and returns the present ones with the journal.
    ///
    /// # Errors
    /// Fails if the file is damaged, is locked by another process, or cannot be written.
    pub fn open(folder: &RunFolder) -> Result<(Self, Journal), StoreError> {
        let path = folder.file(VERDICTS);
        if !path.is_file() {
            return Ok((Self::default(), Journal::create::<JudgeEntry>(&path, &[])?));
        }
        let (journal, entries) = Journal::resume(&path)?;
        Ok((Self::of(entries), journal))
    }

    /// Returns the judge that a person calls by this text: its name, or its kind and the model as it was named.
    #[must_use]
    pub fn called(&self, text: &str) -> Option<&JudgeIdentity> {
        self.judge(text).or_else(|| self.judges.iter().find(|judge| judge.is_called(text)))
    }

    /// Returns the judge with this name.
    #[must_use]
    pub fn judge(&self, name: &str) -> Option<&JudgeIdentity> {
        self.judges.iter().find(|judge| judge.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_judge_of_a_name_takes_the_place_of_the_first() {
        let judge = |name: &str, sha256: &str| {
            let (name, sha256) = (name.to_owned(), Some(sha256.to_owned()));
            JudgeEntry::Judge(Box::new(JudgeIdentity { name, sha256, ..JudgeIdentity::default() }))
        };
        let says = |judge: &str, number| {
            JudgeEntry::Opinion(Box::new(Opinion { judge: judge.to_owned(), number, ..Opinion::default() }))
        };
        // The new `a` was interrupted after its first trace of two.
        let entries = vec![
            judge("a", "old"),
            says("a", 0),
            says("a", 1),
            judge("b", "same"),
            says("b", 0),
            judge("a", "new"),
            says("a", 0),
        ];
        let verdicts = Verdicts::of(entries);
        let said: Vec<_> = verdicts.opinions.iter().map(|one| (one.judge.as_str(), one.number)).collect();
        assert_eq!(said, [("b", 0), ("a", 0)]);
        assert_eq!(verdicts.judge("a").unwrap().sha256.as_deref(), Some("new"));
        assert_eq!(verdicts.judges.len(), 2);
    }

    #[test]
    fn a_judge_is_found_by_every_name_of_its_model() {
        let name = "guard:m-Q8_0.gguf";
        let identity = JudgeIdentity {
            name: name.to_owned(),
            named: vec!["models/m-Q8_0.gguf".to_owned()],
            ..JudgeIdentity::default()
        };
        let opinion = Opinion { judge: name.to_owned(), ..Opinion::default() };
        let verdicts = Verdicts::of(vec![
            JudgeEntry::Judge(Box::new(identity)),
            JudgeEntry::Opinion(Box::new(opinion)),
            JudgeEntry::Named { judge: name.to_owned(), named: "user/m-GGUF:Q8_0".to_owned() },
        ]);
        for text in [name, "guard:models/m-Q8_0.gguf", "guard:user/m-GGUF:Q8_0"] {
            assert_eq!(verdicts.called(text).map(|judge| judge.name.as_str()), Some(name), "{text}");
        }
        assert_eq!(verdicts.called("guard:user/m-GGUF:Q4_0"), None);
        assert_eq!(verdicts.opinions.len(), 1, "its opinions still count");
    }
}
