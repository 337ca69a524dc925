//! Models from the hub, through the real binary and a hub on loopback.

use std::path::Path;
use std::time::Instant;

use crate::support::hub::{Answer, COMMIT, Hub, demo, demo_sha256, refused};
use crate::support::{json, stderr, stdout};
use serde_json::Value;

const REPO: &str = "user/repo-GGUF";
const FILES: [&str; 5] = ["README.md", "m-Q2_K.gguf", "m-Q8_0.gguf", "mmproj-m-Q4_K_M.gguf", "m-q4_k_m.gguf"];

fn expect(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

#[test]
fn a_file_is_fetched_once_into_the_hub_s_own_layout() {
    let hub = Hub::new(REPO, &FILES);
    let printed = hub.succeed("fetch user/repo-GGUF");
    let path = hub.folder().join("snapshots").join(COMMIT).join("m-q4_k_m.gguf");
    assert_eq!(printed, format!("{}  {}\n", demo_sha256(), path.display()), "as sha256sum prints it");
    assert_eq!(std::fs::read(&path).unwrap(), demo());
    let blob = Path::new("../../blobs").join(demo_sha256());
    assert_eq!(std::fs::read_link(&path).unwrap(), blob, "a relative link to the blob");
    assert_eq!(std::fs::read_to_string(hub.folder().join("refs/main")).unwrap(), COMMIT);
    let blobs: Vec<_> = std::fs::read_dir(hub.folder().join("blobs")).unwrap().collect();
    assert_eq!(blobs.len(), 1, "nothing unfinished is left");
    assert_eq!(hub.requests("cdn GET").len(), 1);

    assert_eq!(hub.succeed("fetch user/repo-GGUF:Q4_K_M"), printed);
    assert_eq!(hub.requests("cdn").len(), 1, "the second time nothing is downloaded");
    assert_eq!(hub.requests("HEAD").len(), 1);
    let fact: Value = serde_json::from_str(&hub.succeed("fetch --json user/repo-GGUF --offline")).unwrap();
    assert_eq!(fact["path"], path.display().to_string());
    assert_eq!(fact["model"]["sha256"], demo_sha256());
    assert_eq!(fact["model"]["repository"], REPO);
    assert_eq!(fact["model"]["revision"], COMMIT);
    assert_eq!(fact["model"]["pinned"], false);
}

#[test]
fn the_token_goes_to_the_hub_and_to_no_other_host() {
    let hub = Hub::new(REPO, &FILES);
    let output = hub.program().args(["fetch", REPO]).env("HF_TOKEN", "hf_secret").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!stderr(&output).contains("hf_secret"));
    let (own, other) = (hub.requests("hub "), hub.requests("cdn "));
    assert_eq!((own.len(), other.len()), (3, 1));
    assert!(own.iter().all(|request| request.token.as_deref() == Some("Bearer hf_secret")), "{own:?}");
    assert_eq!(other[0].token, None);
    let without = Hub::new(REPO, &FILES);
    without.succeed("fetch user/repo-GGUF");
    assert!(without.requests("").iter().all(|request| request.token.is_none()));
}

#[test]
fn a_renamed_repository_is_followed_with_the_token() {
    let hook = |request: &crate::support::hub::Request, _| {
        let old = request.line.split(' ').nth(2)?.contains("old/name-GGUF");
        let path = request.line.split(' ').nth(2)?.replace("old/name-GGUF", REPO);
        old.then(|| Answer::new(307, &[("Location", &path)], b""))
    };
    let hub = Hub::with(REPO, &FILES, Box::new(hook));
    let output = hub.program().args(["fetch", "old/name-GGUF"]).env("HF_TOKEN", "t").output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(hub.requests("hub").iter().all(|request| request.token.is_some()));
    assert!(hub.cache().join("models--old--name-GGUF/blobs").join(demo_sha256()).exists());
}

#[test]
fn a_cut_connection_is_resumed() {
    let hook = |request: &crate::support::hub::Request, before: usize| {
        let first = request.line.starts_with("cdn") && before == 0;
        first.then(|| Answer::bytes(&demo(), request.start).cut(3_000_000))
    };
    let hub = Hub::with(REPO, &FILES, Box::new(hook));
    assert!(hub.succeed("fetch user/repo-GGUF").starts_with(&demo_sha256()));
    let starts: Vec<_> = hub.requests("cdn").iter().map(|request| request.start).collect();
    assert_eq!(starts, [Some(0), Some(3_000_000)]);
    assert_eq!(hub.requests("HEAD").len(), 1);
}

