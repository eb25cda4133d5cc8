//! Each finding code of the crate has a source that brings it about.

use std::collections::BTreeSet;

use duces_collect::{CODES, ImportReport};
use serde_json::json;

use crate::{House, Said, codes_of, said, weflow};

type Scenario = fn(&House) -> ImportReport;

/// Imports one copy after the other, each by its custodian, and returns the last report.
fn import_all(house: &House, copies: &[(&str, &[Said])]) -> ImportReport {
    let mut last = None;
    for (n, (custodian, messages)) in copies.iter().enumerate() {
        let path = house.write(&format!("source{n}/chat.json"), weflow("1@chatroom", "G", messages));
        last = Some(house.import(path.parent().unwrap(), custodian, Some("wxid_ann")));
    }
    last.unwrap()
}

fn file(at: u64, path: &str) -> Said {
    said(at, "wxid_bob", path).id(at).typed("文件消息")
}

static SCENARIOS: &[(&str, Scenario)] = &[
    ("COLLECT_ACCOUNT_DIFFERS", |house| import_all(house, &[("Ann", &[said(1, "wxid_zoe", "x").sent()])])),
    ("COLLECT_ACCOUNT_UNKNOWN", |house| {
        let path = house.write("a.json", weflow("wxid_bob", "Bob", &[said(1, "wxid_bob", "x")]));
        house.import(&path, "Ann", None)
    }),
    ("COLLECT_ATTACHMENT_DIFFERS", |house| {
        house.write("source0/file/a.txt", "one");
        house.write("source1/file/a.txt", "two");
        import_all(house, &[("Ann", &[file(1, "file/a.txt")]), ("Bob", &[file(1, "file/a.txt")])])
    }),
    ("COLLECT_ATTACHMENT_FROM_COPY", |house| {
        house.write("source1/file/a.txt", "two");
        import_all(house, &[("Ann", &[file(1, "file/a.txt")]), ("Bob", &[file(1, "file/a.txt")])])
    }),
    ("COLLECT_ATTACHMENT_MISSING", |house| import_all(house, &[("Ann", &[file(1, "file/a.txt")])])),
    ("COLLECT_ATTACHMENT_OUTSIDE", |house| import_all(house, &[("Ann", &[file(1, "../../a.txt")])])),
    ("COLLECT_ATTACHMENT_UNREADABLE", |house| {
        house.write("source0/file/other.txt", "");
        // A file name that is longer than any system allows can be asked for and not be read.
        import_all(house, &[("Ann", &[file(1, &format!("file/{}.txt", "a".repeat(5000)))])])
    }),
    ("COLLECT_COPY_COMPLETES", |house| {
        let sticker = || said(1, "wxid_bob", "emojis/a.gif").id(1).typed("动画表情");
        import_all(house, &[("Ann", &[sticker()]), ("Bob", &[sticker().with("emojiCaption", json!("grin"))])])
    }),
    ("COLLECT_COPY_DIFFERS", |house| {
        import_all(house, &[("Ann", &[said(1, "wxid_bob", "x").id(1)]), ("Bob", &[said(1, "wxid_bob", "y").id(1)])])
    }),
    ("COLLECT_COPY_EDITED", |house| {
        import_all(house, &[("Ann", &[said(1, "wxid_bob", "x").id(1)]), ("Ann", &[said(1, "wxid_bob", "y").id(1)])])
    }),
    ("COLLECT_COPY_LACKS", |house| {
        let of = |n| said(n, "wxid_bob", "x").id(n);
        import_all(house, &[("Ann", &[of(1), of(2), of(3)]), ("Bob", &[of(1), of(3)])])
    }),
    ("COLLECT_COPY_RECALLED", |house| {
        let recalled = said(1, "wxid_bob", "你撤回了一条消息").id(1).typed("系统消息");
        import_all(house, &[("Ann", &[said(1, "wxid_bob", "x").id(1)]), ("Bob", &[recalled])])
    }),
    ("COLLECT_COPY_SHOWN_DIFFERENTLY", |house| {
        let sticker = |caption: &str| {
            said(1, "wxid_bob", "emojis/a.gif").id(1).typed("动画表情").with("emojiCaption", json!(caption))
        };
        import_all(house, &[("Ann", &[sticker("呲牙")]), ("Bob", &[sticker("grin")])])
    }),
    ("COLLECT_NOTHING_NEW", |house| {
        let path = house.write("a.json", weflow("1@chatroom", "G", &[said(1, "wxid_bob", "x")]));
        house.import(&path, "Ann", Some("wxid_ann"));
        house.import(&path, "Ann", Some("wxid_ann"))
    }),
    ("COLLECT_SAME_SERVER_ID", |house| {
        let two = [said(1, "wxid_bob", "x").id(1), said(1, "wxid_bob", "y").id(1).with("localId", json!(9))];
        import_all(house, &[("Ann", &two)])
    }),
    ("COLLECT_TIME_DIFFERS", |house| {
        import_all(house, &[("Ann", &[said(1, "wxid_bob", "x").id(1)]), ("Bob", &[said(9, "wxid_bob", "x").id(1)])])
    }),
];

#[test]
fn each_code_is_brought_about() {
    for (code, scenario) in SCENARIOS {
        let report = scenario(&House::new());
        assert!(codes_of(&report).contains(code), "{code}: {:#?}", report.findings);
        let finding = report.findings.iter().find(|finding| finding.code == *code).unwrap();
        assert!(!finding.place.file.is_empty() && finding.text.len() > 20, "{finding}");
    }
}

#[test]
fn the_table_is_sorted_and_each_code_has_its_scenario() {
    let names: Vec<_> = CODES.iter().map(|code| code.name).collect();
    assert!(names.is_sorted());
    let tested: BTreeSet<_> = SCENARIOS.iter().map(|(code, _)| *code).collect();
    assert_eq!(names.iter().copied().collect::<BTreeSet<_>>(), tested);
    assert!(CODES.iter().all(|code| code.summary.ends_with('.')));
}
