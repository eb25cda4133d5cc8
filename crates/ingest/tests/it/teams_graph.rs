//! Microsoft Teams: messages of Graph, and those of a tenant's data export.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, Options, detect, open};
use duces_model::{Body, ConversationKind, Item, MissingReason, NoticeKind, RecordState, SourceRecord};

use crate::{findings, read_all, read_text, records, shared};

const LIN: &str = "11111111-aaaa-4aaa-8aaa-000000000001";
const BEN: &str = "22222222-bbbb-4bbb-8bbb-000000000002";

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/teams").join(name)
}

fn read(file: &str) -> Vec<Item> {
    let root = fixture("graph");
    let detected = detect(&root).expect("readable");
    let found = detected.files.iter().find(|found| found.path.ends_with(file)).expect("detected");
    assert_eq!(found.format, Format::TeamsGraphJson);
    open(found, &root, &Options::default()).expect("opens").collect()
}

fn said(items: &[Item]) -> Vec<&str> {
    findings(items).iter().map(|finding| finding.code).collect()
}

fn facts(record: &SourceRecord) -> Vec<String> {
    record.marks.facts.iter().map(|fact| format!("{}: {}", fact.name, fact.value)).collect()
}

fn text(record: &SourceRecord) -> String {
    record.body.text(&[])
}

#[test]
fn each_message_of_an_answer_is_accounted_for() {
    let items = read("chat.json");
    let found = records(&items);
    let labels: Vec<&str> = found.iter().map(|record| record.body.label()).collect();
    let expected = [
        "Text",
        "Quote",
        "Message of several parts",
        "Message of several parts",
        "App card",
        "Message of several parts",
        "Text",
        "Text",
        "Message of several parts",
        "Text",
        "Notice",
        "Notice",
        "Notice",
        "Call",
        "Call",
        "Unknown message type",
    ];
    assert_eq!(labels, expected);
    let excepted = items.iter().filter(|item| matches!(item, Item::Excepted { .. })).count();
    assert_eq!(excepted, 2);
    let expected = [
        "INGEST_GOES_ON_ELSEWHERE",
        "INGEST_UNKNOWN_TYPE",
        "INGEST_SENDER_UNKNOWN",
        "INGEST_UNKNOWN_TYPE",
        "INGEST_BAD_TIME",
        "INGEST_MISSING_FIELD",
    ];
    assert_eq!(said(&items), expected);
    let first = found[0];
    assert_eq!((first.conversation.app.name(), first.conversation.kind), ("teams", ConversationKind::Direct));
    assert_eq!(first.conversation.native_id, format!("{LIN}|{BEN}"));
    assert_eq!((first.native_id.as_deref(), first.sequence), (Some("1772416800000"), 1_772_416_800_000));
    assert_eq!(
        (first.sent.to_string().as_str(), first.sent_raw.as_str()),
        ("2026-03-02T02:00:00Z", "2026-03-02T02:00:00Z")
    );
    assert_eq!(text(first), "早上好，Ben 🙂 see the plan (https://a.test/plan?x=1&y=2)");
    let sender = first.sender.as_ref().expect("named");
    assert_eq!((sender.native_id.as_deref(), sender.name.as_deref()), (Some(LIN), Some("林晓")));
    assert_eq!(found[1].sent.to_string(), "2026-03-02T02:01:00.500Z");
    let group = &found[8].conversation;
    assert_eq!((group.kind, group.native_id.as_str()), (ConversationKind::Group, "19:meeting_TmV3IHlhcmQ@thread.v2"));
    assert!(found.iter().all(|record| record.raw.starts_with(b"{") && record.place.record.is_some()));
}

