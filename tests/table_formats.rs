//! What tables may look like, packed or not, and what is said of those that are damaged: a test of a
//! hundred megabytes of rows among them, of which a few are kept.

use std::io::Write;
use std::path::{Path, PathBuf};

use safety_deepconf::benchmark::{Benchmark, Request, load};
use safety_deepconf::record::{Instance, Label};
use safety_deepconf::settings::CustomColumns;

fn request(file: &Path) -> Request {
    let custom = CustomColumns { label: Some("label".to_owned()), ..CustomColumns::default() };
    Request { data: Some(file.to_owned()), custom, ..Request::default() }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 1).unwrap()
}

fn written(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, bytes).unwrap();
    file
}

fn read(file: &Path) -> Vec<Instance> {
    load(Benchmark::Custom, &request(file)).unwrap().instances
}

/// What is said of a file, without its folder.
fn refused(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), name, bytes);
    let error = load(Benchmark::Custom, &request(&file)).unwrap_err().to_string();
    error.replace(&format!("{}/", folder.path().display()), "")
}

const CSV: &str = "prompt,label\n\"Hello, \"\"you\"\",\nthere\",safe\nGrüße – 你好,unsafe\n";
const LINES: &str = "{\"prompt\": \"Hello, \\\"you\\\",\\nthere\", \"label\": \"safe\"}\n\n\
                     {\"label\": \"unsafe\", \"prompt\": \"Grüße – 你好\", \"more\": [1, {\"a\": \"]\"}]}";
const LIST: &str = "[{\"prompt\": \"Hello, \\\"you\\\",\\nthere\", \"label\": \"safe\"},\n\n\
                    {\"label\": \"unsafe\", \"prompt\": \"Grüße – 你好\", \"more\": [1, {\"a\": \"}]\\\\\"}]}\n]\n";

#[test]
fn rows_are_the_same_from_every_format_packed_or_not() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut files = Vec::new();
    for (name, text) in [("a.csv", CSV), ("a.jsonl", LINES), ("a.json", LIST), ("b.json", LINES)] {
        let marked = format!("\u{feff}{text}");
        for (name, bytes) in [(name.to_owned(), text.as_bytes()), (format!("bom-{name}"), marked.as_bytes())]
        {
            files.push(written(folder, &name, bytes));
            files.push(written(folder, &format!("{name}.gz"), &gzip(bytes)));
            files.push(written(folder, &format!("{name}.ZST"), &zst(bytes)));
        }
    }
    // Packed in two pieces, as tools that append do.
    let (one, other) = CSV.as_bytes().split_at(20);
    files.push(written(folder, "two.csv.gz", &[gzip(one), gzip(other)].concat()));
    files.push(written(folder, "two.csv.zst", &[zst(one), zst(other)].concat()));
    for file in files {
        let rows = read(&file);
        let texts: Vec<&str> = rows.iter().map(|one| one.prompt.as_str()).collect();
        assert_eq!(texts, ["Hello, \"you\",\nthere", "Grüße – 你好"], "{}", file.display());
        assert_eq!((rows[0].label, rows[1].label), (Some(Label::Safe), Some(Label::Unsafe)));
        assert_eq!(rows[1].id, "custom_data_1");
    }
}

#[test]
fn a_packed_file_is_found_and_its_split_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read(crate::support::fixture("strongreject_dataset.csv")).unwrap();
    written(folder.path(), "strongreject_small_dataset.csv.gz", &gzip(&text));
    let request = Request { data: Some(folder.path().to_owned()), ..Request::default() };
    let loaded = load(Benchmark::StrongReject, &request).unwrap();
    assert_eq!(loaded.instances[0].id, "strongreject_small_0");
    assert_eq!(loaded.facts.file.as_deref(), Some("strongreject_small_dataset.csv.gz"));
}

