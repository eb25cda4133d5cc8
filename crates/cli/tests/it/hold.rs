//! `duces hold` as a person runs it: placed, listed, released, reported on, refused, and a matter that was tampered with.

use std::fs;
use std::path::Path;
use std::process::Output;

use rusqlite::Connection;
use serde_json::Value;

use crate::{done, duces, files, interchange, refused, said};

/// A matter of two custodians: Ann's group and 1:1, Bo's copy of the group and a group of his own.
struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new() -> Self {
        let case = Self { folder: tempfile::tempdir().unwrap() };
        done(&duces(&["init", &case.path("matter"), "--tz", "Asia/Shanghai", "--name", "Meridian"], &[]));
        case.import(
            "ann",
            "Ann",
            &[
                ("group", "1@chatroom", "wxid_bo", "the price"),
                ("group", "1@chatroom", "wxid_ann", "too high"),
                ("direct", "wxid_cy", "wxid_cy", "call me"),
            ],
        );
        case.import(
            "bo",
            "Bo",
            &[("group", "1@chatroom", "wxid_bo", "the price"), ("group", "2@chatroom", "wxid_bo", "elsewhere")],
        );
        case
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn import(&self, name: &str, custodian: &str, lines: &[(&str, &str, &str, &str)]) {
        let source = self.path(&format!("{name}.jsonl"));
        fs::write(&source, interchange(lines)).unwrap();
        let account = format!("wxid_{}", custodian.to_lowercase());
        let matter = self.path("matter");
        done(&duces(&["import", &matter, &source, "--custodian", custodian, "--account", &account, "-q"], &[]));
    }

    /// `duces hold VERB MATTER ...`
    fn hold(&self, verb: &str, args: &[&str]) -> Output {
        duces(&[&["hold", verb, &self.path("matter")], args].concat(), &[])
    }

    fn place(&self, name: &str, scope: &[&str]) -> Output {
        let who = ["--name", name, "--reason", "a claim is expected", "--authority", "Li Na, GC"];
        self.hold("place", &[&who, scope].concat())
    }

    fn release(&self, name: &str) -> Output {
        self.hold("release", &[name, "--authority", "Zhao Min", "--reason", "settled"])
    }

    /// How many messages each hold that is listed holds, by name.
    fn listed(&self, args: &[&str]) -> Vec<(String, bool, u64)> {
        let output = self.hold("list", &[args, &["--json"]].concat());
        done(&output);
        let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(listed["findings"], Value::Array(Vec::new()));
        let one = |hold: &Value| {
            let name = hold["name"].as_str().unwrap().to_owned();
            (name, hold["active"].as_bool().unwrap(), hold["holds"]["messages"].as_u64().unwrap())
        };
        listed["holds"].as_array().unwrap().iter().map(one).collect()
    }

    fn report(&self, args: &[&str]) -> Output {
        let folder = self.path("report");
        self.hold("report", &[&["--out", folder.as_str()], args].concat())
    }

    /// Opens the matter's database as another program would.
    fn database(&self) -> Connection {
        Connection::open(self.folder.path().join("matter/archive.db")).unwrap()
    }

    /// Takes the triggers out, does something, and puts them back.
    fn forge(&self, sql: &str) {
        let database = self.database();
        let mut statement = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").unwrap();
        let found = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        let triggers: Vec<(String, String)> = found.map(Result::unwrap).collect();
        triggers.iter().for_each(|(name, _)| database.execute_batch(&format!("DROP TRIGGER {name}")).unwrap());
        database.execute_batch(sql).unwrap();
        triggers.iter().for_each(|(_, sql)| database.execute_batch(sql).unwrap());
    }
}

