//! WeCom's archive: each kind of message, each way in which records are wrapped.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, Options, SourceFile, detect, open};
use duces_model::{Body, ConversationKind, Item, RecordState, SourceRecord};

use crate::{findings, options, records, shared};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wecom").join(name)
}

fn read(name: &str, options: &Options) -> Vec<Item> {
    let detected = detect(&fixture("")).expect("a folder");
    let file = detected.files.iter().find(|file| file.path.ends_with(name)).expect("found");
    assert_eq!(file.format, Format::WecomJson, "{name}");
    open(file, &detected.root, options).expect("opens").collect()
}

/// The records of the fixture in their order: label, and a part of the text.
const KINDS: &[(&str, &str)] = &[
    ("Text", "合同 [旺柴]"),
    ("Picture", ""),
    ("Voice", "0:07"),
    ("Video", "0:12"),
    ("Sticker", ""),
    ("File", "48.2 kB"),
    ("Contact card", "wmOutside1"),
    ("Location", "31.2000, 121.4990"),
    ("Link", "https://example.com/a?b=1&c=2"),
    ("Mini program", "gh_1@app"),
    ("Merged chat history", "深"),
    ("Task", "周五前"),
    ("Vote", "choice: 周六"),
    ("Form", "question: 重量 (Number)"),
    ("Red packet", "恭喜发财"),
    ("Red packet", "辛苦了"),
    ("Meeting", "from: 2024-03-05T02:00:00Z"),
    ("Online document", "https://doc.example.com/d"),
    ("Text", "**重要**"),
    ("Official-account articles", "第二篇"),
    ("Calendar entry", "ZhouYan, 林晓"),
    ("Message of several parts", "见图[微笑]"),
    ("Call", "Recording of a meeting"),
    ("File", "b.pdf"),
    ("Channel live", "直播中"),
    ("Voice call", "1:05"),
    ("File", "盘上.xlsx"),
    ("Consent to archiving", "agreed"),
    ("Consent to archiving", "refused"),
    ("Recalled message", "A message was taken back"),
    ("Notice", "ChenLihua switched"),
    ("Text", "seconds"),
    ("Unknown message type", "cube"),
];

#[test]
fn every_msgtype_is_read() {
    let items = read("every-msgtype.jsonl", &options());
    let found = records(&items);
    let lines = std::fs::read_to_string(fixture("every-msgtype.jsonl")).expect("read");
    assert_eq!((found.len(), lines.lines().count()), (KINDS.len(), KINDS.len()), "{:?}", findings(&items));
    for ((record, line), (label, part)) in found.iter().zip(lines.lines()).zip(KINDS) {
        assert_eq!(record.body.label(), *label, "{line}");
        assert!(record.body.text(&[]).contains(part), "`{part}` is not in {:?}", record.body);
        assert_eq!(record.raw, line.as_bytes());
        assert_eq!(record.conversation.app.name(), "wecom");
    }
    let said: Vec<&str> = findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(said, ["INGEST_SECONDS", "INGEST_UNKNOWN_TYPE"]);
    assert_eq!(found[31].sent.to_string(), "2024-03-05T01:00:32Z");
}

fn at<'a>(found: &[&'a SourceRecord], label: &str) -> &'a SourceRecord {
    found.iter().find(|record| record.body.label() == label).expect("there")
}

#[test]
fn conversations_names_and_recalls_are_told() {
    let items = read("every-msgtype.jsonl", &options());
    let found = records(&items);
    let pair = &found[0].conversation;
    assert_eq!((pair.kind, pair.native_id.as_str()), (ConversationKind::Direct, "ChenLihua|ZhouYan"));
    assert_eq!(pair.title.as_deref(), Some("陈丽华 / ZhouYan"));
    let room = &found[5].conversation;
    assert_eq!((room.kind, room.native_id.as_str()), (ConversationKind::Group, "wrHarbour1"));
    assert_eq!(room.title.as_deref(), Some("春季出运群"));
    assert_eq!(found[0].sender.as_ref().and_then(|s| s.name.as_deref()), Some("陈丽华"));
    let recall = at(&found, "Recalled message");
    let Body::Recall(body) = &recall.body else { panic!("{recall:?}") };
    // The notice stands beside what it took back, which keeps its text.
    assert_eq!((body.native_id.as_deref(), recall.state), (found[0].native_id.as_deref(), RecordState::Present));
    assert_ne!(recall.native_id, found[0].native_id);
    assert_eq!(found[0].state, RecordState::Present);

    let items = read("every-msgtype.jsonl", &Options { account: Some("ZhouYan".into()), ..options() });
    let found = records(&items);
    assert_eq!(found[0].conversation.native_id, "ChenLihua");
    assert_eq!(found[0].sent_by_collector, Some(false));
}

