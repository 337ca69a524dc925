//! Model files that are damaged or made to harm: each is refused with an error that says what is
//! wrong, and none reaches llama.cpp.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::gguf_writer::{GgufFile, Meta};
use assert_cmd::Command;
use predicates::prelude::predicate;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use safety_deepconf::model::gguf::{GgufError, Header};

const DEMO: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/models/demo-qwen3-3m-F16.gguf");

fn read(file: &GgufFile) -> Result<Header, GgufError> {
    let folder = tempfile::tempdir().unwrap();
    Header::read(&file.write(&folder))
}

fn read_bytes(bytes: &[u8]) -> Result<Header, GgufError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, bytes).unwrap();
    Header::read(&path)
}

fn sound() -> GgufFile {
    GgufFile::sound("llama")
}

/// Whether the file is refused as unsound with a message that holds all parts.
#[track_caller]
fn assert_unsound(file: &GgufFile, parts: &[&str]) {
    match read(file) {
        Err(GgufError::Unsound { what }) => {
            for part in parts {
                assert!(what.contains(part), "{what:?} does not say {part:?}");
            }
        }
        other => panic!("expected an unsound model, not {other:?}"),
    }
}

#[track_caller]
fn assert_damaged(file: &GgufFile, part: &str) {
    match read(file) {
        Err(GgufError::Damaged { what, .. }) => assert!(what.contains(part), "{what:?}"),
        other => panic!("expected damage, not {other:?}"),
    }
}

#[test]
fn the_demo_file_and_the_written_one_are_sound() {
    let demo = Header::read(Path::new(DEMO)).unwrap();
    assert_eq!((demo.architecture(), demo.vocabulary(), demo.tensors.len()), (Some("qwen3"), 1536, 46));
    let header = read(&sound()).unwrap();
    assert_eq!((header.architecture(), header.vocabulary(), header.tensors.len()), (Some("llama"), 288, 11));
}

#[test]
fn llama_cpp_runs_the_written_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = sound().write(&folder);
    let output = folder.path().join("out");
    let mut command = Command::cargo_bin("safety-deepconf").unwrap();
    command.args(["run", "-N", "1", "-n", "4", "-q", "-t", "1", "--model"]).arg(&path).arg("-o").arg(output);
    command.timeout(Duration::from_secs(60)).assert().success();
}

#[test]
fn other_files_are_named_as_such() {
    let magic = GgufFile { magic: *b"PK\x03\x04", ..sound() };
    assert!(matches!(read(&magic), Err(GgufError::Magic { .. })));
    for version in [0, 1, 4, 3 << 24, u32::MAX] {
        let file = GgufFile { version, ..sound() };
        assert!(matches!(read(&file), Err(GgufError::Version(found)) if found == version));
    }
    assert!(matches!(Header::read(Path::new("/nonexistent.gguf")), Err(GgufError::Io(_))));
    assert!(matches!(Header::read(&std::env::temp_dir()), Err(GgufError::Io(_))));
}

#[test]
fn a_file_that_ends_early_is_refused_wherever_it_ends() {
    let file = sound();
    let (bytes, header) = (file.bytes(), file.header().len());
    for length in (0..header).step_by(97).chain(0..64).chain([header - 1, header, bytes.len() - 1]) {
        match read_bytes(&bytes[..length]) {
            Err(GgufError::Truncated { needed, length: found, .. }) => {
                assert_eq!(found, length as u64);
                assert!(needed > found);
            }
            // A count that the rest of the file has no room for.
            Err(GgufError::Damaged { what, .. }) => assert!(what.contains("room"), "{what}"),
            other => panic!("{length} bytes: {other:?}"),
        }
    }
}

#[test]
fn counts_are_measured_against_the_file() {
    for count in [1 << 20, u64::from(u32::MAX), 1 << 63, u64::MAX] {
        assert_damaged(&GgufFile { tensor_count: Some(count), ..sound() }, "tensors");
        assert_damaged(&GgufFile { pair_count: Some(count), ..sound() }, "metadata pairs");
        // An array of numbers, and one of strings.
        for element in [4_u32, 8] {
            let bytes = [element.to_le_bytes().as_slice(), &count.to_le_bytes()].concat();
            assert_damaged(&sound().with("some.array", Meta::Raw(9, bytes)), "some.array");
        }
        let text = sound().with("some.text", Meta::Raw(8, count.to_le_bytes().to_vec()));
        assert!(matches!(read(&text), Err(GgufError::Truncated { .. })));
    }
}

