//! Messages whose type a tool names in a word, with the text it shows for them and a path or an address beside it.
//!
//! PyWxDump, MemoTrace and WeClone's layout share most of the words. A word that is not in the table stays unknown.

use duces_model::{
    AttachmentRole, Body, Channel, ChannelKind, ContactCard, Link, LinkKind, Location, MiniProgram, Notice, NoticeKind,
    Place, Quote, RedPacket,
};

use crate::draft::{Draft, without_label};
use crate::field::filled;
use crate::media::Hint;
use crate::sink::Sink;
use crate::wechat_xml::{self, RecordItem};
use crate::{notice, python_literal, record_value, transfer};

/// A message as such a tool writes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) kind: &'a str,
    pub(crate) text: &'a str,
    /// A path or an address; empty where there is none.
    pub(crate) source: &'a str,
}

/// Words of other tools for the same types: WeClone's in English, as WeFlow writes them, and those of MemoTrace, which are
/// documented in part only.
const SYNONYMS: &[(&str, &str)] = &[
    ("text", "文本"),
    ("image", "图片"),
    ("voice", "语音"),
    ("video", "视频"),
    ("sticker", "动画表情"),
    ("location", "位置"),
    ("file", "文件"),
    ("文字", "文本"),
    ("表情包", "动画表情"),
    ("表情", "动画表情"),
    ("链接", "卡片式链接"),
    ("分享链接", "卡片式链接"),
    ("网页链接", "卡片式链接"),
    ("音乐分享", "音乐"),
    ("引用消息", "引用回复"),
    ("引用", "引用回复"),
    ("聊天记录", "合并转发的聊天记录"),
    ("合并转发", "合并转发的聊天记录"),
    ("系统消息", "系统通知"),
    ("音视频通话", "语音通话"),
    ("企业微信名片", "名片"),
    ("个人名片", "名片"),
    ("公众号名片", "名片"),
    ("视频号", "视频号视频"),
    ("红包封面", "赠送红包封面"),
    ("共享实时位置", "位置共享"),
];

/// Tells whether a word is one of WeClone's, whose `talker` is a name and not an account.
pub(crate) fn is_english(kind: &str) -> bool {
    kind.bytes().all(|byte| byte.is_ascii_lowercase()) && SYNONYMS.iter().any(|(other, _)| *other == kind)
}

fn canonical(kind: &str) -> &str {
    SYNONYMS.iter().find(|(other, _)| *other == kind).map_or(kind, |(_, word)| word)
}

