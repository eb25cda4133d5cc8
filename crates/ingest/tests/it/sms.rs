//! Backups of a phone's short messages and calls.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, detect, open};
use duces_model::{AttachmentRole, Body, CallOutcome, ConversationKind, Item};

use crate::{findings, options, records};

fn read(name: &str) -> Vec<Item> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sms");
    let detected = detect(&folder).expect("a folder");
    let file = detected.files.iter().find(|file| file.path.ends_with(name)).expect("found");
    assert_eq!(file.format, Format::SmsBackup);
    open(file, &detected.root, &options()).expect("opens").collect()
}

#[test]
fn messages_say_who_sent_them_and_what_hung_on_them() {
    let items = read("sms-20240401.xml");
    let found = records(&items);
    assert_eq!(found.len(), 7);
    let codes: Vec<_> = findings(&items).iter().map(|f| f.code).collect();
    let expected = [
        "INGEST_PROVENANCE",
        "INGEST_NO_MESSAGE_IDS",
        "INGEST_SECONDS",
        "INGEST_MAIL_PART_DAMAGED",
        "INGEST_BAD_TIME",
        "INGEST_SENDER_UNKNOWN",
        "INGEST_CONVERSATION_UNRESOLVED",
        "INGEST_COUNT_DIFFERS",
    ];
    assert_eq!(codes, expected);
    let first = found[0];
    assert_eq!(first.body, Body::text_of("合同签了吗 😀\nsecond line <ok>"));
    assert_eq!(
        (first.conversation.kind, first.conversation.native_id.as_str()),
        (ConversationKind::Direct, "+12025550111")
    );
    assert_eq!((first.conversation.app.label(), first.sent_by_collector), ("SMS", Some(false)));
    assert_eq!(first.sent.to_string(), "2024-03-05T01:00:00Z");
    assert_eq!(first.sender.as_ref().and_then(|s| s.name.as_deref()), Some("Marcus Webb"));
    assert_eq!((first.marks.receipts.len(), first.marks.facts.len()), (1, 1));
    assert_eq!(found[1].sent_by_collector, Some(true));
    assert_eq!(found[2].marks.facts[0].value, "draft");
    let group = found[3];
    assert_eq!(group.conversation.kind, ConversationKind::Group);
    assert_eq!(group.conversation.native_id, "+12025550111~+12025550133");
    assert_eq!(group.sender.as_ref().and_then(|s| s.native_id.as_deref()), Some("+12025550133"));
    assert_eq!((group.native_id.as_deref(), group.attachments[0].role), (Some("m-1"), AttachmentRole::Picture));
    assert_eq!(group.attachments[0].bytes.as_deref(), Some(&b"not a picture"[..]));
    assert_eq!(group.marks.facts[0].value, "提单");
    assert_eq!((found[4].attachments[0].role, found[4].sent_by_collector), (AttachmentRole::Voice, Some(true)));
    assert_eq!((found[5].sent_by_collector, found[6].conversation.native_id.as_str()), (None, "unknown"));
}

#[test]
fn calls_say_how_they_ended() {
    let items = read("calls-20240401.xml");
    let calls: Vec<_> = records(&items)
        .iter()
        .map(|record| match &record.body {
            Body::Call(call) => (call.outcome.clone(), call.duration_ms, record.sent_by_collector),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        (Some(CallOutcome::Answered), Some(61_000), Some(false)),
        (None, None, Some(true)),
        (Some(CallOutcome::Missed), None, Some(false)),
        (None, None, None),
    ];
    assert_eq!(calls, expected);
}
