//! Each finding code of the crate has a source that brings it about.

use std::collections::BTreeSet;
use std::path::Path;

use duces_archive::{Attribution, HoldScope};
use duces_collect::{CODES, ExcludeList, ImportReport, SourceSpec, import};
use duces_model::{Custodian, UtcMillis};
use serde_json::json;

use crate::held;
use crate::lines::{self, line};
use crate::zipped::zip;
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
    ("COLLECT_ATTACHMENT_MD5", |house| {
        let attachment = json!([{ "role": "file", "bytes_hex": "00", "md5": "900150983cd24fb0d6963f7d28e17f72" }]);
        let path = house.write("a.jsonl", lines::file(&[line(1, "x").with("attachments", attachment)]));
        house.import(&path, "Ann", Some("wxid_ann"))
    }),
    ("COLLECT_DAYS_MISSING", |house| {
        let days = (1..=31).filter(|day| *day != 16);
        let lines: Vec<_> = days.map(|day| line(0, "x").sent(&format!("2024-03-{day:02}T12:00:00+08:00"))).collect();
        let report = house.import(&house.write("a.jsonl", lines::file(&lines)), "Ann", Some("wxid_ann"));
        assert!(report.findings.iter().any(|finding| finding.text.ends_with("2024-03-16")), "{report:#?}");
        report
    }),
    ("COLLECT_EXCLUDED_HELD", |house| {
        let path = house.write("a.jsonl", lines::file(&[line(1, "x")]));
        house.import(&path, "Ann", Some("wxid_ann"));
        import_without(house, &path, "1@chatroom")
    }),
    ("COLLECT_EXCLUDED_UNDER_HOLD", |house| {
        held::place(house, "everything", HoldScope::default());
        let path = house.write("a.jsonl", lines::file(&[line(1, "x"), line(2, "y").at("2@chatroom")]));
        import_without(house, &path, "1@chatroom")
    }),
    ("COLLECT_EXCLUDED_UNREADABLE", |house| {
        let lines = [line(1, "x"), line(2, "y").sent("never"), line(3, "z").at("2@chatroom")];
        import_without(house, &house.write("a.jsonl", lines::file(&lines)), "1@chatroom")
    }),
    ("COLLECT_NOTHING_NEW", |house| {
        let path = house.write("a.json", weflow("1@chatroom", "G", &[said(1, "wxid_bob", "x")]));
        house.import(&path, "Ann", Some("wxid_ann"));
        house.import(&path, "Ann", Some("wxid_ann"))
    }),
    ("COLLECT_NUMBERS_MISSING", |house| {
        let messages: Vec<_> =
            (1..30).filter(|n| ![7, 8].contains(n)).map(|n| said(n, "wxid_bob", "x").id(n)).collect();
        let report = import_all(house, &[("Ann", &messages)]);
        assert!(
            report.findings.iter().any(|finding| finding.text.contains("2 numbers are missing: 7 to 8")),
            "{report:#?}"
        );
        report
    }),
    ("COLLECT_PAYMENT_DIFFERS", |house| import_payment(house, "¥ 1.00")),
    ("COLLECT_PAYMENT_LINKED", |house| import_payment(house, "¥ 200.00")),
    ("COLLECT_REPLACES", |house| {
        let lines = [line(1, "sending").id("74"), line(2, "sent").id("6").with("replaces", json!("74"))];
        house.import(&house.write("a.jsonl", lines::file(&lines)), "Ann", Some("wxid_ann"))
    }),
    ("COLLECT_REPLACES_APART", |house| {
        let lines = [line(1, "sending").id("74"), line(2, "sent").id("6")];
        house.import(&house.write("a.jsonl", lines::file(&lines)), "Ann", Some("wxid_ann"));
        let later = [line(2, "sent").id("6").with("replaces", json!("74"))];
        let report = house.import(&house.write("b.jsonl", lines::file(&later)), "Ann", Some("wxid_ann"));
        assert_eq!(house.messages().len(), 2);
        report
    }),
    ("COLLECT_SAME_SERVER_ID", |house| {
        let two = [said(1, "wxid_bob", "x").id(1), said(1, "wxid_bob", "y").id(1).with("localId", json!(9))];
        import_all(house, &[("Ann", &two)])
    }),
    ("COLLECT_SOURCE_UNREADABLE", |house| {
        house.write("source/a.jsonl", lines::file(&[line(1, "x")]));
        house.write("source/b.jsonl", "{\"format\":\"duces-jsonl\",\"version\":99}\n");
        house.import(&house.path("source"), "Ann", Some("wxid_ann"))
    }),
    ("COLLECT_TIME_BEFORE_APP", |house| {
        house.import(&house.write("a.jsonl", lines::file(&[line(1, "x").sent("1970-01-01T00:00:00Z")])), "Ann", None)
    }),
    ("COLLECT_TIME_DIFFERS", |house| {
        import_all(house, &[("Ann", &[said(1, "wxid_bob", "x").id(1)]), ("Bob", &[said(9, "wxid_bob", "x").id(1)])])
    }),
    ("COLLECT_TIME_GOES_BACK", |house| {
        let lines: Vec<_> = (0..60).map(|n| line(if n == 30 { -7200 } else { n * 60 }, "x")).collect();
        house.import(&house.write("a.jsonl", lines::file(&lines)), "Ann", None)
    }),
    ("COLLECT_TIME_IN_FUTURE", |house| {
        let path = house.write("a.jsonl", lines::file(&[line(0, "x"), line(86_400 * 2, "y")]));
        let attribution = Attribution { at: UtcMillis::new(1_700_000_000_000).ok(), by: None };
        import(&house.matter, &spec(&path, None), &attribution, &mut |_| {}).unwrap()
    }),
    ("COLLECT_ZIP_MEMBER", |house| {
        let mut bytes = zip(&[("a.jsonl", lines::file(&[line(1, "x")]).as_bytes()), ("b.txt", b"spoilt")]);
        let at = bytes.windows(6).position(|window| window == b"spoilt").unwrap();
        bytes[at] = b'S';
        house.import(&house.write("a.zip", &bytes), "Ann", None)
    }),
    ("COLLECT_ZIP_REFUSED", |house| {
        house.write("source/a.jsonl", lines::file(&[line(1, "x")]));
        house.write("source/b.zip", zip(&[("../b.jsonl", b"{}")]));
        house.import(&house.path("source"), "Ann", None)
    }),
];

