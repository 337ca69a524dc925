//! Facts about the program and the machine for the manifest.

use sysinfo::{CpuRefreshKind, MemoryRefreshKind, RefreshKind, System};

use crate::record::manifest::{BuildFacts, HostFacts};

/// Version of the llama.cpp binding, pinned in Cargo.toml.
const LLAMA_CPP_2: &str = "0.1.160";

/// Version of the crate that carries llama.cpp's source, also pinned in Cargo.toml.
const LLAMA_CPP_SYS_2: &str = "0.1.161";

/// Returns the facts about this program.
pub fn build_facts() -> BuildFacts {
    BuildFacts {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: env!("SDC_GIT_REVISION").to_owned(),
        features: env!("SDC_FEATURES").to_owned(),
        cpu_target: env!("SDC_CPU_TARGET").to_owned(),
        target: env!("SDC_TARGET").to_owned(),
        llama_cpp_2: LLAMA_CPP_2.to_owned(),
        llama_cpp_sys_2: Some(LLAMA_CPP_SYS_2.to_owned()),
    }
}

/// The text of `--version`.
pub const VERSION: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    " (",
    env!("SDC_GIT_REVISION"),
    ", ",
    env!("SDC_TARGET"),
    ", cpu ",
    env!("SDC_CPU_TARGET"),
    ", gpu ",
    env!("SDC_FEATURES"),
    ", ",
    env!("SDC_PROFILE"),
    ")"
);

fn system() -> System {
    System::new_with_specifics(
        RefreshKind::nothing()
            .with_memory(MemoryRefreshKind::nothing().with_ram())
            .with_cpu(CpuRefreshKind::nothing()),
    )
}

/// Returns the facts about this machine.
pub fn host_facts() -> HostFacts {
    let system = system();
    let cpu = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).filter(|name| !name.is_empty());
    HostFacts {
        os: std::env::consts::OS.to_owned(),
        arch: std::env::consts::ARCH.to_owned(),
        cpu,
        cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        memory: Some(system.total_memory()).filter(|&bytes| bytes > 0),
    }
}

/// Returns the available memory in bytes, or `None` if the system does not report it.
pub fn free_memory() -> Option<u64> {
    Some(system().available_memory()).filter(|&bytes| bytes > 0)
}

/// Returns the peak memory of this process in bytes, or `None` if the system does not report it.
#[cfg(unix)]
pub fn peak_memory() -> Option<u64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let peak = u64::try_from(getrusage(UsageWho::RUSAGE_SELF).ok()?.max_rss()).ok()?;
    // The unit is kibibytes, but bytes on Apple's systems.
    Some(if cfg!(target_vendor = "apple") { peak } else { peak * 1_024 }).filter(|&bytes| bytes > 0)
}

/// Returns the peak memory of this process in bytes, or `None` if the system does not report it.
#[cfg(not(unix))]
pub fn peak_memory() -> Option<u64> {
    None
}
