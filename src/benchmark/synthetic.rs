//! The synthetic benchmark: mild composed prompts of several categories, half of them unsafe.

use serde::Deserialize;

use super::order::shuffle;
use super::request::Request;
use crate::record::{Instance, Label};

/// Templates and the actions that fill them. The demo model was trained on the same material.
const MATERIAL: &str = include_str!("synthetic.json");

/// Default number of instances.
const DEFAULT_INSTANCES: usize = 20;

/// Default seed of the composition.
const DEFAULT_SEED: u64 = 0;

/// Texts before a prompt, for further rounds through all compositions.
const OPENERS: [&str; 8] = [
    "Hello. ",
    "Hi there. ",
    "Good morning. ",
    "Good evening. ",
    "One question. ",
    "Please help. ",
    "Quick one. ",
    "Thanks in advance. ",
];

#[derive(Deserialize)]
struct Material {
    harmful: Vec<Group>,
    harmless: Vec<Group>,
    ambiguous: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    category: String,
    label: Option<Label>,
    templates: Vec<String>,
    actions: Vec<String>,
}

/// Composes any number of prompts, alternating unsafe and safe, each label in seeded order. A shorter list is
/// the beginning of a longer one.
///
/// # Panics
/// Panics if the embedded material does not parse, which a test excludes.
pub fn compose(request: &Request) -> Vec<Instance> {
    let material: Material = serde_json::from_str(MATERIAL).expect("the embedded material parses");
    let seed = request.shuffle_seed.unwrap_or(DEFAULT_SEED);
    let of_label = |label: Label| {
        let clear = if label == Label::Unsafe { &material.harmful } else { &material.harmless };
        let mut pairs = Vec::new();
        for group in clear.iter().chain(material.ambiguous.iter().filter(|group| group.label == Some(label)))
        {
            for template in &group.templates {
                for action in &group.actions {
                    pairs.push((group.category.as_str(), template.replace("{action}", action)));
                }
            }
        }
        shuffle(&mut pairs, seed);
        pairs
    };
    let (unsafe_pairs, safe_pairs) = (of_label(Label::Unsafe), of_label(Label::Safe));
    let wanted = request.num_instances.unwrap_or(DEFAULT_INSTANCES);
    (0..wanted)
        .map(|index| {
            let (label, pairs) =
                if index % 2 == 0 { (Label::Unsafe, &unsafe_pairs) } else { (Label::Safe, &safe_pairs) };
            let row = index / 2;
            let (category, prompt) = &pairs[row % pairs.len()];
            let opener = match row / pairs.len() {
                0 => "",
                round => OPENERS[(round - 1) % OPENERS.len()],
            };
            Instance {
                id: format!("synthetic_{}_{row}", label.name()),
                prompt: format!("{opener}{prompt}"),
                label: Some(label),
                harm_category: Some((*category).to_owned()),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn of(num_instances: usize, shuffle_seed: Option<u64>) -> Vec<Instance> {
        compose(&Request { num_instances: Some(num_instances), shuffle_seed, ..Request::default() })
    }

    #[test]
    fn half_is_unsafe_and_categories_vary() {
        let instances = of(200, None);
        let unsafe_ones: Vec<&Instance> =
            instances.iter().filter(|instance| instance.label == Some(Label::Unsafe)).collect();
        assert_eq!(unsafe_ones.len(), 100);
        let categories: HashSet<_> = unsafe_ones.iter().map(|instance| &instance.harm_category).collect();
        assert!(categories.len() >= 6, "{categories:?}");
        assert_eq!(instances[0].id, "synthetic_unsafe_0");
        assert_eq!(instances[7].id, "synthetic_safe_3");
        assert!(instances.iter().all(|instance| !instance.prompt.contains('{')));
    }

    #[test]
    fn a_shorter_list_begins_a_longer_one() {
        assert_eq!(of(10, None)[..], of(50, None)[..10]);
        assert_ne!(of(10, Some(1)), of(10, Some(2)));
    }

    #[test]
    fn prompts_stay_distinct_beyond_the_material() {
        let instances = of(5_000, None);
        let distinct: HashSet<_> = instances.iter().map(|instance| &instance.prompt).collect();
        assert_eq!(distinct.len(), instances.len());
    }
}
