//! Transcripts and their text.

use duces_model::{
    Attachment, AttachmentRole, Body, EntryState, Message, MissingReason, Quote, Recall, Transcript, UnitRule,
    UtcMillis,
};
use duces_search::{ChildrenRule, TranscriptFacts, children, transcript, transcript_text};
use proptest::prelude::*;

use crate::fixture::{at, group, message, missing, shanghai, stored, zone};

fn facts(zone_name: &str) -> TranscriptFacts {
    TranscriptFacts {
        conversation: group("g@chatroom", "合同组"),
        rule: UnitRule::Day,
        start: UtcMillis::new(0).unwrap(),
        slice: None,
        zone: zone(zone_name),
        sources: vec!["Chen's phone".into()],
    }
}

fn of(messages: &[Message]) -> Transcript {
    transcript(messages, &facts("Asia/Shanghai"), &ChildrenRule::default())
}

fn quote(native_id: Option<&str>, text: &str) -> Body {
    Body::Quote(Quote {
        text: text.into(),
        native_id: native_id.map(str::to_owned),
        sender_id: None,
        sender: None,
        time: None,
        quoted: None,
    })
}

fn morning(second: u32) -> UtcMillis {
    at(&shanghai(), &format!("2024-03-05 09:31:{second:02}"))
}

#[test]
fn the_text_is_header_then_messages() {
    let mut messages = vec![
        message(11, morning(7), "陈丽华", Body::text_of("合同 signed?\r\nyes")),
        message(12, morning(8), "Bob\nForged", quote(Some("srv11"), "No")),
        message(
            13,
            at(&shanghai(), "2024-03-06 00:00:00"),
            "陈丽华",
            Body::File { name: "a.pdf".into(), size: Some(5) },
        ),
    ];
    messages[2].attachments = vec![missing(AttachmentRole::File, "a.pdf")];
    let mut facts = facts("Asia/Shanghai");
    facts.rule = UnitRule::Conversation;
    facts.slice = Some((1, 2));
    let text = transcript_text(&transcript(&messages, &facts, &ChildrenRule::default())).text;
    let expected = "\
合同组
Application: WeChat
Conversation: g@chatroom (Group)
Period: 2024-03-05 to 2024-03-06, 00:00-24:00 Asia/Shanghai (UTC+08:00)
Unit: Conversation, slice 1 of 2
Custodians: Chen Lihua
Participants:
1. 陈丽华 (wxid_陈丽华), 2 messages
2. Bob Forged (wxid_Bob Forged), 1 message
Messages: 3

--- 2024-03-05 Tuesday ---

#1 2024-03-05 09:31:07 陈丽华 (wxid_陈丽华)
合同 signed?
yes

#2 2024-03-05 09:31:08 Bob Forged (wxid_Bob Forged) [refers to #1]
No
> [Quote]\x20

--- 2024-03-06 Wednesday ---

#3 2024-03-06 00:00:00 陈丽华 (wxid_陈丽华)
[File]
file name: a.pdf
size: 5 bytes
[missing: not in the collected archive]

";
    assert_eq!(text, expected);
}

#[test]
fn the_offset_is_shown_where_it_changes() {
    let sent = ["2024-11-03 05:59:59", "2024-11-03 06:00:00", "2024-11-03 06:00:01"].map(crate::fixture::utc);
    let messages: Vec<Message> = sent.iter().map(|at| message(1, *at, "a", Body::text_of("x"))).collect();
    let text = transcript_text(&transcript(&messages, &facts("America/New_York"), &ChildrenRule::default())).text;
    for line in [
        "Period: 2024-11-03, 00:00-24:00 America/New_York (UTC-04:00 to UTC-05:00)",
        "#1 2024-11-03 01:59:59 a (wxid_a)",
        "#2 2024-11-03 01:00:00 UTC-05:00 a (wxid_a)",
        "#3 2024-11-03 01:00:01 a (wxid_a)",
    ] {
        assert!(text.lines().any(|l| l == line), "{line} in\n{text}");
    }
}

