//! Processor, other programs, devices, memory.

use std::time::Duration;

use super::finding::Finding;
use crate::engine::llama::devices::{Device, devices, instruction_sets};
use crate::system::busy::OtherPrograms;
use crate::system::cores::decoding_cores;
use crate::system::features::{Feature, features};
use crate::system::host;

/// How long to look at what other programs take.
const LOOK: Duration = Duration::from_secs(1);

/// Cores of other programs that are worth a word.
const BUSY: f64 = 0.5;

/// Free memory below which only the smallest models fit.
const LITTLE_MEMORY: u64 = 2_000_000_000;

pub fn findings() -> Vec<Finding> {
    let mut found = vec![Finding::good("program", host::VERSION), processor(&features()), load()];
    found.extend(devices().iter().filter(|device| device.is_gpu()).map(device_found));
    if !found.iter().any(|one| one.subject == "GPU") {
        let features = host::build_facts().features;
        found.push(Finding::good("GPU", format!("none in use (GPU features of this build: {features})")));
    }
    found.push(memory(host::free_memory()));
    found
}

fn processor(features: &[Feature]) -> Finding {
    let names = |keep: fn(&Feature) -> bool| {
        let names: Vec<_> = features.iter().filter(|one| keep(one)).map(|one| one.name).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    let threads = decoding_cores();
    if cfg!(feature = "dynamic-backends") {
        let loaded = instruction_sets().join(", ");
        return Finding::good("processor", format!("{}; llama.cpp uses {loaded}", of_machine(threads)));
    }
    let used = names(|one| one.used);
    let found = format!("{}; compiled for {used}", of_machine(threads));
    let unused = names(|one| one.present && !one.used);
    match unused.as_str() {
        "none" => Finding::good("processor", found),
        unused => Finding::advice(
            "processor",
            format!("{found}; it also has {unused}"),
            "build on this machine with RUSTFLAGS=\"-C target-cpu=native\" to use them",
        ),
    }
}

fn of_machine(threads: usize) -> String {
    let host = host::host_facts();
    let name = host.cpu.unwrap_or_else(|| host.arch.clone());
    let plural = if threads == 1 { "thread" } else { "threads" };
    format!("{name}, {} processors, {threads} {plural} by default", host.cores)
}

fn load() -> Finding {
    let mut others = OtherPrograms::new();
    std::thread::sleep(LOOK);
    match others.cores() {
        None => Finding::good("other programs", "not known on this system"),
        Some(cores) if cores < BUSY => Finding::good("other programs", format!("take {cores:.1} cores")),
        Some(cores) => Finding::advice(
            "other programs",
            format!("take {cores:.1} cores"),
            "runs take as many threads as these leave; -t N keeps a number",
        ),
    }
}

fn device_found(device: &Device) -> Finding {
    let Device { name, description, free, .. } = device;
    Finding::good("GPU", format!("{name}: {description}, {:.1} GB free", *free as f64 / 1e9))
}

fn memory(free: Option<u64>) -> Finding {
    match free {
        None => Finding::good("memory", "not known on this system"),
        Some(free) => {
            let found = format!("{:.1} GB free", free as f64 / 1e9);
            match free < LITTLE_MEMORY {
                false => Finding::good("memory", found),
                true => Finding::advice(
                    "memory",
                    found,
                    "`safety-deepconf models` says what fits; smaller levels and -ctk q8_0 -ctv q8_0 need less",
                ),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn features_that_the_build_leaves_out_are_named() {
        let feature = |name, present, used| Feature { name, present, used };
        let all =
            [feature("avx", true, true), feature("avx2", true, false), feature("avx512f", false, false)];
        let found = processor(&all);
        assert_eq!(found.state, State::Advice);
        assert!(found.found.contains("compiled for avx; it also has avx2"), "{found:?}");
        assert!(!found.found.contains("avx512f"));
        assert_eq!(processor(&all[..1]).state, State::Good);
    }

    #[test]
    fn little_memory_gets_advice() {
        assert_eq!(memory(Some(LITTLE_MEMORY)).state, State::Good);
        assert_eq!(memory(Some(LITTLE_MEMORY - 1)).state, State::Advice);
        assert_eq!(memory(None).state, State::Good);
    }
}
