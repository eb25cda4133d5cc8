//! Records of every kind, at random.

use std::path::PathBuf;
use std::sync::Arc;

use duces_model::{
    App, AttachmentRole, Body, Call, CallOutcome, Card, CardKind, Channel, ChannelKind, Comment, ContactCard,
    ConversationKind, Deletion, Edit, Fact, HistoryItem, Link, LinkKind, Location, Mail, Marks, MergedHistory,
    MiniProgram, MissingReason, Notice, NoticeKind, Part, Payment, Place, Post, Quote, Reaction, Recall, Receipt,
    ReceiptKind, RecordState, RedPacket, Sender, SourceAttachment, SourceBytes, SourceConversation, SourceRecord,
    Transfer, TransferState, UtcMillis,
};
use proptest::option;
use proptest::prelude::*;

pub fn text() -> BoxedStrategy<String> {
    prop_oneof![any::<String>(), "[a-z今天😀\u{0}\"\\\\\n ]{0,12}"].boxed()
}

fn maybe() -> BoxedStrategy<Option<String>> {
    option::of(text()).boxed()
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

fn documents() -> impl Strategy<Value = Body> {
    let link = || {
        link().prop_map(|body| match body {
            Body::Link(link) => link,
            _ => Link::default(),
        })
    };
    let comment = [maybe(), maybe(), maybe(), maybe()].prop_map(|[author, author_id, time, answers]| Comment {
        author,
        author_id,
        time,
        answers,
        text: "好".into(),
    });
    let likes = prop::collection::vec(text(), 0..3);
    let kind = prop_oneof![
        prop::sample::select(vec![CardKind::Task, CardKind::Vote, CardKind::Form, CardKind::Meeting, CardKind::App]),
        prop::sample::select(vec![CardKind::Event, CardKind::Document, CardKind::Consent]),
        text().prop_map(CardKind::Other),
    ];
    prop_oneof![
        (maybe(), option::of(link()), maybe(), likes, prop::collection::vec(comment, 0..3)).prop_map(
            |(text, link, audience, likes, comments)| {
                Body::Post(Post { text, location: None, link, audience, likes, comments })
            }
        ),
        prop::collection::vec(link(), 0..3).prop_map(|items| Body::Articles { items }),
        (kind, maybe(), maybe(), maybe(), prop::collection::vec(fact(), 0..3))
            .prop_map(|(card, title, text, url, facts)| Body::Card(Card { card, title, text, url, facts })),
        [maybe(), maybe(), maybe(), maybe(), maybe()].prop_map(|[what, direction, amount, counterparty, memo]| {
            Body::Payment(Payment { what, direction, amount, counterparty, memo, ..Payment::default() })
        }),
        (maybe(), prop::collection::vec(text(), 0..3), text()).prop_map(|(subject, to, text)| Body::Mail(Mail {
            subject,
            to,
            text,
            ..Mail::default()
        })),
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
        // Boxed, so that what generates a history in a history fits on the stack of a test.
        simple_cards().boxed(),
        documents().boxed(),
        link().boxed(),
        transfer().boxed(),
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
        let part = (inner.clone(), option::of(any::<u16>()))
            .prop_map(|(body, at)| Part { body: Box::new(body), attachment: at.map(usize::from) });
        prop_oneof![
            prop::collection::vec(part, 0..3).prop_map(|parts| Body::Mixed { parts }),
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

fn marks() -> impl Strategy<Value = Marks> {
    let at = || option::of((0_i64..2_000_000_000_000).prop_map(|ms| UtcMillis::new(ms).expect("within range")));
    let edit = (at(), maybe(), maybe()).prop_map(|(at, by, before)| Edit { at, by, before });
    let reaction = (text(), any::<u32>(), prop::collection::vec(text(), 0..3))
        .prop_map(|(value, count, by)| Reaction { value, count, by });
    let kind = prop::sample::select(vec![ReceiptKind::Delivered, ReceiptKind::Read]);
    let receipt = (kind, maybe(), at()).prop_map(|(kind, by, at)| Receipt { kind, by, at });
    let deletion = (at(), maybe(), any::<bool>()).prop_map(|(at, by, recovered)| Deletion { at, by, recovered });
    (
        maybe(),
        prop::collection::vec(edit, 0..2),
        prop::collection::vec(reaction, 0..2),
        prop::collection::vec(receipt, 0..2),
        option::of(deletion),
        prop::collection::vec(fact(), 0..2),
    )
        .prop_map(|(reply_to, edits, reactions, receipts, deletion, facts)| Marks {
            reply_to,
            edits,
            reactions,
            receipts,
            deletion,
            facts,
        })
}

fn fact() -> impl Strategy<Value = Fact> {
    (text(), text()).prop_map(|(name, value)| Fact { name, value })
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
    let bytes = option::of(prop::collection::vec(any::<u8>(), 0..9));
    (role, maybe(), prop::collection::vec(path, 0..3), bytes, maybe(), missing).prop_map(
        |(role, name, candidates, bytes, md5, missing)| {
            let bytes = bytes.map(SourceBytes::new);
            let missing = (candidates.is_empty() && bytes.is_none()).then_some(missing);
            SourceAttachment { role, name, candidates, bytes, md5, missing }
        },
    )
}

fn conversation_kind() -> impl Strategy<Value = ConversationKind> {
    use ConversationKind::{Direct, Group, Moments, Official, Payments};
    prop::sample::select(vec![Direct, Group, Official, Moments, Payments])
}

prop_compose! {
    pub fn record()(
        kind in conversation_kind(),
        app in prop::sample::select(vec!["wechat", "wecom", "slack"]),
        conversation_id in text(),
        title in maybe(),
        sender in option::of((maybe(), maybe())),
        sent_by_collector in option::of(any::<bool>()),
        sent in -62_135_596_800_000_i64..253_402_207_200_000,
        sent_raw in text(),
        (native_id, replaces) in (maybe(), maybe()),
        sequence in any::<i64>(),
        body in body(),
        attachments in prop::collection::vec(attachment(), 0..3),
        marks in marks(),
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
            replaces,
            sequence,
            body,
            attachments,
            marks,
            state,
        }
    }
}
