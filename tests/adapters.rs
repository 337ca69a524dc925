//! LoRA adapters and control vectors: what they change, what is recorded of them, and which are refused.

use std::path::Path;

use crate::support::adapters::{DEMO, Lora, control_vector, write};
use crate::support::gguf_split::Whole;
use crate::support::gguf_writer::{GgufFile, Meta};
use crate::support::{assert_same_results, json, json_lines, refused_in, stdout, succeed_in, unwrapped};
use safety_deepconf::model::digest::sha256_file;
use serde_json::Value;

const RUN: &str = "--benchmark synthetic -N 4 --max-traces 3 -n 16 -q";
const GREEDY: &str = "--benchmark synthetic -N 8 --stop fixed --max-traces 1 --temp 0 -n 24 -q";

fn answers(run: &Path) -> Vec<Value> {
    json_lines(&run.join("predictions.jsonl")).iter().map(|row| row["traces"].clone()).collect()
}

fn mean_kl(folder: &Path, arguments: &str) -> f64 {
    let found: Value =
        serde_json::from_str(&stdout(&succeed_in(folder, &format!("{arguments} -q --json")))).unwrap();
    found["rows"][0]["mean_kl"].as_f64().unwrap()
}

#[test]
fn a_lora_is_what_its_product_merged_into_the_weights_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let lora = Lora::random(1);
    write(path, "style.gguf", &lora.file());
    let whole = std::fs::read(DEMO).unwrap();
    assert!(Whole::read(Path::new(DEMO)).bytes() == whole, "a file taken apart and put together is the same");
    for (scale, name) in [(1.0, "one.gguf"), (0.5, "half.gguf")] {
        let mut merged = Whole::read(Path::new(DEMO));
        lora.merge_into(&mut merged, scale);
        std::fs::write(path.join(name), merged.bytes()).unwrap();
    }
    succeed_in(path, &format!("run demo {GREEDY} -o plain"));
    for (option, name) in [("--lora style.gguf", "one"), ("--lora-scaled style.gguf:0.5", "half")] {
        succeed_in(path, &format!("run demo {option} {GREEDY} -o {name}"));
        succeed_in(path, &format!("run {name}.gguf {GREEDY} -o merged-{name}"));
        assert_ne!(answers(&path.join(name)), answers(&path.join("plain")), "{name}");
        assert_eq!(answers(&path.join(name)), answers(&path.join(format!("merged-{name}"))), "{name}");
        // By every token's distribution: the merged weights differ in the rounding to F16 only.
        let (near, far) = (
            mean_kl(path, &format!("drift {name} -m {name}.gguf")),
            mean_kl(path, &format!("drift {name} -m demo")),
        );
        assert!(near < 1e-7 && far > 1e-4, "{name}: {near} {far}");
        assert_eq!(mean_kl(path, &format!("drift {name} -m demo {option}")), 0.0);
    }
}

#[test]
fn a_factor_of_zero_is_no_adapter() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write(path, "style.gguf", &Lora::random(1).file());
    write(path, "way.gguf", &control_vector(&[1, 2], 1));
    succeed_in(path, &format!("run demo {RUN} -o plain"));
    for option in ["--lora-scaled style.gguf:0", "--control-vector-scaled way.gguf:0"] {
        succeed_in(path, &format!("run demo {option} {RUN} -o zero --overwrite"));
        assert_same_results(&path.join("plain"), &path.join("zero"));
    }
}

