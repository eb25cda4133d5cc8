//! Texts that chat apps of phones export.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, IngestError, Mapping, Options, SourceFile, detect, open};
use duces_model::{AttachmentRole, Body, ConversationKind, Item, NoticeKind, RecordState, Zone};
use serde_json::Value;

use crate::{findings, options, records, shared};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/whatsapp")
}

fn read(name: &str) -> (Format, Vec<Item>) {
    let detected = detect(&folder()).expect("a folder");
    let file = detected.files.iter().find(|file| file.path.ends_with(name)).expect("found");
    (file.format, open(file, &detected.root, &options()).expect("opens").collect())
}

#[test]
fn a_group_of_an_iphone_is_read_with_its_files() {
    let (format, items) = read("_chat.txt");
    assert_eq!(format, Format::WhatsappTxt);
    let found = records(&items);
    let labels: Vec<_> = found.iter().map(|record| record.body.label()).collect();
    let expected = ["Text", "Notice", "Text", "Picture", "Text", "Text", "Picture", "Location", "Voice call"];
    assert_eq!(labels, expected);
    let codes: Vec<_> = findings(&items).iter().map(|f| f.code).collect();
    let expected = [
        "INGEST_ZONE_ASSUMED",
        "INGEST_CONVERSATION_FROM_NAME",
        "INGEST_NO_MESSAGE_IDS",
        "INGEST_TYPES_FROM_TEXT",
        "INGEST_BAD_TIME",
    ];
    assert_eq!(codes, expected);
    let third = found[2];
    assert_eq!(
        (third.conversation.kind, third.conversation.title.as_deref()),
        (ConversationKind::Group, Some("出运群"))
    );
    assert_eq!(third.body, Body::text_of("合同今天签 😀\nsecond line"));
    // A 31 in the first place is a day: 5/3/24 is the fifth of March.
    assert_eq!(
        (third.sent.to_string().as_str(), third.sent_raw.as_str()),
        ("2024-03-05T01:01:00Z", "5/3/24, 9:01:00\u{202f}AM")
    );
    assert_eq!(found[4].sent.to_string(), "2024-03-05T05:03:00Z");
    assert!(matches!(&found[1].body, Body::Notice(notice) if notice.kind == NoticeKind::Other));
    let sender = found[3].sender.as_ref().expect("a sender");
    assert_eq!(sender.native_id.as_deref(), Some("+12025550111"));
    let hung = &found[3].attachments[0];
    assert_eq!((hung.role, hung.candidates.len(), hung.missing), (AttachmentRole::Picture, 1, None));
    assert_eq!((found[4].body.clone(), found[4].marks.edits.len()), (Body::text_of("ok"), 1));
    assert_eq!((found[5].state, found[5].marks.deletion.is_some()), (RecordState::Recalled, true));
    assert!(found[6].attachments[0].missing.is_some());
}

#[test]
fn a_chat_of_two_is_read_in_chinese() {
    let (format, items) = read("与陈丽华的 WhatsApp 聊天.txt");
    assert_eq!(format, Format::WhatsappTxt);
    let found = records(&items);
    assert_eq!(found[1].conversation.kind, ConversationKind::Direct);
    assert_eq!(found[1].conversation.title.as_deref(), Some("陈丽华"));
    let own: Vec<_> = found.iter().map(|record| record.sent_by_collector).collect();
    assert_eq!(own, [None, Some(false), Some(true), Some(false), Some(true)]);
    assert_eq!(found[3].body.label(), "Message of several parts");
    assert!(findings(&items).iter().any(|f| f.code == "INGEST_NO_SECONDS"));
}

#[test]
fn signals_text_is_told_from_whatsapps() {
    let (format, items) = read("signal.txt");
    assert_eq!(format, Format::SignalTxt);
    let found = records(&items);
    assert_eq!(found[0].conversation.app.label(), "Signal");
    assert_eq!(found[1].body, Body::text_of("signed\ntwo lines"));
}

#[test]
fn a_file_that_does_not_say_which_number_is_the_day_is_refused_until_somebody_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("WhatsApp Chat with A.txt");
    std::fs::write(&path, "05/03/24, 09:00 - A: hi\n06/03/24, 09:00 - B: ho\n").expect("written");
    let file = SourceFile::single(Format::WhatsappTxt, &path);
    let Err(error) = open(&file, folder.path(), &options()) else { panic!("refused") };
    assert!(matches!(error, IngestError::DateOrder { .. }), "{error}");
    for (order, day) in [("dmy", "2024-03-05"), ("mdy", "2024-05-03")] {
        let mapping = folder.path().join("order.toml");
        std::fs::write(&mapping, format!("date_order = \"{order}\"\n")).expect("written");
        let options = Options { mapping: Some(Mapping::read(&mapping).expect("a mapping")), ..options() };
        let items: Vec<Item> = open(&file, folder.path(), &options).expect("opens").collect();
        assert!(records(&items)[0].sent.to_string().starts_with(day), "{order}");
    }
}

/// What others expect of their own samples: each message with a name that a program can read is among ours.
#[test]
fn what_chat_miner_expects_is_found() {
    let Some(folder) = shared("data/chat/chat-miner/test") else { return };
    let options = Options { zone: Some(Zone::utc()), ..options() };
    let mut checked = 0;
    for app in ["whatsapp", "signal"] {
        let target: Value =
            serde_json::from_slice(&std::fs::read(folder.join(app).join("target.json")).expect("read")).expect("JSON");
        let detected = detect(&folder.join(app)).expect("a folder");
        for file in detected.files.iter().filter(|file| file.path.extension().is_some_and(|e| e == "txt")) {
            let expected = if app == "signal" { Format::SignalTxt } else { Format::WhatsappTxt };
            assert_eq!(file.format, expected, "{}", file.path.display());
            let items: Vec<Item> = open(file, &detected.root, &options).expect("opens").collect();
            let found = records(&items);
            for wanted in target.as_array().expect("a list") {
                let text = |key: &str| wanted[key].as_str().expect("a text");
                let is_it = |record: &&&duces_model::SourceRecord| {
                    let said = match &record.body {
                        Body::Text { text } => text.replace('\n', " "),
                        other => other.label().to_owned(),
                    };
                    record.sent.to_string().starts_with(text("timestamp"))
                        && record.sender.as_ref().and_then(|s| s.name.as_deref()) == Some(text("author"))
                        && said == text("message")
                };
                assert!(found.iter().any(|record| is_it(&record)), "{wanted} in {}", file.path.display());
                checked += 1;
            }
        }
    }
    assert!(checked > 10, "{checked}");
}
