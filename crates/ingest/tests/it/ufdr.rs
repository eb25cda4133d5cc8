//! Reports of Cellebrite: every message is a record, what was deleted says so, and nothing is guessed.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, Options, SourceFile, detect, open};
use duces_model::{AttachmentRole, Body, CallOutcome, ConversationKind, Item, ReceiptKind, RecordState, SourceRecord};

use crate::{findings, read_text, records};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ufdr")
}

fn read() -> Vec<Item> {
    let detected = detect(&folder()).expect("a folder");
    assert_eq!(detected.files, [SourceFile::single(Format::Ufdr, folder().join("report.xml"))]);
    open(&detected.files[0], &detected.root, &Options::default()).expect("opens").collect()
}

fn who(record: &SourceRecord) -> (Option<&str>, Option<bool>) {
    (record.sender.as_ref().and_then(|sender| sender.native_id.as_deref()), record.sent_by_collector)
}

#[test]
fn every_message_is_a_record_and_the_rest_is_said() {
    let items = read();
    let said: Vec<&str> = findings(&items).iter().map(|finding| finding.code).collect();
    let expected = [
        "INGEST_PROVENANCE",
        "INGEST_PART_UNREAD",
        "INGEST_MEMBERS",
        "INGEST_NO_MESSAGE_IDS",
        "INGEST_MISSING_FIELD",
        "INGEST_BAD_TIME",
    ];
    assert_eq!(said, expected);
    let texts: Vec<&str> = findings(&items).iter().map(|finding| finding.text.as_str()).collect();
    assert_eq!(
        texts[0],
        "report: P30 of C. Lihua; version of the report: 5.2.0.0; extraction: FileSystem; extraction: Advanced Logical, \
         AdvancedLogical, Huawei P30; Examiner name: J. Doe; ExtractionStartDateTime: 2024-04-01 09:00:00(UTC+8); \
         SelectedModelName: ELE-L29"
    );
    assert!(texts[1].ends_with("1 Contact"), "{}", texts[1]);
    assert!(texts[2].contains("陈丽华 (wxid_me), 周言 (wxid_b), 林晓 (wxid_c)"), "{}", texts[2]);
    let labels: Vec<_> = records(&items).iter().map(|record| record.body.label()).collect();
    let expected = [
        "Text",
        "Message of several parts",
        "Text",
        "Notice",
        "Quote",
        "Location",
        "Contact card",
        "Text",
        "Text",
        "Text",
        "Text",
        "Video call",
        "E-mail",
    ];
    assert_eq!(labels, expected);
    let bytes = std::fs::read(folder().join("report.xml")).expect("read");
    for record in records(&items) {
        assert!(bytes.windows(record.raw.len()).any(|window| window == record.raw));
        let line = usize::try_from(record.place.line.expect("a line")).expect("small");
        let before = bytes.split(|byte| *byte == b'\n').nth(line - 1).expect("there");
        assert!(record.raw.starts_with(b"<model") && before.windows(6).any(|window| window == b"<model"));
    }
}

#[test]
fn conversations_and_senders_are_whom_the_report_names() {
    let items = read();
    let found = records(&items);
    let rows = [
        (0, "wechat", "1001@chatroom", ConversationKind::Group, Some("wxid_b"), Some(false)),
        (1, "wechat", "1001@chatroom", ConversationKind::Group, Some("wxid_me"), Some(true)),
        (3, "wechat", "1001@chatroom", ConversationKind::Group, None, None),
        // Its participants stand behind its messages.
        (8, "wechat", "wxid_b|wxid_me", ConversationKind::Direct, Some("wxid_b"), Some(false)),
        (9, "sms", "+8610086", ConversationKind::Direct, Some("+8610086"), Some(false)),
        (10, "sms", "+8610086", ConversationKind::Direct, None, Some(true)),
        (11, "wechat", "wxid_b|wxid_me", ConversationKind::Direct, Some("wxid_b"), Some(false)),
        (12, "email", "a@example.com|b@example.com", ConversationKind::Direct, Some("a@example.com"), None),
    ];
    for (at, app, id, kind, sender, own) in rows {
        let record = found[at];
        assert_eq!(
            (record.conversation.app.name(), record.conversation.native_id.as_str(), record.conversation.kind),
            (app, id, kind),
            "{at}"
        );
        assert_eq!(who(record), (sender, own), "{at}");
    }
    assert_eq!(found[0].sent.to_string(), "2024-03-05T01:00:00Z");
    assert_eq!(found[0].native_id.as_deref(), Some("7001000000000000001"));
    // A short number is the device's own count, and another message's on another device.
    assert_eq!(found[2].native_id, None);
    assert_eq!((found[0].sequence, found[1].sequence), (1, 2));
}