#[test]
fn adapters_are_recorded_named_and_checked_at_resume() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let file = write(path, "style.gguf", &Lora::random(1).file());
    let vector = write(path, "way.gguf", &control_vector(&[1, 2, 3], 1));
    let options = "--lora-scaled style.gguf:0.5 --control-vector way.gguf --control-vector-layer-range 1 2";
    succeed_in(path, &format!("run demo {options} {RUN} -o run"));
    let manifest = json(&path.join("run/manifest.json"));
    let size = |path: &Path| path.metadata().unwrap().len();
    let expected = serde_json::json!([
        { "kind": "lora", "file": "style.gguf", "size": size(&file), "sha256": sha256_file(&file).unwrap(), "scale": 0.5 },
        { "kind": "control_vector", "file": "way.gguf", "size": size(&vector), "sha256": sha256_file(&vector).unwrap(),
          "scale": 1.0, "layers": [1, 2] },
    ]);
    assert_eq!(manifest["model"]["adapters"], expected);
    assert_eq!(manifest["model"]["sha256"], sha256_file(Path::new(DEMO)).unwrap(), "the model's own");
    assert_eq!(manifest["settings"]["adapters"]["layers"], serde_json::json!([1, 2]));
    assert_eq!(manifest["engine"]["schedule_independent"], true);
    let list: Value =
        serde_json::from_str(stdout(&succeed_in(path, "show . --json")).lines().next().unwrap()).unwrap();
    assert_eq!(list["model"], "demo + style.gguf × 0.5 + way.gguf");
    let page = std::fs::read_to_string(path.join("run/report.html")).unwrap();
    assert!(page.contains("style.gguf × 0.5 + way.gguf"), "the report names the adapters");
    // The command in the report makes the same run.
    assert!(page.contains("--lora-scaled style.gguf:0.5"), "the command names the adapters");

    let info = unwrapped(&stdout(&succeed_in(path, &format!("info demo {options}"))));
    assert!(
        info.contains("LoRA adapter style.gguf × 0.5, ") && info.contains(&sha256_file(&vector).unwrap()),
        "{info}"
    );

    // Neither width nor threads count.
    succeed_in(path, &format!("run demo {options} {RUN} -np 8 -t 2 -o other"));
    assert_same_results(&path.join("run"), &path.join("other"));

    // Other settings are another run; other bytes are refused.
    refused_in(
        path,
        &format!("run demo --lora style.gguf {RUN} -o run"),
        &["other settings", "adapters.lora"],
    );
    let journal = path.join("run/journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let kept: Vec<&str> = text.lines().take(text.lines().count() / 2).collect();
    std::fs::write(&journal, kept.join("\n") + "\n").unwrap();
    let same = std::fs::read(&file).unwrap();
    write(path, "style.gguf", &Lora::random(2).file());
    refused_in(
        path,
        "run --resume run",
        &["used a LoRA adapter with sha256", "style.gguf has", "need their own run"],
    );
    std::fs::write(&file, same).unwrap();
    succeed_in(path, "run --resume run -q");
    assert_same_results(&path.join("run"), &path.join("other"));
}

#[test]
fn several_loras_add_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let (one, other) = (Lora::random(1), Lora::random(2));
    write(path, "a.gguf", &one.file());
    write(path, "b.gguf", &other.file());
    let mut merged = Whole::read(Path::new(DEMO));
    one.merge_into(&mut merged, 1.0);
    other.merge_into(&mut merged, 0.5);
    std::fs::write(path.join("merged.gguf"), merged.bytes()).unwrap();
    succeed_in(path, &format!("run demo --lora a.gguf --lora-scaled b.gguf:0.5 {GREEDY} -o both"));
    let (near, far) =
        (mean_kl(path, "drift both -m merged.gguf"), mean_kl(path, "drift both -m demo --lora a.gguf"));
    assert!(near < 1e-6 && far > 1e-3, "{near} {far}");
    let manifest = json(&path.join("both/manifest.json"));
    assert_eq!(manifest["engine"]["schedule_independent"], false, "their order depends on addresses");
    assert!(manifest["engine"]["schedule_note"].as_str().unwrap().contains("several LoRA adapters"));
}

