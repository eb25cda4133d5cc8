//! An export of a Slack workspace.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, SourceFile, detect, open};
use duces_model::{AttachmentRole, Body, ConversationKind, Item, RecordState, SourceRecord};

use crate::{findings, options, records};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/slack")
}

fn read() -> Vec<Item> {
    let detected = detect(&folder()).expect("a folder");
    let file = detected.files.iter().find(|file| file.format == Format::SlackJson).expect("found");
    assert_eq!(detected.files.len(), 1, "an export is one source: {:?}", detected.files);
    assert_eq!(file.members.len(), 11);
    open(file, &detected.root, &options()).expect("opens").collect()
}

fn by_ts<'a>(found: &[&'a SourceRecord], ts: &str) -> &'a SourceRecord {
    let is_it =
        |record: &&&SourceRecord| record.native_id.as_deref() == Some(ts) && record.conversation.native_id == "C1";
    found.iter().find(is_it).expect("read")
}

#[test]
fn a_workspace_is_read_with_what_happened_to_its_messages() {
    let items = read();
    let found = records(&items);
    assert_eq!(found.len(), 17);
    let mut codes: Vec<_> = findings(&items).iter().map(|f| f.code).collect();
    codes.sort_unstable();
    let expected = [
        "INGEST_BAD_TIME",
        "INGEST_CONVERSATION_UNRESOLVED",
        "INGEST_JSON_BROKEN",
        "INGEST_PART_UNREAD",
        "INGEST_UNKNOWN_TYPE",
    ];
    assert_eq!(codes, expected);
    let get = |ts| by_ts(&found, ts);
    let first = get("1709600400.000100");
    assert_eq!(first.body, Body::text_of("@Marcus Webb 合同 & invoice 今天签 :smile: draft (https://example.test/d)"));
    assert_eq!((first.conversation.title.as_deref(), first.conversation.app.label()), (Some("#出运"), "Slack"));
    assert_eq!((first.sequence, first.sent.to_string().as_str()), (1_709_600_400_000_100, "2024-03-05T01:00:00Z"));
    assert_eq!((first.marks.reply_to.as_deref(), first.marks.edits[0].by.as_deref()), (None, Some("陈丽华")));
    assert_eq!(
        (first.marks.reactions[0].value.as_str(), first.marks.reactions[0].by[0].as_str()),
        (":thumbsup:", "Marcus Webb")
    );
    assert_eq!(get("1709600410.000200").marks.reply_to.as_deref(), Some("1709600400.000100"));
    let with_file = get("1709600420.000300");
    assert_eq!((with_file.attachments.len(), with_file.attachments[0].role), (1, AttachmentRole::Picture));
    assert!(with_file.attachments[0].candidates.iter().any(|path| path.ends_with("__uploads/F1/bl.png")));
    assert_eq!(with_file.marks.facts[0].value, "F2 (deleted)");
    let labels: Vec<_> =
        ["1709600430.000400", "1709600435.000400", "1709600440.000500", "1709600500.001000", "1709600510.001100"]
            .iter()
            .map(|ts| get(ts).body.label())
            .collect();
    assert_eq!(labels, ["Notice", "Notice", "Link", "Call", "Unknown message type"]);
    assert_eq!(get("1709600450.000600").body, Body::text_of("from blocks"));
    let changed = get("1709600465.000650");
    assert_eq!(changed.body, Body::text_of("final price 40"));
    assert_eq!(changed.marks.edits[0].before.as_deref(), Some("final price 50"));
    let deleted = get("1709600480.000800");
    assert_eq!((&deleted.body, deleted.state), (&Body::text_of("delete this"), RecordState::Deleted));
    assert_eq!(deleted.marks.deletion.as_ref().and_then(|d| d.at).expect("a time").to_string(), "2024-03-05T01:01:30Z");
    let bare = get("1709600481.000800");
    assert_eq!((&bare.body, bare.state), (&Body::text_of(""), RecordState::Deleted));
    assert!(get("1709600495.000900").marks.deletion.is_some());
    let guest = found.iter().find(|record| record.body == Body::text_of("next day")).expect("read");
    assert_eq!(guest.sender.as_ref().and_then(|s| s.name.as_deref()), Some("Guest 客"));
}

#[test]
fn conversations_of_two_and_of_several_are_told() {
    let items = read();
    let found = records(&items);
    let of = |text: &str| {
        let record = found.iter().find(|record| record.body == Body::text_of(text)).expect("read");
        (record.conversation.kind, record.conversation.native_id.as_str(), record.conversation.title.as_deref())
    };
    assert_eq!(of("hi"), (ConversationKind::Direct, "U1|U2", Some("陈丽华 / Marcus Webb")));
    assert_eq!(of("三个人"), (ConversationKind::Group, "G1", Some("陈丽华, Marcus Webb, wang")));
    assert_eq!(of("whose channel"), (ConversationKind::Group, "?lost", Some("lost")));
}

#[test]
fn a_day_on_its_own_is_read_without_names() {
    let folder = folder();
    let file = SourceFile::single(Format::SlackJson, folder.join("D1/2024-03-05.json"));
    let items: Vec<Item> = open(&file, &folder, &options()).expect("opens").collect();
    assert_eq!(records(&items).len(), 1);
    let codes: Vec<_> = findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(codes, ["INGEST_NAMES_MISSING", "INGEST_CONVERSATION_UNRESOLVED"]);
}