#[test]
fn a_video_has_the_preview_beside_it_where_it_is_plain_whose_it_is() {
    let video = |seed: &str| stored(AttachmentRole::Video, None, "video/mp4", seed);
    let preview = |mime: &str| stored(AttachmentRole::Thumbnail, Some("cover"), mime, "frame");
    let found = |attachments: Vec<Attachment>| {
        let mut one = message(1, morning(1), "a", Body::Video { duration_ms: None });
        one.attachments = attachments;
        let previews = children(&of(&[one])).into_iter().map(|child| child.preview.map(|preview| preview.mime));
        previews.collect::<Vec<_>>()
    };
    assert_eq!(found(vec![video("v"), preview("image/png")]), [Some("image/png".to_owned())]);
    assert_eq!(found(vec![video("v"), preview("text/plain")]), [None], "what the page cannot show is no preview");
    assert_eq!(found(vec![video("v"), video("w"), preview("image/png")]), [None, None], "it may be of either");
    assert_eq!(found(vec![video("v")]), [None]);
}

#[test]
fn the_same_file_twice_is_one_child_cited_twice() {
    let picture = stored(AttachmentRole::Picture, None, "image/jpeg", "pixels");
    let report = stored(AttachmentRole::File, Some("report.pdf"), "application/pdf", "%PDF");
    let renamed = stored(AttachmentRole::File, Some("report (1).pdf"), "application/pdf", "%PDF");
    let sticker = stored(AttachmentRole::Sticker, None, "image/gif; x=y", "GIF89a");
    let preview = stored(AttachmentRole::Thumbnail, None, "image/png", "png");
    let raw = stored(AttachmentRole::Picture, None, "image/heic", "heic");
    let lost = missing(AttachmentRole::Voice, "v.silk");
    let mut messages: Vec<Message> = (1..=4).map(|n| message(n, morning(n as u32), "a", Body::text_of(""))).collect();
    messages[0].attachments = vec![report.clone(), sticker];
    messages[1].attachments = vec![picture, preview.clone()];
    messages[2].attachments = vec![renamed, lost];
    messages[3].body = Body::Video { duration_ms: None };
    messages[3].attachments = vec![raw, preview];
    let t = of(&messages);
    let states: Vec<Vec<(EntryState, bool)>> =
        t.entries.iter().map(|e| e.attachments.iter().map(|a| (a.state.clone(), a.show)).collect()).collect();
    use EntryState::{Child, Inline, Missing};
    assert_eq!(
        states,
        [
            vec![(Child(0), false), (Inline, true)],
            vec![(Child(1), true), (Inline, false)],
            vec![(Child(0), false), (Missing, false)],
            vec![(Child(2), false), (Inline, true)],
        ]
    );
    let children = children(&t);
    let facts: Vec<_> =
        children.iter().map(|c| (c.ordinal, c.attachment.display_name(), c.entry, &c.cited_by[..])).collect();
    assert_eq!(facts, [(0, "report.pdf", 1, &[1u32, 3][..]), (1, "Picture", 2, &[2]), (2, "Picture", 4, &[4])]);
    assert_eq!(children[0].sent, morning(1));
    assert!(children.iter().all(|child| child.preview.is_none()), "none of them is a video");
    assert_eq!(t.children(), 3);
    assert_eq!(MissingReason::NotInSource.to_string(), "not in the collected archive");
}

