//! Messages that chatlog flattened to a text: `[文件|name](address)`, `[转账|发送 ￥1.00](memo)`, lines after `> ` for a quote.
//!
//! Nothing else says of what type a message is, so that only the exact shapes that the tool writes are taken for cards.
//! `[红包]` is a text code that people type too: alone it stays a text.

use duces_model::{
    AttachmentRole, Body, Channel, ChannelKind, ContactCard, HistoryItem, Link, LinkKind, MergedHistory, MiniProgram,
    Quote, RedPacket,
};

use crate::draft::Draft;
use crate::field::filled;
use crate::media::Hint;
use crate::{notice, transfer, wechat_xml};

/// Returns what a flattened message says.
pub(super) fn draft(text: &str, by_app: bool) -> Draft {
    if by_app {
        return Draft::plain(wechat_xml::plain_notice(text));
    }
    if text.starts_with("> ") {
        return Draft::plain(quote(text));
    }
    bare(text).or_else(|| labelled(text)).unwrap_or_else(|| Draft::plain(Body::text_of(text)))
}

/// What stands for a message of which nothing but the type is there.
fn bare(text: &str) -> Option<Draft> {
    let media = |body, role| Some(Draft::with(body, role, Hint::default()));
    match text {
        "[语音]" => media(Body::Voice { duration_ms: None, transcript: None }, AttachmentRole::Voice),
        "[动画表情]" | "[GIF表情]" => media(Body::Sticker { caption: None, url: None }, AttachmentRole::Sticker),
        "[名片]" => Some(Draft::plain(Body::ContactCard(ContactCard::default()))),
        "[小程序]" => Some(Draft::plain(Body::MiniProgram(MiniProgram::default()))),
        "[视频号]" => Some(Draft::plain(channel(ChannelKind::Card, None, None))),
        "[合并转发]" => Some(Draft::plain(Body::MergedHistory(MergedHistory::default()))),
        "[群公告]" => Some(Draft::plain(Body::Announcement { text: String::new() })),
        "[红包封面]" => Some(Draft::plain(Body::RedPacket(RedPacket::default()))),
        // The tool writes the same for calls with and without a picture.
        "[语音通话]" => {
            let mut call = notice::call(text);
            call.video = None;
            Some(Draft::plain(Body::Call(call)))
        }
        "[分享]" => Some(Draft::plain(Body::Unknown { raw_type: "49".to_owned(), text: text.to_owned() })),
        _ => None,
    }
}

fn channel(kind: ChannelKind, description: Option<String>, url: Option<String>) -> Body {
    Body::Channel(Channel { kind, name: None, description, url })
}

/// `[label|title](address)`, `![label](address)`, and their like.
fn labelled(text: &str) -> Option<Draft> {
    if let Some(rest) = text.strip_prefix("Type: ") {
        let (number, content) = rest.split_once(" Content: ")?;
        number.parse::<i64>().ok()?;
        return Some(Draft::plain(Body::Unknown { raw_type: number.to_owned(), text: content.to_owned() }));
    }
    if text.starts_with("[转账|") {
        return Some(Draft::plain(Body::Transfer(transfer::from_text(text))));
    }
    if let Some(rest) = text.strip_prefix("[合并转发|") {
        return Some(Draft::plain(Body::MergedHistory(history(rest))));
    }
    let (head, address) = text.strip_suffix(')')?.rsplit_once("](")?;
    let (label, title) = head.split_once('|').map_or((head, None), |(label, title)| (label, filled(title)));
    let url = || filled(address).filter(|url| url != "%!s(<nil>)");
    let media = |body, role, name: Option<String>| {
        let keys = address.rsplit('/').next().unwrap_or_default();
        let mut stems: Vec<String> = keys.split(',').filter_map(filled).filter(|key| !key.starts_with("%!")).collect();
        stems.extend(name.clone().filter(|name| !name.contains(['/', '\\'])));
        Some(Draft::with(body, role, Hint { name, stems, ..Hint::default() }))
    };
    let link = |kind, title, description| {
        Some(Draft::plain(Body::Link(Link { kind, title, description, url: url(), source: None })))
    };
    match label {
        "![图片" => media(Body::Picture, AttachmentRole::Picture, None),
        "[语音" => media(Body::Voice { duration_ms: None, transcript: None }, AttachmentRole::Voice, None),
        "![视频" => media(Body::Video { duration_ms: None }, AttachmentRole::Video, None),
        "[文件" => {
            let body = Body::File { name: title.clone().unwrap_or_default(), size: None };
            media(body, AttachmentRole::File, title)
        }
        "[链接" => {
            let article = address.contains("://mp.weixin.qq.com/");
            link(if article { LinkKind::Article } else { LinkKind::Page }, title, None)
        }
        "[分享" => {
            let (title, description) = title.as_deref().and_then(|both| both.rsplit_once('|')).unwrap_or_default();
            link(LinkKind::Video, filled(title), filled(description))
        }
        // chatlog writes the mini program's own name as its title.
        "[小程序" => {
            Some(Draft::plain(Body::MiniProgram(MiniProgram { name: title, url: url(), ..MiniProgram::default() })))
        }
        "[视频号" => Some(Draft::plain(channel(ChannelKind::Post, title, url()))),
        _ => None,
    }
}