/// A part that an earlier process left.
fn leave_part(hub: &Hub, bytes: &[u8]) {
    std::fs::create_dir_all(hub.folder().join("blobs")).unwrap();
    std::fs::write(hub.folder().join("blobs").join(format!("{}.incomplete", demo_sha256())), bytes).unwrap();
}

#[test]
fn a_part_of_an_earlier_process_is_continued() {
    let hub = Hub::new(REPO, &FILES);
    leave_part(&hub, &demo()[..7_000_000]);
    let output = hub.run("fetch user/repo-GGUF");
    assert!(stdout(&output).starts_with(&demo_sha256()), "{}", stderr(&output));
    expect(&stderr(&output), &["downloading m-q4_k_m.gguf (7 MB), continuing at 7 MB"]);
    assert_eq!(hub.requests("cdn")[0].start, Some(7_000_000));
    // A whole part needs no request for bytes, one that is too long starts again.
    for (part, requests) in [(demo(), 0), ([demo(), vec![0]].concat(), 1)] {
        let hub = Hub::new(REPO, &FILES);
        leave_part(&hub, &part);
        hub.succeed("fetch user/repo-GGUF --quiet");
        assert_eq!(hub.requests("cdn").len(), requests);
    }
}

#[test]
fn a_server_without_ranges_starts_again() {
    let hook = |request: &crate::support::hub::Request, _| {
        request.line.starts_with("cdn").then(|| Answer::bytes(&demo(), None))
    };
    let hub = Hub::with(REPO, &FILES, Box::new(hook));
    leave_part(&hub, b"something");
    assert!(hub.succeed("fetch user/repo-GGUF").starts_with(&demo_sha256()));
}

#[test]
fn a_connection_that_always_breaks_off_is_an_error_and_the_part_stays() {
    let hook = |request: &crate::support::hub::Request, _| {
        let cdn = request.line.starts_with("cdn");
        cdn.then(|| {
            Answer::bytes(&demo(), request.start).cut(if request.start == Some(0) { 100_000 } else { 0 })
        })
    };
    let hub = Hub::with(REPO, &FILES, Box::new(hook));
    let text = hub.refuse("fetch user/repo-GGUF --quiet");
    expect(&text, &["m-q4_k_m.gguf", "broke off 6 times", "at 100000 of 7137536 bytes", "hint: repeat"]);
    let part = hub.folder().join("blobs").join(format!("{}.incomplete", demo_sha256()));
    assert_eq!(std::fs::metadata(part).unwrap().len(), 100_000);
    assert!(!hub.folder().join("snapshots").exists());
}

#[test]
fn wrong_bytes_are_deleted_and_named() {
    let hook = |request: &crate::support::hub::Request, _| {
        let mut bytes = demo();
        bytes[5_000_000] ^= 1;
        request.line.starts_with("cdn").then(|| Answer::bytes(&bytes, request.start))
    };
    let hub = Hub::with(REPO, &FILES, Box::new(hook));
    let mut bytes = demo();
    bytes[5_000_000] ^= 1;
    let found = safety_deepconf::model::digest::sha256_bytes(&bytes);
    let text = hub.refuse("info user/repo-GGUF --quiet");
    expect(&text, &["m-q4_k_m.gguf", &demo_sha256(), &found, "deleted"]);
    assert_eq!(std::fs::read_dir(hub.folder().join("blobs")).unwrap().count(), 0);
    assert!(!hub.folder().join("snapshots").exists());
}

#[test]
fn a_damaged_file_in_the_cache_is_an_error() {
    let hub = Hub::new(REPO, &FILES);
    hub.succeed("fetch user/repo-GGUF");
    let blob = hub.folder().join("blobs").join(demo_sha256());
    let mut bytes = demo();
    bytes[6_000_000] ^= 1;
    std::fs::write(&blob, bytes).unwrap();
    expect(&hub.refuse("fetch user/repo-GGUF --quiet"), &["damaged", &demo_sha256(), "hint: delete"]);
}

