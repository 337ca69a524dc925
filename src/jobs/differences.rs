//! Differences between the settings of two runs.

use serde_json::Value;

use crate::benchmark::Benchmark;
use crate::settings::Settings;

/// Settings that do not affect what is sampled: how the engine runs and who judges afterwards.
const FREE: [&str; 2] = ["engine", "panel"];

/// Setting that is described in words.
const FIRST: &str = "benchmark.first";

/// Lists the settings in which a recorded run (`there`) differs from a request (`here`), one sentence each.
/// Ignores how the engine runs and who judges afterwards.
#[must_use]
pub fn differences(there: &Settings, here: &Settings) -> Vec<String> {
    // Without -N, and for composed prompts, there are no rows to choose.
    let draws = [there, here].iter().all(|settings| {
        let is_composed = matches!(Benchmark::named(&settings.benchmark.name), Ok(Benchmark::Synthetic));
        settings.benchmark.num_instances.is_some() && !is_composed
    });
    let value = |settings: &Settings| {
        let mut settings = settings.clone();
        // Earlier versions recorded the benchmark's name as it was typed.
        if let Ok(benchmark) = Benchmark::named(&settings.benchmark.name) {
            settings.benchmark.name = benchmark.name().to_owned();
        }
        settings.benchmark.first &= draws;
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
        (Value::Bool(first), _) if name == FIRST => found.push(match first {
            true => "the run took the first rows of its file (--first), a sample is drawn here".to_owned(),
            false => "the run drew a sample, the first rows of the file are taken here (--first)".to_owned(),
        }),
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

    #[test]
    fn first_rows_or_a_sample_count_where_rows_are_chosen() {
        let of = |benchmark: &str, num_instances: Option<usize>, first: bool| {
            let mut settings = Settings::new("demo");
            settings.benchmark.name = benchmark.to_owned();
            (settings.benchmark.num_instances, settings.benchmark.first) = (num_instances, first);
            settings
        };
        let found =
            |benchmark: &str, count| differences(&of(benchmark, count, true), &of(benchmark, count, false));
        assert_eq!(found("synthetic", Some(9)), [""; 0]);
        assert_eq!(found("xstest", None), [""; 0]);
        assert_eq!(
            found("xstest", Some(9)),
            ["the run took the first rows of its file (--first), a sample is drawn here"]
        );
        let all = of("xstest", None, true);
        assert_eq!(
            differences(&all, &of("xstest", Some(9), false)),
            ["benchmark.num_instances is null in the run and 9 here"]
        );
    }
}
