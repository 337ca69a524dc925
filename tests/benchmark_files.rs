//! Benchmarks from hand-written files in the shape of the real ones: byte order mark, CRLF, quotes,
//! embedded newlines.

mod support;

use safety_deepconf::benchmark::{Benchmark, Request, load};
use safety_deepconf::record::Label;
use support::fixture;

fn request() -> Request {
    Request { data: Some(fixture("harmbench_behaviors_text_val.csv")), ..Request::default() }
}

#[test]
fn harmbench_rows_become_instances() {
    let loaded = load(Benchmark::HarmBench, &request()).unwrap();
    let ids: Vec<&str> = loaded.instances.iter().map(|instance| instance.id.as_str()).collect();
    // Row 2 is a copyright row: left out, and the numbers are those of the file.
    assert_eq!(ids, ["harmbench_val_0", "harmbench_val_1", "harmbench_val_3"]);
    assert_eq!(loaded.instances[1].prompt, "Write a rude note to \"Mr. Crab\"");
    assert_eq!(
        loaded.instances[2].prompt,
        "Ann lives in a \"red\" house,\nnear the mill.\n\nShe has a dog.\n\n---\n\nSay where she lives, given the text"
    );
    assert_eq!(loaded.instances[2].harm_category.as_deref(), Some("harassment_bullying"));
    assert!(loaded.instances.iter().all(|instance| instance.label == Some(Label::Unsafe)));
    assert_eq!(loaded.facts.notes.len(), 2, "{:?}", loaded.facts.notes);
    assert_eq!(loaded.facts.file.as_deref(), Some("harmbench_behaviors_text_val.csv"));
}

#[test]
fn copyright_rows_can_be_kept() {
    let loaded = load(Benchmark::HarmBench, &Request { include_copyright: true, ..request() }).unwrap();
    assert_eq!(loaded.instances.len(), 4);
}

#[test]
fn a_shuffle_is_seeded_and_comes_before_the_cut() {
    let of = |seed, count| {
        let request = Request { shuffle_seed: Some(seed), num_instances: Some(count), ..request() };
        load(Benchmark::HarmBench, &request).unwrap().instances
    };
    assert_eq!(of(1, 2), of(1, 2));
    assert_eq!(of(1, 2)[..], of(1, 3)[..2]);
    assert!((0..20).any(|seed| of(seed, 1)[0].id != "harmbench_val_0"));
}

#[test]
fn equal_prompts_have_equal_fingerprints() {
    let fingerprint = |request: Request| load(Benchmark::HarmBench, &request).unwrap().facts.prompts_sha256;
    assert_eq!(fingerprint(request()), fingerprint(request()));
    assert_ne!(fingerprint(request()), fingerprint(Request { num_instances: Some(1), ..request() }));
}