#[test]
fn statuses_say_what_to_do() {
    let always = |status: u16, headers: &'static [(&str, &str)]| {
        Hub::with(REPO, &FILES, Box::new(move |_, _| Some(Answer::new(status, headers, b"<html>"))))
    };
    let hub = always(404, &[]);
    expect(
        &hub.refuse("run --model user/nothing"),
        &["no such repository", "user/nothing", &hub.endpoint, "hint"],
    );
    for status in [401, 403] {
        let hub = always(status, &[]);
        let text = hub.refuse("info user/gated-GGUF");
        expect(
            &text,
            &["user/gated-GGUF", &status.to_string(), "gated or private", "accept its terms", "HF_TOKEN"],
        );
        let output = hub.program().args(["info", REPO]).env("HF_TOKEN", "hf_secret").output().unwrap();
        let text = refused("info with a token", &output);
        expect(&text, &["the token in HF_TOKEN was sent"]);
        assert!(!text.contains("hf_secret"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "hf_secret\n").unwrap();
        let output = hub.program().args(["info", REPO]).env("HF_TOKEN_PATH", &file).output().unwrap();
        let text = refused("info with a token in a file", &output);
        expect(&text, &[&format!("the token in {} was sent", file.display())]);
    }
    expect(&always(400, &[]).refuse("info user/repo"), &["status 400", "user/repo"]);
    expect(&always(200, &[]).refuse("info user/repo"), &["answer that cannot be used"]);
    let round = always(302, &[("Location", "/again")]);
    expect(&round.refuse("info user/repo"), &["redirects more than 10 times"]);
    // Only the file is gated, as on the hub.
    let hub = Hub::with(
        REPO,
        &FILES,
        Box::new(|request, _| request.line.contains("HEAD").then(|| Answer::new(403, &[], b""))),
    );
    expect(&hub.refuse("fetch user/repo-GGUF"), &["gives no access to user/repo-GGUF"]);
}

#[test]
fn a_mirror_that_serves_the_bytes_itself() {
    let hook = |request: &crate::support::hub::Request, _: usize| {
        if !request.line.contains("/resolve/") {
            return None;
        }
        let mut answer = Answer::bytes(&demo(), request.start);
        answer.headers.push(("ETag".to_owned(), format!("W/\"{}\"", demo_sha256())));
        Some(answer)
    };
    let hub = Hub::with(REPO, &FILES, Box::new(hook));
    assert!(hub.succeed("fetch user/repo-GGUF").starts_with(&demo_sha256()));
    assert!(hub.requests("cdn").is_empty());
    assert!(hub.folder().join("snapshots").join(COMMIT).join("m-q4_k_m.gguf").exists());
}

#[test]
fn a_file_too_large_for_the_disk_is_not_begun() {
    let hook = |request: &crate::support::hub::Request, _: usize| {
        let (etag, size) = (demo_sha256(), "9000000000000000000");
        let headers =
            [("X-Linked-Etag", etag.as_str()), ("X-Linked-Size", size), ("Location", "http://a.test/")];
        request.line.contains("HEAD").then(|| Answer::new(302, &headers, b""))
    };
    let hub = Hub::with(REPO, &FILES, Box::new(hook));
    let text = hub.refuse("fetch user/repo-GGUF");
    expect(&text, &["needs 9000000000000000000 more bytes", "free", "HF_HUB_CACHE"]);
}

#[test]
fn a_busy_hub_is_waited_for_within_bounds() {
    let begun = Instant::now();
    let busy = |request: &crate::support::hub::Request, before: usize| {
        let first = request.line.contains("/api/") && before == 0;
        first.then(|| Answer::new(429, &[("Retry-After", "1")], b""))
    };
    let hub = Hub::with(REPO, &FILES, Box::new(busy));
    let output = hub.run("fetch user/repo-GGUF");
    assert!(output.status.success(), "{}", stderr(&output));
    expect(&stderr(&output), &["status 429: waiting 1 s"]);
    assert!(begun.elapsed().as_millis() >= 1_000);

    let busier =
        Hub::with(REPO, &FILES, Box::new(|_, _| Some(Answer::new(429, &[("Retry-After", "3600")], b""))));
    expect(
        &busier.refuse("fetch user/repo-GGUF"),
        &["429", "wait 3600 seconds", "hint: repeat the command later"],
    );
    assert_eq!(busier.requests("").len(), 1, "nobody waits an hour");
    let forever =
        Hub::with(REPO, &FILES, Box::new(|_, _| Some(Answer::new(429, &[("Retry-After", "0")], b""))));
    expect(&forever.refuse("fetch user/repo-GGUF"), &["429"]);
    assert_eq!(forever.requests("").len(), 4);
    let broken =
        Hub::with(REPO, &FILES, Box::new(|_, _| Some(Answer::new(503, &[("Retry-After", "0")], b""))));
    expect(&broken.refuse("fetch user/repo-GGUF"), &["status 503"]);
}

