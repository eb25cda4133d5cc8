//! What each `type` of WeFlow says: the word, the text it shows, and the fields that some versions add.

use std::borrow::Cow;

use duces_model::{
    AttachmentRole, Body, Channel, ChannelKind, ContactCard, Link, LinkKind, Location, MergedHistory, MiniProgram,
    Notice, NoticeKind, Place, Quote, RedPacket,
};
use serde_json::value::RawValue;

use super::row::Row;
use crate::draft::{Draft, without_label};
use crate::field::filled;
use crate::media::Hint;
use crate::sink::Sink;
use crate::{notice, transfer, wechat_xml};

/// Returns what a message says.
pub(super) fn draft(row: &Row<'_>, place: &Place, sink: &mut Sink) -> Draft {
    let content = row.content.str();
    let kind = row.kind.str();
    if kind != "文本消息" && wechat_xml::looks_like_xml(&content) {
        return Draft::from_xml(base_type(&kind, row.local_type.int()), &content, place, sink);
    }
    match kind.as_ref() {
        "文本消息" => Draft::plain(Body::text_of(content)),
        "图片消息" => media(Body::Picture, AttachmentRole::Picture, &content, Vec::new()),
        "语音消息" => voice(&content),
        "视频消息" => media(Body::Video { duration_ms: None }, AttachmentRole::Video, &content, Vec::new()),
        "文件消息" => file(&content),
        "动画表情" => sticker(row, &content),
        "名片消息" => contact_card(row, &content),
        "卡片式链接" | "图文消息" | "卡片式链接|图文消息" | "链接消息" | "音乐消息" => {
            card(row, &content)
        }
        "位置消息" => location(row, &content),
        "红包卡片" | "红包消息" => red_packet(&content),
        "转账卡片" | "转账消息" => Draft::plain(Body::Transfer(transfer::from_text(&content))),
        "小程序分享" | "小程序消息" => mini_program(row, &content),
        "视频号直播卡片" | "视频号消息" => channel(row, &content),
        "引用消息" => quote(row, &content),
        "聊天记录合并转发" | "聊天记录" => merged(&content),
        "通话消息" => Draft::plain(Body::Call(notice::call(&content))),
        "群公告" => Draft::plain(Body::Announcement { text: without_label(&content, &["群公告"]).to_owned() }),
        "接龙" | "接龙消息" => {
            Draft::plain(Body::Solitaire { text: without_label(&content, &["接龙"]).to_owned() })
        }
        "系统消息" => Draft::plain(wechat_xml::plain_notice(&content)),
        other => by_number(other, row, &content, place, sink),
    }
}

/// `未知类型(50)` names the base type; a call is told by it.
fn by_number(kind: &str, row: &Row<'_>, content: &str, place: &Place, sink: &mut Sink) -> Draft {
    let number = kind.strip_prefix("未知类型(").and_then(|rest| rest.strip_suffix(')'));
    match number.and_then(|number| number.parse::<i64>().ok()).map(|number| number & 0xffff_ffff) {
        Some(50) => Draft::plain(Body::Call(notice::call(content))),
        Some(10000) => Draft::plain(wechat_xml::plain_notice(content)),
        // Whatever has no word of its own may still have its number.
        _ if row.app_msg_type.int().is_some_and(is_known_card) => card(row, content),
        _ => {
            let raw_type = row.app_msg_type.text().map_or_else(|| kind.to_owned(), |app| format!("{kind} 49/{app}"));
            Draft::unknown(raw_type, content, place, sink)
        }
    }
}

fn is_known_card(kind: i64) -> bool {
    LINKS.iter().any(|(number, _)| *number == kind) || OTHER_CARDS.contains(&kind)
}

/// App messages that are links of a kind; every other number of a link is a page.
const LINKS: &[(i64, LinkKind)] = &[
    (3, LinkKind::Music),
    (76, LinkKind::Music),
    (92, LinkKind::Music),
    (4, LinkKind::Video),
    (7, LinkKind::Game),
    (68, LinkKind::Game),
    (24, LinkKind::Note),
    (40, LinkKind::Favourite),
    (5, LinkKind::Page),
    (49, LinkKind::Page),
];

/// App messages that are no links although the word may say so: the tool has words for a few only.
const OTHER_CARDS: &[i64] = &[6, 8, 15, 17, 19, 33, 36, 50, 51, 53, 57, 62, 63, 87, 88, 2000, 2001, 2003];

