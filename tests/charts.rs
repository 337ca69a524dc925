//! Charts are well-formed, say what they show, hold no code, and are the same bytes each time.

use std::collections::BTreeSet;

use maud::Markup;
use safety_deepconf::export::chart::STYLE;

use crate::support::charts::{HOSTILE, gallery, page, points};

/// Every chart: the gallery, and the scatter and the like with none, one, two and many points.
fn all() -> Vec<(String, Markup)> {
    let named = |(name, markup): (&str, Markup)| (name.to_owned(), markup);
    let few = [0, 1, 2, 300].into_iter().flat_map(|n| points(n, "few"));
    gallery().into_iter().chain(few).map(named).collect()
}

#[test]
fn every_chart_is_well_formed_and_says_what_it_shows() {
    for (name, markup) in all() {
        let text = format!("<div>{}</div>", markup.into_string());
        let document =
            roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            for attribute in node.attributes() {
                let key = attribute.name();
                assert!(key != "style" && !key.starts_with("on"), "{name}: {key}");
            }
            assert!(
                !["script", "style", "image", "foreignObject"].contains(&node.tag_name().name()),
                "{name}"
            );
        }
        for chart in document.descendants().filter(|node| node.has_tag_name("svg")) {
            let child =
                |tag: &str| chart.children().find(|node| node.has_tag_name(tag)).and_then(|node| node.text());
            assert!(child("title").is_some_and(|text| !text.is_empty()), "{name} has a title");
            assert!(child("desc").is_some_and(|text| text.len() > 10), "{name} says what it shows");
            // A chart with links is a group, so that they can be reached.
            assert!(matches!(chart.attribute("role"), Some("img" | "group")), "{name}");
        }
        assert!(!text.contains("NaN") && !text.contains("inf"), "{name}: {text}");
    }
}

#[test]
fn the_same_figures_give_the_same_bytes() {
    for ((name, one), (_, other)) in all().into_iter().zip(all()) {
        assert_eq!(one.into_string(), other.into_string(), "{name}");
    }
}

#[test]
fn every_class_has_a_style() {
    let mut used = BTreeSet::new();
    for (_, markup) in all() {
        let text = markup.into_string();
        // The classes of a chart itself are its name.
        for part in text.split("class=\"").skip(1).filter(|part| !part.starts_with("chart ")) {
            used.extend(part.split('"').next().unwrap_or_default().split_whitespace().map(str::to_owned));
        }
    }
    let missing: Vec<&String> = used.iter().filter(|class| !STYLE.contains(&format!(".{class}"))).collect();
    // Plain is the absence of a meaning.
    assert!(missing.iter().all(|class| *class == "plain"), "{missing:?}");
}

#[test]
fn hostile_labels_stay_text() {
    let text: String = all().into_iter().map(|(_, markup)| markup.into_string()).collect();
    assert!(text.contains("&lt;script&gt;alert"), "the gallery has hostile labels");
    assert!(!text.contains("<script") && !text.contains("<b onload") && !text.contains('\u{202e}'));
    assert!(!text.contains('\u{0}') && !text.contains('\u{1b}'));
    assert!(HOSTILE.contains("<script>"));
}

#[test]
fn five_thousand_points_are_small() {
    for (name, markup) in points(5_000, "many") {
        let size = markup.into_string().len();
        assert!(size < 600_000, "{name}: {size} bytes");
    }
}

#[test]
fn the_gallery_can_be_looked_at() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    let text = page(&gallery());
    assert!(text.contains("<svg"));
    std::fs::write(folder.join("charts.html"), text).unwrap();
}