#[test]
fn what_happened_to_a_message_is_marked() {
    let items = read("chat.json");
    let found = records(&items);
    let marks = &found[0].marks;
    let reactions: Vec<_> =
        marks.reactions.iter().map(|one| (one.value.as_str(), one.count, one.by.join("+"))).collect();
    assert_eq!(reactions, [("like", 2, "Ben Carter+林晓".to_owned()), ("ship-it", 1, "Ben Carter".to_owned())]);
    let expected = [
        format!("mention: Ben Carter ({BEN})"),
        "history: 2026-03-02T02:00:40Z reactionRemoved sad Ben Carter".to_owned(),
    ];
    assert_eq!(facts(found[0]), expected);
    let Body::Quote(quote) = &found[1].body else { panic!("{:?}", found[1]) };
    assert_eq!((quote.text.as_str(), quote.native_id.as_deref()), ("No, the second one", Some("1772416800000")));
    assert_eq!((quote.sender.as_deref(), quote.sender_id.as_deref()), (Some("林晓"), Some(LIN)));
    assert_eq!(quote.quoted.as_deref(), Some(&Body::text_of("早上好，Ben 🙂 see the plan")));
    assert_eq!(found[1].marks.reply_to.as_deref(), Some("1772416800000"));
    let edit = &found[2].marks.edits[0];
    assert_eq!(edit.at.map(|at| at.to_string()).as_deref(), Some("2026-03-02T02:03:00.250Z"));
    assert_eq!((edit.by.clone(), edit.before.clone()), (None, None), "Graph keeps no earlier wording");
    assert!(facts(found[2]).contains(&"importance: urgent".to_owned()));
    let gone = found[6];
    assert_eq!((gone.state, text(gone).as_str()), (RecordState::Deleted, ""));
    let at = gone.marks.deletion.as_ref().and_then(|deletion| deletion.at).map(|at| at.to_string());
    assert_eq!(at.as_deref(), Some("2026-03-02T02:07:00.100Z"));
    let by_app = found[7];
    assert_eq!(text(by_app), "plain <b>not HTML</b>\n第二行");
    assert_eq!(by_app.sender.as_ref().and_then(|sender| sender.name.as_deref()), Some("Approvals"));
    let expected = [
        "subject: 通知",
        "sender is: bot",
        "policy action: notifySender,blockAccess",
        "policy verdict: none",
        "policy answer: none",
        "policy tip: Contains card numbers",
        "policy matched: Credit Card Number",
    ];
    assert_eq!(facts(by_app), expected);
    assert!(facts(found[8]).contains(&"sender is: anonymousGuest".to_owned()));
}

#[test]
fn files_pictures_and_cards_stand_where_the_message_has_them() {
    let items = read("chat.json");
    let found = records(&items);
    let [there, missing] = found[2].attachments.as_slice() else { panic!("two") };
    assert_eq!(
        (there.name.as_deref(), there.candidates.as_slice()),
        (Some("合同.txt"), &[PathBuf::from("合同.txt")][..])
    );
    assert_eq!((missing.name.as_deref(), missing.missing), (Some("gone.pdf"), Some(MissingReason::NotInSource)));
    assert!(
        facts(found[2]).contains(&"address of gone.pdf: https://contoso.sharepoint.test/Shared/gone.pdf".to_owned())
    );

    let Body::Mixed { parts } = &found[3].body else { panic!("{:?}", found[3]) };
    let shown: Vec<_> = parts.iter().map(|part| (part.body.label(), part.attachment)).collect();
    assert_eq!(shown, [("Text", None), ("Picture", Some(0)), ("Text", None), ("Picture", Some(1)), ("Text", None)]);
    assert_eq!(*parts[2].body, Body::text_of("between"));
    assert_eq!(found[3].attachments[0].candidates, [PathBuf::from("0-wus-d1-harbour.png")]);
    assert_eq!(found[3].attachments[1].bytes.as_deref(), Some(&b"\x89PNG not a picture"[..]));
    assert_eq!(facts(found[3]), ["picture described as: a crane"]);

    let Body::Card(card) = &found[4].body else { panic!("{:?}", found[4]) };
    assert_eq!((card.title.as_deref(), card.text.as_deref()), (Some("Order"), Some("审批 Order 7")));
    let Body::Mixed { parts } = &found[5].body else { panic!("{:?}", found[5]) };
    let Body::MergedHistory(history) = &*parts[1].body else { panic!("{parts:?}") };
    let items: Vec<_> =
        history.items.iter().map(|item| (item.body.label(), item.attachment, item.sender.as_deref())).collect();
    assert_eq!(items, [("Text", None, Some("林晓")), ("Picture", Some(0), Some("林晓"))]);
    assert_eq!(history.items[0].time.as_deref(), Some("2026-02-25T06:13:20+00:00"));
    assert_eq!(*history.items[0].body, Body::text_of("涨价 3%"));
    let Body::Mixed { parts } = &found[8].body else { panic!("{:?}", found[8]) };
    assert_eq!(*parts[1].body, Body::Unknown { raw_type: "application/x-holo".into(), text: "Hologram".into() });
}