/// Returns what a message says.
pub(crate) fn draft(row: Named<'_>, place: &Place, sink: &mut Sink) -> Draft {
    let row = Named { kind: canonical(row.kind), ..row };
    let Named { kind, text, source } = row;
    if kind != "文本" && wechat_xml::looks_like_xml(text) {
        let mut draft = Draft::from_xml(base_type(kind), text, place, sink);
        if let Some((role, _)) = draft.attachments.first() {
            let role = *role;
            draft.set_path(role, filled(source));
        }
        return draft;
    }
    let with_source = |body, role, name: Option<String>| {
        let path = filled(source).filter(|path| !path.contains("://"));
        Draft::with(body, role, Hint { name, path, ..Hint::default() })
    };
    match kind {
        "文本" | "粘贴的文本" => Draft::plain(Body::text_of(text)),
        "图片" => with_source(Body::Picture, AttachmentRole::Picture, None),
        "语音" => with_source(voice(text), AttachmentRole::Voice, None),
        "视频" => with_source(Body::Video { duration_ms: None }, AttachmentRole::Video, None),
        "动画表情" | "用户上传的GIF表情" => {
            let url = filled(source).filter(|source| source.contains("://"));
            with_source(Body::Sticker { caption: None, url }, AttachmentRole::Sticker, None)
        }
        "文件" => {
            let name = file_name(row);
            with_source(Body::File { name: name.clone(), size: None }, AttachmentRole::File, filled(name))
        }
        "添加好友" => Draft::plain(Body::FriendRequest { card: ContactCard::default(), text: text.to_owned() }),
        "推荐公众号" | "名片" => {
            let name = filled(without_label(text, &["名片", "推荐公众号"]));
            Draft::plain(Body::ContactCard(ContactCard { name, ..ContactCard::default() }))
        }
        "位置" => location(text, false),
        "位置共享" => location(text, true),
        "引用回复" => Draft::plain(quote(text)),
        "转账" => Draft::plain(Body::Transfer(transfer::from_text(text))),
        "红包" | "赠送红包封面" => {
            Draft::plain(Body::RedPacket(RedPacket { greeting: filled(text), ..RedPacket::default() }))
        }
        "语音通话" | "视频通话" => Draft::plain(Body::Call(notice::call(text))),
        "合并转发的聊天记录" => {
            let (title, lines) = text.split_once('\n').unwrap_or((text, ""));
            if let Some((full_title, items)) = history_in(source) {
                return Draft::history(full_title.or_else(|| filled(title)), items);
            }
            Draft::plain(Body::MergedHistory(wechat_xml::history_from_preview(filled(title), lines)))
        }
        "群公告" => Draft::plain(Body::Announcement { text: text.to_owned() }),
        "接龙" => Draft::plain(Body::Solitaire { text: text.to_owned() }),
        "拍一拍" => Draft::plain(Body::Notice(Notice { kind: NoticeKind::Pat, text: text.to_owned() })),
        "邀请加群" => Draft::plain(Body::Notice(Notice { kind: NoticeKind::Join, text: text.to_owned() })),
        "系统通知" => Draft::plain(wechat_xml::plain_notice(text)),
        recall if recall.starts_with("消息撤回") => Draft::plain(wechat_xml::recall_of(text)),
        shared => shared_card(shared, row).unwrap_or_else(|| Draft::unknown(shared, text, place, sink)),
    }
}

/// The text of a merged history is a preview; the whole of it stands in `src`: as JSON, or as Python writes its parsed
/// XML.
fn history_in(source: &str) -> Option<(Option<String>, Vec<RecordItem>)> {
    if !source.starts_with('{') {
        return None;
    }
    let parsed = serde_json::from_str(source).ok().or_else(|| python_literal::parse(source))?;
    let info = parsed.get("recordinfo").unwrap_or(&parsed);
    Some((record_value::title(info), record_value::items(info)?))
}

fn base_type(kind: &str) -> i64 {
    match kind {
        "图片" => 3,
        "语音" => 34,
        "添加好友" => 37,
        "推荐公众号" | "名片" => 42,
        "视频" => 43,
        "动画表情" => 47,
        "位置" => 48,
        "语音通话" | "视频通话" => 50,
        "系统通知" | "拍一拍" | "邀请加群" => 10000,
        recall if recall.starts_with("消息撤回") => 10000,
        _ => 49,
    }
}

/// The kinds that show as a card: links, mini programs, channels.
fn shared_card(kind: &str, row: Named<'_>) -> Option<Draft> {
    let (text, url) = card_parts(row);
    let link = |kind| {
        let link = Link { kind, title: filled(text.clone()), description: None, url: url.clone(), source: None };
        Some(Draft::plain(Body::Link(link)))
    };
    let channel = |kind| {
        let channel = Channel { kind, name: None, description: filled(text.clone()), url: url.clone() };
        Some(Draft::plain(Body::Channel(channel)))
    };
    match kind.trim_start_matches("(分享)").trim_start_matches("（分享）") {
        "音乐" => link(LinkKind::Music),
        "卡片式链接" if url.as_deref().is_some_and(|url| url.contains("://mp.weixin.qq.com/")) => {
            link(LinkKind::Article)
        }
        "卡片式链接" => link(LinkKind::Page),
        "游戏相关" => link(LinkKind::Game),
        "笔记" => link(LinkKind::Note),
        "收藏夹" => link(LinkKind::Favourite),
        "小程序" => {
            let program = MiniProgram { title: filled(text), url, ..MiniProgram::default() };
            Some(Draft::plain(Body::MiniProgram(program)))
        }
        "视频号名片" => channel(ChannelKind::Card),
        "视频号视频" => channel(ChannelKind::Post),
        "视频号直播或直播回放" | "视频号直播" => channel(ChannelKind::Live),
        _ => None,
    }
}