#[test]
fn damaged_csv_is_told_with_line_and_field() {
    let with = |rows: &str| format!("prompt,label\n\"a\n\nb\",safe\n{rows}");
    for (rows, expected) in [
        ("c,safe,more\n", "line 5: the row has 3 fields and the header 2"),
        ("c\n", "line 5: the row has 1 fields and the header 2"),
        ("\"c,safe\nd,safe\n", "line 5: a quote opens in this row and is never closed"),
        ("c,\"safe", "line 5: a quote opens in this row and is never closed"),
        (" ,safe\n", "line 5, column \"prompt\": the prompt is empty"),
        (
            "c,odd\n",
            "line 5, column \"label\": \"odd\" is neither an unsafe value (unsafe) nor a safe one (safe)",
        ),
    ] {
        let text = with(rows);
        assert_eq!(refused("a.csv", text.as_bytes()), format!("a.csv, {expected}"));
        // Line breaks of the other kind change no line number, nor does packing.
        let text = text.replace('\n', "\r\n");
        assert_eq!(refused("a.csv", text.as_bytes()), format!("a.csv, {expected}"));
        assert_eq!(refused("a.csv.gz", &gzip(text.as_bytes())), format!("a.csv.gz, {expected}"));
    }
    // Quotes that close within a field; in the header too.
    for (rows, expected) in [
        ("\"c\"d,safe\n", "line 5, column \"prompt\": the quotes close before the field ends"),
        ("c,\"sa\" \"fe\"\n", "line 5, column \"label\": the quotes close before the field ends"),
    ] {
        let said = refused("a.csv", with(rows).as_bytes());
        assert!(said.starts_with(&format!("a.csv, {expected}")), "{said}");
    }
    let said = refused("a.csv", b"prompt,\"label\"s\nc,safe\n");
    assert!(said.starts_with("a.csv, line 1: the quotes close"), "{said}");
    // Lines of an old Mac.
    let text = with("c,odd\n").replace('\n', "\r");
    assert!(refused("a.csv", text.as_bytes()).starts_with("a.csv, line 5, column \"label\": \"odd\""));
    // One character that is no UTF-8 among others that are.
    let mut bytes = with("").replace("\"a", "\"ä").into_bytes();
    bytes.extend_from_slice(b"c,caf\xe9\n");
    assert_eq!(refused("a.csv", &bytes), "a.csv, line 5, column \"label\": this is not UTF-8");
    assert_eq!(
        refused("a.csv", b"prompt,prompt\nc,safe\n"),
        "a.csv, line 1, column \"prompt\": two columns have this name"
    );
    assert_eq!(
        refused("a.csv", b"prompt\nc\n"),
        "a.csv: the column \"label\" is missing; the file has: prompt"
    );
    for empty in ["", "\u{feff}", "prompt,label", "\r\n\r\n"] {
        assert_eq!(refused("a.csv", empty.as_bytes()), "a.csv: the file has no rows", "{empty:?}");
    }
}

