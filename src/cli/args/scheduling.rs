//! Arguments about processors and priority, under llama.cpp's names.

use std::collections::BTreeSet;

use clap::Args;

use crate::settings::BadSetting;
use crate::system::scheduling::Scheduling;

/// Largest number of a processor that llama.cpp's options take.
const MOST: usize = 511;

/// Niceness of llama.cpp's priorities, from -1 to 3.
const PRIORITIES: [i32; 5] = [5, 0, -5, -10, -20];

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Processors (llama.cpp's names)")]
pub struct SchedulingArgs {
    /// Processors to run on, as a hexadecimal mask [also -C].
    #[arg(long, value_name = "MASK", value_parser = mask)]
    pub cpu_mask: Option<Processors>,
    /// Processors to run on, first and last [also -Cr; with --cpu-mask both].
    #[arg(long, value_name = "LO-HI", value_parser = range)]
    pub cpu_range: Option<Processors>,
    /// Priority: -1 low, 0 normal, 1 medium, 2 high, 3 real time.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i8).range(-1..=3), allow_negative_numbers = true)]
    pub prio: Option<i8>,
    /// Niceness, as the command nice takes it: 19 leaves other programs the most.
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(i32).range(-20..=19),
        allow_negative_numbers = true,
        conflicts_with = "prio"
    )]
    pub nice: Option<i32>,
}

/// Numbers of processors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Processors(BTreeSet<usize>);

impl SchedulingArgs {
    /// Returns what these arguments ask for.
    ///
    /// # Errors
    /// [`BadSetting`] if none of the processors exists.
    pub fn scheduling(&self, present: Option<&BTreeSet<usize>>) -> Result<Scheduling, BadSetting> {
        let typed = [&self.cpu_mask, &self.cpu_range].into_iter().flatten();
        let processors: BTreeSet<usize> = typed.flat_map(|Processors(set)| set.iter().copied()).collect();
        if let Some(present) = present
            && !processors.is_empty()
            && processors.is_disjoint(present)
        {
            let list: Vec<String> = present.iter().map(usize::to_string).collect();
            return Err(BadSetting(format!(
                "--cpu-mask, --cpu-range: none of the processors is there; this process may use {}",
                list.join(", ")
            )));
        }
        let nice = self.nice.or_else(|| {
            let place = usize::try_from(self.prio? + 1).ok()?;
            PRIORITIES.get(place).copied()
        });
        Ok(Scheduling { processors, nice })
    }
}

/// Reads a hexadecimal mask: its last bit is processor 0.
fn mask(text: &str) -> Result<Processors, String> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let mut set = BTreeSet::new();
    for (place, digit) in digits.chars().rev().enumerate() {
        let digit = digit.to_digit(16).ok_or("expected a hexadecimal mask, for instance 0xF0")?;
        set.extend((0..4).filter(|bit| digit >> bit & 1 == 1).map(|bit| 4 * place + bit));
    }
    within(set)
}

/// Reads the first and the last processor; either may be left out.
fn range(text: &str) -> Result<Processors, String> {
    let wrong = || "expected the first and the last processor, for instance 0-3".to_owned();
    let (first, last) = text.split_once('-').ok_or_else(wrong)?;
    let number = |text: &str, usual: usize| match text {
        "" => Ok(usual),
        _ => text.parse::<usize>().map_err(|_| wrong()),
    };
    let (first, last) = (number(first, 0)?, number(last, MOST)?);
    within(if last > MOST { BTreeSet::from([last]) } else { (first..=last).collect() })
}

fn within(set: BTreeSet<usize>) -> Result<Processors, String> {
    match set.last() {
        None => Err("there is no processor in it".to_owned()),
        Some(&last) if last > MOST => Err(format!("processors are numbered up to {MOST}")),
        Some(_) => Ok(Processors(set)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(read: Result<Processors, String>) -> Vec<usize> {
        read.map(|Processors(set)| set.into_iter().collect()).unwrap_or_default()
    }

    #[test]
    fn masks_and_ranges_are_llama_cpp_s() {
        assert_eq!(set(mask("0xF0")), [4, 5, 6, 7]);
        assert_eq!(set(mask("101")), [0, 8]);
        assert_eq!(set(range("2-4")), [2, 3, 4]);
        assert_eq!(set(range("-1")), [0, 1]);
        assert_eq!(set(range("510-")), [510, 511]);
        for bad in ["", "0x", "0", "xyz", &"f".repeat(200)] {
            assert!(mask(bad).is_err(), "{bad}");
        }
        for bad in ["3", "4-2", "a-b", "0-512", "99999999999999999999-1"] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn priorities_are_niceness() {
        let arguments =
            |prio, nice| SchedulingArgs { cpu_mask: None, cpu_range: range("0-1").ok(), prio, nice };
        let made = |prio, nice| arguments(prio, nice).scheduling(None).unwrap().nice;
        assert_eq!([-1, 0, 1, 2, 3].map(|prio| made(Some(prio), None).unwrap()), PRIORITIES);
        assert_eq!((made(None, Some(19)), made(None, None)), (Some(19), None));
        assert!(arguments(None, None).scheduling(Some(&[1, 5].into())).is_ok());
        let error = arguments(None, None).scheduling(Some(&[4, 5].into())).unwrap_err();
        assert!(error.to_string().contains("4, 5"), "{error}");
    }
}