#[test]
fn the_children_rule_is_read_from_settings_and_said_in_words() {
    let rule: ChildrenRule = serde_json::from_str(r#"{"stickers": true, "voice": false}"#).unwrap();
    assert_eq!(rule, ChildrenRule { stickers: true, voice: false, ..ChildrenRule::default() });
    assert!(serde_json::from_str::<ChildrenRule>(r#"{"sticker": true}"#).is_err());
    assert_eq!(
        ChildrenRule::default().to_string(),
        "files, pictures, voice messages, videos are documents of their own, in the order sent; stickers, thumbnails \
         are part of the transcript"
    );
}

#[test]
fn participants_are_told_apart_by_native_id() {
    let mut messages: Vec<Message> =
        ["b", "a", "b"].iter().map(|from| message(1, morning(1), from, Body::text_of("x"))).collect();
    messages[2].sender.as_mut().unwrap().name = Some("B (new)".into());
    let mut notice = message(9, morning(2), "a", Body::text_of("joined"));
    notice.sender = None;
    messages.push(notice);
    let mut nameless = message(10, morning(3), "c", Body::text_of("x"));
    nameless.sender.as_mut().unwrap().native_id = None;
    messages.push(nameless);
    let participants = of(&messages).participants;
    let found: Vec<_> = participants.iter().map(|p| (p.number, p.sender.display(), p.messages)).collect();
    assert_eq!(found, [(1, "b", 2), (2, "a", 1), (3, "c", 1)]);
}

#[test]
fn references_lead_to_numbers_of_this_document() {
    let recall = |id: &str| {
        Body::Recall(Recall { text: "took back a message".into(), native_id: Some(id.into()), recalled: None })
    };
    let bodies = [
        Body::text_of("first"),
        quote(Some("srv1"), "reply"),
        quote(Some("srv99"), "to another day"),
        recall("srv2"),
        recall("srv5"),
    ];
    let messages: Vec<Message> = (1..).zip(bodies).map(|(n, body)| message(n, morning(n as u32), "a", body)).collect();
    let t = of(&messages);
    let refers: Vec<Option<u32>> = t.entries.iter().map(|e| e.refers_to).collect();
    assert_eq!(refers, [None, Some(1), None, Some(2), None]);
    let recalled: Vec<bool> = t.entries.iter().map(|e| e.recalled).collect();
    assert_eq!(recalled, [false, true, false, false, false]);
}

fn any_text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            Just("合同".to_owned()),
            Just("#1 x\r\n".to_owned()),
            Just("\r".to_owned()),
            any::<char>().prop_map(|c| c.to_string())
        ],
        0..8,
    )
    .prop_map(|parts| parts.concat())
}

prop_compose! {
    fn any_messages()(rows in proptest::collection::vec((0i64..300_000, any_text(), any_text(), any::<bool>()), 0..12)) -> Vec<Message> {
        let mut sent = 1_710_000_000_000i64;
        (1i64..).zip(rows).map(|(n, (gap, name, text, is_file))| {
            sent += gap * 1000;
            let body = if is_file { Body::File { name: text.clone(), size: None } } else { Body::text_of(text.clone()) };
            let mut message = message(n, UtcMillis::new(sent).unwrap(), &name, body);
            if is_file {
                message.attachments = vec![stored(AttachmentRole::File, Some(&text), "application/pdf", &text)];
            }
            message
        }).collect()
    }
}

proptest! {
    /// Every byte belongs to one section; an entry's section holds its line and all that was said.
    #[test]
    fn offsets_lead_back_to_messages(messages in any_messages()) {
        let t = of(&messages);
        let text = transcript_text(&t);
        prop_assert!(text.text.ends_with('\n') && !text.text.contains('\r'));
        prop_assert!(text.offsets.is_sorted_by(|a, b| a.0 < b.0));
        prop_assert_eq!(text.offsets[0], (0, 0));
        let numbers: Vec<u32> = text.offsets.iter().map(|(_, n)| *n).filter(|n| *n != 0).collect();
        prop_assert_eq!(numbers, (1..=messages.len() as u32).collect::<Vec<_>>());
        for (message, entry) in messages.iter().zip(&t.entries) {
            let range = text.range_of(entry.number).unwrap();
            let section = &text.text[range.clone()];
            let head = format!("#{} ", entry.number);
            prop_assert!(section.starts_with(&head));
            prop_assert!(section.contains(&message.text().replace("\r\n", "\n").replace('\r', "\n")));
            prop_assert_eq!(text.entry_at(range.start), Some(entry.number));
            prop_assert_eq!(text.entry_at(range.end - 1), Some(entry.number));
            prop_assert_eq!(text.entries_in(range.clone()), vec![entry.number]);
            prop_assert_ne!(text.entry_at(range.end), Some(entry.number).filter(|_| range.end < text.text.len()));
        }
        prop_assert_eq!(text.entry_at(0), None);
    }

    /// Search has no children rule and no names of sources, and must find the text that a production writes.
    #[test]
    fn the_text_does_not_depend_on_rule_or_sources(messages in any_messages()) {
        let other = ChildrenRule { files: false, stickers: true, ..ChildrenRule::default() };
        let unnamed = TranscriptFacts { sources: Vec::new(), ..facts("Asia/Shanghai") };
        prop_assert_eq!(transcript_text(&of(&messages)), transcript_text(&transcript(&messages, &unnamed, &other)));
    }
}