fn card_parts(row: Named<'_>) -> (String, Option<String>) {
    let from_source = filled(row.source).filter(|source| source.contains("://"));
    if from_source.is_some() {
        return (row.text.to_owned(), from_source);
    }
    // The address stands on the last line of the text where it has no column of its own.
    match row.text.trim_end().rsplit_once('\n') {
        Some((text, last)) if last.trim().starts_with("http") => {
            (text.trim_end().to_owned(), Some(last.trim().to_owned()))
        }
        _ => (row.text.to_owned(), None),
    }
}

/// The tool writes `语音时长：2.30秒`, then `翻译结果：…` where it knows what was said; others write what was said alone.
fn voice(text: &str) -> Body {
    let shown = without_label(text, &["语音"]);
    let (head, said) = shown.split_once("翻译结果：").map_or((shown, None), |(head, said)| (head, filled(said.trim())));
    match duration_words(head) {
        Some(ms) => Body::Voice { duration_ms: Some(ms), transcript: said },
        None => {
            let alone = filled(head).filter(|head| !matches!(head.as_str(), "语音" | "[语音]"));
            Body::Voice { duration_ms: None, transcript: said.or(alone) }
        }
    }
}

/// Returns the milliseconds of `语音时长：2.30秒`.
fn duration_words(text: &str) -> Option<u64> {
    let rest = text.trim().strip_prefix("语音时长")?.trim_start_matches([':', '：', ' ']);
    let number = rest.split(['秒', 's', '\n']).next()?.trim();
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let millis: String = part.chars().chain("000".chars()).take(3).collect();
    whole.parse::<u64>().ok()?.checked_mul(1000)?.checked_add(millis.parse().ok()?)
}

fn file_name(row: Named<'_>) -> String {
    let shown = without_label(row.text, &["文件"]);
    if !shown.is_empty() && shown != "文件" {
        return shown.lines().next().unwrap_or_default().to_owned();
    }
    row.source.replace('\\', "/").rsplit('/').next().unwrap_or_default().to_owned()
}

/// The tool writes `纬度:【25.0】 经度:【55.0】`, then `位置：` with address and name in one.
fn location(text: &str, live: bool) -> Draft {
    let coordinate = |label: &str| {
        let after = text.split_once(label)?.1.trim_start_matches([':', '：', '【', ' ']);
        filled(after.split(['】', ' ', '\n']).next().unwrap_or_default())
    };
    let shown = without_label(text, &["位置", "位置共享"]);
    let named = shown.lines().find_map(|line| line.strip_prefix("位置：").or_else(|| line.strip_prefix("位置:")));
    let plain = || shown.lines().find(|line| !line.contains('【') && !line.trim().is_empty());
    let location = Location {
        name: None,
        address: filled(named.or_else(plain).unwrap_or_default().trim()),
        latitude: coordinate("纬度"),
        longitude: coordinate("经度"),
        live,
    };
    Draft::plain(Body::Location(location))
}

/// Returns the quote of `reply`, an empty line, `[引用](time)name:text`.
fn quote(text: &str) -> Body {
    let none = |text: &str| Quote {
        text: text.to_owned(),
        native_id: None,
        sender_id: None,
        sender: None,
        time: None,
        quoted: None,
    };
    let Some((reply, quoted)) = text.split_once("[引用]") else { return Body::Quote(none(text)) };
    let mut quote = none(reply.trim_end_matches('\n'));
    let rest = match quoted.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((time, rest)) => {
            quote.time = filled(time);
            rest
        }
        None => quoted,
    };
    let (sender, shown) = rest.split_once(':').map_or((None, rest), |(sender, shown)| (filled(sender), shown));
    quote.sender = sender;
    quote.quoted = Some(Box::new(Body::text_of(shown)));
    Body::Quote(quote)
}
