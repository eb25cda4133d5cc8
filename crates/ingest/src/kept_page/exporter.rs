//! The pages of WechatExporter (iOS), after its public templates.

use duces_model::{AttachmentRole, Body, ContactCard, Link, LinkKind, Notice, Quote};

use crate::address;
use crate::draft::Draft;
use crate::field::filled;
use crate::html_text::Tag;
use crate::media::Hint;
use crate::page_part::{Element, Part, Selector};
use crate::{notice, transfer, wechat_xml};

/// What a message of a page says of itself.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) time: Option<String>,
    pub(super) sender: Option<String>,
    pub(super) sender_id: Option<String>,
    pub(super) own: Option<bool>,
    /// The number of the message in the device's database: an order, and no id of the app's own.
    pub(super) number: Option<i64>,
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap_or_default()
}

/// Returns which elements are messages.
pub(super) fn messages() -> Selector {
    selector("div.msg[msgid]")
}

/// Returns whether the beginning of a page is one of the tool's.
pub(super) fn is_page(text: &str) -> bool {
    text.contains("- 微信聊天记录</title>") || text.contains("class=\"dspname")
}

pub(super) fn said(part: &Part<'_>) -> Said {
    let Some(root) = part.root() else { return Said::default() };
    let class = root.tag.attribute("class").unwrap_or_default().into_owned();
    let side =
        |side: &str| class.split_ascii_whitespace().any(|class| class == side || class.ends_with(&format!("-{side}")));
    let own = if side("right") { Some(true) } else { side("left").then_some(false) };
    let names = ["span.dspname", "span.name-left", "span.name-right"];
    let name = names.iter().find_map(|name| part.find(&selector(name)));
    let sender = name.map(|name| part.text(name));
    let time = part.find(&selector("div.nt-box")).map(|line| part.text(line)).map(|line| {
        // The time stands behind the name, on the same line.
        let name = sender.as_deref().unwrap_or_default();
        line.strip_prefix(name).unwrap_or(&line).trim().to_owned()
    });
    Said {
        time: time.and_then(filled),
        sender: sender.and_then(|name| filled(name.trim())),
        sender_id: name.and_then(|name| name.tag.attribute("wxid")).and_then(|id| filled(id.trim())),
        own,
        number: root.tag.attribute("msgid").and_then(|number| number.trim().parse().ok()),
    }
}

/// Returns whether a message is a notice by the app, which bears no time.
pub(super) fn is_notice(part: &Part<'_>) -> bool {
    part.root().is_some_and(|root| selector(".chat-notice").is(&root.tag))
}

/// Returns what a message says. `up` stands before each path, where the file lies below the page.
pub(super) fn draft(part: &Part<'_>, up: &str) -> Draft {
    let Some(content) = part.find(&selector("div.content-box")) else {
        let text = part.root().map(|root| part.text(root)).unwrap_or_default();
        return Draft::plain(Body::text_of(text));
    };
    let inner: Vec<&Element<'_>> = part.within(content).collect();
    let first = |name: &str| {
        let selector = selector(name);
        inner.iter().copied().find(|element| selector.is(&element.tag))
    };
    let text = || {
        let shown = first("pre").or_else(|| part.last(&selector(".msg-text"))).or_else(|| first(".dont-break-out"));
        shown.map(|shown| part.text(shown)).unwrap_or_default()
    };
    if first("audio").is_some() {
        return media(Body::Voice { duration_ms: None, transcript: None }, AttachmentRole::Voice, first("source"), up);
    }
    if first("video").is_some() {
        return media(Body::Video { duration_ms: None }, AttachmentRole::Video, first("source"), up);
    }
    if let Some(quoted) = first(".refermsg") {
        let quoted = part.text(quoted);
        return Draft::plain(Body::Quote(quote(&quoted, text())));
    }
    if first(".transfer-icon").is_some() {
        return Draft::plain(Body::Transfer(transfer::from_text(&text())));
    }
    if let Some(card) = first(".card-name") {
        let note = first(".card-type").map(|kind| part.text(kind)).and_then(|kind| filled(kind.trim()));
        let card =
            ContactCard { name: filled(part.text(card).trim()).map(without_picture), note, ..ContactCard::default() };
        return Draft::plain(Body::ContactCard(card));
    }
    if let Some(link) = first("a") {
        let url = link.tag.attribute("href").and_then(|url| filled(url.trim()));
        let article = url.as_deref().is_some_and(|url| url.contains("://mp.weixin.qq.com/"));
        let titled = first("b").map(|title| part.text(title)).and_then(filled);
        if titled.is_some() || first(".app-name").is_some() {
            let description = filled(text()).filter(|text| Some(text) != titled.as_ref());
            let source = first(".app-name").map(|app| part.text(app)).and_then(filled);
            let kind = if article { LinkKind::Article } else { LinkKind::Page };
            return Draft::plain(Body::Link(Link { kind, title: titled, description, url, source }));
        }
    }
    let picture = first("img");
    let kind = part.root().and_then(|root| root.tag.attribute("msgtype")).unwrap_or_default();
    match picture {
        Some(picture) if kind == "47" || picture.tag.attribute("class").is_none() && first(".msg-text").is_none() => {
            media(Body::Sticker { caption: None, url: None }, AttachmentRole::Sticker, Some(picture), up)
        }
        Some(picture) if selector(".image").is(&picture.tag) => {
            media(Body::Picture, AttachmentRole::Picture, Some(picture), up)
        }
        _ => Draft::plain(Body::text_of(text())),
    }
}

/// Returns a notice of the app.
pub(super) fn notice_text(part: &Part<'_>) -> Body {
    let text = part.root().map(|root| part.text(root)).unwrap_or_default();
    let text = text.trim().trim_start_matches("系统消息：").to_owned();
    match notice::is_recall(&text) {
        true => wechat_xml::recall_of(&text),
        false => Body::Notice(Notice { kind: notice::kind(&text), text }),
    }
}

/// `「name：what was said」` stands above the reply.
fn quote(quoted: &str, text: String) -> Quote {
    let inner = quoted.trim().trim_start_matches('「').trim_end_matches('」');
    let (sender, said) = inner.split_once('：').map_or((None, inner), |(sender, said)| (filled(sender), said));
    let quoted = filled(said).map(|said| Box::new(Body::text_of(said)));
    Quote { text, native_id: None, sender_id: None, sender, time: None, quoted }
}

/// A picture before a name is shown as such in a text.
fn without_picture(text: String) -> String {
    match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((label, rest)) if label.starts_with("picture") => rest.trim().to_owned(),
        _ => text,
    }
}

fn media(body: Body, role: AttachmentRole, element: Option<&Element<'_>>, up: &str) -> Draft {
    let path = element.and_then(|element| path(&element.tag));
    let is_address = path.as_deref().is_some_and(|path| path.contains("://"));
    if let (true, Body::Sticker { caption, .. }) = (is_address, &body) {
        return Draft::with(Body::Sticker { caption: caption.clone(), url: path }, role, Hint::default());
    }
    let name = path.as_deref().and_then(|path| path.rsplit('/').next()).and_then(filled);
    let path = path.filter(|_| !is_address).map(|path| format!("{up}{path}"));
    Draft::with(body, role, Hint { name, path, ..Hint::default() })
}

/// Returns where the bytes of an element lie: the picture itself, not its preview.
fn path(tag: &Tag<'_>) -> Option<String> {
    let raw = ["rawurl", "src"].iter().find_map(|name| tag.attribute(name).filter(|path| !path.trim().is_empty()))?;
    if raw.starts_with("data:") {
        return None;
    }
    filled(address::unescaped(raw.trim()))
}
