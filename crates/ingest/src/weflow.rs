//! WeFlow's detailed JSON: one conversation a file, `weflow`, `session`, then `messages`.
//!
//! Types are told by the field `type`, a Chinese word; `localType` is not trustworthy. The ArkMe variant names its
//! senders once, in `senders`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{
    AttachmentRole, Body, Channel, ChannelKind, ContactCard, ConversationKind, Link, LinkKind, Location, MergedHistory,
    MiniProgram, Place, Quote, RedPacket, Sender, SourceConversation, SourceRecord,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::draft::{Draft, without_label};
use crate::field::{Field, filled};
use crate::json_stream::{self, JsonStream, ReadElement};
use crate::media::Hint;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::transfer;
use crate::wechat_xml;
use crate::{Format, IngestError, codes, notice, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader {
    format: Format::WeflowJson,
    is_file,
    in_tree: None,
    open: |source, sink| Ok(Box::new(open(source, sink)?)),
};

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let keys = probe.keys(&["weflow", "session"], |found| found.contains_key("session"))?;
    Ok(keys.contains_key("session") || keys.contains_key("weflow"))
}

#[derive(Deserialize)]
struct Session {
    #[serde(default)]
    wxid: String,
    #[serde(default, rename = "displayName")]
    display_name: Option<String>,
    #[serde(default)]
    nickname: Option<String>,
    #[serde(default)]
    remark: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default, rename = "messageCount")]
    message_count: Option<u64>,
}

#[derive(Deserialize)]
struct ArkmeSender<'a> {
    #[serde(borrow, default, rename = "senderID")]
    sender_id: Field<'a>,
    #[serde(borrow, default)]
    wxid: Field<'a>,
    #[serde(borrow, default, rename = "displayName")]
    display_name: Field<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(borrow, default)]
    local_id: Field<'a>,
    #[serde(borrow, default)]
    create_time: Field<'a>,
    #[serde(borrow, default, rename = "type")]
    kind: Field<'a>,
    #[serde(borrow, default)]
    local_type: Field<'a>,
    #[serde(borrow, default)]
    content: Field<'a>,
    #[serde(borrow, default)]
    is_send: Field<'a>,
    #[serde(borrow, default)]
    sender_username: Field<'a>,
    #[serde(borrow, default)]
    sender_display_name: Field<'a>,
    #[serde(borrow, default, rename = "senderID")]
    sender_id: Field<'a>,
    #[serde(borrow, default)]
    platform_message_id: Field<'a>,
    #[serde(borrow, default)]
    reply_to_message_id: Field<'a>,
    #[serde(borrow, default)]
    quoted_sender: Field<'a>,
    #[serde(borrow, default)]
    quoted_content: Field<'a>,
    #[serde(borrow, default)]
    emoji_md5: Field<'a>,
    #[serde(borrow, default)]
    emoji_cdn_url: Field<'a>,
    #[serde(borrow, default)]
    emoji_caption: Field<'a>,
    #[serde(borrow, default)]
    location_lat: Option<&'a RawValue>,
    #[serde(borrow, default)]
    location_lng: Option<&'a RawValue>,
    #[serde(borrow, default)]
    location_poiname: Field<'a>,
    #[serde(borrow, default)]
    location_label: Field<'a>,
    #[serde(borrow, default)]
    app_msg_type: Field<'a>,
    #[serde(borrow, default)]
    app_msg_desc: Field<'a>,
    #[serde(borrow, default)]
    app_msg_source_name: Field<'a>,
    #[serde(borrow, default)]
    link_title: Field<'a>,
    #[serde(borrow, default)]
    link_url: Field<'a>,
    #[serde(borrow, default)]
    finder_nickname: Field<'a>,
    #[serde(borrow, default)]
    contact_card_wxid: Field<'a>,
    #[serde(borrow, default)]
    contact_card_nickname: Field<'a>,
    #[serde(borrow, default)]
    contact_card_alias: Field<'a>,
}

/// What one file says of all its messages.
struct Weflow {
    source: Source,
    conversation: Arc<SourceConversation>,
    declared: Option<u64>,
    senders: BTreeMap<String, Sender>,
}

