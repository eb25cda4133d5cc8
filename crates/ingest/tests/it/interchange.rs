//! The interchange format carries everything: what is written is read again as it was.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use duces_ingest::{Format, Options, detect, header_line, open, write_item};
use duces_model::{
    App, AttachmentRole, Body, Call, CallOutcome, Channel, ChannelKind, ContactCard, ConversationKind, HistoryItem,
    Item, Link, LinkKind, Location, MergedHistory, MiniProgram, MissingReason, Notice, NoticeKind, Place, Quote,
    Recall, RecordState, RedPacket, Sender, SourceAttachment, SourceConversation, SourceRecord, Transfer,
    TransferState, UtcMillis,
};
use proptest::option;
use proptest::prelude::*;

use crate::{read_text, records};

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z今天😀\u{0}\"\\\\\n ]{0,12}"]
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    option::of(text())
}

fn call_outcome() -> impl Strategy<Value = CallOutcome> {
    use CallOutcome::{Answered, Busy, Cancelled, Declined, Missed, Other};
    prop_oneof![Just(Answered), Just(Busy), Just(Cancelled), Just(Declined), Just(Missed), text().prop_map(Other)]
}

fn transfer() -> impl Strategy<Value = Body> {
    use TransferState::{Expired, Other, Received, Refunded, Sent};
    let state = prop_oneof![Just(Sent), Just(Received), Just(Refunded), Just(Expired), text().prop_map(Other)];
    (option::of(state), [maybe(), maybe(), maybe(), maybe(), maybe(), maybe()]).prop_map(|(state, texts)| {
        let [amount, memo, payer, receiver, transaction_id, transfer_id] = texts;
        Body::Transfer(Transfer { state, amount, memo, payer, receiver, transaction_id, transfer_id })
    })
}

fn card() -> impl Strategy<Value = ContactCard> {
    [maybe(), maybe(), maybe(), maybe()].prop_map(|[name, native_id, alias, note]| ContactCard {
        name,
        native_id,
        alias,
        note,
    })
}

fn link() -> impl Strategy<Value = Body> {
    use LinkKind::{Article, Favourite, Game, Music, Note, Page, Video};
    let kind = prop::sample::select(vec![Article, Favourite, Game, Music, Note, Page, Video]);
    (kind, [maybe(), maybe(), maybe(), maybe()]).prop_map(|(kind, [title, description, url, source])| {
        Body::Link(Link { kind, title, description, url, source })
    })
}

fn simple_cards() -> impl Strategy<Value = Body> {
    use ChannelKind::{Card, Live, Post};
    use NoticeKind::{Join, Leave, Other, Pat, Rename};
    prop_oneof![
        (any::<bool>(), [maybe(), maybe(), maybe(), maybe()]).prop_map(
            |(live, [name, address, latitude, longitude])| {
                Body::Location(Location { name, address, latitude, longitude, live })
            }
        ),
        card().prop_map(Body::ContactCard),
        (card(), text()).prop_map(|(card, text)| Body::FriendRequest { card, text }),
        [maybe(), maybe(), maybe(), maybe(), maybe()].prop_map(|[name, title, app_id, page, url]| {
            Body::MiniProgram(MiniProgram { name, title, app_id, page, url })
        }),
        [maybe(), maybe(), maybe(), maybe()].prop_map(|[greeting, amount, state, transaction_id]| {
            Body::RedPacket(RedPacket { greeting, amount, state, transaction_id })
        }),
        (option::of(any::<bool>()), option::of(call_outcome()), option::of(any::<u64>()), text())
            .prop_map(|(video, outcome, duration_ms, text)| Body::Call(Call { video, outcome, duration_ms, text })),
        (prop::sample::select(vec![Card, Live, Post]), [maybe(), maybe(), maybe()])
            .prop_map(|(kind, [name, description, url])| Body::Channel(Channel { kind, name, description, url })),
        (prop::sample::select(vec![Join, Leave, Other, Pat, Rename]), text())
            .prop_map(|(kind, text)| Body::Notice(Notice { kind, text })),
    ]
}