#[test]
fn control_vectors_add_up_within_their_layers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write(path, "all.gguf", &control_vector(&[1, 2, 3], 1));
    // The first direction is the same, because the same numbers are drawn first.
    write(path, "first.gguf", &control_vector(&[1], 1));
    let run = |name: &str, options: &str| {
        succeed_in(path, &format!("run demo {options} {RUN} -o {name}"));
        path.join(name)
    };
    let plain = run("plain", "");
    let whole = run("whole", "--control-vector all.gguf");
    assert_ne!(answers(&plain), answers(&whole));
    let halves = "--control-vector-scaled all.gguf:0.25,all.gguf:0.25 --control-vector-scaled all.gguf:0.5";
    assert_same_results(&whole, &run("halves", halves));
    let first = run("first", "--control-vector first.gguf");
    assert_ne!(answers(&first), answers(&whole));
    assert_same_results(&first, &run("range", "--control-vector all.gguf --control-vector-layer-range 1 1"));
    assert_same_results(
        &plain,
        &run("opposite", "--control-vector all.gguf --control-vector-scaled all.gguf:-1"),
    );
}

/// Added to the last layer, a direction that is far larger than the rest alone decides the next token. The logits
/// are then those of the embedding times the normalised direction, which is computed here.
#[test]
fn a_large_direction_alone_decides_the_next_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let vector = control_vector(&[3], 5);
    write(path, "way.gguf", &vector);
    let model = Whole::read(Path::new(DEMO));
    let direction: Vec<f32> = vector
        .data
        .chunks_exact(4)
        .take(256)
        .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
        .collect();
    let norm = model.f32("output_norm.weight");
    let logits: Vec<f32> = model
        .f16("token_embd.weight")
        .chunks_exact(256)
        .map(|row| {
            row.iter().zip(&norm).zip(&direction).map(|((weight, norm), way)| weight * norm * way).sum()
        })
        .collect();
    let expected = (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b])).unwrap();
    let tokens = |options: &str, name: &str| -> Vec<usize> {
        succeed_in(
            path,
            &format!("run demo {options} --stop fixed --max-traces 1 --temp 0 -n 1 -N 8 -q -o {name}"),
        );
        succeed_in(path, &format!("export {name} --rows token -o {name}.jsonl -q"));
        let rows = json_lines(&path.join(format!("{name}.jsonl")));
        rows.iter().map(|row| row["token_id"].as_u64().unwrap() as usize).collect()
    };
    assert!(tokens("", "plain").iter().any(|&token| token != expected));
    assert_eq!(tokens("--control-vector-scaled way.gguf:100000", "drowned"), vec![expected; 8]);
}

fn lora() -> GgufFile {
    Lora::random(1).file()
}

#[test]
fn a_lora_that_does_not_fit_is_refused_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let text = |text: &str| Meta::Text(text.to_owned());
    let try_it = |file: &GgufFile, parts: &[&str]| {
        write(path, "bad.gguf", file);
        let mut all = vec!["bad.gguf"];
        all.extend(parts);
        refused_in(path, &format!("run demo --lora bad.gguf {RUN} -o out"), &all);
        assert!(!path.join("out").exists(), "nothing is written");
    };
    try_it(&lora().with("general.architecture", text("llama")), &["architecture llama", "model is qwen3"]);
    try_it(&lora().with("general.type", text("model")), &["general.type is model", "no LoRA adapter"]);
    try_it(&lora().with("adapter.type", text("other")), &["adapter.type is other"]);
    try_it(
        &lora().with("adapter.lora.alpha", Meta::U32(8)),
        &["adapter.lora.alpha has the value type 4", "f32"],
    );
    try_it(&lora().with("adapter.alora.invocation_tokens", Meta::Numbers(vec![1])), &["aLoRA"]);
    let mut file = lora();
    file.tensors.pop();
    try_it(&file, &["blk.3.attn_output.weight has only one of .lora_a and .lora_b"]);
    let mut file = lora();
    file.tensor("blk.0.attn_q.weight.lora_a").shape = vec![128, 4];
    try_it(&file, &["blk.0.attn_q.weight is [256, 256] in the model", "another model"]);
    let mut file = lora();
    for side in ["a", "b"] {
        file.tensor(&format!("blk.3.attn_output.weight.lora_{side}")).name =
            format!("blk.9.attn_output.weight.lora_{side}");
    }
    try_it(&file, &["the model has no tensor \"blk.9.attn_output.weight\""]);
    let mut file = lora();
    file.tensor("blk.0.attn_q.weight.lora_a").name = "blk.0.attn_q.weight.other".to_owned();
    try_it(&file, &["neither a .lora_a nor a .lora_b"]);
    let mut file = lora();
    file.add("token_embd.weight.lora_a", &[4, 1536]);
    file.add("token_embd.weight.lora_b", &[4, 256]);
    try_it(&file, &["token_embd.weight", "also uses as output"]);
    let mut file = lora();
    file.data.truncate(100);
    try_it(&file, &["truncated"]);
    refused_in(
        path,
        &format!("run demo --lora none.gguf {RUN}"),
        &["no such adapter file: none.gguf", "hint"],
    );
    refused_in(path, &format!("run demo --lora {DEMO} {RUN}"), &["general.type is model"]);
    refused_in(path, "bench demo --lora none.gguf", &["no such adapter file"]);
    refused_in(path, "run demo --lora-scaled bad.gguf", &["FILE:SCALE"]);
}

