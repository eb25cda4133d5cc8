//! Contents that stand in messages, in merged histories and in messages of several parts alike.

use duces_model::{
    AttachmentRole, Body, CardKind, Channel, ChannelKind, ContactCard, HistoryItem, Link, LinkKind, Location,
    MergedHistory, MiniProgram, Part, RedPacket,
};

use super::body::{card, facts};
use crate::draft::Draft;
use crate::json_object::Object;
use crate::media::Hint;
use crate::when;

/// How deep histories may hold each other.
const NESTING: usize = 12;

/// Returns what a content says, where it is of a kind that other messages may hold too.
pub(super) fn draft(kind: &str, content: &Object<'_>, msgid: Option<&str>, depth: usize) -> Option<Draft> {
    let seconds = || content.size("play_length").and_then(|seconds| seconds.checked_mul(1000));
    let media = |body, role| Some(with_file(body, role, content, msgid, None));
    match kind {
        "text" | "markdown" => Some(Draft::plain(Body::text_of(content.text("content").unwrap_or_default()))),
        "image" => media(Body::Picture, AttachmentRole::Picture),
        "voice" => media(Body::Voice { duration_ms: seconds(), transcript: None }, AttachmentRole::Voice),
        "video" => media(Body::Video { duration_ms: seconds() }, AttachmentRole::Video),
        "emotion" => media(Body::Sticker { caption: None, url: None }, AttachmentRole::Sticker),
        "file" | "qydiskfile" => Some(file(content, msgid)),
        "card" => Some(Draft::plain(Body::ContactCard(ContactCard {
            name: None,
            native_id: content.text("userid"),
            alias: None,
            note: content.text("corpname"),
        }))),
        "location" => Some(location(content)),
        "link" => Some(Draft::plain(Body::Link(link(content)))),
        "news" => Some(Draft::plain(Body::Articles { items: content.objects("item").iter().map(link).collect() })),
        "weapp" => Some(mini_program(content)),
        "redpacket" | "external_redpacket" => Some(red_packet(content)),
        "docmsg" => {
            let by = content.text_in(&["doc_creator", "creator"]);
            let mut body = card(CardKind::Document, content.text("title"), None, facts([("by", by)]));
            if let Body::Card(card) = &mut body {
                card.url = content.text("link_url");
            }
            Some(Draft::plain(body))
        }
        "sphfeed" => Some(channel(content)),
        "chatrecord" if depth < NESTING => Some(history(content, msgid, depth)),
        "mixed" if depth < NESTING => Some(mixed(content, msgid, depth)),
        _ => None,
    }
}

fn with_file(
    body: Body,
    role: AttachmentRole,
    content: &Object<'_>,
    msgid: Option<&str>,
    name: Option<String>,
) -> Draft {
    let md5 = content.text("md5sum");
    // Whoever fetched the bytes filed them under their digest, their name or the id of their message.
    let shaped = |stem: &String| stem.len() <= 200 && !stem.contains(['/', '\\']);
    let stems = [md5.clone(), name.clone(), msgid.map(str::to_owned)].into_iter().flatten().filter(shaped).collect();
    Draft::with(body, role, Hint { name, stems, md5, ..Hint::default() })
}

pub(super) fn file(content: &Object<'_>, msgid: Option<&str>) -> Draft {
    let name = content.text_in(&["filename", "title"]);
    let body = Body::File { name: name.clone().unwrap_or_default(), size: content.size("filesize") };
    with_file(body, AttachmentRole::File, content, msgid, name)
}

pub(super) fn recording(body: Body, content: &Object<'_>, msgid: Option<&str>) -> Draft {
    with_file(body, AttachmentRole::Voice, content, msgid, None)
}

fn location(content: &Object<'_>) -> Draft {
    Draft::plain(Body::Location(Location {
        name: content.text("title"),
        address: content.text("address"),
        latitude: content.text("latitude"),
        longitude: content.text("longitude"),
        live: false,
    }))
}

fn link(content: &Object<'_>) -> Link {
    let url = content.text_in(&["link_url", "url"]);
    let article = url.as_deref().is_some_and(|url| url.contains("://mp.weixin.qq.com/"));
    let kind = if article { LinkKind::Article } else { LinkKind::Page };
    Link { kind, title: content.text("title"), description: content.text("description"), url, source: None }
}

fn mini_program(content: &Object<'_>) -> Draft {
    let program = MiniProgram {
        name: content.text("displayname"),
        title: content.text("title"),
        app_id: content.text("username"),
        ..MiniProgram::default()
    };
    Draft::plain(Body::MiniProgram(program)).fact("description", content.text("description"))
}

