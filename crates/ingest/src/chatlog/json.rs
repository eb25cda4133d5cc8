//! The JSON: an array of messages, times as RFC 3339 with an offset, media by digest in `contents`.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{
    AttachmentRole, Body, Channel, ChannelKind, ContactCard, ConversationKind, Link, LinkKind, Location, MiniProgram,
    Notice, NoticeKind, Place, Quote, RedPacket, Sender, SourceConversation,
};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::contacts;
use crate::draft::{Draft, Told, without_label};
use crate::field::{Field, filled};
use crate::json_stream::{self, JsonStream, ReadElement};
use crate::media::Hint;
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::wechat_xml::{self, RawType, RecordItem};
use crate::{Format, IngestError, codes, notice, record_value, transfer, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader {
    format: Format::ChatlogJson,
    is_file,
    in_tree: None,
    open: |source, sink| Ok(Box::new(open(source, sink)?)),
};

#[derive(Deserialize)]
struct First {
    talker: Option<IgnoredAny>,
    time: Option<IgnoredAny>,
    #[serde(rename = "type")]
    kind: Option<IgnoredAny>,
}

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let Some(element) = probe.first_element()? else { return Ok(false) };
    Ok(match serde_json::from_slice::<First>(element) {
        Ok(first) => first.talker.is_some() && first.time.is_some() && first.kind.is_some(),
        // A first element that is broken is still chatlog's where its keys are: reading it says what is wrong.
        Err(_) => ["\"talker\"", "\"time\"", "\"type\""]
            .iter()
            .all(|key| memchr::memmem::find(element, key.as_bytes()).is_some()),
    })
}

/// How deep quotes may hold each other.
const NESTING: usize = 12;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    #[serde(borrow, default)]
    seq: Field<'a>,
    #[serde(borrow, default)]
    time: Field<'a>,
    #[serde(borrow, default)]
    talker: Field<'a>,
    #[serde(borrow, default)]
    talker_name: Field<'a>,
    #[serde(borrow, default)]
    is_chat_room: Field<'a>,
    #[serde(borrow, default)]
    sender: Field<'a>,
    #[serde(borrow, default)]
    sender_name: Field<'a>,
    #[serde(borrow, default)]
    is_self: Field<'a>,
    #[serde(borrow, default, rename = "type")]
    kind: Field<'a>,
    #[serde(borrow, default)]
    sub_type: Field<'a>,
    #[serde(borrow, default)]
    content: Field<'a>,
    #[serde(default)]
    contents: Option<Map<String, Value>>,
}

struct Chatlog {
    source: Source,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
}

/// Opens one file.
fn open(source: Source, sink: Sink) -> Result<JsonStream<impl ReadElement>, IngestError> {
    let window = source.window()?;
    let reader = Chatlog { source, conversations: BTreeMap::new() };
    Ok(JsonStream::new(reader, window, false, sink))
}

impl ReadElement for Chatlog {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Vec::new();
        let Some(row) = json_stream::element::<Row<'_>>(raw, self.source.encoding, &mut spare, place, sink) else {
            return;
        };
        let Some(talker) = row.talker.text() else {
            sink.excepted(&codes::MISSING_FIELD, place, "`talker` is missing: nobody knows the conversation", raw);
            return;
        };
        let Some(sent) = when::from_rfc3339(&row.time.str()) else {
            let code = if row.time.is_none() { &codes::MISSING_FIELD } else { &codes::BAD_TIME };
            sink.excepted(code, place, format!("`time` is no time that exists: `{}`", row.time.str()), raw);
            return;
        };
        let Some(kind) = row.kind.int() else {
            let code = if row.kind.is_none() { &codes::MISSING_FIELD } else { &codes::WRONG_TYPE };
            sink.excepted(code, place, "`type` is no number", raw);
            return;
        };
        let raw_type = RawType::of(kind).with_sub(row.sub_type.int());
        let message = Message {
            kind: raw_type.base,
            sub: raw_type.sub.unwrap_or_default(),
            content: row.content.str().into_owned(),
            contents: row.contents.as_ref(),
        };
        let conversation = self.conversation(&talker, &row);
        let draft = message.draft(place, sink);
        let system = row.sender.str() == "系统消息" || matches!(draft.body, Body::Notice(_));
        let collector = if system { None } else { row.is_self.truth() };
        let sender = if system { None } else { sender(&row, &conversation, &self.source, collector) };
        let voice_id = message.text("voice");
        let told = Told {
            conversation,
            sender,
            sent_by_collector: collector,
            sent,
            sent_raw: row.time.str().into_owned(),
            // `seq` is an order and no id; the server id is there for voice alone.
            native_id: voice_id.filter(|id| id.bytes().all(|b| b.is_ascii_digit())),
            sequence: row.seq.int(),
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }
}

