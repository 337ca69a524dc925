//! Switches of a template for thinking: the variables that it reads, or words in the system prompt.

use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;

use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::names::find;

/// How much a model thinks, where its template has a variable for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// Little.
    Low,
    /// Between the two.
    Medium,
    /// Much.
    High,
}

impl Effort {
    /// Returns the name that templates and the command line use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl FromStr for Effort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        find("effort", text, [Self::Low, Self::Medium, Self::High].map(|effort| (effort.name(), effort)))
    }
}

/// What a switch does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A variable that is true or false.
    OnOff,
    /// A variable with a number of tokens, 0 for none.
    Budget,
    /// A variable with the name of an effort.
    Effort,
    /// Words in the system prompt.
    Words,
}

/// Every switch that is known. Several families share a name (docs/models.md lists them).
const SWITCHES: [(&str, Kind); 6] = [
    ("enable_thinking", Kind::OnOff),
    ("thinking", Kind::OnOff),
    ("thinking_budget", Kind::Budget),
    ("reasoning_effort", Kind::Effort),
    ("thinking_effort", Kind::Effort),
    (NO_THINK, Kind::Words),
];

const THINK: &str = "/think";
const NO_THINK: &str = "/no_think";

/// Switches of one template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Switches {
    found: Vec<(&'static str, Kind)>,
    /// Whether the template names "none" as a value, the effort that means no thinking.
    names_none: bool,
    /// Whether it names "medium".
    names_medium: bool,
}

impl Switches {
    /// Finds the switches of a template: of its undeclared variables those that are known, else the words that it
    /// looks for in the system prompt.
    #[must_use]
    pub fn of(source: &str, undeclared: &HashSet<String>) -> Self {
        let is_named = |value: &str| {
            [format!("'{value}'"), format!("\"{value}\"")].iter().any(|text| source.contains(text))
        };
        let variables =
            SWITCHES.iter().filter(|(name, _)| undeclared.contains(*name) || is_asked_for(name, source));
        let mut found: Vec<_> = variables.copied().collect();
        if !found.iter().any(|(_, kind)| matches!(kind, Kind::OnOff | Kind::Budget)) {
            found
                .extend(SWITCHES.iter().filter(|(name, kind)| *kind == Kind::Words && source.contains(name)));
        }
        Self { found, names_none: is_named("none"), names_medium: is_named("medium") }
    }

    /// Returns the names of the switches, to show.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.found.iter().map(|(name, _)| *name)
    }

    /// Returns whether the template has a variable for the effort.
    #[must_use]
    pub fn has_effort(&self) -> bool {
        self.found.iter().any(|(_, kind)| *kind == Kind::Effort)
    }

    /// Returns whether thinking cannot be turned off, only be asked to be short.
    #[must_use]
    pub fn is_always_on(&self) -> bool {
        !self.names_none && !self.found.is_empty() && self.found.iter().all(|(_, kind)| *kind == Kind::Effort)
    }

    /// Returns the values of the template's variables. Variables that keep the template's own default are absent.
    #[must_use]
    pub fn variables(&self, thinking: bool, effort: Option<Effort>) -> BTreeMap<&'static str, Value> {
        let value = |kind: Kind| match kind {
            Kind::OnOff => Some(Value::from(thinking)),
            Kind::Budget => (!thinking).then(|| Value::from(0)),
            Kind::Effort => self.effort(thinking, effort).map(Value::from),
            Kind::Words => None,
        };
        self.found.iter().filter_map(|&(name, kind)| Some((name, value(kind)?))).collect()
    }

    fn effort(&self, thinking: bool, effort: Option<Effort>) -> Option<&'static str> {
        let has_other_switch = self.found.iter().any(|(_, kind)| *kind != Kind::Effort);
        match (thinking, effort) {
            (true, Some(effort)) => Some(effort.name()),
            (_, None) if has_other_switch => None,
            // Where no thinking is a value, it is the default; otherwise the default is an effort.
            (true, None) if self.names_none && self.names_medium => Some(Effort::Medium.name()),
            (true, None) if self.names_none => Some(Effort::High.name()),
            (true, None) => None,
            (false, _) if self.names_none => Some("none"),
            (false, _) => Some(Effort::Low.name()),
        }
    }

    /// Returns the system prompt with the words that switch thinking, unless it has some already.
    #[must_use]
    pub fn system(&self, thinking: bool, system: Option<&str>) -> Option<String> {
        let given = system.map(str::to_owned);
        let is_given = system.is_some_and(|text| text.contains(THINK) || text.contains(NO_THINK));
        if is_given || !self.found.iter().any(|(_, kind)| *kind == Kind::Words) {
            return given;
        }
        let word = if thinking { THINK } else { NO_THINK };
        Some(given.map_or_else(|| word.to_owned(), |text| format!("{text} {word}")))
    }
}

