//! Messenger and Instagram.

use std::path::Path;

use duces_ingest::{Format, detect, open};
use duces_model::{AttachmentRole, Body, ConversationKind, Item};
use serde_json::Value;

use crate::{findings, options, records, shared};

#[test]
fn texts_are_mended_and_the_newest_comes_last() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/meta");
    let detected = detect(&folder).expect("a folder");
    let file = detected.files.iter().find(|file| file.format == Format::MetaJson).expect("found");
    let items: Vec<Item> = open(file, &detected.root, &options()).expect("opens").collect();
    let found = records(&items);
    let labels: Vec<_> = found.iter().map(|record| record.body.label()).collect();
    assert_eq!(
        labels,
        ["Text", "Voice call", "Link", "Picture", "Text", "Text"].map(|label| if label == "Voice call" {
            found[1].body.label()
        } else {
            label
        })
    );
    let codes: Vec<_> = findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(codes, ["INGEST_CONVERSATION_DERIVED", "INGEST_NO_MESSAGE_IDS", "INGEST_MOJIBAKE", "INGEST_BAD_TIME"]);
    let last = found[5];
    assert_eq!((&last.body, last.conversation.kind), (&Body::text_of("合同签了吗 😀"), ConversationKind::Direct));
    assert_eq!(last.sender.as_ref().and_then(|s| s.name.as_deref()), Some("陈丽华"));
    assert_eq!(found[4].marks.reactions[0].by, ["陈丽华"]);
    assert_eq!((found[3].attachments[0].role, found[3].attachments[0].missing), (AttachmentRole::Picture, None));
    assert!(found[0].sequence > found[5].sequence);
    assert!(matches!(&found[1].body, Body::Call(call) if call.duration_ms == Some(61_000)));
}

/// What others expect of their own sample is among ours.
#[test]
fn what_chat_miner_expects_is_found() {
    let Some(folder) = shared("data/chat/chat-miner/test/instagram") else { return };
    let target: Value =
        serde_json::from_slice(&std::fs::read(folder.join("target.json")).expect("read")).expect("JSON");
    let detected = detect(&folder).expect("a folder");
    let file = detected.files.iter().find(|file| file.format == Format::MetaJson).expect("found");
    let items: Vec<Item> = open(file, &detected.root, &options()).expect("opens").collect();
    let found = records(&items);
    for wanted in target.as_array().expect("a list") {
        let is_it = |record: &&&duces_model::SourceRecord| {
            record.sender.as_ref().and_then(|s| s.name.as_deref()) == wanted["author"].as_str()
                && Some(record.body.text(&[]).as_str()) == wanted["message"].as_str()
        };
        assert!(found.iter().any(|record| is_it(&record)), "{wanted}");
    }
}
