//! Differences between the settings of two runs.

use serde_json::Value;

use crate::benchmark::Benchmark;
use crate::settings::Settings;

/// Settings that do not affect what is sampled: how the engine runs and who judges afterwards.
const FREE: [&str; 2] = ["engine", "panel"];

/// Lists the settings in which a recorded run (`there`) differs from a request (`here`), one sentence each.
/// Ignores how the engine runs and who judges afterwards.
#[must_use]
pub fn differences(there: &Settings, here: &Settings) -> Vec<String> {
    // Earlier versions recorded the benchmark's name as it was typed.
    let value = |settings: &Settings| {
        let mut settings = settings.clone();
        if let Ok(benchmark) = Benchmark::named(&settings.benchmark.name) {
            settings.benchmark.name = benchmark.name().to_owned();
        }
        serde_json::to_value(settings).unwrap_or_default()
    };
    let mut found = Vec::new();
    compare("", &value(there), &value(here), &mut found);
    found
}

fn compare(name: &str, there: &Value, here: &Value, found: &mut Vec<String>) {
    match (there, here) {
        (Value::Object(one), Value::Object(other)) => {
            let mut keys: Vec<&String> = one.keys().chain(other.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys.into_iter().filter(|key| !name.is_empty() || !FREE.contains(&key.as_str())) {
                let name = if name.is_empty() { key.clone() } else { format!("{name}.{key}") };
                let of =
                    |object: &serde_json::Map<String, Value>| object.get(key).cloned().unwrap_or_default();
                compare(&name, &of(one), &of(other), found);
            }
        }
        (one, other) if one == other => {}
        (one, other) => found.push(format!("{name} is {one} in the run and {other} here")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sampled_counts_and_how_the_engine_runs_does_not() {
        let one = Settings::new("demo");
        let mut other = one.clone();
        other.engine.threads = Some(7);
        other.benchmark.name = "Synthetic".to_owned();
        assert_eq!(differences(&one, &other), [""; 0]);
        other.sampling.temperature = 0.5;
        other.benchmark.num_instances = Some(3);
        let expected = [
            "benchmark.num_instances is null in the run and 3 here",
            "sampling.temperature is 0.7 in the run and 0.5 here",
        ];
        assert_eq!(differences(&one, &other), expected);
    }
}