#[test]
fn offline_uses_the_cache_only() {
    let hub = Hub::new(REPO, &FILES);
    expect(
        &hub.refuse("run --model user/repo-GGUF --offline"),
        &["user/repo-GGUF is not in the cache", "leave out --offline", "--model demo"],
    );
    let output = hub.program().args(["info", REPO]).env("HF_HUB_OFFLINE", "1").output().unwrap();
    expect(&refused("offline by the hub's variable", &output), &["HF_HUB_OFFLINE is set: unset it"]);
    assert!(hub.requests("").is_empty());
    hub.succeed("fetch user/repo-GGUF:q8_0");
    let asked = hub.requests("").len();
    let info = hub.succeed("info user/repo-GGUF --offline");
    expect(&info, &["m-Q8_0.gguf", "from the hub", COMMIT]);
    let text = hub.refuse("info user/repo-GGUF:Q2_K --offline");
    expect(&text, &["user/repo-GGUF:Q2_K is not in the cache", "cached of this repository: m-Q8_0.gguf"]);
    let output = hub.program().args(["info", REPO]).env("HF_HUB_OFFLINE", "1").output().unwrap();
    assert!(output.status.success());
    assert_eq!(hub.requests("").len(), asked, "nobody was asked");
}

#[test]
fn a_hub_out_of_reach_is_one_clear_message_or_the_cache() {
    let hub = Hub::new(REPO, &FILES);
    hub.succeed("fetch user/repo-GGUF");
    // A port that nobody listens to.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let endpoint = format!("http://{closed}");
    let run =
        |arguments: &[&str]| hub.program().args(arguments).env("HF_ENDPOINT", &endpoint).output().unwrap();
    let text = refused("other", &run(&["run", "--model", "user/other"]));
    expect(&text, &["out of reach", &endpoint, "user/other is not in the cache", "--model demo", ".gguf"]);
    assert!(text.lines().count() <= 3, "{text}");
    let output = run(&["fetch", REPO]);
    assert!(stdout(&output).starts_with(&demo_sha256()));
    expect(&stderr(&output), &["out of reach", "using the cached m-q4_k_m.gguf"]);
    let bad = hub.program().args(["info", REPO]).env("HF_ENDPOINT", "nonsense").output().unwrap();
    expect(&refused("endpoint", &bad), &["HF_ENDPOINT", "nonsense"]);
}

#[test]
fn levels_are_llama_cpp_s() {
    let hub = Hub::new(REPO, &FILES);
    expect(&hub.succeed("fetch user/repo-GGUF:q2_K"), &["m-Q2_K.gguf"]);
    expect(&hub.succeed("fetch user/repo-GGUF:m-Q8_0.gguf"), &["m-Q8_0.gguf"]);
    assert_eq!(hub.requests("cdn").len(), 1, "another name of the same bytes needs no download");
    let text = hub.refuse("run --model user/repo-GGUF:Q6_K");
    expect(&text, &["user/repo-GGUF has no level Q6_K", "it has Q2_K, Q8_0, Q4_K_M"]);
    expect(&hub.refuse("info user/repo-GGUF:none.gguf"), &["no file none.gguf", "m-Q8_0.gguf"]);
    let hub = Hub::new(REPO, &["m-Q8_0.gguf", "m-Q2_K.gguf"]);
    expect(&hub.succeed("fetch user/repo-GGUF"), &["m-Q8_0.gguf"]);
    let hub = Hub::new(REPO, &["z.gguf", "sub/a.gguf"]);
    expect(&hub.succeed("fetch user/repo-GGUF"), &["/sub/a.gguf"]);
    assert!(hub.folder().join("snapshots").join(COMMIT).join("sub/a.gguf").is_file());
    expect(&Hub::new(REPO, &["README.md"]).refuse("fetch user/repo-GGUF"), &["no model in GGUF", "hint"]);
}

