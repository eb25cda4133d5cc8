//! Microsoft Teams: the data export of one account, whose layout Skype shares.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, Options, SourceFile, detect, open};
use duces_model::{Body, ConversationKind, Item, MissingReason, NoticeKind, RecordState, SourceRecord};

use crate::{findings, read_text, records};

const ME: &str = "8:live:.cid.lin";
const BO: &str = "8:live:bo_carter";

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/teams/account")
}

fn read() -> Vec<Item> {
    let detected = detect(&fixture()).expect("readable");
    assert_eq!(detected.files.len(), 1, "{:?}", detected.files);
    assert_eq!(detected.files[0].format, Format::TeamsExportJson);
    open(&detected.files[0], &detected.root, &Options::default()).expect("opens").collect()
}

fn said(items: &[Item]) -> Vec<&str> {
    findings(items).iter().map(|finding| finding.code).collect()
}

fn facts(record: &SourceRecord) -> Vec<String> {
    record.marks.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect()
}

#[test]
fn each_message_is_accounted_for() {
    let items = read();
    let found = records(&items);
    let labels: Vec<&str> = found.iter().map(|record| record.body.label()).collect();
    let expected = [
        "Text",
        "Text",
        "Quote",
        "Picture",
        "File",
        "Video",
        "Voice",
        "Contact card",
        "Location",
        "Call",
        "App card",
        "Text",
        "Unknown message type",
        "Notice",
        "Notice",
        "Message of several parts",
    ];
    assert_eq!(labels, expected);
    let excepted = items.iter().filter(|item| matches!(item, Item::Excepted { .. })).count();
    assert_eq!((found.len(), excepted), (16, 4), "19 messages, and a conversation that is none");
    let expected = [
        "INGEST_PROVENANCE",
        "INGEST_APP_ASSUMED",
        "INGEST_STILL_ENCRYPTED",
        "INGEST_UNKNOWN_TYPE",
        "INGEST_BAD_TIME",
        "INGEST_MISSING_FIELD",
        "INGEST_NOT_AN_OBJECT",
    ];
    assert_eq!(said(&items), expected);
    let file = std::fs::read(fixture().join("messages.json")).expect("read");
    assert!(found.iter().all(|record| file.windows(record.raw.len()).any(|part| part == record.raw)));
    let numbers: Vec<_> = found.iter().filter_map(|record| record.place.record).collect();
    assert_eq!((numbers[0], numbers[15]), (1, 17));
    let detected = detect(&fixture()).expect("readable");
    let reasons: Vec<&str> = detected.ignored.iter().map(|ignored| ignored.reason.as_str()).collect();
    assert_eq!(reasons.iter().filter(|reason| reason.ends_with("it holds no messages")).count(), 2, "{reasons:?}");
    assert!(detected.findings.is_empty(), "{:?}", detected.findings);
}

#[test]
fn who_wrote_where_and_when_is_told() {
    let items = read();
    let found = records(&items);
    let direct = &found[0].conversation;
    assert_eq!((direct.kind, direct.native_id.clone()), (ConversationKind::Direct, format!("{ME}|{BO}")));
    assert_eq!((direct.app.name(), direct.title.as_deref()), ("teams", Some("Bo Carter")));
    let group = &found[15].conversation;
    assert_eq!((group.kind, group.native_id.as_str()), (ConversationKind::Group, "19:harbour0001@thread.skype"));
    assert_eq!(group.title.as_deref(), Some("春季出运 🚢"), "said behind the messages");
    let sender = found[0].sender.as_ref().expect("named");
    assert_eq!((sender.native_id.as_deref(), sender.name.as_deref()), (Some(BO), Some("Bo Carter")));
    let own: Vec<_> = found.iter().map(|record| record.sent_by_collector).collect();
    assert_eq!(own[..3], [Some(false), Some(true), Some(true)]);
    assert_eq!((own[13], found[13].sender.is_none()), (None, true));
    assert_eq!(found[0].sent.to_string(), "2026-03-02T02:01:00Z");
    assert_eq!((found[0].native_id.as_deref(), found[0].sequence), (Some("1772416860000"), 1_772_416_860_000));
}