#[test]
fn a_hold_is_placed_grows_is_released_and_reported_on() {
    let case = Case::new();
    let none = case.hold("list", &[]);
    done(&none);
    assert!(said(&none).contains("no hold stands"), "{}", said(&none));

    let placed = case.place("Aster", &["--custodian", "Ann", "--for", "Meridian v. Aster"]);
    done(&placed);
    for words in [
        "Aster: active",
        "For        Meridian v. Aster",
        "On         what Ann holds",
        "by Li Na, GC: a claim is expected (ledger entry ",
        "3 messages in 2 conversations",
        "sent 2024-03-05 08:53:20 to 2024-03-05 08:55:20 (Asia/Shanghai)",
        "SHA-256 ",
    ] {
        assert!(said(&placed).contains(words), "`{words}` is not in: {}", said(&placed));
    }
    done(&case.place("the group", &["--conversation", "1@chatroom", "--from", "2024-03-05", "--to", "2024-03-05"]));
    done(&case.place("everything", &["--all"]));
    let listed = |rows: &[(&str, bool, u64)]| -> Vec<(String, bool, u64)> {
        rows.iter().map(|(name, active, n)| ((*name).to_owned(), *active, *n)).collect()
    };
    let rows = [("Aster", true, 3), ("the group", true, 2), ("everything", true, 4)];
    assert_eq!(case.listed(&[]), listed(&rows));

    // What comes later is held too.
    case.import(
        "later",
        "Ann",
        &[("group", "1@chatroom", "wxid_ann", "one more"), ("group", "3@chatroom", "x", "new")],
    );
    let rows = [("Aster", true, 5), ("the group", true, 3), ("everything", true, 6)];
    assert_eq!(case.listed(&[]), listed(&rows));

    done(&case.release("everything"));
    case.import("last", "Bo", &[("group", "4@chatroom", "wxid_bo", "after the release")]);
    assert_eq!(case.listed(&[]), listed(&rows[..2]));
    assert_eq!(case.listed(&["--all"])[2], ("everything".to_owned(), false, 6), "what it held last");
    let all = case.hold("list", &["--all"]);
    assert!(said(&all).contains("by Zhao Min: settled"), "{}", said(&all));

    let output = case.report(&[]);
    done(&output);
    assert!(said(&output).contains("2 active, 1 released"), "{}", said(&output));
    the_report_says_it_all(&case.folder.path().join("report"));
    // Neither the clock, nor the zone nor the language of the machine has a say.
    let before = files(&case.folder.path().join("report"));
    let (matter, report) = (case.path("matter"), case.path("report"));
    done(&duces(&["hold", "report", &matter, "--out", &report], &[("TZ", "America/New_York"), ("LC_ALL", "zh_CN")]));
    assert!(files(&case.folder.path().join("report")) == before, "the same matter gives the same report");
    let log = duces(&["log", &matter], &[]);
    assert!(said(&log).contains("hold.place") && said(&log).contains("hold.release"), "{}", said(&log));
}

fn the_report_says_it_all(folder: &Path) {
    let json: Value = serde_json::from_slice(&fs::read(folder.join("hold.json")).unwrap()).unwrap();
    assert_eq!(json["findings"], Value::Array(Vec::new()));
    let aster = &json["holds"][0];
    assert_eq!((&aster["name"], &aster["matter"]), (&"Aster".into(), &"Meridian v. Aster".into()));
    assert_eq!((&aster["placed"]["held"]["messages"], &aster["holds"]["messages"]), (&3.into(), &5.into()));
    assert_eq!(aster["of_conversations"].as_array().unwrap().len(), 3);
    let digests = [&aster["placed"]["entry"], &aster["placed"]["held"]["sha256"], &aster["holds"]["sha256"]];
    let html = fs::read_to_string(folder.join("hold.html")).unwrap();
    let bytes = fs::read(folder.join("hold.pdf")).unwrap();
    let pdf = duces_pdf::gate(&bytes, &duces_pdf::Limits::without_deadline()).unwrap();
    let pdf = pdf.text().unwrap().join("\n");
    let mut words = vec!["Legal holds: Meridian", "Aster: active", "everything: released", "Li Na, GC", "settled"];
    words.extend(["Nothing of what is or was under hold was removed or changed", "Meridian v. Aster"]);
    words.extend(digests.iter().map(|digest| digest.as_str().unwrap()));
    for word in words {
        assert!(html.contains(word), "`{word}` is not in the HTML: {html}");
        assert!(pdf.contains(word), "`{word}` is not in the PDF: {pdf}");
    }
}

#[test]
fn what_is_not_answered_for_or_holds_nothing_is_refused() {
    let case = Case::new();
    let full = ["--name", "a", "--reason", "r", "--authority", "w"];
    let without = |at: usize| [&full[..at], &full[at + 2..], &["--all"]].concat();
    for (at, missing) in [(0, "--name"), (2, "--reason"), (4, "--authority")] {
        refused(&case.hold("place", &without(at)), 2, &["required", missing]);
    }
    refused(&case.hold("place", &full), 2, &["required", "--custodian", "--all"]);
    let rows: [(&[&str], &[&str]); 8] = [
        (&["--all", "--custodian", "Ann"], &["cannot be used with"]),
        (&["--custodian", "Anna"], &["no custodian is called `Anna`", "`Ann`, `Bo`", "--not-yet-collected"]),
        (&["--conversation", "9@chatroom"], &["no conversation is called `9@chatroom`", "nothing was changed"]),
        (&["--from", "2024-02-30"], &["2024-02-30", "nothing was changed"]),
        (&["--from", "2024-03-05", "--to", "2024-03-04"], &["ends before it begins"]),
        (&["--from", "2024-03-05", "--zone", "Mars/Olympus"], &["Mars/Olympus"]),
        (&["--zone", "UTC"], &["required"]),
        (&["--not-yet-collected"], &["required"]),
    ];
    for (scope, words) in rows {
        refused(&case.place("a", scope), 2, words);
    }
    let blank = ["--name", "a", "--reason", " ", "--authority", "w", "--all"];
    refused(&case.hold("place", &blank), 2, &["the reason is blank"]);
    assert_eq!(case.listed(&["--all"]), []);

    let later = case.place("a", &["--custodian", "Dee", "--conversation", "9@chatroom", "--not-yet-collected"]);
    done(&later);
    assert!(said(&later).contains("no message that has been collected so far falls under it"), "{}", said(&later));
    case.import("dee", "Dee", &[("group", "9@chatroom", "wxid_dee", "here")]);
    assert_eq!(case.listed(&[]), [("a".to_owned(), true, 1)]);

    refused(&case.place("A", &["--all"]), 2, &["there is a hold `a` already", "none is used twice"]);
    refused(&case.hold("release", &["a", "--authority", "w"]), 2, &["required", "--reason"]);
    refused(&case.hold("release", &["a", "--reason", "r"]), 2, &["required", "--authority"]);
    refused(&case.hold("release", &["a", "--reason", "r", "--authority", ""]), 2, &["the authority is blank"]);
    refused(&case.release("b"), 2, &["there is no hold `b`", "the only hold that stands is `a`"]);
    done(&case.release("a"));
    refused(&case.release("a"), 2, &["hold `a` was released", "by Zhao Min: settled", "nothing was changed"]);
    refused(&duces(&["hold", "list", &case.path("nowhere")], &[]), 4, &["no matter"]);
}