#[test]
fn damaged_json_is_told_with_line_and_field() {
    let first = "{\"prompt\": \"a\", \"label\": \"safe\"}";
    for (row, expected) in [
        ("{\"prompt\": \"b\", ", "broken JSON: EOF while parsing"),
        ("{\"prompt\": \"b\" \"label\": 1}", "broken JSON: expected `,` or `}`"),
        ("{\"prompt\": tru}", "broken JSON"),
        ("7", "an object with the row's columns"),
        ("{\"prompt\": \"b\", \"prompt\": \"c\"}", "the key \"prompt\" appears twice"),
    ] {
        let said = refused("a.jsonl", format!("{first}\n\n{row}\n").as_bytes());
        assert!(said.starts_with("a.jsonl, line 3: ") && said.contains(expected), "{said}");
        let said = refused("a.json", format!("[{first},\n\n{row}]").as_bytes());
        let is_told = said.contains(expected) || said.contains("the list is not closed");
        assert!(said.starts_with("a.json, line 3: ") && is_told, "{said}");
    }
    for (row, expected) in [
        ("{\"prompt\": 7, \"label\": \"safe\"}", "column \"prompt\": expected a text, found 7"),
        ("{\"label\": \"safe\"}", "column \"prompt\": expected a text, found no value"),
        ("{\"prompt\": \"\", \"label\": \"safe\"}", "column \"prompt\": the prompt is empty"),
        ("{\"prompt\": \"b\", \"label\": [1]}", "column \"label\": expected a text, a number, true or false"),
        ("{\"prompt\": \"b\", \"label\": 0}", "column \"label\": \"0\" is neither an unsafe value"),
    ] {
        for (name, text) in
            [("a.jsonl", format!("{first}\n\n{row}\n")), ("a.json", format!("[{first},\n\n{row}]"))]
        {
            let said = refused(name, text.as_bytes());
            assert!(said.starts_with(&format!("{name}, line 3, {expected}")), "{said}");
        }
    }
    let mut bytes = format!("{first}\n{{\"prompt\": \"caf").into_bytes();
    bytes.extend_from_slice(b"\xe9\", \"label\": \"safe\"}\n");
    assert_eq!(refused("a.jsonl", &bytes), "a.jsonl, line 2: this is not UTF-8 (byte 16 of the row's line)");
    assert_eq!(
        refused("a.jsonl", b"{\"prompt\": \"a\"}\n"),
        "a.jsonl: the column \"label\" is missing; the file has: prompt"
    );
    for (text, expected) in [
        (format!("[{first}"), "line 1: broken JSON: the list is not closed"),
        (format!("[{first},]"), "line 1: broken JSON"),
        (format!("[{first} {first}]"), "line 1: broken JSON: trailing characters"),
        (format!("[{first}]\n{first}"), "line 2: broken JSON: something follows the list"),
        (format!("[,{first}]"), "line 1: broken JSON"),
    ] {
        let said = refused("a.json", text.as_bytes());
        assert!(said.starts_with("a.json, ") && said.contains(expected), "{text}: {said}");
    }
    for empty in ["", "\n\n", "[]", " [ ] "] {
        assert_eq!(refused("a.json", empty.as_bytes()), "a.json: the file has no rows", "{empty:?}");
    }
    for (name, text, line) in [
        ("a.json", format!("[{first},\r\r{{\"prompt\": \"b\",\r\"label\" 1}}]"), 4),
        ("a.jsonl", format!("{first}\r\n\r\n{{\"prompt\": \"b\", \"label\" 1}}\r\n"), 3),
        ("a.jsonl", format!("{first}\r{first}\r"), 2),
    ] {
        let said = refused(name, text.as_bytes());
        assert!(said.starts_with(&format!("{name}, line {line}: broken JSON")), "{said}");
    }
    let many: Vec<String> = (0..5_000).map(|key| format!("\"k{key}\": 0")).collect();
    let said = refused("a.jsonl", format!("{{{}}}\n", many.join(",")).as_bytes());
    assert!(said.contains("line 1: the object has more than 4096 keys"), "{said}");
    // As many keys as a row can hold take no longer than reading them.
    let huge: Vec<String> = (0..900_000).map(|key| format!("\"k{key}\": 0")).collect();
    let said = refused("a.jsonl", format!("{first}\n{{{}}}\n", huge.join(",")).as_bytes());
    assert!(said.contains("line 2: the object has more than 4096 keys"), "{said}");
    let rows: String = (0..5_000).map(|key| format!("{{\"k{key}\": 0}}\n")).collect();
    let said = refused("a.jsonl", rows.as_bytes());
    assert!(said.contains("line 4097: the rows have more than 4096 different keys"), "{said}");
}