#[test]
fn media_are_looked_for_by_digest_and_declared() {
    let items = read("every-msgtype.jsonl", &options());
    let found = records(&items);
    let file = &found[5].attachments[0];
    assert_eq!(file.md5.as_deref(), Some("e1671797c52e15f763380b45e841ec32"));
    assert_eq!(file.name.as_deref(), Some("运输合同_v3.docx"));
    let Body::MergedHistory(history) = &at(&found, "Merged chat history").body else { panic!("no history") };
    let own: Vec<Option<usize>> = history.items.iter().map(|item| item.attachment).collect();
    assert_eq!(own, [None, Some(0), Some(1), None, None, None, None, None, None]);
    assert_eq!(history.items[0].time.as_deref(), Some("2024-03-05T00:53:20Z"));
    let Body::Mixed { parts } = &*history.items[6].body else { panic!("{history:?}") };
    assert_eq!(parts[1].attachment, Some(2));
    assert_eq!(history.items[8].body.label(), "Unknown message type");
    assert_eq!(at(&found, "Merged chat history").attachments.len(), 3);

    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.jsonl");
    std::fs::copy(fixture("every-msgtype.jsonl"), &path).expect("copied");
    std::fs::create_dir(folder.path().join("media")).expect("made");
    let names = ["0cc175b9c0f1b6a831c399e269772661.jpg", "运输合同_v3.docx", "1002_1709600402.amr"];
    for name in names {
        std::fs::write(folder.path().join("media").join(name), b"x").expect("written");
    }
    let file = SourceFile::single(Format::WecomJson, &path);
    let items: Vec<Item> = open(&file, folder.path(), &options()).expect("opens").collect();
    let found = records(&items);
    for (index, name) in [(1, names[0]), (5, names[1]), (2, names[2])] {
        assert_eq!(found[index].attachments[0].candidates, [Path::new("media").join(name)]);
    }
}

#[test]
fn each_way_of_wrapping_is_taken_off() {
    let items = read("answer.json", &options());
    let found = records(&items);
    assert_eq!(found.iter().map(|r| r.sequence).collect::<Vec<_>>(), [196, 197]);
    assert_eq!((found[0].body.label(), found[1].body.label()), ("Text", "Picture"));
    assert_eq!(findings(&items).iter().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_STILL_ENCRYPTED"]);
    assert!(matches!(items.last(), Some(Item::Excepted { .. })));
    let items = read("reseller.json", &options());
    let found = records(&items);
    assert_eq!(found.iter().map(|r| r.body.label()).collect::<Vec<_>>(), ["Text", "Location"]);
    assert_eq!(found[0].conversation.native_id, "ChenLihua|ZhouYan");
    let items = read("single.json", &options());
    assert_eq!(records(&items).iter().map(|r| r.body.label()).collect::<Vec<_>>(), ["File"]);
    assert!(findings(&items).is_empty());
}

#[test]
fn a_broken_line_costs_itself_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.jsonl");
    let text = std::fs::read_to_string(fixture("every-msgtype.jsonl")).expect("read");
    let mut lines: Vec<&str> = text.lines().take(4).collect();
    lines[1] = &lines[1][..40];
    std::fs::write(&path, lines.join("\n")).expect("written");
    let items: Vec<Item> =
        open(&SourceFile::single(Format::WecomJson, &path), folder.path(), &options()).expect("opens").collect();
    assert_eq!(records(&items).len(), 3);
    assert_eq!(findings(&items).iter().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_BAD_JSON"]);
}

#[test]
fn the_published_examples_are_read_with_every_record_accounted_for() {
    let Some(root) = shared("data/chat/wecom") else { return };
    let detected = detect(&root).expect("a folder");
    let file = detected.files.iter().find(|file| file.path.ends_with("official_doc_examples.jsonl")).expect("found");
    assert_eq!(file.format, Format::WecomJson);
    let items: Vec<Item> = open(file, &detected.root, &options()).expect("opens").collect();
    let labels: Vec<&str> = records(&items).iter().map(|record| record.body.label()).collect();
    let expected = ["Text", "Merged chat history", "Notice", "Message of several parts", "Call", "File"];
    assert_eq!(labels, expected);
    assert_eq!(findings(&items).iter().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_SECONDS"]);
}