#[test]
fn wordings_quotes_and_marks_are_read() {
    let items = read();
    let found = records(&items);
    assert_eq!(found[0].body, Body::text_of("早上好 :)\nsee https://a.test/x?a=1&b=2"));
    let reactions: Vec<_> =
        found[0].marks.reactions.iter().map(|one| (one.value.as_str(), one.count, one.by.join(""))).collect();
    assert_eq!(reactions, [("like", 1, ME.to_owned())]);
    assert_eq!(found[1].body, Body::text_of("1 < 2 & plain"));
    let Body::Quote(quote) = &found[2].body else { panic!("{:?}", found[2]) };
    assert_eq!((quote.text.as_str(), quote.native_id.as_deref()), ("你好", Some("1772416860000")));
    assert_eq!(quote.quoted.as_deref(), Some(&Body::text_of("早上好 :)")));
    assert_eq!(found[2].marks.reply_to.as_deref(), Some("1772416860000"));
    let edited = found[2].marks.edits[0].at.map(|at| at.to_string());
    assert_eq!(edited.as_deref(), Some("2026-03-02T02:03:20Z"));
    assert_eq!(found[11].state, RecordState::Deleted);
    assert!(found[11].marks.deletion.as_ref().is_some_and(|deletion| deletion.at.is_some()));
    let Body::Notice(notice) = &found[13].body else { panic!("{:?}", found[13]) };
    assert_eq!((notice.kind, notice.text.clone()), (NoticeKind::Join, format!("{ME} added {BO}")));
    assert_eq!(facts(found[13]), ["event time: 2026-03-02T02:15:00.123Z"]);
    let Body::Call(call) = &found[9].body else { panic!("{:?}", found[9]) };
    assert_eq!(call.duration_ms, Some(61_500));
    let Body::Unknown { raw_type, text } = &found[12].body else { panic!("{:?}", found[12]) };
    assert_eq!((raw_type.as_str(), text.as_str()), ("Sparkle/New", "<x>sparkle</x>"));
    let Body::Card(card) = &found[10].body else { panic!("{:?}", found[10]) };
    assert_eq!(card.text.as_deref(), Some("Weather 天气\nRain"));
    let Body::Location(place) = &found[8].body else { panic!("{:?}", found[8]) };
    assert_eq!((place.name.as_deref(), place.latitude.as_deref()), (Some("Berth 4"), Some("31230416")));
    let Body::ContactCard(contact) = &found[7].body else { panic!("{:?}", found[7]) };
    assert_eq!((contact.name.as_deref(), contact.native_id.as_deref()), (Some("Cy 陈"), Some("live:cy")));
}

#[test]
fn files_are_found_in_the_folder_of_media() {
    let items = read();
    let found = records(&items);
    let picture = &found[3].attachments[0];
    assert_eq!(picture.name.as_deref(), Some("quay 码头.jpg"));
    let paths = ["media/0-neu-d1-quay.2.jpg", "media/0-neu-d1-quay.1.jpg"].map(PathBuf::from);
    assert_eq!(picture.candidates, paths, "the largest first");
    assert_eq!(found[4].body, Body::File { name: "合同.pdf".into(), size: Some(345_678) });
    assert_eq!(found[4].attachments[0].missing, Some(MissingReason::NotInSource));
    let Body::Mixed { parts } = &found[15].body else { panic!("{:?}", found[15]) };
    let shown: Vec<_> = parts.iter().map(|part| (part.body.label(), part.attachment)).collect();
    assert_eq!(shown, [("Quote", None), ("Picture", Some(0)), ("Text", None), ("File", Some(1))]);
    assert_eq!(found[15].attachments[0].candidates, paths);
    let expected =
        ["address of plan.xlsx: https://d.test/plan.xlsx", "subject: 通知", "mention: Bo Carter (8:live:bo_carter)"];
    assert_eq!(facts(found[15]), expected);
}

#[test]
fn a_break_keeps_what_stood_before_it() {
    let file = std::fs::read_to_string(fixture().join("messages.json")).expect("read");
    let third = file.match_indices("\"originalarrivaltime\"").nth(2).expect("three").0;
    for (text, records_before, code) in [
        (file[..third].to_owned(), 2, "INGEST_JSON_BROKEN"),
        (file[..file.rfind(']').expect("an end")].to_owned(), 16, "INGEST_JSON_BROKEN"),
        (format!("{file} more"), 16, "INGEST_TRAILING_DATA"),
        (file.replacen("\"MessageList\": [", "\"MessageList\": [ ; ", 1), 0, "INGEST_JSON_BROKEN"),
    ] {
        let items = read_text(Format::TeamsExportJson, "messages.json", text.as_bytes());
        assert_eq!(records(&items).len(), records_before, "{code}");
        assert_eq!(said(&items).last(), Some(&code));
    }
    let items = read_text(Format::TeamsExportJson, "messages.json", &file.as_bytes()[..third]);
    assert!(matches!(items.last(), Some(Item::Excepted { raw, .. }) if raw.starts_with(b"{")), "its bytes are kept");
}

#[test]
fn a_mapping_says_that_it_is_skype() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::copy(fixture().join("messages.json"), folder.path().join("messages.json")).expect("copied");
    std::fs::write(folder.path().join("mapping.toml"), "app = \"skype\"\n").expect("written");
    let file = SourceFile::single(Format::TeamsExportJson, folder.path().join("messages.json"));
    let items: Vec<Item> = open(&file, folder.path(), &Options::default()).expect("opens").collect();
    assert_eq!(records(&items)[0].conversation.app.name(), "skype");
    assert!(!said(&items).contains(&"INGEST_APP_ASSUMED"));
    let other = folder.path().join("x.json");
    std::fs::write(&other, "{\"userId\":\"a\"}").expect("written");
    assert!(open(&SourceFile::single(Format::TeamsExportJson, &other), folder.path(), &Options::default()).is_err());
}