impl Chatlog {
    fn conversation(&mut self, talker: &str, row: &Row<'_>) -> Arc<SourceConversation> {
        if let Some(known) = self.conversations.get(talker) {
            return Arc::clone(known);
        }
        let kind = match row.is_chat_room.truth() {
            Some(true) => ConversationKind::Group,
            _ => contacts::kind_of(talker),
        };
        let (app, native_id) = (self.source.options.app(), talker.to_owned());
        let conversation = Arc::new(SourceConversation { app, kind, native_id, title: row.talker_name.text() });
        self.conversations.insert(talker.to_owned(), Arc::clone(&conversation));
        conversation
    }
}

fn sender(row: &Row<'_>, conversation: &SourceConversation, source: &Source, own: Option<bool>) -> Option<Sender> {
    let account = || if own == Some(true) { source.options.account.clone() } else { None };
    let other = || {
        (conversation.kind == ConversationKind::Direct && own == Some(false)).then(|| conversation.native_id.clone())
    };
    let native_id = row.sender.text().filter(|id| id != "我").or_else(account).or_else(other);
    let name = row.sender_name.text();
    (native_id.is_some() || name.is_some() || own.is_some()).then_some(Sender { native_id, name })
}

/// One message, the outer one or one that is quoted.
struct Message<'a> {
    kind: i64,
    sub: i64,
    content: String,
    contents: Option<&'a Map<String, Value>>,
}

impl Message<'_> {
    fn text(&self, key: &str) -> Option<String> {
        text_in(self.contents?, key)
    }

    fn draft(&self, place: &Place, sink: &mut Sink) -> Draft {
        if self.kind != 1 && wechat_xml::looks_like_xml(&self.content) {
            return Draft::from_xml(self.kind, &self.content, place, sink);
        }
        match self.kind {
            1 => Draft::plain(Body::text_of(self.content.clone())),
            3 => self.media(Body::Picture, AttachmentRole::Picture, &["md5", "imgfile"], None),
            34 => {
                self.media(Body::Voice { duration_ms: None, transcript: None }, AttachmentRole::Voice, &["voice"], None)
            }
            37 => Draft::plain(Body::FriendRequest { card: ContactCard::default(), text: self.content.clone() }),
            42 | 66 => Draft::plain(Body::ContactCard(self.contact_card())),
            43 | 62 => self.media(
                Body::Video { duration_ms: None },
                AttachmentRole::Video,
                &["md5", "rawmd5", "videofile"],
                None,
            ),
            47 => {
                let body = Body::Sticker { caption: None, url: self.text("cdnurl") };
                self.media(body, AttachmentRole::Sticker, &["md5"], None)
            }
            48 => Draft::plain(Body::Location(self.location())),
            49 => self.app_message(place, sink),
            50 => Draft::plain(Body::Call(notice::call(&self.content))),
            10000 | 10002 => Draft::plain(wechat_xml::plain_notice(&self.content)),
            other => Draft::unknown(other.to_string(), &self.content, place, sink),
        }
    }

    fn media(&self, body: Body, role: AttachmentRole, keys: &[&str], name: Option<String>) -> Draft {
        let stems = keys.iter().filter_map(|key| self.text(key)).filter(|stem| !stem.contains(['/', '\\'])).collect();
        let path = self
            .text("path")
            .or_else(|| keys.iter().filter_map(|key| self.text(key)).find(|path| path.contains(['/', '\\'])));
        Draft::with(body, role, Hint { name, path, stems, ..Hint::default() })
    }

    fn contact_card(&self) -> ContactCard {
        let name = self.text("nickname").or_else(|| filled(without_label(&self.content, &["名片"])));
        ContactCard { name, native_id: self.text("username"), alias: self.text("alias"), note: None }
    }

    fn location(&self) -> Location {
        Location {
            name: self.text("poiname").or_else(|| self.text("cityname")),
            address: self.text("label"),
            latitude: self.text("x"),
            longitude: self.text("y"),
            live: false,
        }
    }

    fn app_message(&self, place: &Place, sink: &mut Sink) -> Draft {
        let body = match self.sub {
            1 if self.text("url").is_none() => {
                Body::text_of(self.text("title").unwrap_or_else(|| self.content.clone()))
            }
            1 | 5 | 44 => self.link(self.page_kind()),
            3 | 76 | 92 => self.link(LinkKind::Music),
            4 => self.link(LinkKind::Video),
            6 | 74 => return self.file(place, sink),
            7 | 68 => self.link(LinkKind::Game),
            8 | 15 => {
                let body = Body::Sticker {
                    caption: self.text("title"),
                    url: self.text("cdnurl").or_else(|| self.text("url")),
                };
                return self.media(body, AttachmentRole::Sticker, &["md5"], None);
            }
            17 => Body::Location(Location { live: true, ..self.location() }),
            19 => return self.history(),
            24 if self.record_items().is_some() => return self.history(),
            24 => self.link(LinkKind::Note),
            33 | 36 => Body::MiniProgram(MiniProgram {
                // chatlog writes the mini program's own name as `title`.
                name: self.text("title"),
                url: self.text("url"),
                ..MiniProgram::default()
            }),
            40 => self.link(LinkKind::Favourite),
            50 => self.channel(ChannelKind::Card),
            51 => self.channel(ChannelKind::Post),
            53 => Body::Solitaire { text: self.shown() },
            57 => self.quote(),
            62 => Body::Notice(Notice { kind: NoticeKind::Pat, text: self.content.clone() }),
            63 | 88 => self.channel(ChannelKind::Live),
            87 => Body::Announcement { text: self.shown() },
            2000 => Body::Transfer(transfer::from_text(&self.content)),
            2001 | 2003 => Body::RedPacket(RedPacket {
                greeting: self.text("title").or_else(|| filled(without_label(&self.content, &["红包", "红包封面"]))),
                ..RedPacket::default()
            }),
            other => return Draft::unknown(format!("49/{other}"), &self.shown(), place, sink),
        };
        Draft::plain(body)
    }

    /// Returns the text that stands for the message: its content, else its title and description.
    fn shown(&self) -> String {
        if !self.content.is_empty() {
            return self.content.clone();
        }
        let lines: Vec<String> = ["title", "desc", "url"].iter().filter_map(|key| self.text(key)).collect();
        lines.join("\n")
    }

    fn page_kind(&self) -> LinkKind {
        let article = self.text("url").is_some_and(|url| url.contains("://mp.weixin.qq.com/"));
        if article { LinkKind::Article } else { LinkKind::Page }
    }

    fn link(&self, kind: LinkKind) -> Body {
        let title = self.text("title").or_else(|| filled(self.content.clone()));
        Body::Link(Link { kind, title, description: self.text("desc"), url: self.text("url"), source: None })
    }

    fn channel(&self, kind: ChannelKind) -> Body {
        // chatlog writes the post's description as `title`.
        let description = self.text("desc").or_else(|| self.text("title"));
        Body::Channel(Channel { kind, name: self.text("nickname"), description, url: self.text("url") })
    }

    fn file(&self, place: &Place, sink: &mut Sink) -> Draft {
        if self.sub == 74 {
            sink.finding(&codes::UPLOADING_FILE, place, codes::UPLOADING_FILE.summary);
        }
        let name = self.text("title").unwrap_or_default();
        let body = Body::File { name: name.clone(), size: None };
        let mut draft = self.media(body, AttachmentRole::File, &["md5"], filled(name.clone()));
        if let Some((_, hint)) = draft.attachments.first_mut() {
            // Exports file documents under their own name too.
            hint.stems.extend(filled(name).filter(|name| !name.contains(['/', '\\'])));
        }
        draft
    }

    fn record_items(&self) -> Option<Vec<RecordItem>> {
        record_value::items(self.contents?.get("recordInfo")?)
    }

    fn history(&self) -> Draft {
        let title = self.text("title");
        let Some(items) = self.record_items() else {
            let lines = self.text("desc").unwrap_or_default();
            return Draft::plain(Body::MergedHistory(wechat_xml::history_from_preview(title, &lines)));
        };
        Draft::history(title, items)
    }

    fn quote(&self) -> Body {
        quote(&self.content, self.contents, 0)
    }
}