/// Returns whether a template asks if a variable is defined. It may then set the variable itself, from its own
/// value, and minijinja does not count it as undeclared.
fn is_asked_for(name: &str, source: &str) -> bool {
    let name = regex::escape(name);
    let pattern = format!(r"(?:^|[^\w.])(?:{name})\s*(?:\bis\s+(?:not\s+)?(?:un)?defined\b|\|\s*default\b)");
    Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(source))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ChatTemplate;

    fn switches(source: &str) -> Switches {
        ChatTemplate::compile(source).unwrap().switches()
    }

    fn names(source: &str) -> Vec<&'static str> {
        switches(source).names().collect()
    }

    #[test]
    fn a_switch_is_a_variable_that_the_template_does_not_set_itself() {
        assert_eq!(
            names("{% if enable_thinking is defined and enable_thinking is false %}x{% endif %}"),
            ["enable_thinking"]
        );
        assert_eq!(
            names("{% if not thinking is defined %}{% set thinking = false %}{% endif %}{{ thinking }}"),
            ["thinking"]
        );
        assert_eq!(names("{% if thinking_budget == 0 %}x{% endif %}"), ["thinking_budget"]);
        let own =
            "{% set enable_thinking = true %}{{ enable_thinking }}{{ 'thinking' }}{# reasoning_effort #}";
        assert_eq!(names(own), [""; 0]);
        let words = "{% set ns = namespace(enable_thinking=true) %}{% if '/no_think' in messages[0].content %}x{% endif %}";
        assert_eq!(names(words), ["/no_think"]);
        // With a variable the words are left to the user.
        assert_eq!(
            names("{% if enable_thinking or '/no_think' in messages[0].content %}x{% endif %}"),
            ["enable_thinking"]
        );
    }

    #[test]
    fn a_variable_that_is_set_from_its_own_value_is_a_switch() {
        for source in [
            "{% set thinking = thinking if thinking is defined else true %}",
            "{% set thinking = thinking | default(true) %}",
            "{% set thinking = true if thinking is not defined else thinking %}",
        ] {
            assert_eq!(names(source), ["thinking"], "{source}");
        }
        assert_eq!(
            names("{% set ns = namespace(a=1) %}{% if ns.thinking is defined %}x{% endif %}"),
            [""; 0]
        );
    }

    #[test]
    fn an_effort_is_low_where_it_cannot_be_off() {
        let effort = |source: &str, thinking, effort| {
            switches(source).variables(thinking, effort).get("reasoning_effort").cloned()
        };
        let gpt = "{% if reasoning_effort is not defined %}{% set reasoning_effort = 'medium' %}{% endif %}{{ reasoning_effort }}";
        assert!(switches(gpt).is_always_on() && switches(gpt).has_effort());
        assert_eq!(effort(gpt, false, None).unwrap(), "low");
        assert_eq!(effort(gpt, true, None), None);
        assert_eq!(effort(gpt, true, Some(Effort::High)).unwrap(), "high");
        let mistral =
            "{% if reasoning_effort not in ['none', 'high'] %}{{ raise_exception('no') }}{% endif %}";
        assert!(!switches(mistral).is_always_on());
        assert_eq!(effort(mistral, false, None).unwrap(), "none");
        assert_eq!(effort(mistral, true, None).unwrap(), "high");
        // A switch of its own turns thinking off, and the effort keeps its default.
        let both = "{{ enable_thinking }}{{ reasoning_effort }}";
        assert!(!switches(both).is_always_on());
        assert_eq!((effort(both, false, None), effort(both, true, None)), (None, None));
        assert_eq!(effort(both, true, Some(Effort::Low)).unwrap(), "low");
    }

    #[test]
    fn words_go_into_the_system_prompt_unless_it_has_them() {
        let words = switches("{% if '/no_think' in messages[0].content %}x{% endif %}");
        assert_eq!(words.system(false, None).unwrap(), "/no_think");
        assert_eq!(words.system(true, Some("Be brief.")).unwrap(), "Be brief. /think");
        assert_eq!(words.system(true, Some("Be brief. /no_think")).unwrap(), "Be brief. /no_think");
        assert_eq!(Switches::default().system(false, None), None);
    }
}