#[test]
fn levels_of_newer_repositories() {
    let files = [
        "BF16/m-BF16.gguf",
        "Q6_K/model.gguf",
        "a-Q8_0.gguf",
        "b-Q8_0.gguf",
        "m-MXFP4_MOE.gguf",
        "m-UD-Q4_K_XL.gguf",
        "m-UD-TQ1_0.gguf",
        "m.i1-IQ4_XS.gguf",
        "mmproj-BF16.gguf",
        "mtp-m-UD-Q4_K_XL.gguf",
    ];
    let hub = Hub::new(REPO, &files);
    for (level, file) in [
        ("ud-q4_k_xl", "m-UD-Q4_K_XL.gguf"),
        ("Q4_K_XL", "m-UD-Q4_K_XL.gguf"),
        ("UD-TQ1_0", "m-UD-TQ1_0.gguf"),
        ("TQ1_0", "m-UD-TQ1_0.gguf"),
        ("i1-IQ4_XS", "m.i1-IQ4_XS.gguf"),
        ("IQ4_XS", "m.i1-IQ4_XS.gguf"),
        ("MXFP4_MOE", "m-MXFP4_MOE.gguf"),
        ("BF16", "BF16/m-BF16.gguf"),
        ("Q6_K", "Q6_K/model.gguf"),
    ] {
        let output = hub.run(&format!("fetch {REPO}:{level}"));
        expect(&stdout(&output), &[&format!("/{file}\n")]);
        assert!(!stderr(&output).contains("other files"), "{level}: {}", stderr(&output));
    }
    let output = hub.run(&format!("fetch {REPO}:Q8_0"));
    expect(&stdout(&output), &["/a-Q8_0.gguf"]);
    let text = crate::support::unwrapped(&stderr(&output));
    expect(
        &text,
        &["taking a-Q8_0.gguf", "other files of this level: b-Q8_0.gguf", "user/repo-GGUF:FILE.gguf"],
    );
    let text = crate::support::unwrapped(&hub.refuse(&format!("fetch {REPO}:Q4_K_M")));
    let levels = "it has BF16, Q6_K, Q8_0, MXFP4_MOE, UD-Q4_K_XL, UD-TQ1_0, I1-IQ4_XS";
    expect(&text, &["has no level Q4_K_M", levels]);
    let text = Hub::new("Qwen/Qwen3.5-4B", &["README.md"]).refuse("fetch Qwen/Qwen3.5-4B");
    expect(&crate::support::unwrapped(&text), &["the model in GGUF: unsloth/Qwen3.5-4B-GGUF"]);
}

#[test]
fn a_base_name_means_its_gguf_repository() {
    let hub = Hub::new("Qwen/Qwen3-0.6B-GGUF", &["Qwen3-0.6B-Q8_0.gguf"]);
    let output = hub.run("fetch Qwen/Qwen3-0.6B");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(hub.cache().join("models--Qwen--Qwen3-0.6B-GGUF").is_dir());
    expect(&stderr(&output), &["7137536 bytes on the hub but 639446688 in models/manifest.toml"]);
    let text = hub.refuse("fetch Qwen/Qwen3-0.6B:Q4_K_M");
    expect(
        &text,
        &["Qwen/Qwen3-0.6B-GGUF has no level Q4_K_M", "it has Q8_0", "unsloth/Qwen3-0.6B-GGUF:Q4_K_M"],
    );
}

#[test]
fn a_run_records_where_its_model_came_from() {
    let hub = Hub::new(REPO, &FILES);
    let run = "run -hf user/repo-GGUF:Q8_0 -N 2 --max-traces 1 --min-traces 1 -n 8 --json --quiet";
    let result: Value = serde_json::from_str(&hub.succeed(run)).unwrap();
    let name = "001-synthetic-repo-GGUF_Q8_0";
    expect(&result.to_string(), &[name]);
    let folder = hub.home.path().join("results").join(name);
    let manifest = json(&folder.join("manifest.json"));
    let model = &manifest["model"];
    assert_eq!(model["name"], "user/repo-GGUF:Q8_0");
    assert_eq!(model["file"], "m-Q8_0.gguf");
    assert_eq!(model["repository"], REPO);
    assert_eq!(model["revision"], COMMIT);
    assert_eq!(model["pinned"], false);
    assert_eq!(model["sha256"], demo_sha256());
    hub.succeed(&format!("run --resume results/{name} --quiet --offline"));

    hub.succeed(
        "run -hf user/repo-GGUF:Q8_0 -hff m-Q2_K.gguf -N 1 --max-traces 1 --min-traces 1 -n 8 -q -o two",
    );
    assert_eq!(json(&hub.home.path().join("two/manifest.json"))["model"]["file"], "m-Q2_K.gguf");
    hub.succeed("run --model demo -N 1 --max-traces 1 --min-traces 1 -n 8 -q -o three");
    let manifest = json(&hub.home.path().join("three/manifest.json"));
    assert_eq!(manifest["model"].get("repository"), None, "absent is absent");
    expect(&hub.refuse("run -hff m-Q2_K.gguf"), &["--hf-repo"]);
    expect(&hub.refuse("run -hf user/repo --model demo"), &["--model"]);
    expect(&hub.refuse("run -hf repo"), &["names no model on the hub"]);
    expect(&hub.refuse("run --model user/repo:"), &["names no model on the hub", "user/repo:LEVEL"]);
}