/// Opens one file.
fn open(source: Source, sink: Sink) -> Result<JsonStream<impl ReadElement>, IngestError> {
    let mut window = source.window()?;
    let header = json_stream::header(&mut window, source.encoding, &["weflow", "session", "senders"], |found| {
        let arkme = found.get("weflow").is_some_and(|w| memchr::memmem::find(w, b"arkme-json").is_some());
        found.contains_key("session") && (!arkme || found.contains_key("senders"))
    })
    .map_err(|error| io_error(&source.path, error))?;
    if !header.contains_key("messages") && !header.contains_key("session") {
        return Err(source.wrong(Format::WeflowJson, "it has neither `session` nor `messages`"));
    }
    let Some(session) = header.get("session") else {
        return Err(source.wrong(Format::WeflowJson, "it has no `session`, so nobody knows whose conversation it is"));
    };
    let session: Session =
        serde_json::from_slice(session).map_err(|e| source.wrong(Format::WeflowJson, format!("`session`: {e}")))?;
    if session.wxid.is_empty() {
        return Err(
            source.wrong(Format::WeflowJson, "`session` has no `wxid`, so nobody knows whose conversation it is")
        );
    }
    let senders = header.get("senders").map(|bytes| senders(bytes)).unwrap_or_default();
    let reader = Weflow {
        conversation: Arc::new(conversation(&source, &session)),
        declared: session.message_count,
        senders,
        source,
    };
    let window = reader.source.window()?;
    Ok(JsonStream::new(reader, window, true, sink))
}

fn conversation(source: &Source, session: &Session) -> SourceConversation {
    let kind = match session.kind.as_deref() {
        Some("群聊") => ConversationKind::Group,
        _ => crate::contacts::kind_of(&session.wxid),
    };
    let names = [&session.display_name, &session.remark, &session.nickname];
    let title = names.into_iter().flatten().find(|name| !name.is_empty()).cloned();
    SourceConversation { app: source.options.app(), kind, native_id: session.wxid.clone(), title }
}

fn senders(bytes: &[u8]) -> BTreeMap<String, Sender> {
    let list: Vec<ArkmeSender<'_>> = serde_json::from_slice(bytes).unwrap_or_default();
    let pairs = list.into_iter().filter_map(|sender| {
        let named = Sender { native_id: sender.wxid.text(), name: sender.display_name.text() };
        sender.sender_id.text().map(|id| (id, named))
    });
    pairs.collect()
}

impl ReadElement for Weflow {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Vec::new();
        let Some(row) = json_stream::element::<Row<'_>>(raw, self.source.encoding, &mut spare, place, sink) else {
            return;
        };
        let Some(sent) = row.create_time.int().and_then(when::from_seconds) else {
            let (code, text) = match row.create_time {
                Field::None => (&codes::MISSING_FIELD, "`createTime` is missing".to_owned()),
                _ => (&codes::BAD_TIME, format!("`createTime` is no time in seconds: `{}`", row.create_time.str())),
            };
            sink.excepted(code, place, text, raw);
            return;
        };
        if row.kind.is_none() || row.kind.is_nested() || row.content.is_nested() {
            let (code, text) = if row.kind.is_none() {
                (&codes::MISSING_FIELD, "`type` is missing")
            } else {
                (&codes::WRONG_TYPE, "`type` and `content` should be texts")
            };
            sink.excepted(code, place, text, raw);
            return;
        }
        let mut draft = self.draft(&row, place, sink);
        let sent_by_collector = row.is_send.truth();
        let notice = matches!(draft.body, Body::Notice(_)) || row.kind.str() == "系统消息";
        let sender = if notice { None } else { self.sender(&row, sent_by_collector) };
        sink.record_with(|sink| SourceRecord {
            place: place.clone(),
            raw: raw.to_vec(),
            conversation: Arc::clone(&self.conversation),
            sent_by_collector: if notice { None } else { sent_by_collector },
            sender,
            sent,
            sent_raw: row.create_time.str().into_owned(),
            native_id: row.platform_message_id.text().filter(|id| id != "0"),
            replaces: None,
            sequence: row.local_id.int().unwrap_or_else(|| record_number(place)),
            attachments: draft.placed(&self.source, place, sink),
            marks: std::mem::take(&mut draft.marks),
            state: draft.state(),
            body: draft.body,
        });
    }

    fn end(&mut self, records: u64, place: &Place, sink: &mut Sink) {
        if let Some(declared) = self.declared.filter(|declared| *declared != records) {
            let text = format!("the export says it has {declared} messages; {records} stand in it");
            sink.finding(&codes::COUNT_DIFFERS, place, text);
        }
    }
}

fn record_number(place: &Place) -> i64 {
    place.record.and_then(|record| i64::try_from(record).ok()).unwrap_or_default()
}