#[test]
fn events_of_the_app_are_told_from_their_values() {
    let items = read("chat.json");
    let found = &records(&items)[10..];
    let texts: Vec<String> = found.iter().map(|record| text(record)).collect();
    assert_eq!(texts[0], format!("林晓 added {BEN}, Alex (Guest)"));
    assert_eq!(
        texts[1..5],
        [
            "Alex (Guest) left",
            "林晓 renamed the chat to 春季出运",
            "[Call]\nBen Carter began a call",
            "[Call]\nduration: 0:59\nCall ended, begun by Ben Carter"
        ]
        .map(str::to_owned)
    );
    let kinds: Vec<_> =
        found.iter().filter_map(|r| if let Body::Notice(n) = &r.body { Some(n.kind) } else { None }).collect();
    assert_eq!(kinds, [NoticeKind::Join, NoticeKind::Leave, NoticeKind::Rename]);
    let Body::Call(call) = &found[4].body else { panic!("{:?}", found[4]) };
    assert_eq!((call.duration_ms, call.video, call.outcome.clone()), (Some(59_000), None, None));
    assert_eq!(found[4].sender.as_ref().and_then(|sender| sender.name.as_deref()), Some("Ben Carter"));
    assert!(found[..3].iter().all(|record| record.sender.is_none()));
    assert!(facts(found[4]).contains(&format!("callParticipants: Ben Carter ({BEN}), 林晓 ({LIN})")));
    assert!(!facts(found[0]).iter().any(|fact| fact.contains("0001-01-01")), "that is no time");
    let Body::Unknown { raw_type, text } = &found[5].body else { panic!("{:?}", found[5]) };
    assert!(raw_type == "holoProjected" && text.contains("\"holoId\""));
}

#[test]
fn replies_within_a_message_are_records_of_their_own() {
    let items = read("channel.json");
    let found = records(&items);
    let texts: Vec<String> = found.iter().map(|record| text(record)).collect();
    assert_eq!(texts, ["Root of the thread", "first reply", "第二个回复"]);
    let roots: Vec<_> = found.iter().map(|record| record.marks.reply_to.as_deref()).collect();
    assert_eq!(roots, [None, Some("1772503200000"), Some("1772503200000")]);
    let lines: Vec<_> = found.iter().filter_map(|record| record.place.line).collect();
    let file = std::fs::read_to_string(fixture("graph/channel.json")).expect("read");
    for (line, record) in lines.iter().zip(&found).skip(1) {
        let at = usize::try_from(*line).expect("small");
        let below: Vec<&str> = file.lines().skip(at).take(1).collect();
        assert!(below[0].contains(record.native_id.as_deref().expect("an id")), "line {line}: {below:?}");
        assert!(file.as_bytes().windows(record.raw.len()).any(|part| part == record.raw), "the source's own bytes");
    }
    assert_eq!(said(&items), ["INGEST_GOES_ON_ELSEWHERE"]);
    let conversation = &found[0].conversation;
    assert_eq!((conversation.kind, conversation.title.as_deref()), (ConversationKind::Group, None));
    assert_eq!(conversation.native_id, "19:Harbour0000000000000000000000000001@thread.tacv2");
}

#[test]
fn lines_and_one_message_alone_are_read() {
    let items = read("lines.jsonl");
    let texts: Vec<String> = records(&items).iter().map(|record| text(record)).collect();
    assert_eq!(texts, ["one a line", "断", "last"]);
    assert_eq!(said(&items), ["INGEST_BAD_JSON"]);
    let items = read("one.json");
    assert_eq!(records(&items).len(), 1);
    assert!(said(&items).is_empty());
}

#[test]
fn a_data_export_names_its_people_and_channels_from_its_lists() {
    let (refused, items) = read_all(&fixture("export"));
    assert!(refused.is_empty(), "{refused:?}");
    let detected = detect(&fixture("export")).expect("readable");
    assert_eq!(detected.files.len(), 2);
    assert_eq!(detected.ignored.len(), 6, "{:?}", detected.ignored);
    assert!(detected.ignored.iter().all(|ignored| ignored.reason.contains(';')), "{:?}", detected.ignored);
    let found = records(&items);
    let texts: Vec<String> = found.iter().map(|record| text(record)).collect();
    assert_eq!(texts[1], "Thread reply\u{a0}");
    assert_eq!(texts[2], "Event caused by 林晓; the source does not say what happened");
    assert_eq!(texts[3..], ["林晓 added Ben Carter", "I'm in!"].map(str::to_owned));
    assert_eq!(said(&items), ["INGEST_UNKNOWN_TYPE"]);
    let Body::Mixed { parts } = &found[0].body else { panic!("{:?}", found[0]) };
    assert_eq!(*parts[1].body, Body::Announcement { text: "停泊通知 🚢".into() });
    assert_eq!(found[0].conversation.title.as_deref(), Some("Harbour 港口 / General"));
    assert_eq!(found[1].sender.as_ref().and_then(|sender| sender.name.as_deref()), Some("Ben Carter"));
    assert_eq!(found[1].marks.reply_to, found[0].native_id);
    assert_eq!(found[4].conversation.title.as_deref(), Some("林晓 / Ben Carter"));
}

