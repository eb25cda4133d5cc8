//! App messages (type 49), by the type that stands in `appmsg`.

use duces_model::{
    AttachmentRole, Body, Channel, ChannelKind, Link, LinkKind, Location, MiniProgram, Quote, RedPacket, Transfer,
    TransferState,
};

use super::history::{self, RecordItem};
use super::{Node, RawType, XmlAttachment, XmlMessage, articles, system};

pub(super) fn read(root: &Node, app: &Node, depth: usize) -> XmlMessage {
    let kind = app.text_of("type").unwrap_or_default();
    match kind.as_str() {
        "1" if app.text_of("url").is_none() => XmlMessage::plain(Body::text_of(title(app))),
        "1" | "5" | "44" => XmlMessage::plain(page(root, app)),
        "3" | "76" | "92" => XmlMessage::plain(link(app, LinkKind::Music)),
        "4" => XmlMessage::plain(link(app, LinkKind::Video)),
        "6" | "74" => file(app, kind == "74"),
        "7" | "68" => XmlMessage::plain(link(app, LinkKind::Game)),
        "8" | "15" => sticker(app),
        "17" => XmlMessage::plain(live_location(app)),
        "19" => record(app, depth).unwrap_or_else(|| merged_without_items(app)),
        "24" => record(app, depth).unwrap_or_else(|| XmlMessage::plain(link(app, LinkKind::Note))),
        "33" | "36" => XmlMessage::plain(mini_program(app)),
        "40" => record(app, depth).unwrap_or_else(|| XmlMessage::plain(link(app, LinkKind::Favourite))),
        "50" => XmlMessage::plain(channel(app, ChannelKind::Card)),
        "51" => XmlMessage::plain(channel(app, ChannelKind::Post)),
        "53" => XmlMessage::plain(Body::Solitaire { text: app.text_in(&["title", "des"]).unwrap_or_default() }),
        "57" => XmlMessage::plain(quote(app, depth)),
        "62" => XmlMessage::plain(system::pat(app, title(app))),
        "63" | "88" => XmlMessage::plain(channel(app, ChannelKind::Live)),
        "87" => announcement(app, depth),
        "2000" => XmlMessage::plain(transfer(app)),
        "2001" | "2003" => XmlMessage::plain(red_packet(app)),
        _ => XmlMessage::plain(unknown(app, &kind)),
    }
}

/// Returns an app message of which nothing but its number and the text shown for it is there.
pub(super) fn without_xml(kind: i64, shown: &str) -> XmlMessage {
    let app = Node::with_texts("appmsg", &[("type", kind.to_string()), ("title", shown.to_owned())]);
    read(&app, &app, 0)
}

fn title(app: &Node) -> String {
    app.text_of("title").unwrap_or_default()
}

fn unknown(app: &Node, kind: &str) -> Body {
    let lines: Vec<String> = ["title", "des", "url"].into_iter().filter_map(|name| app.text_of(name)).collect();
    Body::Unknown { raw_type: format!("49/{kind}"), text: lines.join("\n") }
}

fn page(root: &Node, app: &Node) -> Body {
    if let Some(reader) = root.find("mmreader").filter(|reader| reader.find("item").is_some()) {
        return articles::read(reader, card(app, LinkKind::Article));
    }
    let url = app.text_of("url");
    let from_account = app.text_of("sourceusername").is_some_and(|name| name.starts_with("gh_"));
    let article = from_account
        || url.as_deref().is_some_and(|u| u.contains("://mp.weixin.qq.com/"))
        || root.find("mmreader").is_some();
    link(app, if article { LinkKind::Article } else { LinkKind::Page })
}

fn link(app: &Node, kind: LinkKind) -> Body {
    Body::Link(card(app, kind))
}

fn card(app: &Node, kind: LinkKind) -> Link {
    Link {
        kind,
        title: app.text_of("title"),
        description: app.text_of("des"),
        url: app.text_in(&["url", "dataurl", "lowurl"]),
        source: app.text_in(&["sourcedisplayname", "appname"]),
    }
}