#[test]
fn what_happened_to_a_message_is_shown_with_it() {
    let items = read();
    let found = records(&items);
    assert_eq!(found[0].body, Body::text_of("合同 <签了> & 归档?"));
    assert_eq!(found[0].marks.receipts[0].kind, ReceiptKind::Read);
    assert!(found[0].marks.deletion.is_none() && found[0].state == RecordState::Present);
    assert!(found[2].marks.deletion.as_ref().is_some_and(|deletion| deletion.recovered));
    assert_eq!(found[2].state, RecordState::Deleted);
    let Body::Quote(quote) = &found[4].body else { panic!("no quote") };
    assert_eq!((quote.text.as_str(), quote.native_id.as_deref()), ("好", Some("7001000000000000002")));
    assert_eq!((quote.sender.as_deref(), quote.quoted.as_deref()), (Some("陈丽华"), Some(&Body::text_of("都在这里"))));
    assert_eq!(found[4].marks.edits.len(), 1);
    let reaction = &found[4].marks.reactions[0];
    assert_eq!(
        (reaction.value.as_str(), reaction.count, reaction.by.as_slice()),
        ("👍", 2, &["林晓 (wxid_c)".to_owned()][..])
    );
    let facts: Vec<_> = found[4].marks.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect();
    assert_eq!(facts, ["Label: Starred", "Deleted state: Trash", "Confidence of decoding: Low"]);
    assert_eq!(found[4].state, RecordState::Present);
    let Body::Location(location) = &found[5].body else { panic!("no location") };
    assert_eq!((location.latitude.as_deref(), location.address.as_deref()), (Some("31.2"), Some("Gate 4")));
    let Body::ContactCard(card) = &found[6].body else { panic!("no card") };
    assert_eq!((card.name.as_deref(), card.native_id.as_deref()), (Some("安"), Some("wxid_an")));
    assert_eq!(found[7].body, Body::text_of("中文"));
    assert!(
        found[8].marks.facts.iter().any(|fact| fact.name == "Deleted state of the chat" && fact.value == "Deleted")
    );
    let Body::Call(call) = &found[11].body else { panic!("no call") };
    assert_eq!((call.video, &call.outcome, call.duration_ms), (Some(true), &Some(CallOutcome::Answered), Some(65_000)));
    let Body::Mail(mail) = &found[12].body else { panic!("no mail") };
    assert_eq!((mail.text.as_str(), mail.to.as_slice()), ("See attached", &["B (b@example.com)".to_owned()][..]));
}

#[test]
fn attachments_lie_where_the_report_says_and_are_never_found_by_name() {
    let items = read();
    let files = &records(&items)[1].attachments;
    let paths: Vec<_> = files.iter().map(|file| file.candidates.clone()).collect();
    assert_eq!(paths[0], [Path::new("files/Document/contract.pdf")]);
    assert_eq!(paths[1], [Path::new("files/Image/photo.png")]);
    assert!(paths[2].is_empty() && files[2].missing.is_some());
    assert!(paths[..2].iter().all(|path| folder().join(&path[0]).is_file()));
    assert_eq!(files[0].md5.as_deref().map(str::len), Some(32));
    assert_eq!((files[0].name.as_deref(), files[1].role), (Some("合同.pdf"), AttachmentRole::Picture));
}

#[test]
fn a_report_that_is_cut_off_keeps_what_stands_before_the_cut() {
    let whole = std::fs::read(folder().join("report.xml")).expect("read");
    let all = records(&read()).len();
    for cut in (400..whole.len()).step_by(211) {
        let items = read_text(Format::Ufdr, "report.xml", &whole[..cut]);
        let broken = findings(&items).iter().any(|finding| finding.code == "INGEST_XML_BROKEN");
        assert!(broken && records(&items).len() <= all, "{cut}");
    }
    let at = whole.windows(8).position(|window| window == b"</model>").expect("there");
    let mut odd = whole.clone();
    odd[at + 2] = b'n';
    assert!(!read_text(Format::Ufdr, "report.xml", &odd).is_empty());
}