fn red_packet(content: &Object<'_>) -> Draft {
    let kind = content.text("type").map(|kind| match kind.as_str() {
        "1" => "plain".to_owned(),
        "2" => "by lot".to_owned(),
        "3" => "thanks".to_owned(),
        other => format!("type {other}"),
    });
    Draft::plain(Body::RedPacket(RedPacket { greeting: content.text("wish"), ..RedPacket::default() }))
        .fact("kind of red packet", kind)
        .fact("number of packets", content.text("totalcnt"))
        // The unit is fen by the documentation; the number stands as it is written.
        .fact("total amount (in fen)", content.text("totalamount"))
}

fn channel(content: &Object<'_>) -> Draft {
    // 2 is a picture, 4 a video, 9 a live stream.
    let feed = content.text("feed_type");
    let kind = if feed.as_deref() == Some("9") { ChannelKind::Live } else { ChannelKind::Post };
    let (name, description) = (content.text("sph_name"), content.text("feed_desc"));
    Draft::plain(Body::Channel(Channel { kind, name, description, url: None })).fact("feed type", feed)
}

/// Returns the name that a message's `msgtype` has of a part's `type`: `ChatRecordText` or `text`.
fn kind_of_part(part: &Object<'_>) -> String {
    let kind = part.text("type").unwrap_or_default();
    let plain = kind.strip_prefix("ChatRecord").unwrap_or(&kind).to_lowercase();
    match plain.as_str() {
        "" => "chatrecord".to_owned(),
        "sphfeed" | "sph" => "sphfeed".to_owned(),
        "weapp" | "miniprogram" => "weapp".to_owned(),
        "emoji" => "emotion".to_owned(),
        "doc" => "docmsg".to_owned(),
        _ => plain,
    }
}

/// Returns what a part says, whose content is the text of a JSON object, or the object itself.
fn part(part: &Object<'_>, msgid: Option<&str>, depth: usize) -> Draft {
    let text = part.text("content").or_else(|| part.raw("content").map(str::to_owned)).unwrap_or_default();
    let kind = kind_of_part(part);
    let drafted = Object::of(&text).and_then(|content| draft(&kind, &content, msgid, depth + 1));
    drafted.unwrap_or_else(|| {
        let raw_type = part.text("type").unwrap_or_default();
        Draft::plain(Body::Unknown { raw_type: format!("part {raw_type}"), text })
    })
}

/// Moves what a part holds to the message: its attachments, its facts; returns its body with their place.
fn take_part(mut found: Draft, into: &mut Draft) -> (Body, Option<usize>) {
    let first = into.attachments.len();
    let own = (found.attachments.len() == 1 && !holds_parts(&found.body)).then_some(first);
    shift(&mut found.body, first);
    into.attachments.append(&mut found.attachments);
    into.marks.facts.append(&mut found.marks.facts);
    (found.body, own)
}

fn holds_parts(body: &Body) -> bool {
    matches!(body, Body::MergedHistory(_) | Body::Mixed { .. })
}

/// Lets the parts of a body name their attachments by their place in the whole message.
fn shift(body: &mut Body, by: usize) {
    match body {
        Body::MergedHistory(history) => {
            for item in &mut history.items {
                item.attachment = item.attachment.map(|at| at + by);
                shift(&mut item.body, by);
            }
        }
        Body::Mixed { parts } => {
            for part in parts {
                part.attachment = part.attachment.map(|at| at + by);
                shift(&mut part.body, by);
            }
        }
        _ => {}
    }
}

fn history(content: &Object<'_>, msgid: Option<&str>, depth: usize) -> Draft {
    let mut whole = Draft::plain(Body::Picture);
    let mut items = Vec::new();
    for item in content.objects("item") {
        let (body, attachment) = take_part(part(&item, msgid, depth), &mut whole);
        let sender = item.text_in(&["from", "sender", "name"]);
        let time = item.text("msgtime").map(|when| when::shown(&when));
        items.push(HistoryItem { sender, time, body: Box::new(body), attachment });
    }
    whole.body = Body::MergedHistory(MergedHistory { title: content.text("title"), items });
    whole
}

fn mixed(content: &Object<'_>, msgid: Option<&str>, depth: usize) -> Draft {
    let mut whole = Draft::plain(Body::Picture);
    let mut parts = Vec::new();
    for item in content.objects("item") {
        let (body, attachment) = take_part(part(&item, msgid, depth), &mut whole);
        parts.push(Part { body: Box::new(body), attachment });
    }
    whole.body = Body::Mixed { parts };
    whole
}