#[test]
fn files_of_one_name_are_not_guessed_between() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = r#"{"id":"f","contentType":"reference","contentUrl":"files/a.txt","name":"a.txt"}"#;
    let message = |attachment: &str| {
        format!(
            r#"[{{"id":"1","createdDateTime":"2026-03-02T02:00:00Z","messageType":"message","chatId":"19:x@thread.v2","from":{{"user":{{"id":"u"}}}},"body":{{"contentType":"text","content":""}},"attachments":[{attachment}]}}]"#
        )
    };
    for below in ["one", "two", "files"] {
        std::fs::create_dir(folder.path().join(below)).expect("made");
        std::fs::write(folder.path().join(below).join("a.txt"), below).expect("written");
    }
    for (attachment, candidates) in [(file.to_owned(), 1), (file.replace("files/a.txt", "https://a.test/a.txt"), 0)] {
        std::fs::write(folder.path().join("m.json"), message(&attachment)).expect("written");
        let (_, items) = read_all(folder.path());
        assert_eq!(records(&items)[0].attachments[0].candidates.len(), candidates);
        assert_eq!(said(&items), ["INGEST_FILE_AMBIGUOUS"]);
    }
}

#[test]
fn what_is_no_message_is_not_taken_for_one() {
    let chats = r#"{"value":[{"id":"c","createdDateTime":"2026-03-02T02:00:00Z","chatType":"group","lastMessagePreview":{"id":"1","createdDateTime":"2026-03-02T02:00:00Z","body":{},"messageType":"message","from":{}}}]}"#;
    for text in [chats, r#"{"value":[]}"#, r#"{"value":7}"#, r#"[{"id":"1","createdDateTime":"x","body":"y"}]"#, "{}"] {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("x.json"), text).expect("written");
        let detected = detect(folder.path()).expect("readable");
        assert!(detected.files.is_empty(), "{text}: {:?}", detected.files);
    }
    let items = read_text(
        Format::TeamsGraphJson,
        "x.json",
        br#"{"value":[7,{"id":"1","replies":[8],"createdDateTime":"2026-03-02T02:00:00Z"}]}"#,
    );
    assert_eq!(
        said(&items),
        ["INGEST_NOT_AN_OBJECT", "INGEST_CONVERSATION_FROM_NAME", "INGEST_SENDER_UNKNOWN", "INGEST_NOT_AN_OBJECT"]
    );
}

#[test]
fn the_real_messages_of_a_data_export_are_read_whole() {
    let Some(file) = shared("data/chat/teams/messages_sample.json") else { return };
    let detected = detect(&file).expect("recognised");
    assert_eq!(detected.files[0].format, Format::TeamsGraphJson);
    let items: Vec<Item> = open(&detected.files[0], &detected.root, &Options::default()).expect("opens").collect();
    let found = records(&items);
    assert_eq!((found.len(), items.len()), (2, 2), "every record, and nothing to complain of: {items:?}");
    let bytes = std::fs::read(&file).expect("read");
    let whole: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(whole.as_array().map(Vec::len), Some(found.len()));
    for (record, value) in found.iter().zip(whole.as_array().expect("an array")) {
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&record.raw).expect("its own bytes"), *value);
    }
    let [first, reply] = found.as_slice() else { panic!("two") };
    assert_eq!(first.sent.to_string(), "2025-08-12T13:03:39.181Z");
    assert!(text(first).starts_with("Here is the magpie, ") && text(first).contains("the osprey, the woodpecker."));
    assert_eq!(facts(first), ["subject: Hello!"]);
    let reaction = &first.marks.reactions[0];
    assert_eq!((reaction.value.as_str(), reaction.count, reaction.by.join("+")), ("😮", 1, "Pieter K".to_owned()));
    assert_eq!((text(reply).as_str(), reply.marks.reply_to.as_deref()), ("Thread reply\u{a0}", Some("1755003819181")));
    assert!(found.iter().all(|record| record.sender.as_ref().is_some_and(|s| s.name.as_deref() == Some("Pieter K"))));
    assert_eq!(first.conversation.kind, ConversationKind::Group);
    assert_eq!(first.conversation.native_id, "19:5XdBvtvU2IDCRqIjaamUL7C6eU3n3ZZSK4F1aOj1sq81@thread.tacv2");
}