#[test]
fn values_have_known_types() {
    assert_damaged(&sound().with("some.key", Meta::Raw(13, vec![0; 8])), "unknown value type 13");
    let nested = Meta::Raw(9, [9_u32.to_le_bytes().as_slice(), &1_u64.to_le_bytes()].concat());
    assert_damaged(&sound().with("some.key", nested), "unsupported type 9");
    assert_damaged(&sound().with("tokenizer.ggml.tokens", Meta::U32(7)), "not an array of strings");
    for alignment in [0, 3, 48, 1 << 21] {
        assert_damaged(&sound().with("general.alignment", Meta::U32(alignment)), "power of two");
    }
}

#[test]
fn keys_stand_once() {
    let mut file = sound();
    file.pairs.push(("llama.block_count".to_owned(), Meta::U32(1)));
    assert_damaged(&file, "appears twice");
}

#[test]
fn shapes_do_not_overflow() {
    let shapes: [&[u64]; 6] =
        [&[], &[1; 5], &[0, 64], &[1 << 32, 1 << 32], &[u64::MAX], &[1 << 21, 1 << 21, 1 << 21, 1 << 21]];
    for shape in shapes {
        let mut file = sound();
        file.tensor("blk.0.attn_q.weight").shape = shape.to_vec();
        assert_damaged(&file, "blk.0.attn_q.weight");
    }
    for kind in [4, 5, 255, u32::MAX] {
        let mut file = sound();
        file.tensor("blk.0.attn_q.weight").kind = kind;
        assert_damaged(&file, "unknown to this build");
    }
}

#[test]
fn tensors_lie_within_the_file() {
    for offset in [1 << 30, 1 << 62, u64::MAX - 31] {
        let mut file = sound();
        file.tensor("blk.0.ffn_down.weight").offset = offset;
        assert!(matches!(read(&file), Err(GgufError::Truncated { what, .. }) if what.contains("ffn_down")));
    }
    let mut file = sound();
    file.tensor("blk.0.ffn_down.weight").offset += 1;
    assert_damaged(&file, "multiple of 32");
    let mut file = GgufFile { alignment: 8, ..sound().with("general.alignment", Meta::U32(8)) };
    while file.header().len().next_multiple_of(8).is_multiple_of(32) {
        file.pairs.push((format!("padding.{}", file.pairs.len()), Meta::Bool(true)));
    }
    assert_damaged(&file, "multiple of 32 bytes of the file");
}

#[test]
fn numbers_of_the_architecture_agree() {
    let cases: [(&str, Meta, &str); 17] = [
        ("block_count", Meta::U32(0), "1 to 512"),
        ("block_count", Meta::U32(513), "1 to 512"),
        ("nextn_predict_layers", Meta::U32(2), "at most block_count"),
        ("expert_count", Meta::U32(1025), "at most 1024"),
        ("expert_count", Meta::U32(4), "expert_used_count is 0"),
        ("expert_used_count", Meta::U32(1), "0 to expert_count"),
        ("expert_group_count", Meta::U32(2), "divisor of expert_count"),
        ("attention.head_count_kv", Meta::U32(3), "divisor of attention.head_count, 2"),
        ("attention.head_count_kv", Meta::Numbers(vec![0]), "of block 0 is 0"),
        ("rope.dimension_count", Meta::U32(31), "an even number"),
        ("rope.dimension_count", Meta::U32(0), "an even number from 2"),
        ("rope.dimension_count", Meta::U32(16), "32, equal to attention.key_length"),
        ("attention.value_length", Meta::U32(16), "32, equal to attention.key_length"),
        ("attention.layer_norm_rms_epsilon", Meta::F32(f32::NAN), "finite"),
        ("attention.layer_norm_rms_epsilon", Meta::F32(-1.0), "finite"),
        ("attention.sliding_window", Meta::U32(1 << 31), "at most"),
        ("rope.scaling.type", Meta::Text("bogus".to_owned()), "\"bogus\""),
    ];
    for (key, value, expected) in cases {
        assert_unsound(&sound().with(&format!("llama.{key}"), value), &[expected]);
    }
    assert_unsound(&GgufFile::sound("bert"), &["general.architecture", "\"bert\""]);
    for name in ["t5", "dream", "llada"] {
        assert_unsound(&GgufFile::sound(name), &["general.architecture", name, "one token after the other"]);
    }
}