/// Returns the name and the id of `name(id)`, or the id alone.
pub(super) fn person(text: &str) -> (Option<String>, Option<String>) {
    match text.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        Some((name, id)) => (filled(name), filled(id)),
        None => (None, filled(text)),
    }
}

/// The quoted message stands in the lines that begin with `> `, its first line says who and when; then the reply.
fn quote(text: &str) -> Body {
    let quoted: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("> ")).collect();
    let reply: Vec<&str> = text.lines().skip(quoted.len()).collect();
    let mut out =
        Quote { text: reply.join("\n"), native_id: None, sender_id: None, sender: None, time: None, quoted: None };
    let Some((head, lines)) = quoted.split_first() else { return Body::Quote(out) };
    if *head == "[引用]" {
        return Body::Quote(out);
    }
    let shown = match super::txt::head_of(head) {
        Some(found) => {
            (out.sender, out.sender_id) = person(&found.sender);
            out.time = Some(found.time.to_owned());
            lines.join("\n")
        }
        None => quoted.join("\n"),
    };
    out.quoted = Some(Box::new(draft(&shown, false).body));
    Body::Quote(out)
}

/// `title]`, then for each message a line with name and time and the lines of its text, all indented.
fn history(rest: &str) -> MergedHistory {
    let (title, lines) = rest.split_once('\n').unwrap_or((rest, ""));
    let mut items: Vec<(Option<String>, Option<String>, Vec<&str>)> = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match (name_and_time(line), items.last_mut()) {
            (Some((name, time)), _) => items.push((filled(name), filled(time), Vec::new())),
            (None, Some((.., text))) => text.push(line),
            (None, None) => items.push((None, None, vec![line])),
        }
    }
    let item = |(sender, time, text): (Option<String>, Option<String>, Vec<&str>)| HistoryItem {
        sender,
        time,
        body: Box::new(draft(&text.join("\n"), false).body),
        attachment: None,
    };
    MergedHistory {
        title: filled(title.strip_suffix(']').unwrap_or(title)),
        items: items.into_iter().map(item).collect(),
    }
}

/// Returns what `name 2024-01-02 10:00` says; a time may have seconds.
fn name_and_time(line: &str) -> Option<(&str, &str)> {
    let clock = line.rfind(' ')?;
    let date = line[..clock].rfind(' ')?;
    let time = &line[date + 1..];
    let digits = |c: char| c.is_ascii_digit();
    let shaped = time.len() >= 14 && time.starts_with(digits) && time.contains(':') && time.contains(['-', '/']);
    (shaped && time.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | ':' | ' ')))
        .then(|| (line[..date].trim(), time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_shapes_are_cards_and_anything_else_is_text() {
        let rows = [
            ("好的 [旺柴]", "Text", "好的 [旺柴]"),
            ("[红包]", "Text", "[红包]"),
            ("[链接] 看这个", "Text", "看这个"),
            ("![图片](http://127.0.0.1:5030/image/aa,bb)", "Picture", ""),
            ("[语音](http://127.0.0.1:5030/voice/77)", "Voice", ""),
            ("![视频](http://127.0.0.1:5030/video/cc)", "Video", ""),
            ("[动画表情]", "Sticker", ""),
            ("[文件|合同(v2).pdf](http://127.0.0.1:5030/file/dd)", "File", "合同(v2).pdf"),
            ("[链接|T](https://example.com/a_(b))", "Link", "https://example.com/a_(b)"),
            ("[分享|T|D](https://example.com)", "Video link", "description: D"),
            ("[小程序|车票](https://example.com)", "Mini program", "车票"),
            ("[视频号|一条](u)", "Channel post", "一条"),
            ("[视频号]", "Channel", ""),
            ("[转账|发送 ￥200.00](午饭)", "Transfer", "note: 午饭"),
            ("[语音通话]", "Call", ""),
            ("Type: 9999 Content: x", "Unknown message type", "type: 9999"),
            ("> 博(wxid_b) 03-05 09:00:00\n> 原话\n好", "Quote", "> [Quote] 博 wxid_b 03-05 09:00:00\n> 原话"),
            ("> [引用]\n好", "Quote", "好"),
            (
                "[合并转发|群聊]\n  安 2024-01-02 10:00\n  一\n  二\n  博 2024-01-02 10:01\n  [动画表情]",
                "Merged chat history",
                "| 一\n| 二",
            ),
        ];
        for (text, label, part) in rows {
            let body = draft(text, false).body;
            assert_eq!(body.label(), label, "{text}");
            assert!(body.text(&[]).contains(part), "{text}: {:?}", body.text(&[]));
        }
        assert_eq!(draft("你撤回了一条消息", true).body.label(), "Recalled message");
    }
}
