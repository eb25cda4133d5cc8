//! RSMF: events become messages, and what happened to them comes along.

use std::path::Path;

use duces_ingest::{Format, IngestError, Options, SourceFile, detect, open};
use duces_model::{Body, ConversationKind, Item, MissingReason, NoticeKind, ReceiptKind, RecordState, SourceRecord};

use crate::{findings, options, read_all, records, shared};

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rsmf").join(name)
}

fn said(items: &[Item]) -> Vec<&str> {
    findings(items).iter().map(|finding| finding.code).collect()
}

#[test]
fn each_event_is_accounted_for_in_a_mail_and_in_a_folder() {
    for name in ["harbour.rsmf", "folder"] {
        let detected = detect(&fixture(name)).expect("readable");
        assert_eq!(detected.files.len(), 1, "{name}");
        assert!(detected.ignored.is_empty(), "files that were sent are no sources: {:?}", detected.ignored);
        let (_, items) = read_all(&fixture(name));
        let excepted = items.iter().filter(|item| matches!(item, Item::Excepted { .. })).count();
        assert_eq!((records(&items).len(), excepted), (12, 3), "{name}: {items:?}");
        let mut codes = said(&items);
        codes.retain(|code| *code != "INGEST_PROVENANCE");
        let expected = [
            "RSMF_SCHEMA",
            "RSMF_FILE_MISSING",
            "INGEST_CONVERSATION_DERIVED",
            "INGEST_MISSING_FIELD",
            "INGEST_MISSING_FIELD",
            "INGEST_NOT_AN_OBJECT",
        ];
        assert_eq!(codes, expected, "{name}");
        check(&records(&items), name == "folder");
    }
}

fn check(records: &[&SourceRecord], in_folder: bool) {
    let [first, reply, gone, picture, both, join, leave, notice, history, unknown, direct, sms] = records else {
        panic!("twelve")
    };
    assert_eq!(first.conversation.app.name(), "slack");
    assert_eq!(
        (first.conversation.kind, first.conversation.native_id.as_str()),
        (ConversationKind::Group, "C024BE91L")
    );
    let sender = first.sender.clone().expect("named");
    assert_eq!((sender.native_id.as_deref(), sender.name.as_deref()), (Some("U024BE7LH"), Some("Ann")));
    assert_eq!((first.sent_by_collector, first.marks.facts[0].value.as_str()), (Some(true), "high"));
    assert_eq!(first.native_id, reply.marks.reply_to, "the thread holds together");
    assert!(first.native_id.as_deref().is_some_and(|id| id.starts_with("m1 of 14 from 2024-03-05T01:00:00Z")));

    assert_eq!(reply.sent.to_string(), "2024-03-05T01:01:00.250Z");
    assert_eq!(reply.sender.as_ref().and_then(|s| s.native_id.as_deref()), Some("bo@example.com"));
    let edits: Vec<_> = reply.marks.edits.iter().map(|edit| edit.before.as_deref()).collect();
    assert_eq!(edits, [Some("mornin"), Some("morning")]);
    assert_eq!(reply.marks.reactions[0].by, ["Ann", "Cy"]);
    assert_eq!((reply.marks.reactions[0].count, reply.marks.reactions[1].count), (2, 0));
    assert_eq!(
        (reply.marks.receipts[0].kind, reply.marks.receipts[1].kind),
        (ReceiptKind::Read, ReceiptKind::Delivered)
    );
    assert_eq!(reply.marks.facts.last().map(|fact| fact.name.as_str()), Some("GPS"));

    assert_eq!((gone.state, &gone.body), (RecordState::Deleted, &Body::text_of("gone")));
    assert!(gone.marks.deletion.is_some() && gone.native_id.is_none());
    assert_eq!(gone.sender.as_ref().and_then(|s| s.native_id.clone()), None, "`P3` is no account");
    assert_eq!(picture.body, Body::Picture);
    let bytes = picture.attachments[0].bytes.as_deref();
    assert_eq!(bytes.is_some(), !in_folder);
    assert!(bytes.is_none_or(|bytes| bytes == b"not a png"));
    let Body::Mixed { parts } = &both.body else { panic!("{both:?}") };
    assert_eq!((parts.len(), both.attachments[0].name.as_deref()), (3, Some("合同.txt")));
    assert_eq!(both.attachments[1].missing, (!in_folder).then_some(MissingReason::NotInSource));
    let text = |record: &SourceRecord| record.body.text(&[]);
    assert_eq!((text(join), text(leave)), ("Cy joined".into(), "Cy has left the channel".into()));
    assert!(matches!(&join.body, Body::Notice(notice) if notice.kind == NoticeKind::Join));
    assert!(matches!(&notice.body, Body::Notice(notice) if notice.kind == NoticeKind::Other));
    assert_eq!((text(history), text(unknown)), ("from before".into(), "topic was set".into()));

    assert_eq!(direct.conversation.app.name(), "teams");
    assert_eq!(direct.conversation.native_id, "U024BE7LH|bo@example.com");
    assert_eq!(direct.native_id.as_deref(), Some("x-4471-aa"));
    assert_eq!(sms.conversation.native_id, "harbour-2024/2");
    assert_eq!(sms.native_id, None, "a counter that no thread needs is no id");
}