fn file(app: &Node, uploading: bool) -> XmlMessage {
    let name = app.text_of("title");
    let size = app.at(&["appattach", "totallen"]).and_then(Node::own_text).and_then(|size| size.parse().ok());
    let body = Body::File { name: name.clone().unwrap_or_default(), size };
    let md5 = app.text_of("md5");
    let mut message = XmlMessage::with(body, AttachmentRole::File, name, vec![md5.clone()]);
    message.uploading = uploading;
    if let Some(attachment) = message.attachments.first_mut() {
        // Of a file that is still uploading it is the one to come.
        attachment.md5 = md5.filter(|_| !uploading);
    }
    // The finished message names the one that said the file was still uploading.
    message.replacing(app.at(&["appattach", "overwrite_newmsgid"]).and_then(Node::own_text))
}

fn sticker(app: &Node) -> XmlMessage {
    let digest = app.at(&["appattach", "emoticonmd5"]).and_then(Node::own_text).or_else(|| app.text_of("md5"));
    let body = Body::Sticker { caption: app.text_of("title"), url: app.text_of("url") };
    XmlMessage::with(body, AttachmentRole::Sticker, None, vec![digest])
}

fn live_location(app: &Node) -> Body {
    Body::Location(Location {
        name: app.text_of("title"),
        address: app.text_of("des"),
        live: true,
        ..Location::default()
    })
}

fn record(app: &Node, depth: usize) -> Option<XmlMessage> {
    let item = app.child("recorditem")?;
    let mut attachments = Vec::new();
    let mut history = history::from_record_item(item, depth, &mut attachments)?;
    history.title = app.text_of("title").or(history.title);
    Some(XmlMessage { attachments, ..XmlMessage::plain(Body::MergedHistory(history)) })
}

/// A history whose items the XML does not hold: its description is the preview the app shows, one line a message.
fn merged_without_items(app: &Node) -> XmlMessage {
    let lines = app.text_of("des").unwrap_or_default();
    XmlMessage::plain(Body::MergedHistory(history::from_preview(app.text_of("title"), &lines)))
}

fn announcement(app: &Node, depth: usize) -> XmlMessage {
    let direct = app.text_of("textannouncement");
    let mut attachments: Vec<XmlAttachment> = Vec::new();
    let items = app.child("recorditem").and_then(|item| history::items_of(item, depth)).unwrap_or_default();
    let from_items: Vec<String> = items.iter().filter_map(RecordItem::shown_text).collect();
    for item in items {
        item.into_history_item(depth, &mut attachments);
    }
    let text = direct
        .or_else(|| (!from_items.is_empty()).then(|| from_items.join("\n")))
        .or_else(|| app.text_of("des"))
        .unwrap_or_else(|| title(app));
    XmlMessage { attachments, ..XmlMessage::plain(Body::Announcement { text }) }
}

fn mini_program(app: &Node) -> Body {
    let info = app.child("weappinfo");
    let of = |name| info.and_then(|node| node.text_of(name));
    Body::MiniProgram(MiniProgram {
        name: app.text_of("sourcedisplayname"),
        title: app.text_of("title"),
        app_id: of("appid").or_else(|| app.text_of("sourceusername")).or_else(|| of("username")),
        page: of("pagepath"),
        url: app.text_of("url"),
    })
}

fn channel(app: &Node, kind: ChannelKind) -> Body {
    let node = ["finderFeed", "finderLive", "findernamecard", "finderShareNameCard"].iter().find_map(|n| app.child(n));
    let of = |name: &str| node.and_then(|node| node.text_of(name));
    let media = node.and_then(|node| node.at(&["mediaList", "media", "url"])).and_then(Node::own_text);
    Body::Channel(Channel {
        kind,
        name: of("nickname").or_else(|| app.text_of("sourcedisplayname")),
        description: of("desc").or_else(|| of("authDesc")).or_else(|| app.text_of("des")),
        url: media.or_else(|| app.text_of("url")),
    })
}

