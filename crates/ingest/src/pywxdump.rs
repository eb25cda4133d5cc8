//! PyWxDump's CSV: local times, types by name, names of accounts in `users.json` beside it.
//!
//! Columns are found by their names, so that both generations of the header are read: `msg` and `src`, or the older
//! `content`, and WeClone's layout without `room_name`.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{
    AttachmentRole, Body, Channel, ChannelKind, ContactCard, ConversationKind, Item, Link, LinkKind, Location,
    MiniProgram, Notice, NoticeKind, Place, Quote, RedPacket, Sender, SourceConversation, SourceRecord, UtcMillis,
    Zone,
};

use crate::contacts::{self, Contacts};
use crate::draft::{Draft, without_label};
use crate::field::filled;
use crate::media::Hint;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::rows::{self, NextRow};
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::wechat_xml::{self, RecordItem};
use crate::window::Window;
use crate::{Format, IngestError, codes, notice, python_literal, record_value, transfer, when};

/// Where the columns stand.
struct Columns {
    count: usize,
    id: Option<usize>,
    server_id: Option<usize>,
    kind: usize,
    is_sender: usize,
    talker: Option<usize>,
    room: Option<usize>,
    message: usize,
    source: Option<usize>,
    time: usize,
    /// Whether the message stands in the older `content`, which may itself be JSON with `msg` and `src`.
    older: bool,
}

impl Columns {
    fn of(header: &[String]) -> Result<Self, String> {
        let at = |name: &str| header.iter().position(|column| column.trim() == name);
        let need = |name: &str| at(name).ok_or_else(|| format!("its header has no column `{name}`"));
        let older = at("msg").is_none();
        Ok(Self {
            count: header.len(),
            id: at("id"),
            server_id: at("MsgSvrID"),
            kind: need("type_name")?,
            is_sender: need("is_sender")?,
            talker: at("talker"),
            room: at("room_name"),
            message: if older { need("content")? } else { need("msg")? },
            source: at("src"),
            time: need("CreateTime")?,
            older,
        })
    }
}

/// Tells whether a line is the header of such a CSV.
/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader {
    format: Format::PywxdumpCsv,
    is_file,
    in_tree: None,
    open: |source, sink| Ok(Box::new(open(source, sink)?)),
};

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let fields = rows::fields(probe.first_line().as_bytes(), crate::encoding::Encoding::Utf8).texts;
    Ok(Columns::of(&fields).is_ok())
}

/// The rows of one file.
struct Pywxdump {
    source: Source,
    window: Window,
    columns: Columns,
    zone: Zone,
    contacts: Contacts,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
    sink: Sink,
    records: u64,
    done: bool,
}

/// Opens one file.
fn open(source: Source, mut sink: Sink) -> Result<impl Iterator<Item = Item> + Send, IngestError> {
    let Some(zone) = source.options.zone.clone() else {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    };
    let mut window = source.window()?;
    let next = rows::next(&mut window).map_err(|error| io_error(&source.path, error))?;
    if next != NextRow::Row {
        return Err(source.wrong(Format::PywxdumpCsv, "its first line is no header"));
    }
    let header = rows::fields(rows::row(&window), source.encoding).texts;
    let columns = Columns::of(&header).map_err(|reason| source.wrong(Format::PywxdumpCsv, reason))?;
    let (contacts, findings) = contacts::contacts(&source.path, &source.root);
    findings.into_iter().for_each(|finding| sink.say(finding));
    let conversations = BTreeMap::new();
    Ok(Pywxdump { source, window, columns, zone, contacts, conversations, sink, records: 0, done: false })
}

impl Iterator for Pywxdump {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.sink.next() {
                return Some(item);
            }
            if self.done {
                return None;
            }
            self.step();
        }
    }
}

/// One row, taken apart.
struct Row {
    id: String,
    server_id: String,
    kind: String,
    is_sender: String,
    talker: String,
    message: String,
    source: String,
    time: String,
}