#[test]
fn a_number_per_block_may_be_an_array() {
    let file = sound()
        .with("llama.attention.head_count", Meta::Numbers(vec![2]))
        .with("llama.attention.head_count_kv", Meta::Numbers(vec![1]));
    read(&file).unwrap();
    // Hybrids have blocks without attention.
    let hybrid =
        GgufFile::sound("nemotron_h").with("nemotron_h.attention.head_count_kv", Meta::Numbers(vec![0]));
    read(&hybrid).unwrap();
}

#[test]
fn tensors_have_types_that_kernels_know() {
    for (name, kind, expected) in [
        ("blk.0.attn_norm.weight", 1, "expected F32"),
        ("output_norm.weight", 30, "expected F32"),
        ("blk.0.attn_q.weight", 26, "I32"),
        ("blk.0.attn_q.weight", 24, "I8"),
        ("token_embd.weight", 9, "Q8_1"),
    ] {
        let mut file = sound();
        file.tensor(name).kind = kind;
        assert_unsound(&file, &[name, expected]);
    }
}

#[test]
fn every_block_has_query_weights() {
    let mut file = sound();
    file.tensor("blk.0.attn_q.weight").name = "blk.0.attn_o.weight".to_owned();
    assert_unsound(&file, &["block 0", "attn_q or attn_qkv"]);
}

#[test]
fn the_vocabulary_can_spell_every_text() {
    let with_tokens = |changes: &[(usize, &[u8])]| {
        let mut file = sound();
        for (key, value) in &mut file.pairs {
            if let (true, Meta::Texts(tokens)) = (key == "tokenizer.ggml.tokens", value) {
                changes.iter().for_each(|&(id, token)| tokens[id] = token.to_vec());
            }
        }
        file
    };
    let with_token = |id: usize, token: &[u8]| with_tokens(&[(id, token)]);
    read(&with_token(287, b"")).unwrap();
    read(&with_token(287, b"\xff\xfe")).unwrap();
    assert_unsound(&with_token(287, b"token286"), &["token 287", "token286"]);
    // llama.cpp reads texts up to the first zero byte, and gives empty ones a name.
    assert_unsound(&with_token(287, b"token286\0x"), &["token 287", "token286"]);
    assert_unsound(&with_tokens(&[(286, b"[EMPTY_287]"), (287, b"")]), &["token 287", "[EMPTY_287]"]);
    assert_unsound(&with_token(3 + 0x41, b"other"), &["<0x41>"]);
    read(&with_token(3 + 0x41, b"A")).unwrap();
    for model in ["gemma4", "t5", "rwkv"] {
        let file = sound()
            .with("tokenizer.ggml.model", Meta::Text(model.to_owned()))
            .with("tokenizer.ggml.add_bos_token", Meta::Bool(true))
            .with("tokenizer.ggml.bos_token_id", Meta::U32(288));
        assert_unsound(&file, &["bos_token_id", "288"]);
    }
}

#[test]
fn the_program_refuses_with_status_2() {
    let folder = tempfile::tempdir().unwrap();
    let path = sound().with("llama.block_count", Meta::U32(0)).write(&folder);
    for arguments in [vec!["info"], vec!["run", "-N", "1", "-n", "4", "-q", "--model"]] {
        let mut command = Command::cargo_bin("safety-deepconf").unwrap();
        command.current_dir(folder.path()).args(arguments).arg(&path).timeout(Duration::from_secs(20));
        command
            .assert()
            .code(2)
            .stderr(predicate::str::contains("llama.block_count is 0, expected 1 to 512"));
    }
}

#[test]
fn flipped_bits_never_panic() {
    let file = sound();
    let (bytes, header) = (file.bytes(), file.header().len() as u32);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    std::fs::write(&path, &bytes).unwrap();
    let mut open = OpenOptions::new().write(true).open(&path).unwrap();
    let mut put = |at: usize, byte: u8| {
        open.seek(SeekFrom::Start(at as u64)).unwrap();
        open.write_all(&[byte]).unwrap();
    };
    let mut random = ChaCha8Rng::seed_from_u64(7);
    let mut refused = 0;
    let begun = Instant::now();
    for _ in 0..2_000 {
        let places: Vec<usize> =
            (0..=random.next_u32() % 3).map(|_| (random.next_u32() % header) as usize).collect();
        places.iter().for_each(|&at| put(at, bytes[at] ^ (1 << (random.next_u32() % 8))));
        refused += u32::from(Header::read(&path).is_err());
        places.iter().for_each(|&at| put(at, bytes[at]));
    }
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(refused > 200, "{refused}");
}
