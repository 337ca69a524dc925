//! Energy of the processor packages, from Linux's powercap interface. Most systems let only root read it.

use std::path::{Path, PathBuf};

/// Folder of the powercap interface.
const ROOT: &str = "/sys/class/powercap";

/// Energy counter of one package in microjoules. It wraps to 0 beyond `range`.
#[derive(Debug)]
struct Package {
    file: PathBuf,
    begun: u64,
    range: u64,
}

/// Energy meter that counts from its start.
#[derive(Debug)]
pub struct Meter {
    packages: Vec<Package>,
}

impl Meter {
    /// Starts the meter. Without readable counters it measures nothing.
    pub fn start() -> Self {
        Self::of(Path::new(ROOT))
    }

    fn of(root: &Path) -> Self {
        let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
        let package = |entry: std::fs::DirEntry| {
            let name = entry.file_name().into_string().ok()?;
            // Packages are named `intel-rapl:0`. Their counters include those of their parts
            // (`intel-rapl:0:0`).
            if !name.starts_with("intel-rapl:") || name.matches(':').count() != 1 {
                return None;
            }
            // A platform domain (`psys`) includes the packages.
            if !std::fs::read_to_string(entry.path().join("name")).ok()?.starts_with("package") {
                return None;
            }
            let file = entry.path().join("energy_uj");
            let range = number(&entry.path().join("max_energy_range_uj"))?;
            Some(Package { begun: number(&file)?, file, range })
        };
        Self { packages: entries.filter_map(package).collect() }
    }

    /// Returns the joules since the start, or `None` if they are not available. A counter that wraps more
    /// than once, after some hours at full load, loses its range each time.
    pub fn joules(&self) -> Option<f64> {
        let since = |package: &Package| {
            let now = number(&package.file)?;
            Some(match now.checked_sub(package.begun) {
                Some(since) => since,
                None => package.range - package.begun.min(package.range) + now,
            })
        };
        let all: Option<u64> = self.packages.iter().map(since).sum();
        all.filter(|_| !self.packages.is_empty()).map(|all| all as f64 / 1e6)
    }
}

fn number(path: &Path) -> Option<u64> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_added_up_and_counters_go_round() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(Meter::of(root.path()).joules(), None);
        let set = |name: &str, energy: u64| {
            let folder = root.path().join(name);
            std::fs::create_dir_all(&folder).unwrap();
            let domain = match name {
                "intel-rapl:2" => "psys",
                "intel-rapl:0:0" => "core",
                _ => "package-0",
            };
            std::fs::write(folder.join("name"), format!("{domain}\n")).unwrap();
            std::fs::write(folder.join("energy_uj"), format!("{energy}\n")).unwrap();
            std::fs::write(folder.join("max_energy_range_uj"), "10000000\n").unwrap();
        };
        set("intel-rapl:0", 1_000_000);
        set("intel-rapl:1", 9_500_000);
        set("intel-rapl:0:0", 0);
        set("intel-rapl:2", 0);
        let meter = Meter::of(root.path());
        set("intel-rapl:0", 3_000_000);
        set("intel-rapl:1", 250_000);
        set("intel-rapl:0:0", 900_000);
        set("intel-rapl:2", 9_000_000);
        assert_eq!(meter.joules(), Some(2.0 + 0.75));
    }
}
