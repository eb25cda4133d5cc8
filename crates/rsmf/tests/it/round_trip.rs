//! Whatever manifest is written is read again as it was, without a finding.

use duces_model::Place;
use duces_rsmf::{
    Attachment, Conversation, ConversationType, Custom, Direction, Edit, Event, EventType, Importance, Manifest,
    Participant, Reaction, ReadReceipt, ReceiptAction, read_manifest,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

fn text() -> impl Strategy<Value = String> {
    "[a-z0-9\"\\\\\n中😀\u{1}]{1,12}"
}

/// Participants are `p0` to `p2`.
fn person() -> impl Strategy<Value = String> {
    (0..3).prop_map(|n| format!("p{n}"))
}

fn customs() -> impl Strategy<Value = Vec<Custom>> {
    vec((text(), text()).prop_map(|(name, value)| Custom { name, value }), 0..3)
}

fn time() -> impl Strategy<Value = Option<String>> {
    of(Just("2024-03-05T01:02:03.004Z".to_owned()))
}

fn event(number: usize) -> impl Strategy<Value = Event> {
    use EventType::{Disclaimer, History, Join, Leave, Message, Unknown};
    let kinds = select(vec![Message, Disclaimer, Join, Leave, History, Unknown]);
    let head = (kinds, of(text()), of(person()), time(), any::<bool>(), customs());
    let importance = of(select(vec![Importance::Normal, Importance::High]));
    let direction = of(select(vec![Direction::Incoming, Direction::Outgoing]));
    let reactions = vec((text(), of(any::<u32>()), vec(person(), 0..3)), 0..3);
    let attachments = vec((text(), of(text()), of(0..u64::from(u32::MAX))), 0..3);
    let edits = vec((person(), time(), of(text()), of(text())), 0..3);
    let receipts = vec((person(), time(), of(select(vec![ReceiptAction::Read, ReceiptAction::Delivered]))), 0..3);
    (head, importance, direction, reactions, attachments, edits, receipts, of(0..number.max(1))).prop_map(
        move |((kind, body, participant, timestamp, deleted, custom), importance, direction, r, a, e, w, parent)| {
            Event {
                id: Some(number.to_string()),
                parent: parent.filter(|parent| *parent < number).map(|parent| parent.to_string()),
                body,
                participant,
                conversation: Some("c".into()),
                timestamp,
                deleted,
                importance,
                direction,
                custom,
                reactions: r
                    .into_iter()
                    .map(|(value, count, participants)| Reaction { value, count, participants })
                    .collect(),
                attachments: a.into_iter().map(|(id, display, size)| Attachment { id, display, size }).collect(),
                edits: e
                    .into_iter()
                    .map(|(participant, timestamp, previous, new)| Edit { participant, timestamp, previous, new })
                    .collect(),
                read_receipts: w
                    .into_iter()
                    .map(|(participant, timestamp, action)| ReadReceipt { participant, timestamp, action })
                    .collect(),
                ..Event::new(kind)
            }
        },
    )
}

fn manifest() -> impl Strategy<Value = Manifest> {
    let events = (0_usize..5).prop_flat_map(|count| (0..count).map(event).collect::<Vec<_>>());
    let people = vec((of(text()), of(text()), of(text()), customs()), 3);
    let kind = of(select(vec![ConversationType::Direct, ConversationType::Channel]));
    (events, people, kind, of(text()), of(person()), customs(), of(text())).prop_map(
        |(events, people, kind, display, custodian, custom, event_collection_id)| Manifest {
            version: "2.0.0".into(),
            participants: (0..)
                .zip(people)
                .map(|(n, (display, email, account_id, custom))| Participant {
                    id: format!("p{n}"),
                    display,
                    email,
                    avatar: None,
                    account_id,
                    custom,
                })
                .collect(),
            conversations: vec![Conversation {
                id: "c".into(),
                display,
                platform: "wechat".into(),
                kind,
                participants: vec!["p0".into(), "p2".into()],
                custodian,
                custom,
                icon: None,
            }],
            events,
            event_collection_id,
        },
    )
}

proptest! {
    #[test]
    fn a_manifest_is_read_as_it_was_written(manifest in manifest()) {
        let json = String::from_utf8(manifest.to_json()).expect("UTF-8");
        let read = read_manifest(&json, &Place::file("m")).expect("readable");
        prop_assert!(read.findings.is_empty(), "{:?}", read.findings);
        prop_assert_eq!(read.manifest(), manifest.clone());
        for event in &read.events {
            let line = usize::try_from(event.place.line.expect("a line")).expect("few");
            let start = json.lines().nth(line - 1).expect("is there");
            prop_assert!(start.trim_start().starts_with('{'), "{start}");
            prop_assert!(json.contains(event.raw));
        }
    }
}