/// Returns what a card says, by its number where the source has it.
fn card(row: &Row<'_>, content: &str) -> Draft {
    match row.app_msg_type.int() {
        Some(6) => file(content),
        Some(8 | 15) => sticker(row, content),
        Some(17) => {
            let address = filled(without_label(content, &["位置共享", "位置"]));
            Draft::plain(Body::Location(Location { address, live: true, ..Location::default() }))
        }
        Some(19) => merged(content),
        Some(33 | 36) => mini_program(row, content),
        Some(50 | 51 | 63 | 88) => channel(row, content),
        Some(53) => Draft::plain(Body::Solitaire { text: without_label(content, &["接龙"]).to_owned() }),
        Some(57) => quote(row, content),
        Some(62) => Draft::plain(Body::Notice(Notice { kind: NoticeKind::Pat, text: content.to_owned() })),
        Some(87) => Draft::plain(Body::Announcement { text: without_label(content, &["群公告"]).to_owned() }),
        Some(2000) => Draft::plain(Body::Transfer(transfer::from_text(content))),
        Some(2001 | 2003) => red_packet(content),
        None if row.app_msg_kind.str() == "finder" => channel(row, content),
        None if row.app_msg_kind.str() == "red-packet" => red_packet(content),
        None if row.app_msg_kind.str() == "music" => music(row, content),
        Some(3 | 76 | 92) => music(row, content),
        _ => link(row, content),
    }
}

fn base_type(kind: &str, local_type: Option<i64>) -> i64 {
    match kind {
        "图片消息" => 3,
        "语音消息" => 34,
        "视频消息" => 43,
        "动画表情" => 47,
        "名片消息" => 42,
        "位置消息" => 48,
        "系统消息" => 10000,
        "通话消息" => 50,
        _ => local_type.map_or(49, |number| number & 0xffff_ffff),
    }
}

/// Returns the path that stands in `content` where media were exported; a label in brackets is none.
fn path_in(content: &str) -> Option<String> {
    let path = content.trim();
    let shaped = (path.contains('/') || path.contains('\\') || path.contains('.')) && !path.contains('\n');
    (!path.is_empty() && !path.starts_with('[') && shaped).then(|| path.to_owned())
}

fn media(body: Body, role: AttachmentRole, content: &str, stems: Vec<String>) -> Draft {
    Draft::with(body, role, Hint { path: path_in(content), stems, ..Hint::default() })
}

fn voice(content: &str) -> Draft {
    const LABELS: &[&str] = &["语音消息", "语音转文字", "语音"];
    let path = path_in(content).filter(|path| path.contains(['/', '\\']));
    // Where voice was turned into text, the text stands in the place of the path.
    let transcript = if path.is_none() && !content.starts_with("[语音消息 - ") {
        filled(without_label(content, LABELS))
    } else {
        None
    };
    let body = Body::Voice { duration_ms: None, transcript };
    Draft::with(body, AttachmentRole::Voice, Hint { path, ..Hint::default() })
}

fn file(content: &str) -> Draft {
    let path = path_in(content);
    let name = match &path {
        Some(path) => path.replace('\\', "/").rsplit('/').next().unwrap_or_default().to_owned(),
        None => without_label(content, &["文件"]).to_owned(),
    };
    let hint = Hint { name: filled(name.clone()), path, ..Hint::default() };
    Draft::with(Body::File { name, size: None }, AttachmentRole::File, hint)
}

fn sticker(row: &Row<'_>, content: &str) -> Draft {
    let body = Body::Sticker { caption: row.emoji_caption.text(), url: row.emoji_cdn_url.text() };
    media(body, AttachmentRole::Sticker, content, row.emoji_md5.text().into_iter().collect())
}

fn contact_card(row: &Row<'_>, content: &str) -> Draft {
    let name = row.contact_card_nickname.text().or_else(|| filled(without_label(content, &["名片", "个人名片"])));
    Draft::plain(Body::ContactCard(ContactCard {
        name: name.filter(|name| name != "[名片]"),
        native_id: row.contact_card_wxid.text(),
        alias: row.contact_card_alias.text(),
        note: row.contact_card_signature.text(),
    }))
    .fact("remark on the card", row.contact_card_remark.text())
    .fact("province on the card", row.contact_card_province.text())
    .fact("city on the card", row.contact_card_city.text())
}

fn link(row: &Row<'_>, content: &str) -> Draft {
    let text = without_label(content, &["链接", "音乐", "图文", "视频"]);
    let (shown, address) = split_address(text);
    let url = row.link_url.text().or(address);
    let article = url.as_deref().is_some_and(|url| url.contains("://mp.weixin.qq.com/"));
    let by_number = LINKS.iter().find(|(number, _)| Some(*number) == row.app_msg_type.int()).map(|(_, kind)| *kind);
    let kind = match by_number.filter(|kind| *kind != LinkKind::Page) {
        Some(kind) => kind,
        None if content.starts_with("[音乐]") => LinkKind::Music,
        None if article || row.app_msg_source_username.str().starts_with("gh_") => LinkKind::Article,
        None => LinkKind::Page,
    };
    Draft::plain(Body::Link(Link {
        kind,
        title: row.link_title.text().or_else(|| filled(shown)),
        description: row.app_msg_desc.text(),
        url,
        source: row.app_msg_source_name.text().or_else(|| row.app_msg_app_name.text()),
    }))
}

