//! `duces search` as a person runs it, and the same query in a request.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{done, duces, interchange, refused, said};

/// Four messages: two of a group, two of a 1:1.
fn source(folder: &Path) {
    let lines = [
        ("group", "1@chatroom", "wxid_bob", "the contract 發票"),
        ("group", "1@chatroom", "wxid_ann", "=SUM(1) café"),
        ("direct", "wxid_bob", "wxid_bob", "contracts applied"),
        ("direct", "wxid_bob", "wxid_ann", "nothing more"),
    ];
    fs::create_dir_all(folder.join("source")).unwrap();
    fs::write(folder.join("source/all.jsonl"), interchange(&lines)).unwrap();
}

#[test]
fn a_search_says_what_it_was_asked_and_by_which_rules() {
    let folder = tempfile::tempdir().unwrap();
    source(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (matter, sources, noise) = (path("matter"), path("source"), path("noise.txt"));
    done(&duces(&["init", &matter, "--tz", "Asia/Shanghai"], &[]));
    done(&duces(&["import", &matter, &sources, "--custodian", "Ann", "--account", "wxid_ann", "-q"], &[]));
    let search = |args: &[&str]| duces(&[&["search", &matter], args].concat(), &[]);
    let found = |args: &[&str]| -> Value {
        let output = search(&[args, &["--json", "--verify-full"]].concat());
        done(&output);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    fs::write(&noise, "the\n").unwrap();
    for (args, messages) in [
        (&["发票"][..], 0),
        (&["发票", "--fold-traditional"], 1),
        (&["cafe", "--fold-accents"], 1),
        (&["contract* and from:bob"], 2),
        (&["to:wxid_bob and not apply~"], 1),
        (&["a contract"], 0),
        (&["the contract", "--noise", &noise], 1),
        (&["contract or nothing and more", "--precedence", "or-first"], 1),
        (&["contract or nothing and more", "--precedence", "and-first"], 2),
    ] {
        assert_eq!(found(args)["messages"], messages, "{args:?}");
    }
    let printed = said(&search(&["the cafe", "--fold-accents", "--noise", &noise, "--precedence", "and-first"]));
    for line in [
        "1 message, 1 document",
        "Query: \"* cafe\"",
        "Scope: message: terms meet within one message; w/1 is adjacent",
        "Compared by: duces-1+accents: NFKC",
        "Precedence: and-first",
        "Noise words: the",
        "Zone: Asia/Shanghai (time zone data ",
    ] {
        assert!(printed.contains(line), "`{line}` is not in: {printed}");
    }
    let explained = said(&search(&["contr?ct* and apply~", "--explain"]));
    for line in
        ["AND: all of", "words like contr?ct*", "1  contracts", "apply~ finds 1 words", "1  applied", "plan: the index"]
    {
        assert!(explained.contains(line), "`{line}` is not in: {explained}");
    }
    let csv = search(&["café or contract", "--csv"]);
    done(&csv);
    let rows = String::from_utf8(csv.stdout).unwrap();
    assert_eq!(rows.lines().count(), 3, "{rows}");
    assert!(rows.contains(",'=SUM(1) café"), "formulas are guarded: {rows}");
    fs::write(&noise, "the\nand so\n").unwrap();
    refused(&search(&["contract", "--noise", &noise]), 2, &["noise.txt", "line 2", "`and so`"]);
    refused(&search(&["from:bob w/3 contract"]), 2, &["at character 1", "beside the text"]);
}

#[test]
fn a_search_is_saved_with_all_that_its_count_depends_on() {
    let folder = tempfile::tempdir().unwrap();
    source(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (matter, sources) = (path("matter"), path("source"));
    done(&duces(&["init", &matter, "--tz", "Asia/Shanghai"], &[]));
    done(&duces(&["import", &matter, &sources, "--custodian", "Ann", "--account", "wxid_ann", "-q"], &[]));
    let search = |args: &[&str]| duces(&[&["search", &matter], args].concat(), &[]);
    let asked =
        ["发票 or x and y", "--fold-traditional", "--precedence", "and-first", "--from", "2024-03-01", "--tz", "UTC"];
    let first = search(&[&asked[..], &["--save", "invoices"]].concat());
    done(&first);
    done(&search(&[&asked[..], &["--save", "invoices"]].concat()));
    let again = search(&["--saved", "invoices"]);
    done(&again);
    assert_eq!(first.stdout, again.stdout);
    assert!(said(&again).contains("1 message") && said(&again).contains("Zone: UTC"), "{}", said(&again));
    assert!(said(&search(&["--list-saved"])).contains("invoices             发票 or x and y"));
    refused(&search(&["other", "--save", "invoices"]), 2, &["another search is saved"]);
    refused(&search(&["a and", "--save", "broken"]), 2, &["missing at the end"]);
    refused(&search(&["--saved", "broken"]), 2, &["no search is saved as `broken`", "invoices"]);
    refused(&search(&["a", "--save", "../up"]), 2, &["the name of a search"]);
    refused(&search(&["--saved", "invoices", "--fold-accents"]), 2, &["cannot be used with"]);
}

#[test]
fn a_request_selects_by_the_same_query_and_its_report_says_so() {
    let folder = tempfile::tempdir().unwrap();
    source(folder.path());
    let request = |name: &str, select: &str| {
        let text = format!(
            "format = 1\nname = \"{name}\"\nmatter = \"M\"\nzone = \"Asia/Shanghai\"\ndate = \"2024-05-01\"\n\
             [[source]]\npath = \"source\"\ncustodian = \"Ann\"\naccount = \"wxid_ann\"\n\
             [select]\n{select}\n[production]\nprefix = \"{name}\"\n"
        );
        let file = folder.path().join("request.toml");
        fs::write(&file, text).unwrap();
        duces(&["run", file.to_str().unwrap(), "--out", folder.path().join("out").to_str().unwrap(), "-q"], &[])
    };
    let account = |name: &str| -> Value {
        let report = folder.path().join(format!("out/productions/{name}/reports/production.json"));
        serde_json::from_slice(&fs::read(report).unwrap()).unwrap()
    };
    refused(
        &request("X", "query = \"a\"\nprecedence = \"first\""),
        2,
        &["`first`", "and-first, or-first, left-to-right"],
    );
    refused(&request("X", "query = \"a\"\nnoise_words = [\"a b\"]"), 2, &["`a b`", "one word"]);
    done(&request("A", "query = \"发票 or nowhere and x\"\nfold_traditional = true\nprecedence = \"and-first\""));
    let a = account("A");
    assert_eq!(a["messages"]["produced"], 2, "the document of the group");
    let asked = a["asked"].to_string();
    for text in ["发票 OR (nowhere AND x)", "duces-1+traditional", "and-first", "message: terms meet"] {
        assert!(asked.contains(text), "`{text}` is not in: {asked}");
    }
    // Documents that match by facts or by what is absent have no message with a hit, and are produced all the same.
    done(&request("B", "query = \"conversation:wxid_bob and not nowhere\"\nscope = \"document\""));
    assert_eq!(account("B")["messages"]["produced"], 2, "the document of the 1:1");
    // A name that nothing bears is told, since it may keep nothing out.
    done(&request("C", "query = \"contract* and not from:bbo\""));
    let findings = account("C")["findings"].to_string();
    assert!(findings.contains("PRODUCTION_NAME_UNMET") && findings.contains("from:bbo"), "{findings}");
}

#[test]
fn the_unit_of_a_request_cuts_what_the_search_counts() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let sample = fs::read_to_string(crate::sample()).unwrap();
    let sources = crate::root().join("samples/meridian");
    for (name, unit) in [
        ("message", "message"),
        ("context", "context of 2 messages before and 5 minutes after"),
        ("channel", "whole-channel 20"),
        ("dense", "12-hours-when-dense"),
    ] {
        let head =
            sample.split_once("[select]").unwrap().0.replace("path = \"", &format!("path = \"{}/", sources.display()));
        let tail = format!("[select]\nquery = \"合同\"\n[production]\nunit = \"{unit}\"\nprefix = \"{name}\"\n");
        fs::write(path("request.toml"), head.replace("meridian-vol001", name) + &tail).unwrap();
        let output = duces(&["run", &path("request.toml"), "--out", &path("out"), "-q"], &[]);
        done(&output);
        let reports = folder.path().join("out/productions").join(name).join("reports/production.json");
        let account: Value = serde_json::from_slice(&fs::read(&reports).unwrap()).unwrap();
        let found = duces(&["search", &path("out"), "合同", "--unit", unit, "--json"], &[]);
        done(&found);
        let found: Value = serde_json::from_slice(&found.stdout).unwrap();
        assert_eq!(account["families"], found["documents"], "{unit}: nothing of it is withheld");
        let rule: duces_model::UnitRule = unit.parse().unwrap();
        assert!(account["rules"].to_string().contains(&rule.description()), "{}", account["rules"]);
    }
    refused(
        &duces(&["search", &path("out"), "合同", "--unit", "week"], &[]),
        2,
        &["`week` is no way to cut", "whole-channel 20"],
    );
    let wrong = ["search", &path("out"), "合同", "--unit", "context 3 messages", "--scope", "document"];
    refused(&duces(&wrong, &[]), 2, &["ask in message scope"]);
}
