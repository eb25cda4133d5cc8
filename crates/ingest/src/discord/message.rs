//! One message: its type, what hangs on it and what happened to it.

use duces_model::{
    AttachmentRole, Body, Call, CallOutcome, Edit, Fact, Link, LinkKind, Marks, Notice, NoticeKind, Place, Reaction,
    UtcMillis,
};

use super::name_of;
use crate::composed::{self, SentFile};
use crate::draft::Draft;
use crate::json_object::Object;
use crate::media::Hint;
use crate::sink::Sink;
use crate::{address, codes, when};

/// Types that are notices of the app, and what each is about. The exporter puts what the app shows into the content.
const NOTICES: &[(&str, NoticeKind)] = &[
    ("RecipientAdd", NoticeKind::Join),
    ("RecipientRemove", NoticeKind::Leave),
    ("GuildMemberJoin", NoticeKind::Join),
    ("ChannelNameChange", NoticeKind::Rename),
    ("ChannelIconChange", NoticeKind::Other),
    ("ChannelPinnedMessage", NoticeKind::Other),
    ("ThreadCreated", NoticeKind::Other),
];

pub(super) fn draft(row: &Object<'_>, sent: UtcMillis, place: &Place, sink: &mut Sink) -> Draft {
    let kind = row.text("type").unwrap_or_default();
    let content = row.text("content").unwrap_or_default();
    let mut draft = match kind.as_str() {
        "Default" | "Reply" | "" => said(row, content),
        "Call" => Draft::plain(Body::Call(call(row, sent, content))),
        _ => match NOTICES.iter().find(|(name, _)| *name == kind) {
            Some((_, notice)) => {
                let text = if content.is_empty() { kind.clone() } else { content };
                Draft::plain(Body::Notice(Notice { kind: *notice, text }))
            }
            None => {
                let mut known = said(row, content.clone());
                known.body = Draft::unknown(kind, &content, place, sink).body;
                known
            }
        },
    };
    draft.marks = marks(row, place, sink);
    draft
}

fn said(row: &Object<'_>, content: String) -> Draft {
    let mut bodies: Vec<Body> = Vec::new();
    if !content.is_empty() {
        bodies.push(Body::text_of(content));
    }
    if let Some(forwarded) = row.object("forwardedMessage") {
        let text = forwarded.text("content").unwrap_or_default();
        bodies.push(Body::text_of(format!("[forwarded] {text}").trim_end()));
    }
    let mut files: Vec<SentFile> = row.objects("attachments").iter().map(file).collect();
    if let Some(forwarded) = row.object("forwardedMessage") {
        files.extend(forwarded.objects("attachments").iter().map(file));
    }
    files.extend(row.objects("stickers").iter().map(sticker));
    bodies.extend(row.objects("embeds").iter().filter_map(embed));
    composed::of_bodies(bodies, files)
}

/// A picture, file or recording. Where the export was made with media, the address is a path beside it.
fn file(attachment: &Object<'_>) -> SentFile {
    let name = attachment.text("fileName").unwrap_or_default();
    SentFile { size: attachment.size("fileSizeBytes"), ..SentFile::named(name, hint(attachment.text("url"))) }
}

fn sticker(sticker: &Object<'_>) -> SentFile {
    let name = sticker.text("name").unwrap_or_default();
    SentFile { role: AttachmentRole::Sticker, ..SentFile::named(name, hint(sticker.text("sourceUrl"))) }
}

/// What lies on the web is not in the source.
fn hint(address: Option<String>) -> Hint {
    Hint {
        path: address.filter(|address| !address.contains("://")).map(|path| address::unescaped(&path)),
        ..Hint::default()
    }
}

/// A card that the app or a program made: of a link, most often.
fn embed(embed: &Object<'_>) -> Option<Body> {
    let mut description: Vec<String> = embed.text("description").into_iter().collect();
    for field in embed.objects("fields") {
        let of = |key: &str| field.text(key).unwrap_or_default();
        description.push(format!("{}: {}", of("name"), of("value")));
    }
    description.extend(embed.object("footer").and_then(|footer| footer.text("text")));
    let link = Link {
        kind: LinkKind::Page,
        title: embed.text("title"),
        description: (!description.is_empty()).then(|| description.join("\n")),
        url: embed.text("url"),
        source: embed.object("author").and_then(|author| author.text("name")),
    };
    (link != Link::default()).then_some(Body::Link(link))
}

fn call(row: &Object<'_>, sent: UtcMillis, text: String) -> Call {
    let ended = row.text("callEndedTimestamp").and_then(|at| when::from_rfc3339(&at));
    let lasted = ended.and_then(|ended| u64::try_from(ended.millis() - sent.millis()).ok());
    Call { video: None, outcome: lasted.map(|_| CallOutcome::Answered), duration_ms: lasted, text }
}

fn marks(row: &Object<'_>, place: &Place, sink: &mut Sink) -> Marks {
    let mut marks = Marks {
        reply_to: row.object("reference").and_then(|reference| reference.text("messageId")),
        ..Marks::default()
    };
    if let Some(edited) = row.text("timestampEdited") {
        let at = when::from_rfc3339(&edited);
        if at.is_none() {
            let text = format!("`timestampEdited` is no time: `{edited}`; the edit is kept without one");
            sink.finding(&codes::BAD_TIME, place, text);
        }
        marks.edits.push(Edit { at, by: None, before: None });
    }
    for reaction in row.objects("reactions") {
        let emoji = reaction.object("emoji").unwrap_or_default();
        let count = reaction.int("count").and_then(|count| u32::try_from(count).ok()).unwrap_or(1);
        marks.reactions.push(Reaction {
            value: emoji.text_in(&["name", "code"]).unwrap_or_default(),
            count,
            by: reaction.objects("users").iter().filter_map(name_of).collect(),
        });
    }
    let mut fact = |name: &str, value: Option<String>| {
        marks.facts.extend(value.map(|value| Fact::new(name, value)));
    };
    fact("pinned", row.field("isPinned").truth().filter(|pinned| *pinned).map(|_| "yes".to_owned()));
    let mentions: Vec<String> = row.objects("mentions").iter().filter_map(name_of).collect();
    fact("mentions", (!mentions.is_empty()).then(|| mentions.join(", ")));
    let author = row.object("author").unwrap_or_default();
    fact("sent by a program", author.field("isBot").truth().filter(|bot| *bot).map(|_| "yes".to_owned()));
    fact("answers the command", row.object("interaction").and_then(|interaction| interaction.text("name")));
    marks
}
