//! Posts of Moments: each export, with media, likes and what was said under them.

use std::path::{Path, PathBuf};

use duces_ingest::{Format, Options, detect, open};
use duces_model::{AttachmentRole, Body, ConversationKind, Item, LinkKind, Post, SourceRecord};

use crate::{findings, options, records};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/moments")
}

fn read(name: &str, options: &Options) -> Vec<Item> {
    let detected = detect(&folder()).expect("a folder");
    let file = detected.files.iter().find(|file| file.path.ends_with(name)).expect("found");
    assert_eq!(file.format, Format::MomentsJson);
    open(file, &detected.root, options).expect("opens").collect()
}

fn post(record: &SourceRecord) -> &Post {
    match &record.body {
        Body::Post(post) => post,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_post_keeps_its_media_its_likes_and_its_comments() {
    let items = read("朋友圈导出.json", &options());
    let found = records(&items);
    assert_eq!(found.len(), 4);
    let said: Vec<&str> = findings(&items).iter().map(|f| f.code).collect();
    assert_eq!(said, ["INGEST_PROVENANCE"]);
    assert!(findings(&items)[0].text.contains("wxid_a"), "what was filtered is said: {}", findings(&items)[0]);
    let first = found[0];
    assert_eq!((first.conversation.kind, first.conversation.native_id.as_str()), (ConversationKind::Moments, "wxid_a"));
    assert_eq!((first.native_id.as_deref(), first.sent.to_string().as_str()), (Some("131"), "2024-03-05T01:00:00Z"));
    assert_eq!(post(first).text.as_deref(), Some("船开了 [旺柴]"));
    assert_eq!(post(first).likes, ["博"]);
    let comments: Vec<_> = post(first).comments.iter().map(|c| (c.text.as_str(), c.answers.as_deref())).collect();
    assert_eq!(comments, [("好", None), ("谢谢", Some("博"))]);
    assert_eq!(first.marks.facts[0].name, "comment 2 holds");
    let place = post(first).location.as_ref().expect("a place");
    assert_eq!((place.name.as_deref(), place.latitude.as_deref()), (Some("Gate 4"), Some("31.2")));
    let media: Vec<_> = first.attachments.iter().map(|a| (a.role, a.candidates.len())).collect();
    let expected = [(AttachmentRole::Picture, 1), (AttachmentRole::Picture, 0), (AttachmentRole::Video, 1)];
    assert_eq!(media, expected);
    let link = post(found[1]).link.as_ref().expect("a link");
    assert_eq!((link.kind, found[1].attachments[0].role), (LinkKind::Article, AttachmentRole::Thumbnail));
    assert_eq!(found[2].attachments[0].role, AttachmentRole::Video);
    // The app's own XML comes before what the tool made of it.
    assert_eq!(post(found[3]).text.as_deref(), Some("船开了"));
    assert_eq!(post(found[3]).likes, ["博 (wxid_b)"]);
    assert!(found[3].attachments[0].candidates.iter().any(|path| path.ends_with("134_0.jpg")));
}

#[test]
fn arkme_says_who_and_whose_it_is() {
    let items = read("arkme.json", &options());
    let record = records(&items)[0];
    assert_eq!(record.sent_by_collector, Some(true));
    assert_eq!(post(record).likes, ["博 (wxid_b)"]);
    assert_eq!(post(record).comments[0].author_id.as_deref(), Some("wxid_b"));
    assert_eq!(record.sender.as_ref().and_then(|s| s.name.as_deref()), Some("安 (备注)"));
}

#[test]
fn the_older_export_is_read_with_and_without_its_xml() {
    let items = read("exported_sns.json", &options());
    let found = records(&items);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].attachments.len(), found[0].attachments[0].role), (1, AttachmentRole::Picture));
    assert_eq!(post(found[0]).comments[0].author_id.as_deref(), Some("wxid_b"));
    assert_eq!(found[1].attachments.len(), 2);
    assert_eq!(findings(&items).iter().map(|f| f.code).collect::<Vec<_>>(), ["INGEST_BAD_XML"]);
}