impl Pywxdump {
    fn step(&mut self) {
        let next = rows::next(&mut self.window);
        let place = self.source.place().at_line(self.window.line());
        match next {
            Ok(NextRow::End) => self.done = true,
            Ok(NextRow::Blank) => self.sink.once(&codes::BLANK_LINE, &place, codes::BLANK_LINE.summary),
            Ok(NextRow::Row) => {
                self.records += 1;
                let place = place.at_record(self.records);
                let raw = rows::row(&self.window).to_vec();
                self.row(raw, &place);
            }
            Ok(NextRow::Unclosed) => {
                self.records += 1;
                let place = place.at_record(self.records);
                self.sink.excepted(&codes::CSV_QUOTE, &place, codes::CSV_QUOTE.summary, rows::row(&self.window));
            }
            Err(error) => {
                self.done = true;
                let text = format!("{error}; {} rows before it were read", self.records);
                self.sink.finding(&codes::READ_FAILED, &place, text);
            }
        }
    }

    fn row(&mut self, raw: Vec<u8>, place: &Place) {
        let fields = rows::fields(&raw, self.source.encoding);
        if fields.texts.len() != self.columns.count {
            let text = format!("{} fields where the header has {}", fields.texts.len(), self.columns.count);
            self.sink.excepted(&codes::CSV_FIELDS, place, text, &raw);
            return;
        }
        let (row, room) = self.taken_apart(fields.texts);
        let Some((sent, has_seconds)) = when::from_local(&row.time, &self.zone) else {
            let text = format!("`CreateTime` is no time that exists: `{}`", row.time);
            self.sink.excepted(&codes::BAD_TIME, place, text, &raw);
            return;
        };
        if fields.invalid {
            self.sink.finding(&codes::INVALID_UTF8, place, codes::INVALID_UTF8.summary);
        }
        if !has_seconds {
            self.sink.once(&codes::NO_SECONDS, place, codes::NO_SECONDS.summary);
        }
        let conversation = self.conversation(room, place);
        self.record(row, raw, place, sent, conversation);
    }

    fn record(
        &mut self,
        row: Row,
        raw: Vec<u8>,
        place: &Place,
        sent: UtcMillis,
        conversation: Arc<SourceConversation>,
    ) {
        let mut draft = draft(&row, place, &mut self.sink);
        let by_app = row.talker == "系统" || matches!(draft.body, Body::Notice(_));
        let sent_by_collector = match row.is_sender.trim() {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        };
        let sender = if by_app { None } else { self.sender(&row.talker, sent_by_collector, &conversation) };
        let source = &self.source;
        self.sink.record_with(|sink| SourceRecord {
            place: place.clone(),
            raw,
            conversation,
            sender,
            sent_by_collector: if by_app { None } else { sent_by_collector },
            sent,
            sent_raw: row.time,
            native_id: filled(row.server_id).filter(|id| id != "0"),
            replaces: None,
            sequence: row
                .id
                .trim()
                .parse()
                .unwrap_or_else(|_| place.record.and_then(|r| i64::try_from(r).ok()).unwrap_or(0)),
            attachments: draft.placed(source, place, sink),
            marks: std::mem::take(&mut draft.marks),
            state: draft.state(),
            body: draft.body,
        });
    }

    fn taken_apart(&self, mut fields: Vec<String>) -> (Row, Option<String>) {
        let mut take = |at: Option<usize>| at.map(|at| std::mem::take(&mut fields[at])).unwrap_or_default();
        let columns = &self.columns;
        let mut row = Row {
            id: take(columns.id),
            server_id: take(columns.server_id),
            kind: take(Some(columns.kind)),
            is_sender: take(Some(columns.is_sender)),
            talker: take(columns.talker),
            message: take(Some(columns.message)),
            source: take(columns.source),
            time: take(Some(columns.time)),
        };
        let room = filled(take(columns.room));
        if columns.older && row.message.starts_with('{') {
            split_older_content(&mut row);
        }
        (row, room)
    }

    fn conversation(&mut self, room: Option<String>, place: &Place) -> Arc<SourceConversation> {
        let native_id = room.unwrap_or_else(|| {
            let named = name_of_file(&self.source);
            let text = format!("the row names no conversation; `{named}` was taken from the file's name");
            self.sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
            named
        });
        if let Some(known) = self.conversations.get(&native_id) {
            return Arc::clone(known);
        }
        let conversation = Arc::new(SourceConversation {
            app: self.source.options.app(),
            kind: contacts::kind_of(&native_id),
            native_id: native_id.clone(),
            title: self.contacts.name(&native_id).map(str::to_owned),
        });
        self.conversations.insert(native_id, Arc::clone(&conversation));
        conversation
    }