fn spec(path: &Path, exclude: Option<&str>) -> SourceSpec {
    let list = |id: &str| {
        let text =
            format!("[[exclude]]\nconversation = \"{id}\"\ndecided_by = \"Li\"\nreason = \"r\"\ndate = 2024-04-01\n");
        ExcludeList::from_toml(&text).unwrap()
    };
    SourceSpec {
        path: path.to_owned(),
        custodian: Custodian("Ann".into()),
        account: Some("wxid_ann".into()),
        format: None,
        zone: None,
        date_order: None,
        label: "source".into(),
        exclude: exclude.map(list),
        mapping: None,
    }
}

fn import_without(house: &House, path: &Path, id: &str) -> ImportReport {
    import(&house.matter, &spec(path, Some(id)), &Attribution::default(), &mut |_| {}).unwrap()
}

fn import_payment(house: &House, amount: &str) -> ImportReport {
    let transfer = json!({ "kind": "transfer", "amount": "200.00", "transaction_id": "7" });
    let payment = json!({ "kind": "payment", "amount": amount, "transaction_id": "7" });
    let lines = [line(1, "").body(transfer), line(2, "").body(payment)];
    house.import(&house.write("a.jsonl", lines::file(&lines)), "Ann", Some("wxid_ann"))
}

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