#[test]
fn what_is_removed_or_changed_under_hold_is_told() {
    let case = Case::new();
    done(&case.place("Aster", &["--custodian", "Ann"]));
    for sql in ["DELETE FROM message", "UPDATE record SET start = 1", "REPLACE INTO custodian VALUES (1, 2, 'Eve')"] {
        let error = case.database().execute(sql, []).unwrap_err();
        assert!(error.to_string().contains("only grows"), "{sql}: {error}");
    }
    done(&case.report(&[]));
    case.forge("UPDATE message SET content = 'the prize' WHERE id = 1; DELETE FROM record WHERE id = 2");
    let output = case.report(&[]);
    refused(&output, 1, &["HOLD_CHANGED", "HOLD_ROWS", "hold `Aster` held 3 messages"]);
    let html = fs::read_to_string(case.folder.path().join("report/hold.html")).unwrap();
    assert!(html.contains("Not so: ") && html.contains("HOLD_CHANGED"), "{html}");
    case.database().execute_batch("DROP TRIGGER message_no_delete").unwrap();
    refused(&case.report(&[]), 1, &["HOLD_GUARD", "`message_no_delete`"]);
}

#[test]
fn a_ledger_that_was_tampered_with_is_told_and_not_relied_on() {
    let case = Case::new();
    done(&case.place("Aster", &["--custodian", "Ann"]));
    done(&case.report(&[]));
    let kept = case.path("kept.json");
    fs::copy(case.folder.path().join("report/hold.json"), &kept).unwrap();
    done(&case.report(&["--earlier", &kept]));
    fs::write(case.path("odd.json"), "{}").unwrap();
    refused(&case.report(&["--earlier", &case.path("odd.json")]), 2, &["odd.json", "head", "nothing was reported"]);

    // Somebody puts another name to it.
    let seq: i64 = case.database().query_row("SELECT max(seq) FROM ledger", [], |row| row.get(0)).unwrap();
    case.forge(&format!(
        "UPDATE ledger SET entry = CAST(replace(CAST(entry AS TEXT), 'Li Na', 'Wu Na') AS BLOB) WHERE seq = {seq}"
    ));
    refused(&case.hold("list", &[]), 1, &["Wu Na", "HOLD_LEDGER", "it was changed"]);
    refused(&case.report(&[]), 1, &["HOLD_LEDGER"]);
    refused(
        &case.place("another", &["--all"]),
        4,
        &["is damaged", "it was changed", "restore the matter from a backup"],
    );
    refused(&case.release("Aster"), 4, &["is damaged"]);

    // Where the last entry is cut off, only who kept an earlier report can tell.
    case.forge(&format!("DELETE FROM ledger WHERE seq = {seq}"));
    done(&case.hold("list", &[]));
    refused(&case.report(&["--earlier", &kept]), 1, &["HOLD_LEDGER", "did not grow out of"]);
}

#[test]
fn an_import_says_what_it_leaves_out_of_what_a_hold_names() {
    let case = Case::new();
    done(&case.place("Aster", &["--custodian", "Ann"]));
    let (source, list) = (case.path("more.jsonl"), case.path("exclude.toml"));
    fs::write(
        &source,
        interchange(&[("direct", "wxid_doctor", "wxid_doctor", "tumour"), ("group", "5@chatroom", "x", "y")]),
    )
    .unwrap();
    fs::write(&list, crate::EXCLUDE).unwrap();
    let matter = case.path("matter");
    let import = ["import", &matter, &source, "--custodian", "Ann", "--account", "wxid_ann", "--exclude", &list, "-q"];
    let words = [
        "COLLECT_EXCLUDED_UNDER_HOLD",
        "legal hold `Aster` (placed by Li Na, GC",
        "1 record of 1 conversation",
        "`wxid_doctor` (decided by Li Na: medical)",
    ];
    let dry = duces(&[&import[..], &["--dry-run"]].concat(), &[]);
    let output = duces(&import, &[]);
    for output in [dry, output] {
        refused(&output, 0, &words);
    }
}