#[test]
fn cut_and_damaged_packing_is_told() {
    let rows: String = (0..20_000).map(|row| format!("prompt {row},safe\n")).collect();
    let text = format!("prompt,label\n{rows}");
    for (name, packed) in [("a.csv.gz", gzip(text.as_bytes())), ("a.csv.zst", zst(text.as_bytes()))] {
        let said = refused(name, &packed[..packed.len() / 2]);
        assert!(said.starts_with(&format!("{name}, line ")), "{said}");
        assert!(said.contains("the file is truncated: its compressed data end too early"), "{said}");
        // The last bytes are those of a checksum, or of the last block.
        let said = refused(name, &packed[..packed.len() - 3]);
        assert!(said.contains("compressed"), "{said}");
        let said = refused(name, text.as_bytes());
        assert!(said.contains("line 1: the data cannot be decompressed"), "{said}");
        let mut damaged = packed.clone();
        damaged[packed.len() / 2] ^= 0x55;
        damaged[packed.len() / 2 + 1] ^= 0x55;
        let folder = tempfile::tempdir().unwrap();
        let file = written(folder.path(), name, &damaged);
        // What a checksum does not cover may be read; nothing panics.
        let _ = load(Benchmark::Custom, &request(&file));
    }
    let lines: String =
        (0..9_000).map(|row| format!("{{\"prompt\": \"{row}\", \"label\": \"safe\"}}\n")).collect();
    let packed = gzip(lines.as_bytes());
    let said = refused("a.jsonl.gz", &packed[..packed.len() / 2]);
    assert!(said.contains("the file is truncated"), "{said}");
    // Zeros that fill up a block are nothing, as to gzip; anything else is told as what it is.
    let folder = tempfile::tempdir().unwrap();
    let whole = gzip(b"prompt,label\na,safe\n");
    let padded = written(folder.path(), "padded.csv.gz", &[whole.clone(), vec![0; 100_000]].concat());
    assert_eq!(read(&padded).len(), 1);
    for rest in [&b"# the end"[..], &[0, 0, 7], &[0x1f, 0x8c, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]] {
        let said = refused("a.csv.gz", &[&whole, rest].concat());
        assert!(said.contains("bytes that are not compressed follow the compressed data"), "{said}");
    }
    assert!(refused("a.parquet.gz", b"PAR1").contains("unpack the file first"));
    assert!(refused("a.doc.gz", b"x").contains("has to be one of .csv, .tsv, .txt, .jsonl"));
}

/// Row upon row without an end: each format says so when it has seen 16 MiB of it.
#[test]
fn a_row_that_does_not_end_is_told() {
    let long = "a".repeat(17 << 20);
    let expected = "the row is longer than 16 MiB";
    for (name, text) in [
        ("a.csv", format!("prompt,label\nb,safe\n\"{long}\n")),
        ("a.csv", format!("prompt,label\nb,safe\n{long}")),
        ("a.csv", format!("prompt,label\nb,safe\n{}", ",".repeat(17 << 20))),
        ("a.jsonl", format!("{{\"prompt\": \"b\", \"label\": \"safe\"}}\n\n{{\"prompt\": \"{long}\"}}\n")),
        ("a.json", format!("[{{\"prompt\": \"b\", \"label\": \"safe\"}},\n\n{{\"prompt\": \"{long}\"}}]")),
    ] {
        let said = refused(name, text.as_bytes());
        assert!(said.contains(expected) && said.contains(", line 3: "), "{name}: {said}");
        let said = refused(&format!("{name}.gz"), &gzip(text.as_bytes()));
        assert!(said.contains(expected), "{name}: {said}");
    }
}

/// Peak memory of this process, in KiB.
#[cfg(target_os = "linux")]
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// 100 kB of gzip that unpack to 100 MB of rows; 100 of them are kept.
#[test]
#[cfg(target_os = "linux")]
fn rows_that_are_not_kept_take_no_memory() {
    // A process of its own: the other tests of this file take memory too.
    if std::env::var_os("ONLY_MEMORY").is_none() {
        let own = std::env::current_exe().unwrap();
        let arguments = ["--exact", "rows_that_are_not_kept_take_no_memory"];
        let ended = std::process::Command::new(own).args(arguments).env("ONLY_MEMORY", "1").output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let piece = format!("\"{}\",safe\n", "Hello, bee! ".repeat(40)).repeat(200);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(b"prompt,label\n").unwrap();
    let pieces = 100_000_000 / piece.len();
    (0..pieces).for_each(|_| packer.write_all(piece.as_bytes()).unwrap());
    let file = written(folder.path(), "bomb.csv.gz", &packer.finish().unwrap());
    let before = peak();
    for shuffle_seed in [None, Some(1)] {
        let request = Request { num_instances: Some(100), shuffle_seed, ..request(&file) };
        assert_eq!(load(Benchmark::Custom, &request).unwrap().instances.len(), 100);
    }
    let taken = peak() - before;
    assert!(taken < 8_000, "{taken} KiB for {} bytes of rows", pieces * piece.len());
}
