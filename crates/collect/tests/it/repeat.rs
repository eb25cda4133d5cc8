//! Importing again: the same source changes nothing, an overlapping one adds only what is new.

use duces_archive::{ArchiveError, Attribution};
use duces_collect::CollectError;
use rusqlite::Connection;
use serde_json::json;

use crate::{House, codes_of, said, weflow};

/// Returns how many rows each table has.
fn rows(house: &House) -> Vec<(String, i64)> {
    let connection = Connection::open(house.path("matter/archive.db")).unwrap();
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let count = |name: &String| {
        connection.query_row(&format!("SELECT count(*) FROM {name}"), [], |row| row.get(0)).unwrap_or(-1)
    };
    names.iter().map(|name| (name.clone(), count(name))).collect()
}

fn messages(range: std::ops::Range<u64>) -> Vec<crate::Said> {
    range.map(|n| said(n, "wxid_bob", &format!("message {}", n / 3)).id(n)).collect()
}

#[test]
fn the_same_source_again_changes_nothing() {
    let house = House::new();
    let mut said_all = messages(1..50);
    said_all.push(said(60, "wxid_bob", "file/a.txt").typed("文件消息").id(60));
    said_all.push(said(61, "wxid_bob", "file/none.txt").typed("文件消息").id(61));
    said_all.push(said(62, "wxid_bob", "broken").without("createTime"));
    said_all.push(said(63, "wxid_bob", "unknown").typed("未知类型(99)").id(63));
    house.write("source/file/a.txt", "a");
    house.write("source/chat.json", weflow("1@chatroom", "G", &said_all));
    let first = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    assert_eq!((first.records, first.messages, first.excepted), (53, 52, 1));
    let (head, before) = (house.reader().head().unwrap(), rows(&house));

    let again = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    assert_eq!((again.records, again.messages, again.duplicates, again.held, again.excepted), (53, 0, 52, 52, 1));
    assert!(codes_of(&again).contains(&"COLLECT_NOTHING_NEW"), "{again:#?}");
    assert_eq!(rows(&house), before);
    assert_eq!(house.reader().head().unwrap(), head);

    // What was missing and has turned up is new.
    house.write("source/file/none.txt", "there it is");
    let found = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    assert_eq!((found.messages, found.held), (0, 52));
    assert!(codes_of(&found).contains(&"COLLECT_ATTACHMENT_FROM_COPY"), "{found:#?}");
    assert_eq!(house.messages().iter().filter(|m| m.attachments.iter().any(|a| a.size().is_some())).count(), 2);
}

#[test]
fn an_overlapping_source_adds_only_what_is_new() {
    for renumbered in [false, true] {
        let house = House::new();
        house.import(&house.write("a.json", weflow("1@chatroom", "G", &messages(1..40))), "Ann", Some("wxid_ann"));
        let mut later = messages(20..60);
        if renumbered {
            for (n, said) in later.iter_mut().enumerate() {
                said.value["localId"] = json!(n + 1);
            }
        }
        let report = house.import(&house.write("b.json", weflow("1@chatroom", "G", &later)), "Ann", Some("wxid_ann"));
        assert_eq!((report.records, report.messages, report.duplicates), (40, 20, 20));
        // Bytes that differ are another record of the message; the same bytes are not kept twice.
        assert_eq!((report.merged, report.held), if renumbered { (20, 0) } else { (0, 20) });
        assert_eq!(house.texts().len(), 59);
        assert_eq!(house.messages()[30].custodians.len(), 1);
    }
}

#[test]
fn the_same_record_twice_in_a_source_is_one_message() {
    let house = House::new();
    let twice = [said(1, "wxid_bob", "x").id(1), said(2, "wxid_bob", "y").id(2), said(1, "wxid_bob", "x").id(1)];
    let path = house.write("a.json", weflow("1@chatroom", "G", &twice));
    let report = house.import(&path, "Ann", Some("wxid_ann"));
    assert_eq!((report.records, report.messages, report.repeated), (3, 2, 1));
    let before = rows(&house);
    let again = house.import(&path, "Ann", Some("wxid_ann"));
    assert_eq!((again.held, rows(&house)), (3, before));
}

#[test]
fn a_locked_matter_says_so() {
    let house = House::new();
    let path = house.write("a.json", weflow("1@chatroom", "G", &messages(1..3)));
    let writer = house.matter.writer(Attribution::default()).unwrap();
    let error = house.try_import(&path, "Ann", None).unwrap_err();
    assert!(matches!(error, CollectError::Archive(ArchiveError::Locked { .. })), "{error}");
    drop(writer);
    house.import(&path, "Ann", None);
}

#[test]
fn what_cannot_be_read_at_all_is_refused_and_leaves_nothing() {
    let house = House::new();
    let before = rows(&house);
    let error = |path: &std::path::Path| house.try_import(path, "Ann", None).unwrap_err().to_string();
    assert!(error(&house.path("none")).contains("none"));
    assert!(error(&house.write("x.json", "hello")).contains("x.json"));
    house.write("empty/readme.txt", "nothing to import");
    assert!(error(&house.path("empty")).contains("empty"));
    assert_eq!(rows(&house), before);
}
