//! What is withheld leaves no trace in text or transcript.

use duces_model::{
    Attachment, AttachmentRole, Body, EntryState, HistoryItem, MergedHistory, Message, Quote, Recall, Transcript,
    UnitRule, UtcMillis,
};
use duces_search::{ChildrenRule, TranscriptFacts, conceal_withheld, transcript, transcript_text};

use crate::fixture::{group, message, shanghai, stored};

fn quote(native_id: Option<&str>, quoted: Body) -> Body {
    Body::Quote(Quote {
        text: "see this".into(),
        native_id: native_id.map(str::to_owned),
        sender_id: None,
        sender: None,
        time: None,
        quoted: Some(Box::new(quoted)),
    })
}

/// A conversation in which everything that hangs on `secret` is to be hidden.
fn messages(secret: &str) -> Vec<Message> {
    let file = || Body::File { name: format!("{secret}.pdf"), size: Some(secret.len() as u64 * 1000) };
    let item =
        |body: Body, attachment| HistoryItem { sender: Some("C".into()), time: None, body: Box::new(body), attachment };
    let history = MergedHistory { title: None, items: vec![item(Body::text_of("kept"), None), item(file(), Some(0))] };
    let nested = MergedHistory { title: None, items: vec![item(Body::MergedHistory(history), None)] };
    let bodies = [
        file(),
        Body::Voice { duration_ms: Some(secret.len() as u64 * 1000), transcript: Some(secret.into()) },
        Body::Video { duration_ms: Some(secret.len() as u64 * 1000) },
        Body::MergedHistory(nested),
        Body::Recall(Recall { text: "took back".into(), native_id: None, recalled: Some(Box::new(file())) }),
        quote(Some("srv1"), Body::File { name: format!("{secret} renamed.pdf"), size: None }),
        quote(None, file()),
        quote(None, quote(None, file())),
    ];
    let mime = format!("application/x-{secret}");
    let mut messages: Vec<Message> = (1..)
        .zip(bodies)
        .map(|(n, body)| message(n, UtcMillis::new(1_710_000_000_000 + n * 1000).unwrap(), "a", body))
        .collect();
    let roles = [
        AttachmentRole::File,
        AttachmentRole::Voice,
        AttachmentRole::Video,
        AttachmentRole::File,
        AttachmentRole::File,
    ];
    for (message, role) in messages.iter_mut().zip(roles) {
        message.attachments = vec![stored(role, Some(&format!("{secret}.pdf")), &mime, secret)];
    }
    messages[2].attachments.push(stored(AttachmentRole::Thumbnail, None, "image/png", secret));
    messages.push(message(
        20,
        UtcMillis::new(1_710_000_100_000).unwrap(),
        "a",
        Body::File { name: "open.pdf".into(), size: Some(7) },
    ));
    messages[8].attachments = vec![stored(AttachmentRole::File, Some("open.pdf"), "application/pdf", "open")];
    messages
}

fn withheld(secret: &str) -> Transcript {
    let facts = TranscriptFacts {
        conversation: group("g@chatroom", "G"),
        rule: UnitRule::Day,
        start: UtcMillis::new(0).unwrap(),
        slice: None,
        zone: shanghai(),
        sources: Vec::new(),
    };
    let mut t = transcript(&messages(secret), &facts, &ChildrenRule::default());
    for cited in t.entries.iter_mut().flat_map(|entry| &mut entry.attachments) {
        let is_open = |a: &Attachment| a.name.as_deref() == Some("open.pdf");
        if matches!(cited.state, EntryState::Child(_)) && !is_open(&cited.attachment) {
            cited.state = EntryState::Withheld("Privileged".into());
        }
    }
    t
}

#[test]
fn transcripts_that_differ_only_in_what_is_hidden_have_the_same_text() {
    let text = transcript_text(&withheld("SECRETALPHA")).text;
    assert_eq!(text, transcript_text(&withheld("geheim")).text);
    assert!(!text.contains("SECRETALPHA") && !text.contains("11.0 kB"), "{text}");
    assert_eq!(text.matches("[withheld: Privileged]").count(), 6, "five attachments and a preview in\n{text}");
    assert!(text.contains("file name: open.pdf\nsize: 7 bytes"), "{text}");
    assert!(text.contains("| | kept"), "{text}");
}

#[test]
fn concealing_takes_out_names_sizes_and_digests_once_and_for_all() {
    let (mut one, mut other) = (withheld("SECRETALPHA"), withheld("geheim"));
    let before = transcript_text(&one);
    conceal_withheld(&mut one);
    conceal_withheld(&mut other);
    assert_eq!(one, other);
    let json = serde_json::to_string(&one).unwrap();
    assert!(!json.contains("SECRETALPHA"), "{json}");
    assert_eq!(json.matches("open.pdf").count(), 2);
    assert_eq!(transcript_text(&one), before);
    let once = one.clone();
    conceal_withheld(&mut one);
    assert_eq!(one, once);
}
