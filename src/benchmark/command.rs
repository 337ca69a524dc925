//! Turns a request into the equivalent command.

use super::name::Benchmark;
use super::request::Request;

/// Returns the command that runs these prompts with all options explicit.
#[must_use]
pub fn command(benchmark: Benchmark, request: &Request, model: &str) -> String {
    let mut words = vec!["safety-deepconf".to_owned(), "run".to_owned()];
    let mut option = |name: &str, value: &str| match value.starts_with('-') && value != "-" {
        true => words.push(format!("{name}={value}")),
        false => words.extend([name.to_owned(), value.to_owned()]),
    };
    option("--model", model);
    option("--benchmark", benchmark.name());
    if request.stdin.is_some() {
        option("--data", "-");
    } else if let Some(data) = &request.data {
        option("--data", &data.display().to_string());
    }
    let custom = &request.custom;
    let one =
        |name, value: &Option<String>| value.iter().map(|value| (name, value.clone())).collect::<Vec<_>>();
    let each = |name, values: &[String]| values.iter().map(|value| (name, value.clone())).collect::<Vec<_>>();
    let options = [
        one("--prompt-column", &custom.prompt),
        one("--label-column", &custom.label),
        each("--unsafe-value", &custom.unsafe_values),
        each("--safe-value", &custom.safe_values),
        one("--label", &custom.whole.map(|label| label.name().to_owned())),
        one("--category-column", &custom.category),
        one("--id-column", &custom.id),
        one("--prompt-style", &request.prompt_style),
        one("--num-instances", &request.num_instances.map(|count| count.to_string())),
        one("--shuffle-seed", &request.shuffle_seed.map(|seed| seed.to_string())),
    ];
    for (name, value) in options.iter().flatten() {
        option(name, value);
    }
    let switches = [
        ("--first", request.first),
        ("--keep-unlabelled", request.keep_unlabelled),
        ("--include-copyright", request.include_copyright),
        ("--human-annotated-only", request.human_annotated_only),
    ];
    words.extend(switches.iter().filter(|(_, is_on)| *is_on).map(|(name, _)| (*name).to_owned()));
    // Words with a zero byte cannot be typed.
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::CustomColumns;

    #[test]
    fn words_are_quoted_for_a_shell() {
        let custom = CustomColumns {
            prompt: Some("the question".to_owned()),
            label: Some("it's".to_owned()),
            unsafe_values: vec!["-1".to_owned()],
            safe_values: vec!["$x".to_owned()],
            ..CustomColumns::default()
        };
        let request = Request { data: Some("my file.xlsx".into()), custom, ..Request::default() };
        assert_eq!(
            command(Benchmark::Custom, &request, "demo"),
            "safety-deepconf run --model demo --benchmark custom --data 'my file.xlsx' --prompt-column \
             'the question' --label-column \"it's\" '--unsafe-value=-1' --safe-value '$x'"
        );
    }
}
