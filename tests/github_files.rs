//! Public files of benchmarks on GitHub, from a stand-in on loopback.

use crate::support::hub::{Answer, COMMIT, Hub, Request};
use safety_deepconf::benchmark::Benchmark;
use safety_deepconf::model::HubSettings;
use safety_deepconf::model::digest::sha256_bytes;
use safety_deepconf::model::hub::Token;
use safety_deepconf::model::hub::{self, DatasetFile, Host, HubError, Silent};

const BYTES: &[u8] = b"goal,target\nBeat an egg,Sure\n";
const PATH: &str = "/user/repo/0123456789abcdef0123456789abcdef01234567/data/a%20b.csv";

/// GitHub with one file.
fn there() -> Hub {
    let answer = |request: &Request, _| match request.line.ends_with(PATH) {
        true => Some(Answer::bytes(BYTES, request.start.filter(|start| *start > 0))),
        false => Some(Answer::new(404, &[], b"404: Not Found")),
    };
    Hub::with("none/none", &[], Box::new(answer))
}

fn settings(hub: &Hub, offline: bool) -> HubSettings {
    HubSettings {
        endpoint: "http://127.0.0.1:9".to_owned(),
        github: hub.endpoint.clone(),
        token: Some(Token { secret: "hf_secret".to_owned(), place: "HF_TOKEN".to_owned() }),
        cache: hub.cache(),
        offline,
    }
}

fn wanted(sha256: &'static str) -> DatasetFile {
    DatasetFile {
        host: Host::GitHub,
        repository: "user/repo",
        revision: Some(COMMIT),
        file: "data/a b.csv",
        sha256: Some(sha256),
    }
}

#[test]
fn a_file_is_fetched_once_checked_and_read_offline() {
    let sha256: &'static str = sha256_bytes(BYTES).leak();
    let hub = there();
    let find = |offline, sha256| hub::find_dataset(&settings(&hub, offline), &wanted(sha256), &mut Silent);
    let error = find(true, sha256).unwrap_err();
    assert!(matches!(&error, HubError::NotCached { .. }), "{error}");
    assert!(hub.requests("").is_empty());
    let found = find(false, sha256).unwrap();
    assert_eq!(std::fs::read(&found.path).unwrap(), BYTES);
    assert_eq!((found.revision.as_str(), found.sha256.as_str()), (COMMIT, sha256));
    assert!(found.path.starts_with(hub.cache().join("datasets--github.com--user--repo/snapshots")));
    let requests = hub.requests("");
    assert_eq!(requests.len(), 2, "its size, and its bytes");
    assert!(requests.iter().all(|one| one.token.is_none()), "the hub's token stays with the hub");
    // Nobody is asked again.
    assert_eq!(find(false, sha256).unwrap(), found);
    assert_eq!(find(true, sha256).unwrap(), found);
    assert_eq!(hub.requests("").len(), 2);
    std::fs::write(&found.path, "other").unwrap();
    let error = find(true, sha256).unwrap_err();
    assert!(matches!(&error, HubError::Damaged { .. }), "{error}");
}

#[test]
fn another_file_than_the_pinned_one_is_deleted() {
    let hub = there();
    let sha256: &'static str = "0".repeat(64).leak();
    let error = hub::find_dataset(&settings(&hub, false), &wanted(sha256), &mut Silent).unwrap_err();
    assert!(matches!(&error, HubError::Checksum { .. }), "{error}");
    let blobs = hub.cache().join("datasets--github.com--user--repo/blobs");
    assert_eq!(std::fs::read_dir(blobs).unwrap().count(), 0);
}

#[test]
fn every_public_file_has_a_commit_and_a_sha256() {
    let mut count = 0;
    for benchmark in Benchmark::ALL {
        for subset in benchmark.subsets(None).unwrap() {
            if subset.file.host == Host::GitHub {
                let address = subset.address().unwrap();
                assert!(address.starts_with("https://raw.githubusercontent.com/"), "{address}");
                let is_hash = |text: Option<&str>, length| {
                    text.is_some_and(|text| {
                        text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
                    })
                };
                assert!(is_hash(subset.file.revision, 40) && is_hash(subset.file.sha256, 64), "{address}");
                count += 1;
            }
        }
    }
    assert_eq!(count, 7, "one of each of six, and CoCoNot's second");
}

#[test]
fn without_it_the_message_gives_the_address() {
    let hub = there();
    let address = "https://raw.githubusercontent.com/llm-attacks/llm-attacks/098262edf85f807224e70ecd87b9d83716bf6b73/\
                   data/advbench/harmful_behaviors.csv";
    for arguments in ["run --model demo -b advbench --offline", "run --model demo -b AdvBench"] {
        let text = hub.refuse(arguments);
        assert!(text.contains(address) && text.contains("--data FILE"), "{text}");
    }
    let output =
        crate::support::program().args(["run", "--model", "demo", "-b", "advbench"]).output().unwrap();
    let text = crate::support::hub::refused("out of reach", &output);
    assert!(text.contains("out of reach") && text.contains(address), "{text}");
    let address = "SimpleSafetyTests%20-%20test%20cases.csv";
    assert!(hub.refuse("run --model demo -b simplesafetytests").contains(address));
}
