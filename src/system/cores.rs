//! Cores that this process may use, and how many of them decode fast.

use std::collections::BTreeSet;
use std::path::Path;

/// Linux's folder of the processors.
const PROCESSORS: &str = "/sys/devices/system/cpu";

/// Linux's list of Intel's efficiency cores.
const EFFICIENCY: &str = "/sys/devices/cpu_atom/cpus";

/// Returns the number of cores to decode with: physical ones that this process may use, and of cores of several
/// kinds the fast ones. llama.cpp's threads wait for each other at every operation, so slow cores hold up all others.
#[must_use]
pub fn decoding_cores() -> usize {
    let found = if cfg!(target_os = "macos") {
        performance_cores_of_apple()
    } else {
        count(Path::new(PROCESSORS), Path::new(EFFICIENCY), allowed().as_ref())
    };
    found.or_else(sysinfo::System::physical_core_count).unwrap_or(1).max(1)
}

/// Returns the processors that this process may use, by number; `None` if the system does not tell.
#[must_use]
pub fn allowed() -> Option<BTreeSet<usize>> {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{CpuSet, sched_getaffinity};
        let set = sched_getaffinity(None).ok()?;
        Some((0..CpuSet::MAX_CPU).filter(|&number| set.is_set(number)).collect())
    }
    #[cfg(not(target_os = "linux"))]
    None
}

/// Counts the fast physical cores among the allowed processors; `None` if the folder tells nothing of them.
fn count(processors: &Path, efficiency: &Path, allowed: Option<&BTreeSet<usize>>) -> Option<usize> {
    let text = |path: &Path| std::fs::read_to_string(path).ok().map(|text| text.trim().to_owned());
    let slow = text(efficiency).map(|list| numbers(&list)).unwrap_or_default();
    let present = numbers(&text(&processors.join("online"))?);
    let usable = present.into_iter().filter(|number| allowed.is_none_or(|set| set.contains(number)));
    let mut cores = Vec::new();
    for number in usable {
        let folder = processors.join(format!("cpu{number}"));
        let field = |name: &str| text(&folder.join(name));
        // Without a topology each processor is a core.
        let core = match (field("topology/physical_package_id"), field("topology/core_id")) {
            (Some(package), Some(core)) => (package, core),
            _ => (String::new(), format!("processor {number}")),
        };
        // Arm's measure of a core's speed; the fastest has 1024.
        let capacity: u64 = field("cpu_capacity").and_then(|text| text.parse().ok()).unwrap_or(1_024);
        cores.push((core, capacity, slow.contains(&number)));
    }
    let all_slow = cores.iter().all(|(_, _, is_slow)| *is_slow);
    let fastest = cores.iter().map(|(_, capacity, _)| *capacity).max()?;
    let is_fast = |(_, capacity, is_slow): &&((String, String), u64, bool)| {
        (all_slow || !is_slow) && 2 * capacity > fastest
    };
    let fast: BTreeSet<_> = cores.iter().filter(is_fast).map(|(core, ..)| core).collect();
    (!fast.is_empty()).then_some(fast.len())
}

/// Reads a list as Linux writes it: `0-3,8,10-11`. What is not a number is left out.
fn numbers(list: &str) -> BTreeSet<usize> {
    let range = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        Some(first..=last.min(first.saturating_add(1 << 16)))
    };
    list.split(',').filter_map(range).flatten().collect()
}

/// Returns the number of Apple's performance cores, as `sysctl` tells it.
fn performance_cores_of_apple() -> Option<usize> {
    let output =
        std::process::Command::new("sysctl").args(["-n", "hw.perflevel0.physicalcpu"]).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes a machine: each processor's package and core, and its capacity.
    fn machine(processors: &[(usize, usize, Option<u64>)], efficiency: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (number, (package, core, capacity)) in processors.iter().enumerate() {
            let folder = root.path().join(format!("cpu{number}"));
            std::fs::create_dir_all(folder.join("topology")).unwrap();
            std::fs::write(folder.join("topology/physical_package_id"), format!("{package}\n")).unwrap();
            std::fs::write(folder.join("topology/core_id"), format!("{core}\n")).unwrap();
            if let Some(capacity) = capacity {
                std::fs::write(folder.join("cpu_capacity"), format!("{capacity}\n")).unwrap();
            }
        }
        std::fs::write(root.path().join("online"), format!("0-{}\n", processors.len() - 1)).unwrap();
        std::fs::write(root.path().join("atom"), efficiency).unwrap();
        root
    }

    fn counted(root: &tempfile::TempDir, allowed: Option<&[usize]>) -> Option<usize> {
        let allowed = allowed.map(|list| list.iter().copied().collect());
        count(root.path(), &root.path().join("atom"), allowed.as_ref())
    }

    #[test]
    fn two_threads_of_a_core_are_one_core() {
        let four = machine(&[(0, 0, None), (0, 1, None), (0, 0, None), (0, 1, None)], "");
        assert_eq!(counted(&four, None), Some(2));
        assert_eq!(counted(&four, Some(&[0, 2])), Some(1));
        assert_eq!(counted(&four, Some(&[9])), None);
        let sockets = machine(&[(0, 0, None), (1, 0, None)], "");
        assert_eq!(counted(&sockets, None), Some(2));
    }

    #[test]
    fn slow_cores_are_left_out() {
        // Two performance cores with two threads each, and four efficiency cores.
        let cores = [(0, 0), (0, 0), (0, 1), (0, 1), (0, 2), (0, 3), (0, 4), (0, 5)];
        let intel = machine(&cores.map(|(package, core)| (package, core, None)), "4-7\n");
        assert_eq!(counted(&intel, None), Some(2));
        assert_eq!(counted(&intel, Some(&[4, 5, 6])), Some(3), "only slow ones are allowed");
        let arm = machine(&[(0, 0, Some(1_024)), (0, 1, Some(900)), (0, 2, Some(250))], "");
        assert_eq!(counted(&arm, None), Some(2));
    }

    #[test]
    fn lists_of_numbers() {
        assert_eq!(numbers("0-2,5,7-8"), [0, 1, 2, 5, 7, 8].into());
        assert_eq!(numbers(""), BTreeSet::new());
        assert!(numbers("0-99999999999").len() < 70_000);
    }

    #[test]
    fn this_machine_has_cores() {
        let all = std::thread::available_parallelism().unwrap().get();
        assert!((1..=all).contains(&decoding_cores()));
    }
}
