//! What each type number of ChatLab says; the content of everything but a text is what the tool shows for it.

use duces_model::{
    AttachmentRole, Body, Card, CardKind, ContactCard, Link, LinkKind, Location, MergedHistory, Notice, NoticeKind,
    Place, Quote, RedPacket,
};

use crate::draft::{Draft, without_label};
use crate::field::filled;
use crate::json_object::Object;
use crate::media::Hint;
use crate::sink::Sink;
use crate::{notice, transfer, wechat_xml};

pub(super) const SYSTEM: i64 = 80;
pub(super) const RECALL: i64 = 81;

/// Returns what a message says.
pub(super) fn draft(kind: i64, row: &Object<'_>, place: &Place, sink: &mut Sink) -> Draft {
    let content = row.text("content").unwrap_or_default();
    let text = content.as_str();
    let reply_to = row.text("replyToMessageId");
    let mut draft = match kind {
        0 => Draft::plain(Body::text_of(text)),
        1 => media(Body::Picture, AttachmentRole::Picture, text),
        2 => media(Body::Voice { duration_ms: None, transcript: None }, AttachmentRole::Voice, text),
        3 => media(Body::Video { duration_ms: None }, AttachmentRole::Video, text),
        4 => file(text),
        5 => media(Body::Sticker { caption: None, url: None }, AttachmentRole::Sticker, text),
        7 => Draft::plain(Body::Link(link(text))),
        8 => {
            let address = filled(without_label(text, &["位置"]));
            Draft::plain(Body::Location(Location { address, ..Location::default() }))
        }
        20 => {
            let greeting = filled(without_label(text, &["红包"]));
            Draft::plain(Body::RedPacket(RedPacket { greeting, ..RedPacket::default() }))
        }
        21 => Draft::plain(Body::Transfer(transfer::from_text(text))),
        22 => Draft::plain(Body::Notice(Notice { kind: NoticeKind::Pat, text: content.clone() })),
        23 => Draft::plain(Body::Call(notice::call(text))),
        24 => {
            let card = Card { card: CardKind::App, title: None, text: filled(text), url: None, facts: Vec::new() };
            Draft::plain(Body::Card(card))
        }
        25 => Draft::plain(Body::Quote(Quote {
            text: content.clone(),
            native_id: reply_to.clone(),
            sender_id: None,
            sender: None,
            time: None,
            quoted: None,
        })),
        26 => Draft::plain(Body::MergedHistory(forwarded(text))),
        27 => {
            let name = filled(without_label(text, &["名片", "个人名片"]));
            Draft::plain(Body::ContactCard(ContactCard { name, ..ContactCard::default() }))
        }
        SYSTEM => Draft::plain(wechat_xml::plain_notice(text)),
        RECALL => Draft::plain(wechat_xml::recall_of(text)),
        other => Draft::unknown(other.to_string(), text, place, sink),
    };
    if kind != 25 {
        draft.marks.reply_to = reply_to;
    }
    draft
}

/// Returns the path that a content is; a label in brackets is none.
fn path_in(content: &str) -> Option<String> {
    let path = content.trim();
    let shaped = path.contains('.') && !path.contains(['\n', '[', ']']) && !path.contains("://");
    (!path.is_empty() && shaped).then(|| path.to_owned())
}

/// What is shown for a medium and is no path is kept as a fact: it may be a caption or a transcript.
fn media(body: Body, role: AttachmentRole, content: &str) -> Draft {
    let path = path_in(content);
    let bare = content.starts_with('[') && content.ends_with(']') && !content.contains(char::is_whitespace);
    let shown = filled(content).filter(|_| path.is_none() && !bare);
    Draft::with(body, role, Hint { path, ..Hint::default() }).fact("shown as", shown)
}

fn file(content: &str) -> Draft {
    let path = path_in(content);
    let shown = without_label(content, &["文件"]);
    let name = shown.replace('\\', "/").rsplit('/').next().unwrap_or_default().to_owned();
    let stems = if path.is_some() { Vec::new() } else { vec![name.clone()] };
    let hint = Hint { name: filled(name.clone()), path, stems, ..Hint::default() };
    Draft::with(Body::File { name, size: None }, AttachmentRole::File, hint)
}

fn link(text: &str) -> Link {
    let shown = without_label(text, &["链接"]);
    let at = shown.rfind("https://").or_else(|| shown.rfind("http://"));
    let (title, url) = match at {
        Some(at) if !shown[at..].contains(char::is_whitespace) => (shown[..at].trim(), filled(&shown[at..])),
        _ => (shown, None),
    };
    let article = url.as_deref().is_some_and(|url| url.contains("://mp.weixin.qq.com/"));
    let kind = if article { LinkKind::Article } else { LinkKind::Page };
    Link { kind, title: filled(title), url, ..Link::default() }
}

fn forwarded(text: &str) -> MergedHistory {
    let (title, lines) = text.split_once('\n').unwrap_or((text, ""));
    wechat_xml::history_from_preview(filled(without_label(title, &["聊天记录", "合并转发", "转发的聊天记录"])), lines)
}