    /// `我` stands for the account that was collected; newer versions write its id.
    fn sender(&self, talker: &str, collector: Option<bool>, conversation: &SourceConversation) -> Option<Sender> {
        let account = self.source.options.account.as_deref();
        let native_id = match (talker, collector) {
            ("我" | "", Some(true)) => account,
            ("我", _) => account,
            ("", _) if conversation.kind == ConversationKind::Direct && collector == Some(false) => {
                Some(conversation.native_id.as_str())
            }
            ("", _) => None,
            (talker, _) => Some(talker),
        };
        let name = match native_id {
            Some(id) => self.contacts.name(id).map(str::to_owned),
            None => filled(talker),
        };
        if native_id.is_none() && name.is_none() && collector.is_none() {
            return None;
        }
        Some(Sender { native_id: native_id.map(str::to_owned), name })
    }
}

/// The text of a merged history is a preview; the whole of it stands in `src` as Python writes its parsed XML.
fn history_in(source: &str) -> Option<(Option<String>, Vec<RecordItem>)> {
    let parsed = python_literal::parse(source).filter(serde_json::Value::is_object)?;
    let info = parsed.get("recordinfo").unwrap_or(&parsed);
    Some((record_value::title(info), record_value::items(info)?))
}

/// The older `content` is JSON with `msg` and `src` in some versions, and the plain text in others.
fn split_older_content(row: &mut Row) {
    let Ok(serde_json::Value::Object(content)) = serde_json::from_str(&row.message) else { return };
    let of = |key: &str| content.get(key).and_then(serde_json::Value::as_str).map(str::to_owned);
    if let Some(message) = of("msg") {
        row.source = of("src").unwrap_or_default();
        row.message = message;
    }
}

/// A file is named `<conversation>_<first>_<last>.csv`.
fn name_of_file(source: &Source) -> String {
    let stem = source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mut parts = stem.rsplitn(3, '_');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(last), Some(first), Some(name)) if is_number(last) && is_number(first) && !name.is_empty() => {
            name.to_owned()
        }
        _ => stem,
    }
}

fn draft(row: &Row, place: &Place, sink: &mut Sink) -> Draft {
    let (kind, text) = (row.kind.as_str(), row.message.as_str());
    if kind != "文本" && wechat_xml::looks_like_xml(text) {
        let mut draft = Draft::from_xml(base_type(kind), text, place, sink);
        if let Some((role, _)) = draft.attachments.first() {
            let role = *role;
            draft.set_path(role, filled(row.source.clone()));
        }
        return draft;
    }
    let with_source = |body, role, name: Option<String>| {
        let path = filled(row.source.clone()).filter(|path| !path.contains("://"));
        Draft::with(body, role, Hint { name, path, ..Hint::default() })
    };
    match kind {
        "文本" | "粘贴的文本" => Draft::plain(Body::text_of(text)),
        "图片" => with_source(Body::Picture, AttachmentRole::Picture, None),
        "语音" => with_source(voice(text), AttachmentRole::Voice, None),
        "视频" => with_source(Body::Video { duration_ms: None }, AttachmentRole::Video, None),
        "动画表情" | "用户上传的GIF表情" => {
            let url = filled(row.source.clone()).filter(|source| source.contains("://"));
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
            if let Some((full_title, items)) = history_in(&row.source) {
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
fn shared_card(kind: &str, row: &Row) -> Option<Draft> {
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

fn card_parts(row: &Row) -> (String, Option<String>) {
    let from_source = filled(row.source.clone()).filter(|source| source.contains("://"));
    if from_source.is_some() {
        return (row.message.clone(), from_source);
    }
    // The address stands on the last line of the text where it has no column of its own.
    match row.message.trim_end().rsplit_once('\n') {
        Some((text, last)) if last.trim().starts_with("http") => {
            (text.trim_end().to_owned(), Some(last.trim().to_owned()))
        }
        _ => (row.message.clone(), None),
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

fn file_name(row: &Row) -> String {
    let shown = without_label(&row.message, &["文件"]);
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