#[test]
fn a_control_vector_that_does_not_fit_is_refused_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let try_it = |file: &GgufFile, more: &str, parts: &[&str]| {
        write(path, "bad.gguf", file);
        refused_in(path, &format!("run demo --control-vector bad.gguf {more} {RUN} -o out"), parts);
    };
    try_it(&control_vector(&[4], 1), "", &["bad.gguf: direction.4", "directions for 1 to 3"]);
    try_it(&control_vector(&[0], 1), "", &["\"direction.0\" is not direction.N"]);
    try_it(&control_vector(&[], 1), "", &["no directions"]);
    let mut file = control_vector(&[1], 1);
    file.tensor("direction.1").shape = vec![128];
    try_it(&file, "", &["direction.1 has the shape [128]", "length 256"]);
    let mut file = control_vector(&[1], 1);
    file.tensor("direction.1").kind = 1;
    try_it(&file, "", &["direction.1 has the type F16, expected F32"]);
    try_it(&control_vector(&[1], 1), "--control-vector-layer-range 2 1", &["layers count from 1"]);
    try_it(
        &control_vector(&[1], 1),
        "--control-vector-layer-range 1 9",
        &["ends at layer 9", "the model has 4"],
    );
    refused_in(path, "run demo --control-vector-layer-range 1 2", &["needs a --control-vector"]);
}

#[test]
fn sweep_and_bench_take_adapters() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    write(path, "style.gguf", &Lora::random(1).file());
    succeed_in(path, "quantize demo --levels Q8_0 -q");
    let cells = "-m demo,demo-qwen3-3m-Q8_0.gguf -N 3 --policies fixed:1 -n 12";
    succeed_in(path, &format!("sweep {cells} --lora style.gguf -o sweep -q"));
    let table = json(&path.join("sweep/table.json"));
    let text = table.to_string();
    assert_eq!(text.matches("style.gguf").count(), 2, "{text}");
    let cell = std::fs::read_dir(path.join("sweep")).unwrap().filter_map(|entry| {
        let file = entry.unwrap().path().join("drift.json");
        file.exists().then(|| json(&file))
    });
    for drift in cell {
        for side in ["reference", "model"] {
            assert_eq!(drift[side]["adapters"][0]["file"], "style.gguf");
        }
    }
    let bench = "bench demo --lora style.gguf --widths 8 --prompt-tokens 32 --tokens 8 -r 1 --json";
    let rows: Value = serde_json::from_str(&stdout(&succeed_in(path, bench))).unwrap();
    assert_eq!(rows[0]["model"], "demo + style.gguf");
}