#[test]
fn a_mail_says_where_it_comes_from() {
    let (_, items) = read_all(&fixture("harbour.rsmf"));
    let told = findings(&items).into_iter().find(|finding| finding.code == "INGEST_PROVENANCE").expect("told");
    assert_eq!(told.text, "Generator: example 1.0; Custodian: 陈丽华; EventCollectionID: harbour-2024");
}

#[test]
fn times_without_an_offset_need_a_zone() {
    let json = r#"{"version":"1.0.0","participants":[{"id":"a-person","display":"A"}],
        "conversations":[{"id":"a-room","display":"R","platform":"skype","type":"channel","participants":["a-person"]}],
        "events":[{"type":"message","participant":"a-person","conversation":"a-room","timestamp":"2013-01-10T15:53:00"}]}"#;
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rsmf_manifest.json");
    std::fs::write(&file, json).expect("written");
    let source = SourceFile::single(Format::Rsmf, &file);
    let error = open(&source, folder.path(), &Options::default()).err().expect("refused");
    assert!(matches!(error, IngestError::ZoneNeeded { .. }), "{error}");
    let items: Vec<Item> = open(&source, folder.path(), &options()).expect("opens").collect();
    assert_eq!(records(&items)[0].sent.to_string(), "2013-01-10T07:53:00Z");
}

#[test]
fn what_is_no_rsmf_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("a.rsmf");
    std::fs::write(&file, "X-RSMF-Version: 2.0.0\r\n\r\nnothing\r\n").expect("written");
    let detected = detect(folder.path()).expect("readable");
    assert_eq!(detected.files[0].format, Format::Rsmf);
    let error = open(&detected.files[0], folder.path(), &options()).err().expect("refused");
    assert!(error.to_string().contains("no attachment"), "{error}");
}

#[test]
fn relativitys_samples_are_read_with_their_faults() {
    let Some(folder) = shared("data/rsmf") else { return };
    for (name, code) in [
        ("Sample1.rsmf_manifest.json", "RSMF_SCHEMA"),
        ("Sample2.rsmf.zip", "RSMF_FILE_MISSING"),
        ("Sample3.sample.rsmf", "RSMF_ATTACHMENTS"),
        ("Sample3.message.eml", "RSMF_ATTACHMENTS"),
        ("Sample4.rsmf_manifest.json", "RSMF_SCHEMA"),
    ] {
        let (_, items) = read_all(&folder.join(name));
        assert_eq!(records(&items).len(), 1, "{name}");
        assert!(said(&items).contains(&code), "{name}: {:?}", said(&items));
    }
}
