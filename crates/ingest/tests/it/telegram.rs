//! Exports of Telegram's desktop app.

use std::path::Path;

use duces_ingest::{Format, detect, open};
use duces_model::{AttachmentRole, Body, CallOutcome, ConversationKind, Item, NoticeKind};
use serde_json::Value;

use crate::{findings, options, read_text, records, shared};

fn fixture() -> Vec<Item> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/telegram");
    let detected = detect(&folder).expect("a folder");
    let file = detected.files.iter().find(|file| file.path.ends_with("result.json")).expect("found");
    assert_eq!(file.format, Format::TelegramJson);
    open(file, &detected.root, &options()).expect("opens").collect()
}

#[test]
fn an_account_is_read_with_all_its_chats() {
    let items = fixture();
    let found = records(&items);
    let labels: Vec<_> = found.iter().map(|record| record.body.label()).collect();
    let expected = [
        "Text",
        "Text",
        "Message of several parts",
        "File",
        "Voice",
        "Sticker",
        "Location",
        "Contact card",
        "Voice call",
        "Voice call",
        "Unknown message type",
        "Notice",
        "Notice",
        "Vote",
        "Text",
        "Text",
        "Text",
    ];
    assert_eq!(labels[..8], expected[..8]);
    assert_eq!(labels[10..13], expected[10..13]);
    assert_eq!(found.len(), expected.len());
    let codes: Vec<_> = findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(codes, ["INGEST_UNKNOWN_TYPE", "INGEST_BAD_TIME", "INGEST_CONVERSATION_DERIVED"]);
    let second = found[1];
    assert_eq!(
        (second.conversation.kind, second.conversation.native_id.as_str()),
        (ConversationKind::Direct, "user88")
    );
    assert_eq!(second.body, Body::text_of("see the draft (https://example.test/d) and https://example.test/e"));
    assert_eq!((second.native_id.as_deref(), second.marks.reply_to.as_deref()), (Some("user77:2"), Some("user77:1")));
    assert_eq!((second.sent_by_collector, second.sent.to_string().as_str()), (Some(true), "2024-03-05T01:01:00Z"));
    assert_eq!(second.marks.edits[0].at.expect("a time").to_string(), "2024-03-05T01:05:00Z");
    assert_eq!(second.marks.reactions[0].by, ["Marcus Webb"]);
    let hung: Vec<_> = (2..6).flat_map(|at| &found[at].attachments).map(|a| (a.role, a.candidates.len())).collect();
    let expected = [
        (AttachmentRole::Picture, 1),
        (AttachmentRole::File, 0),
        (AttachmentRole::Voice, 1),
        (AttachmentRole::Sticker, 1),
        (AttachmentRole::Thumbnail, 1),
    ];
    assert_eq!(hung, expected);
    let facts: Vec<_> = found[3].marks.facts.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(facts, ["file", "forwarded from"]);
    let calls: Vec<_> = (8..10)
        .map(|at| match &found[at].body {
            Body::Call(call) => (call.outcome.clone(), call.duration_ms),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(calls, [(Some(CallOutcome::Answered), Some(63_000)), (Some(CallOutcome::Missed), None)]);
    let Body::Notice(notice) = &found[11].body else { panic!("{:?}", found[11].body) };
    assert_eq!((notice.kind, notice.text.as_str()), (NoticeKind::Join, "invited: Marcus Webb, Wang"));
    // In a supergroup all count alike.
    assert_eq!((found[11].native_id.as_deref(), found[14].marks.reply_to.as_deref()), (Some("501"), Some("503")));
    let Body::Card(card) = &found[13].body else { panic!("{:?}", found[13].body) };
    assert_eq!((card.title.as_deref(), card.facts.len()), (Some("哪天?"), 2));
    assert_eq!(found[15].conversation.kind, ConversationKind::Direct);
    assert_eq!(found[16].conversation.native_id, "66");
}

#[test]
fn a_break_within_a_chat_keeps_what_stood_before() {
    let text =
        std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/telegram/result.json")).expect("read");
    for cut in (1000..text.len()).step_by(97) {
        let items = read_text(Format::TelegramJson, "result.json", &text[..cut]);
        assert!(items.iter().any(|item| matches!(item, Item::Record(_))), "{cut}");
        let last = items.iter().rev().find_map(|item| match item {
            Item::Finding(finding) | Item::Excepted { finding, .. } => Some(finding.code),
            Item::Record(_) => None,
        });
        assert_eq!(last, Some("INGEST_JSON_BROKEN"), "{cut}");
    }
}

/// What others expect of their own samples is among ours.
#[test]
fn what_chat_miner_expects_is_found() {
    let Some(folder) = shared("data/chat/chat-miner/test/telegram") else { return };
    let target: Value =
        serde_json::from_slice(&std::fs::read(folder.join("target.json")).expect("read")).expect("JSON");
    let detected = detect(&folder).expect("a folder");
    let exports: Vec<_> = detected.files.iter().filter(|file| file.format == Format::TelegramJson).collect();
    assert_eq!(exports.len(), 2);
    for file in exports {
        let items: Vec<Item> = open(file, &detected.root, &options()).expect("opens").collect();
        let found = records(&items);
        for wanted in target.as_array().expect("a list") {
            let is_it = |record: &&&duces_model::SourceRecord| {
                let said = match &record.body {
                    Body::Text { text } => text.clone(),
                    other => other.label().to_owned(),
                };
                // They join pieces with spaces; the pieces themselves hold none more.
                let plain = |text: &str| text.replace(' ', "");
                record.sender.as_ref().and_then(|s| s.name.as_deref()) == wanted["author"].as_str()
                    && plain(&said) == plain(wanted["message"].as_str().expect("a text"))
            };
            assert!(found.iter().any(|record| is_it(&record)), "{wanted} in {}", file.path.display());
        }
    }
}
