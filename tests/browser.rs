//! The page in a real browser: what it shows, that it stays inside its file, and how fast it is.

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde_json::json;

use crate::support::browser::{Browser, installed};
use crate::support::smollm2::smollm2;
use crate::support::{json, json_lines, many, pages, run_in, stderr, succeed_in};

/// Starts a browser; `None`, said loudly, where there is none.
fn browser() -> Option<Browser> {
    match installed() {
        Some(program) => Some(Browser::start(&program)),
        None if std::env::var_os("REQUIRE_BROWSER").is_some() => panic!("no browser, and one is required"),
        None => {
            eprintln!(
                "SKIPPED: no browser (chromium, chromium-browser, google-chrome or $CHROME): the page is NOT TESTED"
            );
            None
        }
    }
}

/// Writes a page where it can be looked at after the tests.
fn page(name: &str, bytes: &[u8]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Panics if the page complained, or asked for anything but itself.
fn check_quiet(browser: &mut Browser, file: &Path) {
    assert_eq!(browser.complaints(), [""; 0]);
    let own = format!("file://{}", file.display());
    let others: Vec<String> = browser.requests().into_iter().filter(|url| !url.starts_with(&own)).collect();
    assert_eq!(others, [""; 0], "no request leaves the page");
}

/// Whether the list is there: the index is unpacked after the page has loaded.
const LOADED: &str = "document.querySelector('.list tr.row')";
const ROWS: &str = "document.querySelectorAll('.list tr.row').length";

/// Pixels by which a browser's two widths of what fits may differ: it rounds one up.
const ROUNDING: f64 = 1.0;

#[test]
fn answers_are_found_opened_and_compared() {
    let Some(mut browser) = browser() else { return };
    let file = page("sweep.html", &pages::sweep());
    browser.open(&file, "");
    browser.wait(LOADED);
    assert_eq!(browser.number(ROWS), 5.0);
    // A search, and an answer that is opened by a click.
    browser.value("(() => { const one = document.querySelector('input[type=search]'); one.value = 'diary'; one.dispatchEvent(new Event('input')); })()");
    assert_eq!(browser.number(ROWS), 1.0);
    browser.click(".list tr.row button");
    browser.wait("document.querySelector('.answer')");
    // Seven equal refusals are one card with their count, next to three equal compliances.
    assert_eq!(
        browser.text("[...document.querySelectorAll('.answer .times')].map((one) => one.textContent).join()"),
        "3 ×,7 ×"
    );
    assert_eq!(browser.text("document.querySelector('.answer mark').textContent"), "I can't help wi");
    // An answer to a prompt labelled unsafe is behind a click.
    assert_eq!(browser.number("[...document.querySelectorAll('.answer .text')].filter((one) => one.textContent.includes('out of the house')).length"), 0.0);
    browser.click(".answer .uncover");
    browser.wait("[...document.querySelectorAll('.answer .text')].some((one) => one.textContent.includes('out of the house'))");
    assert!(
        browser.number("document.querySelectorAll('.answer .text span').length") > 3.0,
        "tokens are shaded"
    );
    // Sorting by a column, and back.
    browser.open(&file, "");
    browser.wait(LOADED);
    let order = "[...document.querySelectorAll('.list td.number[data-title=Confidence]')].map((one) => one.textContent).join()";
    browser.click("th[data-key=confidence] button");
    let up = browser.text(order);
    browser.click("th[data-key=confidence] button");
    let down = browser.text(order);
    let reversed: Vec<&str> = up.split(',').rev().collect();
    assert_eq!(down, reversed.join(","));
    // A point of a chart opens its answer; a count filters.
    browser.click("#point");
    browser.wait("document.querySelector('#answer-2')");
    assert!(browser.text("location.hash").starts_with("#i-2"));
    browser.click("#filter");
    assert!(browser.text("location.hash").contains("quadrant=uncertain_compliance"));
    // An address opens an answer of another run.
    browser.open(&file, "#i-1&set=1");
    browser.wait("document.querySelector('#answer-1')");
    // From the matrix to both texts in two clicks.
    browser.open(&file, "");
    browser.wait(LOADED);
    browser.click("#flip");
    assert_eq!(browser.number(ROWS), 1.0);
    browser.click(".list tr.row button");
    browser.wait("document.querySelectorAll('.answer .columns > section').length === 2");
    assert_eq!(browser.text("[...document.querySelectorAll('.answer .columns > section > h3')].map((one) => one.textContent).join()"), "Q8_0,Q2_K");
    // The keyboard does it too.
    browser.open(&file, "");
    browser.wait(LOADED);
    browser.value("document.querySelector('.list tr.row button').focus()");
    browser.press("Enter");
    browser.wait("document.querySelector('.answer')");
    check_quiet(&mut browser, &file);
}

#[test]
fn hostile_texts_stay_texts() {
    let Some(mut browser) = browser() else { return };
    let strings = pages::hostile_strings();
    assert_eq!(strings.len(), 100);
    let file = page("hostile.html", &pages::hostile(&strings));
    browser.open(&file, "");
    let elements = browser.text("JSON.stringify([...new Set([...document.body.querySelectorAll('*')].map((one) => one.localName))].sort())");
    // Every answer is opened once.
    for (number, text) in strings.iter().enumerate() {
        browser.value(&format!("location.hash = '#i-{number}'"));
        browser.wait(&format!("document.querySelector('#answer-{number} .text')"));
        let shown =
            browser.text(&format!("document.querySelector('#answer-{number} .prompt-text').textContent"));
        let visible = safety_deepconf::export::page::shown::visible(text);
        assert_eq!(shown, visible, "{number}");
    }
    assert_eq!(browser.value("typeof window.pwned"), json!("undefined"));
    assert!(!elements.contains("\"img\"") && !elements.contains("iframe"), "{elements}");
    check_quiet(&mut browser, &file);
    // The same through the program: traces of another program become a run and a page.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let lines: Vec<String> = strings
        .iter()
        .enumerate()
        .map(|(number, text)| {
            json!({ "instance_id": format!("i{number}"), "prompt": format!("{number} {text}"), "text": text, "label": "safe", "harm_category": text,
                "tokens": [{ "token": text, "logprob": -0.5, "top_logprobs": [-0.5, -1.5] }] })
            .to_string()
        })
        .collect();
    std::fs::write(path.join("traces.jsonl"), lines.join("\n")).unwrap();
    let output = run_in(path, "analyze traces.jsonl -o run -q");
    assert!(output.status.success(), "{}", stderr(&output));
    succeed_in(path, "report run");
    let file = path.join("run/report.html");
    browser.open(&file, "#i-3");
    browser.wait("document.querySelector('#answer-3')");
    assert_eq!(browser.value("typeof window.pwned"), json!("undefined"));
    check_quiet(&mut browser, &file);
}

#[test]
fn reports_of_real_runs_open() {
    let Some(mut browser) = browser() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    succeed_in(path, "run -m demo -N 60 --stop fixed --max-traces 5 -q -o run");
    succeed_in(path, "compare -m demo -N 20 -q -o compared");
    succeed_in(path, "quantize demo --levels Q2_K -o levels -q");
    succeed_in(path, "sweep -m demo,levels/demo-qwen3-3m-Q2_K.gguf -N 60 --policies fixed:3 -q -o swept");
    let file = path.join("run/report.html");
    browser.open(&file, "");
    let analysis = json(&path.join("run/analysis.json"));
    assert_eq!(
        browser.text("document.querySelector('.headline').textContent"),
        analysis["headline"].as_str().unwrap()
    );
    let count = analysis["uncertain_compliance"]["count"].as_f64().unwrap();
    browser.wait(LOADED);
    browser.click("[data-filter=uncertain_compliance]");
    assert_eq!(browser.number(ROWS), count.min(50.0), "the quadrant lists its members");
    // Two clicks from a point to its answer: the point itself, and nothing else.
    let points = browser.number("document.querySelectorAll('svg [data-instance]').length");
    assert_eq!(points, 60.0);
    // Points may lie upon each other: this one is clicked, whatever is on top.
    browser.value("document.querySelector(\"svg [data-instance='17']\").dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))");
    browser.wait("document.querySelector('#answer-17')");
    // Pictures to look at: light, dark, phone.
    let pictures = page("run.html", &std::fs::read(&file).unwrap());
    for (name, size, dark) in
        [("light", (1100, 900), false), ("dark", (1100, 900), true), ("phone", (360, 780), false)]
    {
        browser.resize(size, dark);
        for (part, fragment) in [("top", ""), ("answer", "#i-17")] {
            browser.open(&pictures, fragment);
            browser.wait("document.querySelector('.list tr.row')");
            if part == "answer" {
                browser.wait("document.querySelector('#answer-17')");
                browser.value("document.querySelector('tr.open').scrollIntoView()");
            }
            browser.picture(&pictures.with_file_name(format!("{part}-{name}.png")));
            let wide =
                browser.number("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assert!(wide <= ROUNDING, "{name}: the page is {wide} pixels too wide");
        }
    }
    // The list fits at any width.
    for width in [500, 780, 970, 1_030, 1_100] {
        browser.resize((width, 900), false);
        browser.open(&pictures, "#i-17");
        browser.wait("document.querySelector('#answer-17')");
        let wide = browser.number(
            "document.querySelector('#viewer').scrollWidth - document.querySelector('#viewer').clientWidth",
        );
        assert!(wide <= ROUNDING, "at {width} the list is {wide} pixels too wide");
    }
    browser.open(&file, "");
    check_quiet(&mut browser, &file);
    for name in ["compared", "swept"] {
        let file = path.join(name).join("report.html");
        browser.open(&file, "");
        browser.wait(LOADED);
        assert!(browser.number("document.querySelectorAll('svg.chart').length") >= 3.0, "{name}");
        assert!(browser.number(ROWS) > 0.0, "{name}");
        check_quiet(&mut browser, &file);
    }
    // The sweep to look at, dark, and as a phone shows it.
    let pictures = page("swept.html", &std::fs::read(path.join("swept/report.html")).unwrap());
    for (name, size) in [("dark", (1100, 900)), ("phone", (360, 780))] {
        browser.resize(size, true);
        browser.open(&pictures, "");
        browser.wait(LOADED);
        browser.picture(&pictures.with_file_name(format!("swept-{name}.png")));
        let wide =
            browser.number("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert!(wide <= ROUNDING, "{name}: the page is {wide} pixels too wide");
    }
    browser.resize((1100, 900), false);
    browser.open(&path.join("swept/report.html"), "");
    browser.wait(LOADED);
    // The quadrants of the second run list its answers.
    browser.click("[data-set='1'][data-filter=confident_refusal]");
    let hash = browser.text("location.hash");
    assert!(hash.contains("set=1") && hash.contains("confident_refusal"), "{hash}");
    browser.open(&path.join("swept/report.html"), "");
    browser.wait(LOADED);
    // The sweep's changed decisions, both texts side by side.
    let cell = "[...document.querySelectorAll('[data-flip]')].find((one) => one.textContent.trim() !== '0')";
    assert!(browser.value(&format!("Boolean({cell})")) == json!(true), "Q2_K changes some decisions");
    browser.value(&format!(
        "{cell}.dispatchEvent(new MouseEvent('click', {{ bubbles: true, cancelable: true }}))"
    ));
    assert!(browser.number(ROWS) > 0.0);
    browser.click(".list tr.row button");
    browser.wait("document.querySelectorAll('.answer .columns > section').length === 2");
    check_quiet(&mut browser, &path.join("swept/report.html"));
    // Without scripts there is a table of the most uncertain compliances, and no answer text.
    let text = std::fs::read_to_string(path.join("run/report.html")).unwrap();
    assert!(text.contains("class=\"static\""));
}

/// A model that speaks: markup of Markdown, line breaks, long answers that are cut.
#[test]
fn a_report_of_smollm2_opens() {
    let (Some(model), Some(mut browser)) = (smollm2(), browser()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let model = model.display();
    succeed_in(path, &format!("run -m {model} -N 6 --stop fixed --max-traces 3 -n 48 -q -o run"));
    let file = path.join("run/report.html");
    browser.open(&file, "");
    browser.wait(LOADED);
    let rows = json_lines(&path.join("run/predictions.jsonl"));
    assert_eq!(browser.number(ROWS), rows.len() as f64);
    let mut traces = csv::Reader::from_path(path.join("run/traces.csv")).unwrap();
    let answers: Vec<(String, String)> = traces
        .deserialize()
        .map(|row| {
            let row: std::collections::HashMap<String, String> = row.unwrap();
            (row["instance_id"].clone(), row["answer"].clone())
        })
        .collect();
    assert_eq!(answers.len(), 3 * rows.len());
    // Every answer opens, and shows its traces' texts.
    for (number, row) in rows.iter().enumerate() {
        browser.value(&format!("location.hash = '#i-{number}'"));
        browser.wait(&format!("document.querySelector('#answer-{number}')"));
        browser.value("document.querySelector('.answer .uncover')?.click()");
        let shown = browser.text(&format!(
            "[...document.querySelectorAll('#answer-{number} li.trace > .text')].map((one) => one.textContent).join('\\n')"
        ));
        for (_, answer) in answers.iter().filter(|(id, _)| row["instance_id"] == **id) {
            assert!(shown.contains(answer.trim()), "{answer} is not in {shown}");
        }
    }
    let pictures = page("smollm2.html", &std::fs::read(&file).unwrap());
    browser.open(&pictures, "#i-1");
    browser.wait("document.querySelector('#answer-1')");
    browser.value("document.querySelector('tr.open').scrollIntoView()");
    browser.picture(&pictures.with_file_name("smollm2-answer.png"));
    check_quiet(&mut browser, &pictures);
}

#[test]
fn five_thousand_prompts_open_and_filter_at_once() {
    let Some(mut browser) = browser() else { return };
    let file = page("many.html", &many::page(5_000, many::Texts::Zipf));
    let megabytes = std::fs::metadata(&file).unwrap().len() as f64 / 1e6;
    // Texts without any pattern are the largest.
    let noise = 10.0 * many::page(500, many::Texts::Noise).len() as f64 / 1e6;
    eprintln!("5,000 x 10 x 200 of random letters: {noise:.0} MB");
    let begun = Instant::now();
    browser.open(&file, "");
    browser.wait("document.querySelectorAll('.list tr.row').length === 50");
    let ready = begun.elapsed().as_secs_f64();
    let paint = browser.number("performance.getEntriesByType('paint').find((one) => one.name === 'first-contentful-paint').startTime");
    let filter = browser.number(
        "(() => { const select = document.querySelector('.filters select[name=decision]'); const begun = performance.now();
            select.value = 'refused'; select.dispatchEvent(new Event('change')); document.body.offsetHeight;
            return performance.now() - begun; })()",
    );
    let search = browser.number(
        "(() => { const one = document.querySelector('input[type=search]'); const begun = performance.now();
            one.value = 'many_49'; one.dispatchEvent(new Event('input')); document.body.offsetHeight;
            return performance.now() - begun; })()",
    );
    eprintln!(
        "5,000 x 10 x 200: {megabytes:.1} MB, first paint {paint:.0} ms, ready {ready:.2} s, filter {filter:.0} ms, search {search:.0} ms"
    );
    assert!(megabytes < 40.0, "{megabytes} MB");
    // Three times what is to be reached, for a busy machine.
    assert!(paint < 3_000.0 && ready < 6.0 && filter < 600.0 && search < 600.0);
    check_quiet(&mut browser, &file);
}