#[test]
fn models_lists_cache_and_known_repositories() {
    let hub = Hub::new(REPO, &FILES);
    let text = hub.succeed("models");
    expect(&text, &["nothing", "Qwen/Qwen3-0.6B-GGUF:Q8_0", "0.64 GB", "~2.82 GB", "Fits"]);
    hub.succeed("fetch user/repo-GGUF");
    let text = hub.succeed("models");
    expect(&text, &["user/repo-GGUF:Q4_K_M", "0.01 GB", "yes"]);
    let list: Value = serde_json::from_str(&hub.succeed("models --json")).unwrap();
    let cached = &list["cached"][0];
    assert_eq!(list["cached"].as_array().unwrap().len(), 1);
    assert_eq!(cached["model"], "user/repo-GGUF:Q4_K_M");
    assert_eq!(cached["file"], "m-q4_k_m.gguf");
    assert_eq!(cached["size"], 7_137_536);
    assert_eq!(cached["revision"], COMMIT);
    assert_eq!(list["known"][0]["size"], 639_446_688);
    assert!(list["known"].as_array().unwrap().len() > 20);
}

#[test]
fn one_that_fails_does_not_keep_the_others_from_coming() {
    let hub = Hub::new(REPO, &FILES);
    let output = hub.run("fetch user/repo-GGUF:Q6_K user/repo-GGUF:Q8_0 --quiet");
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).starts_with(&demo_sha256()));
    expect(&stderr(&output), &["no level Q6_K"]);
}

#[test]
fn names_from_the_hub_do_not_leave_the_cache() {
    let hub = Hub::new(REPO, &["../../../evil-Q4_K_M.gguf"]);
    expect(&hub.refuse("fetch user/repo-GGUF"), &["is not a file name"]);
    for (name, value) in [("X-Linked-Etag", "\"../../evil\""), ("X-Linked-Etag", "\"\"")] {
        let hook = move |request: &crate::support::hub::Request, _| {
            request
                .line
                .contains("HEAD")
                .then(|| Answer::new(302, &[(name, value), ("Location", "http://a.test/")], b""))
        };
        let hub = Hub::with(REPO, &FILES, Box::new(hook));
        expect(&hub.refuse("fetch user/repo-GGUF"), &["is not a file tag"]);
    }
    let body = r#"{"sha":"../../evil","siblings":[{"rfilename":"m-Q4_K_M.gguf"}]}"#;
    let hub = Hub::with(REPO, &FILES, Box::new(move |_, _| Some(Answer::new(200, &[], body.as_bytes()))));
    expect(&hub.refuse("fetch user/repo-GGUF"), &["is not a commit"]);
}

#[test]
fn two_processes_download_once() {
    let hook = |request: &crate::support::hub::Request, _| {
        if request.line.starts_with("cdn") {
            std::thread::sleep(std::time::Duration::from_millis(500));
        }
        None
    };
    let hub = Hub::with(REPO, &FILES, Box::new(hook));
    let start = || {
        let mut command = hub.program();
        command
            .args(["fetch", REPO])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped());
        command.spawn().unwrap()
    };
    for child in [start(), start()] {
        let output = child.wait_with_output().unwrap();
        assert!(stdout(&output).starts_with(&demo_sha256()), "{}", stderr(&output));
    }
    assert_eq!(hub.requests("cdn").len(), 1);
}
