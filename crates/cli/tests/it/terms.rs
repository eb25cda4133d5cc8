//! `duces terms` over the sample, as a person runs it: the report, its samples, and what the calls on them say.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{done, duces, files, refused, run_sample, said};

fn list() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terms/meridian.txt").display().to_string()
}

#[test]
fn the_terms_of_the_sample_are_counted_as_searches_count_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let matter = path("out");
    run_sample(Path::new(&matter), "2", &[]);
    let mut ways = Vec::new();
    for (name, threads, zone) in [("one", "1", "UTC"), ("two", "2", "America/New_York")] {
        let args =
            ["terms", &matter, &list(), "--out", &path(name), "--seed", "7", "--sample", "3", "--threads", threads];
        let output = duces(&args, &[("TZ", zone)]);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(1), "a term was refused: {text}");
        for words in ["meridian.txt:7: AND and OR are mixed", "(at character 1)", "seed 7", "no sender is called so"] {
            assert!(text.contains(words), "`{words}` is not in: {text}");
        }
        ways.push(files(&folder.path().join(name)));
    }
    assert!(ways[0] == ways[1], "the same bytes, whatever the threads and the system's zone");
    let one = &ways[0];
    let names: Vec<&str> = one.keys().map(String::as_str).filter(|name| !name.starts_with("samples/text/")).collect();
    let expected = [
        "hits.csv",
        "samples/elusion.csv",
        "samples/precision.csv",
        "terms.csv",
        "terms.html",
        "terms.json",
        "terms.xlsx",
    ];
    assert_eq!(names, expected);

    let snapshot = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terms/meridian.csv");
    let table = String::from_utf8(one["terms.csv"].clone()).unwrap();
    assert_eq!(
        table,
        fs::read_to_string(&snapshot).unwrap_or_default(),
        "{} is not what came:\n{table}",
        snapshot.display()
    );

    let report: Value = serde_json::from_slice(&one["terms.json"]).unwrap();
    for term in report["terms"].as_array().unwrap().iter().filter(|term| term["status"] == "completed") {
        let search = ["search", &matter, "--json", "--verify-full", "--limit", "0", term["query"].as_str().unwrap()];
        let output = duces(&search, &[]);
        done(&output);
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        for count in ["documents", "messages", "conversations"] {
            assert_eq!(term[count], found[count], "{count} of {}", term["query"]);
        }
        let held: Vec<&String> = term["by_custodian"].as_object().unwrap().keys().collect();
        assert_eq!(serde_json::json!(held), found["custodian_names"], "{}", term["query"]);
    }
    // The list of hits is what the digests are of.
    let hits = String::from_utf8(one["hits.csv"].clone()).unwrap();
    assert_eq!(hits.lines().count() as u64, 1 + report["any_term"]["documents"].as_u64().unwrap());
    let html = String::from_utf8(one["terms.html"].clone()).unwrap();
    for words in ["陈丽华", "<svg", "(contract OR 合同 OR agreement) w/10 (sign* OR 签)", "duces-1: NFKC"] {
        assert!(html.contains(words), "`{words}` is not in the page");
    }
    for outside in ["<script", "http:", "https:", "src=", "url("] {
        assert!(!html.contains(outside), "`{outside}` is in the page");
    }
    assert!(one["terms.xlsx"].starts_with(b"PK"));
}

#[test]
fn what_is_wrongly_asked_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (matter, out, terms) = (path("matter"), path("report"), path("terms.txt"));
    done(&duces(&["init", &matter], &[]));
    let terms_of = |text: &[u8], more: &[&str]| {
        fs::write(&terms, text).unwrap();
        let output = duces(&[&["terms", &matter, &terms, "--out", &out], more].concat(), &[]);
        assert!(!folder.path().join("report").exists() || output.status.success(), "{}", said(&output));
        output
    };
    refused(&terms_of(b"# none\n", &[]), 2, &["terms.txt", "holds no term", "docs/terms.md"]);
    refused(&terms_of(b"a\n\xFF\n", &[]), 2, &["line 2", "not UTF-8"]);
    refused(&terms_of(b"a\n", &["--unit", "context 1 message"]), 2, &["documents of its own"]);
    refused(&terms_of(b"a\n", &["--custodian", "Nobody"]), 2, &["no custodian `Nobody`"]);
    refused(&terms_of(b"a\n", &["--sample", "3"]), 2, &["--seed"]);
    refused(&duces(&["terms", &matter, &path("absent.txt"), "--out", &out], &[]), 3, &["absent.txt"]);
    refused(&duces(&["terms", &matter], &[]), 2, &["required"]);
    done(&terms_of(b"a\n", &[]));
    refused(&duces(&["terms", &matter, &terms, "--out", &out], &[]), 5, &["report"]);
}

#[test]
fn calls_on_samples_become_rates() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let matter = path("out");
    run_sample(Path::new(&matter), "2", &[]);
    fs::write(path("terms.txt"), "Contract\t合同 OR contract\n付款\n").unwrap();
    let args = ["--seed", "11", "--sample", "20", "--sample-per-term", "4", "--from", "2024-03-01", "--json"];
    let output = duces(&[&["terms", &matter, &path("terms.txt"), "--out", &path("r")], &args[..]].concat(), &[]);
    done(&output);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["samples"]["seed"], 11);
    let sample = |name: &str| path(&format!("r/samples/{name}.csv"));
    refused(&duces(&["terms", "--elusion", &sample("elusion")], &[]), 2, &["row 2 has no call"]);
    refused(&duces(&["terms", "--elusion", &sample("precision")], &[]), 2, &["a sample of precision, not of elusion"]);

    let fill = |name: &str, call: &dyn Fn(usize) -> &'static str| {
        let text = fs::read_to_string(sample(name)).unwrap();
        let rows = text.lines().enumerate().map(|(n, row)| match (n, row.strip_suffix(",,")) {
            (0, _) => format!("{row}\n"),
            (n, row) => format!("{},{},\n", row.unwrap(), call(n)),
        });
        fs::write(sample(name), rows.collect::<String>()).unwrap();
    };
    fill("elusion", &|n| if n == 3 { "Yes" } else { "no" });
    let output = duces(&["terms", "--elusion", &sample("elusion"), "--json"], &[]);
    done(&output);
    let rates: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rates[0]["population"], report["no_term"]["documents"]);
    assert_eq!((&rates[0]["called"], &rates[0]["relevant"]), (&20.into(), &1.into()));
    assert_eq!(rates[0]["rate"], serde_json::json!([5.0, 0.1265, 24.8733]), "as R's binom.test(1, 20) has it");
    fill("precision", &|_| "是");
    let text = said(&duces(&["terms", "--precision", &sample("precision")], &[]));
    for words in ["any term: precision 100.00%", "1. Contract: precision 100.00%", "2. 付款: precision"] {
        assert!(text.contains(words), "`{words}` is not in: {text}");
    }
    // Each drawn document lies beside the sample as it reads.
    let drawn = fs::read_dir(path("r/samples/text")).unwrap().count();
    let named = ["elusion", "precision"].map(|name| fs::read_to_string(sample(name)).unwrap()).concat();
    let texts: std::collections::BTreeSet<&str> = named.split(',').filter(|cell| cell.starts_with("text/")).collect();
    assert_eq!(drawn, texts.len());
}