impl Weflow {
    fn sender(&self, row: &Row<'_>, collector: Option<bool>) -> Option<Sender> {
        if let Some(sender) = row.sender_id.text().and_then(|id| self.senders.get(&id)) {
            return Some(sender.clone());
        }
        let account = || if collector == Some(true) { self.source.options.account.clone() } else { None };
        // The other side of a 1:1 is the session itself.
        let other = || {
            let direct = self.conversation.kind == ConversationKind::Direct && collector == Some(false);
            direct.then(|| self.conversation.native_id.clone())
        };
        let native_id = row.sender_username.text().or_else(account).or_else(other);
        let name = row.sender_display_name.text();
        if native_id.is_none() && name.is_none() && collector.is_none() {
            None
        } else {
            Some(Sender { native_id, name })
        }
    }

    fn draft(&self, row: &Row<'_>, place: &Place, sink: &mut Sink) -> Draft {
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
            "卡片式链接" | "图文消息" | "卡片式链接|图文消息" | "链接消息" => link(row, &content),
            "位置消息" => location(row, &content),
            "红包卡片" | "红包消息" => red_packet(&content),
            "转账卡片" | "转账消息" => Draft::plain(Body::Transfer(transfer::from_text(&content))),
            "小程序分享" | "小程序消息" => mini_program(row, &content),
            "视频号直播卡片" | "视频号消息" => channel(row, &content),
            "引用消息" => quote(row, &content),
            "聊天记录合并转发" | "聊天记录" => merged(&content),
            "通话消息" => Draft::plain(Body::Call(notice::call(&content))),
            "群公告" => {
                Draft::plain(Body::Announcement { text: without_label(&content, &["群公告"]).to_owned() })
            }
            "接龙" | "接龙消息" => {
                Draft::plain(Body::Solitaire { text: without_label(&content, &["接龙"]).to_owned() })
            }
            "系统消息" => Draft::plain(wechat_xml::plain_notice(&content)),
            other => by_number(other, row, &content, place, sink),
        }
    }
}

/// `未知类型(50)` names the base type; a call is told by it.
fn by_number(kind: &str, row: &Row<'_>, content: &str, place: &Place, sink: &mut Sink) -> Draft {
    let number = kind.strip_prefix("未知类型(").and_then(|rest| rest.strip_suffix(')'));
    match number.and_then(|number| number.parse::<i64>().ok()).map(|number| number & 0xffff_ffff) {
        Some(50) => Draft::plain(Body::Call(notice::call(content))),
        Some(10000) => Draft::plain(wechat_xml::plain_notice(content)),
        _ => {
            let raw_type = row.app_msg_type.text().map_or_else(|| kind.to_owned(), |app| format!("{kind} 49/{app}"));
            Draft::unknown(raw_type, content, place, sink)
        }
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
        note: None,
    }))
}

fn link(row: &Row<'_>, content: &str) -> Draft {
    let text = without_label(content, &["链接", "音乐", "图文", "视频"]);
    let (shown, address) = split_address(text);
    let url = row.link_url.text().or(address);
    let article = url.as_deref().is_some_and(|url| url.contains("://mp.weixin.qq.com/"));
    let kind = match row.app_msg_type.int() {
        Some(3 | 76 | 92) => LinkKind::Music,
        Some(4) => LinkKind::Video,
        Some(7 | 68) => LinkKind::Game,
        Some(24) => LinkKind::Note,
        Some(40) => LinkKind::Favourite,
        _ if content.starts_with("[音乐]") => LinkKind::Music,
        _ if article => LinkKind::Article,
        _ => LinkKind::Page,
    };
    Draft::plain(Body::Link(Link {
        kind,
        title: row.link_title.text().or_else(|| filled(shown)),
        description: row.app_msg_desc.text(),
        url,
        source: row.app_msg_source_name.text(),
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
        name: row.app_msg_source_name.text(),
        title: row.link_title.text().or_else(|| filled(shown)),
        app_id: None,
        page: None,
        url: row.link_url.text().or(url),
    }))
}

fn channel(row: &Row<'_>, content: &str) -> Draft {
    let kind = match row.app_msg_type.int() {
        Some(50) => ChannelKind::Card,
        Some(51) => ChannelKind::Post,
        _ => ChannelKind::Live,
    };
    let (shown, url) = split_address(without_label(content, &["视频号直播", "视频号"]));
    Draft::plain(Body::Channel(Channel {
        kind,
        name: row.finder_nickname.text(),
        description: row.app_msg_desc.text().or_else(|| filled(shown)),
        url: row.link_url.text().or(url),
    }))
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