fn quote(app: &Node, depth: usize) -> Body {
    let text = title(app);
    let Some(refer) = app.child("refermsg") else {
        return Body::Quote(Quote { text, native_id: None, sender_id: None, sender: None, time: None, quoted: None });
    };
    let quoted = refer.text_of("content").map(|content| {
        let kind = refer.text_of("type").and_then(|kind| kind.parse().ok()).unwrap_or(1);
        Box::new(quoted_body(kind, &content, depth))
    });
    Body::Quote(Quote {
        text,
        native_id: refer.text_of("svrid").filter(|id| id != "0"),
        // In a group `fromusr` is the group itself.
        sender_id: refer.text_in(&["chatusr", "fromusr"]).filter(|id| !id.ends_with("@chatroom")),
        sender: refer.text_of("displayname"),
        time: refer.text_of("createtime"),
        quoted,
    })
}

fn quoted_body(kind: i64, content: &str, depth: usize) -> Body {
    if kind == 1 || !super::looks_like_xml(content) {
        return quoted_without_xml(kind, content);
    }
    match super::read(RawType::of(kind), content, depth + 1) {
        Ok(message) => message.body,
        Err(_) => Body::Unknown { raw_type: kind.to_string(), text: content.to_owned() },
    }
}

/// What is quoted where only its type and a text are there.
fn quoted_without_xml(kind: i64, content: &str) -> Body {
    match kind {
        3 => Body::Picture,
        34 => Body::Voice { duration_ms: None, transcript: None },
        43 | 62 => Body::Video { duration_ms: None },
        47 => Body::Sticker { caption: None, url: None },
        // The text of anything else is what the app itself shows for it.
        _ => Body::text_of(content),
    }
}

fn transfer(app: &Node) -> Body {
    let Some(info) = app.child("wcpayinfo") else {
        return Body::Transfer(Transfer { memo: app.text_of("des"), ..Transfer::default() });
    };
    let state = info.text_of("paysubtype").map(|kind| match kind.as_str() {
        "1" | "7" => TransferState::Sent,
        "3" | "5" => TransferState::Received,
        "4" => TransferState::Refunded,
        _ => other_state(app, &kind),
    });
    Body::Transfer(Transfer {
        state,
        amount: info.text_of("feedesc"),
        memo: info.text_of("pay_memo"),
        payer: info.text_of("payer_username"),
        receiver: info.text_of("receiver_username"),
        transaction_id: info.text_of("transcationid").or_else(|| info.text_of("transactionid")),
        transfer_id: info.text_of("transferid"),
    })
}

fn other_state(app: &Node, kind: &str) -> TransferState {
    let shown = app.text_of("des").unwrap_or_default();
    if shown.contains("过期") || shown.to_lowercase().contains("expired") {
        return TransferState::Expired;
    }
    TransferState::Other(format!("paysubtype {kind}"))
}

/// What the scene of a plain red packet is called, which says nothing of where it stands.
const PLAIN_SCENES: &[&str] = &["微信红包", "WeChat Red Packet"];

fn red_packet(app: &Node) -> Body {
    let info = app.child("wcpayinfo");
    let of = |name: &str| info.and_then(|info| info.text_of(name));
    let number = || of("nativeurl").or_else(|| of("url")).and_then(|url| sendid(&url));
    Body::RedPacket(RedPacket {
        greeting: of("sendertitle").or_else(|| of("receivertitle")).or_else(|| app.text_of("title")),
        amount: None,
        state: of("scenetext").filter(|scene| !PLAIN_SCENES.contains(&scene.as_str())),
        transaction_id: of("paymsgid").or_else(number),
    })
}

/// Returns the number of a red packet from the address that opens it.
fn sendid(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.trim().strip_prefix("sendid="))?;
    crate::field::filled(value.trim())
}