fn leaf() -> impl Strategy<Value = Body> {
    prop_oneof![
        text().prop_map(|text| Body::Text { text }),
        Just(Body::Picture),
        (option::of(any::<u64>()), maybe())
            .prop_map(|(duration_ms, transcript)| Body::Voice { duration_ms, transcript }),
        option::of(any::<u64>()).prop_map(|duration_ms| Body::Video { duration_ms }),
        (maybe(), maybe()).prop_map(|(caption, url)| Body::Sticker { caption, url }),
        (text(), option::of(any::<u64>())).prop_map(|(name, size)| Body::File { name, size }),
        simple_cards(),
        link(),
        transfer(),
        text().prop_map(|text| Body::Announcement { text }),
        text().prop_map(|text| Body::Solitaire { text }),
        (text(), text()).prop_map(|(raw_type, text)| Body::Unknown { raw_type, text }),
    ]
}

fn body() -> impl Strategy<Value = Body> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        let item =
            (maybe(), maybe(), inner.clone(), option::of(any::<u16>())).prop_map(|(sender, time, body, attachment)| {
                HistoryItem { sender, time, body: Box::new(body), attachment: attachment.map(usize::from) }
            });
        prop_oneof![
            (maybe(), prop::collection::vec(item, 0..4))
                .prop_map(|(title, items)| Body::MergedHistory(MergedHistory { title, items })),
            (text(), [maybe(), maybe(), maybe(), maybe()], option::of(inner.clone())).prop_map(
                |(text, texts, quoted)| {
                    let [native_id, sender_id, sender, time] = texts;
                    Body::Quote(Quote { text, native_id, sender_id, sender, time, quoted: quoted.map(Box::new) })
                }
            ),
            (text(), maybe(), option::of(inner)).prop_map(|(text, native_id, recalled)| {
                Body::Recall(Recall { text, native_id, recalled: recalled.map(Box::new) })
            }),
        ]
    })
}

fn attachment() -> impl Strategy<Value = SourceAttachment> {
    use AttachmentRole::{File, Picture, Sticker, Thumbnail, Video, Voice};
    let role = prop::sample::select(vec![File, Picture, Sticker, Thumbnail, Video, Voice]);
    let path = "[a-z0-9今天 ._-]{0,8}x(/[a-z今]{1,5}){0,2}".prop_map(PathBuf::from);
    let missing = prop::sample::select(vec![
        MissingReason::NotInSource,
        MissingReason::NoReference,
        MissingReason::Unreadable,
        MissingReason::OutsideSource,
    ]);
    (role, maybe(), prop::collection::vec(path, 0..3), missing).prop_map(|(role, name, candidates, missing)| {
        let missing = candidates.is_empty().then_some(missing);
        SourceAttachment { role, name, candidates, missing }
    })
}