fn music(row: &Row<'_>, content: &str) -> Draft {
    let text = without_label(content, &["音乐", "链接"]);
    let (shown, address) = split_address(text);
    let url = row.music_url.text().or_else(|| row.link_url.text()).or_else(|| row.music_data_url.text()).or(address);
    let source = row.music_app_name.text().or_else(|| row.music_source_name.text());
    Draft::plain(Body::Link(Link {
        kind: LinkKind::Music,
        title: row.music_title.text().or_else(|| row.link_title.text()).or_else(|| filled(shown)),
        description: row.music_singer.text().or_else(|| row.app_msg_desc.text()),
        url,
        source: source.or_else(|| row.app_msg_source_name.text()).or_else(|| row.app_msg_app_name.text()),
    }))
}

/// Returns a card's text without the web address at its end, and that address.
fn split_address(text: &str) -> (&str, Option<String>) {
    let at = text.rfind("https://").or_else(|| text.rfind("http://"));
    match at {
        Some(at) if !text[at..].contains(char::is_whitespace) => {
            let address = text[at..].trim_end_matches([')', ']']);
            (text[..at].trim_end_matches(['(', ' ', '\n', '[']).trim(), Some(address.to_owned()))
        }
        _ => (text.trim(), None),
    }
}

fn location(row: &Row<'_>, content: &str) -> Draft {
    let number = |value: Option<&RawValue>| value.map(|v| v.get().trim_matches('"').to_owned()).filter(|v| v != "null");
    let name = row.location_poiname.text();
    let address = row.location_label.text().or_else(|| {
        let shown = without_label(content, &["位置", "定位"]);
        if name.is_none() && !shown.starts_with('[') { filled(shown) } else { None }
    });
    Draft::plain(Body::Location(Location {
        name,
        address,
        latitude: number(row.location_lat),
        longitude: number(row.location_lng),
        live: false,
    }))
}

fn red_packet(content: &str) -> Draft {
    let greeting = without_label(content, &["红包", "微信红包"]);
    let greeting = if greeting == "[红包]" { None } else { filled(greeting) };
    Draft::plain(Body::RedPacket(RedPacket { greeting, ..RedPacket::default() }))
}

fn mini_program(row: &Row<'_>, content: &str) -> Draft {
    let (shown, url) = split_address(without_label(content, &["小程序"]));
    Draft::plain(Body::MiniProgram(MiniProgram {
        name: row.app_msg_source_name.text().or_else(|| row.app_msg_app_name.text()),
        title: row.link_title.text().or_else(|| filled(shown)),
        app_id: row.app_msg_source_username.text(),
        page: None,
        url: row.link_url.text().or(url),
    }))
}

fn channel(row: &Row<'_>, content: &str) -> Draft {
    let kind = match row.app_msg_type.int() {
        Some(50) => ChannelKind::Card,
        Some(51) => ChannelKind::Post,
        Some(63 | 88) => ChannelKind::Live,
        _ if row.app_msg_kind.str() == "finder" => ChannelKind::Post,
        _ => ChannelKind::Live,
    };
    let (shown, url) = split_address(without_label(content, &["视频号直播", "视频号"]));
    Draft::plain(Body::Channel(Channel {
        kind,
        name: row.finder_nickname.text(),
        description: row
            .finder_title
            .text()
            .or_else(|| row.finder_desc.text())
            .or_else(|| row.app_msg_desc.text())
            .or_else(|| filled(shown)),
        url: row.finder_url.text().or_else(|| row.link_url.text()).or(url),
    }))
    .fact("channel account", row.finder_username.text())
    .fact("channel post", row.finder_object_id.text())
}

fn quote(row: &Row<'_>, content: &str) -> Draft {
    let (sender, quoted) = (row.quoted_sender.text(), row.quoted_content.text());
    // The content repeats the quote after the reply: `reply[引用 sender：preview]`.
    let label = match (&sender, &quoted) {
        (Some(sender), Some(quoted)) => Cow::Owned(format!("[引用 {sender}：{quoted}]")),
        (None, Some(quoted)) => Cow::Owned(format!("[引用 {quoted}]")),
        _ => Cow::Borrowed(""),
    };
    let text = content.strip_suffix(label.as_ref()).unwrap_or(content);
    Draft::plain(Body::Quote(Quote {
        text: text.to_owned(),
        native_id: row.reply_to_message_id.text(),
        sender_id: None,
        sender,
        time: None,
        quoted: quoted.map(|quoted| Box::new(Body::text_of(quoted))),
    }))
}

/// A merged history of which the tool wrote the title and the lines it shows.
fn merged(content: &str) -> Draft {
    let text = without_label(content, &["聊天记录", "合并转发", "聊天记录合并转发"]);
    let (title, lines) = text.split_once('\n').unwrap_or((text, ""));
    let MergedHistory { title, items } = wechat_xml::history_from_preview(filled(title), lines);
    Draft::plain(Body::MergedHistory(MergedHistory { title, items }))
}
