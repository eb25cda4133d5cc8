//! Discord's channels, of a server and direct.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, Options, detect, open};
use duces_model::{AttachmentRole, Body, CallOutcome, ConversationKind, Item};

use crate::{findings, options, records};

fn read(name: &str, options: &Options) -> Vec<Item> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/discord");
    let detected = detect(&folder).expect("a folder");
    let file = detected.files.iter().find(|file| file.path.ends_with(name)).expect("found");
    assert_eq!(file.format, Format::DiscordJson);
    open(file, &detected.root, options).expect("opens").collect()
}

#[test]
fn a_channel_is_read_with_all_that_happened_to_its_messages() {
    let items = read("#出运.json", &options());
    let found = records(&items);
    let labels: Vec<_> = found.iter().map(|record| record.body.label()).collect();
    let text = "Text";
    let expected =
        [text, "Message of several parts", "Link", "Sticker", "Notice", "Notice", text, "Unknown message type"];
    assert_eq!(labels, expected);
    let codes: Vec<_> = findings(&items).iter().map(|f| f.code).collect();
    let expected = ["INGEST_PROVENANCE", "INGEST_UNKNOWN_TYPE", "INGEST_BAD_TIME", "INGEST_NOT_AN_OBJECT"];
    assert_eq!(codes, expected);
    let first = found[0];
    assert_eq!((first.conversation.kind, first.conversation.native_id.as_str()), (ConversationKind::Group, "9002"));
    assert_eq!(first.conversation.title.as_deref(), Some("Meridian 船务 / #出运"));
    assert_eq!(first.conversation.app.label(), "Discord");
    assert_eq!(
        (first.native_id.as_deref(), first.sent.to_string().as_str()),
        (Some("101"), "2024-03-05T01:00:00.123Z")
    );
    let sender = first.sender.as_ref().expect("a sender");
    assert_eq!((sender.native_id.as_deref(), sender.name.as_deref()), (Some("501"), Some("陈丽华")));
    assert_eq!(first.marks.edits[0].at.expect("a time").to_string(), "2024-03-05T01:05:00Z");
    let reaction = &first.marks.reactions[0];
    assert_eq!(
        (reaction.value.as_str(), reaction.count, reaction.by.as_slice()),
        ("👍", 2, &["Marcus".to_owned()][..])
    );
    let facts: Vec<_> = first.marks.facts.iter().map(|f| (f.name.as_str(), f.value.as_str())).collect();
    assert_eq!(facts, [("pinned", "yes"), ("mentions", "Marcus")]);
    let reply = found[1];
    assert_eq!(reply.marks.reply_to.as_deref(), Some("101"));
    let hung: Vec<_> = reply.attachments.iter().map(|a| (a.role, a.candidates.len(), a.missing.is_some())).collect();
    assert_eq!(hung, [(AttachmentRole::Picture, 1, false), (AttachmentRole::File, 0, true)]);
    let Body::Link(link) = &found[2].body else { panic!("{:?}", found[2].body) };
    assert_eq!(link.description.as_deref(), Some("at sea\nETA: 3/8\nauto"));
    assert_eq!(found[2].marks.facts.len(), 2, "a program's, in answer to a command");
    assert_eq!(found[6].body, Body::text_of("[forwarded] old terms"));
}

#[test]
fn both_sides_of_a_direct_channel_are_one_conversation() {
    let items = read("direct.json", &options());
    let found = records(&items);
    assert_eq!(found[0].conversation.sides(), Some(("501", "502")));
    let calls: Vec<_> = found
        .iter()
        .filter_map(|record| match &record.body {
            Body::Call(call) => Some((call.outcome.clone(), call.duration_ms)),
            _ => None,
        })
        .collect();
    assert_eq!(calls, [(Some(CallOutcome::Answered), Some(150_000)), (None, None)]);
    let own = Options { account: Some("501".into()), ..options() };
    let items = read("direct.json", &own);
    let sent: Vec<_> = records(&items).iter().map(|record| record.sent_by_collector).collect();
    assert_eq!(sent, [Some(true), Some(false), Some(false)]);
}