prop_compose! {
    fn record()(
        kind in prop::sample::select(vec![ConversationKind::Direct, ConversationKind::Group, ConversationKind::Official]),
        app in prop::sample::select(vec!["wechat", "wecom", "slack"]),
        conversation_id in text(),
        title in maybe(),
        sender in option::of((maybe(), maybe())),
        sent_by_collector in option::of(any::<bool>()),
        sent in -62_135_596_800_000_i64..253_402_207_200_000,
        sent_raw in text(),
        native_id in maybe(),
        sequence in any::<i64>(),
        body in body(),
        attachments in prop::collection::vec(attachment(), 0..3),
        state in prop::sample::select(vec![RecordState::Present, RecordState::Recalled, RecordState::Deleted]),
    ) -> SourceRecord {
        SourceRecord {
            place: Place::file("x"),
            raw: Vec::new(),
            conversation: Arc::new(SourceConversation { app: App::named(app), kind, native_id: conversation_id, title }),
            sender: sender.map(|(native_id, name)| Sender { native_id, name }),
            sent_by_collector,
            sent: UtcMillis::new(sent).expect("within range"),
            sent_raw,
            native_id,
            sequence,
            body,
            attachments,
            state,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_written_is_read_again(written in prop::collection::vec(record(), 1..4)) {
        let lines: Vec<String> = written.iter().map(|r| write_item(&Item::Record(Box::new(r.clone())))).collect();
        let file = header_line("test") + &lines.concat();
        let items = read_text(Format::DucesJsonl, "x", file.as_bytes());
        let read = records(&items);
        prop_assert_eq!(read.len(), written.len(), "{:?}", items);
        for ((read, written), line) in read.into_iter().zip(&written).zip(&lines) {
            // The raw bytes of a record are its line.
            prop_assert_eq!(read.raw.as_slice(), line.trim_end_matches('\n').as_bytes());
            let expected = SourceRecord { raw: read.raw.clone(), place: read.place.clone(), ..written.clone() };
            prop_assert_eq!(read, &expected);
            prop_assert_eq!(&write_item(&Item::Record(Box::new(read.clone()))), line);
        }
    }

    #[test]
    fn exceptions_keep_their_bytes(raw in prop::collection::vec(any::<u8>(), 0..40), said in text()) {
        let line = serde_json::json!({"excepted": {"text": said, "raw_hex": raw.iter().map(|b| format!("{b:02x}")).collect::<String>()}});
        let items = read_text(Format::DucesJsonl, "x", format!("{}{line}\n", header_line("test")).as_bytes());
        let [Item::Excepted { raw: read, finding }] = items.as_slice() else { panic!("{items:?}") };
        prop_assert_eq!(read, &raw);
        prop_assert_eq!(&finding.text, &said);
        // Written and read again it stays the same.
        let again = read_text(Format::DucesJsonl, "x", format!("{}{}", header_line("test"), write_item(&items[0])).as_bytes());
        prop_assert_eq!(again, items);
    }

    #[test]
    fn no_bytes_make_any_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), head in 0_usize..5) {
        let heads: [&[u8]; 5] = [
            b"",
            b"{\"format\":\"duces-jsonl\",\"version\":1}\n",
            b"{\"session\":{\"wxid\":\"a\"},\"messages\":[",
            b"[{\"talker\":\"a\",\"time\":\"2024-03-05T09:00:00Z\",\"type\":1,\"content\":\"",
            b"id,MsgSvrID,type_name,is_sender,talker,room_name,msg,src,CreateTime\n1,2,",
        ];
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x");
        std::fs::write(&file, [heads[head], bytes.as_slice()].concat()).expect("written");
        let _ = detect(folder.path());
        for format in Format::ALL {
            if let Ok(items) = open(&file, format, folder.path(), &crate::options()) {
                items.for_each(drop);
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        for kind in [3, 42, 49, 10000] {
            let _ = duces_ingest::message_from_xml(kind, &format!("<msg><appmsg>{text}"));
        }
    }
}

#[test]
fn the_example_of_the_documentation_is_read_without_a_finding() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/interchange");
    let detected = detect(&root).expect("a folder");
    let [(Format::DucesJsonl, file)] = detected.files.as_slice() else { panic!("{detected:?}") };
    let items: Vec<Item> = open(file, Format::DucesJsonl, &root, &Options::default()).expect("opens").collect();
    let kinds: std::collections::BTreeSet<&str> = records(&items).iter().map(|r| r.body.label()).collect();
    assert_eq!(kinds.len(), 22, "{kinds:?}");
    assert_eq!(items.len() - records(&items).len(), 2, "one exception and one remark of the converter: {items:?}");
}

#[test]
fn what_is_misspelt_is_refused_by_name() {
    let line =
        r#"{"conversation":{"kind":"group","native_id":"g"},"sendr":{"name":"A"},"sent":1,"body":{"kind":"picture"}}"#;
    let items = read_text(Format::DucesJsonl, "x", format!("{}{line}\n", header_line("t")).as_bytes());
    let [Item::Excepted { finding, raw }] = items.as_slice() else { panic!("{items:?}") };
    assert!(finding.text.contains("unknown field `sendr`"), "{finding}");
    assert_eq!(raw, line.as_bytes());
    for header in ["{\"format\":\"duces-jsonl\",\"version\":2}", "{\"format\":\"x\",\"version\":1}", "[]"] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("x");
        std::fs::write(&file, header).expect("written");
        assert!(open(&file, Format::DucesJsonl, folder.path(), &Options::default()).is_err(), "{header}");
    }
}