fn quote(text: &str, contents: Option<&Map<String, Value>>, depth: usize) -> Body {
    let refer = contents.and_then(|contents| contents.get("refer")).and_then(Value::as_object);
    let of = |key: &str| refer.and_then(|refer| text_in(refer, key));
    let native_id = refer.and_then(|refer| refer.get("contents")).and_then(|c| text_in(c.as_object()?, "voice"));
    Body::Quote(Quote {
        text: text.to_owned(),
        native_id,
        sender_id: of("sender"),
        sender: of("senderName"),
        time: of("time"),
        quoted: refer.map(|refer| Box::new(quoted(refer, depth))),
    })
}

fn quoted(refer: &Map<String, Value>, depth: usize) -> Body {
    let number = |key: &str| refer.get(key).and_then(Value::as_i64).unwrap_or_default();
    let content = text_in(refer, "content").unwrap_or_default();
    let contents = refer.get("contents").and_then(Value::as_object);
    let message = Message { kind: number("type"), sub: number("subType"), content, contents };
    if message.kind == 49 && message.sub == 57 {
        return if depth < NESTING {
            quote(&message.content, contents, depth + 1)
        } else {
            Body::text_of(message.content)
        };
    }
    // What is found about a quoted message was said of the message itself, where it stands.
    message.draft(&Place::default(), &mut Sink::default()).body
}

fn text_in(object: &Map<String, Value>, key: &str) -> Option<String> {
    match object.get(key)? {
        Value::String(text) => filled(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
