//! WeFlow's detailed JSON: one conversation a file, `weflow`, `session`, then `messages`.
//!
//! Types are told by the field `type`, a Chinese word; `localType` is not trustworthy. The ArkMe variant names its
//! senders once, in `senders`, lists the members of a group, and says more of cards.

mod body;
mod row;
mod txt;

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{Body, ConversationKind, Place, Sender, SourceConversation};
use serde::Deserialize;

use self::row::Row;
use crate::draft::Told;
use crate::field::Field;
use crate::json_object::Object;
use crate::json_stream::{self, JsonStream, ReadElement};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::said;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::{Format, IngestError, codes, when};

pub(crate) use txt::{READER as TXT, draft as draft_of_text};

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

/// What one file says of all its messages.
struct Weflow {
    source: Source,
    conversation: Arc<SourceConversation>,
    declared: Option<u64>,
    senders: BTreeMap<String, Sender>,
}

/// Opens one file.
fn open(source: Source, mut sink: Sink) -> Result<JsonStream<impl ReadElement>, IngestError> {
    const WANTED: &[&str] = &["weflow", "session", "senders", "groupMembers"];
    let mut window = source.window()?;
    // The members of a group stand behind the messages, so that the ArkMe variant is looked through to its end.
    let header = json_stream::header(&mut window, source.encoding, WANTED, |found| {
        let arkme = found.get("weflow").is_some_and(|w| memchr::memmem::find(w, b"arkme-json").is_some());
        found.contains_key("session") && !arkme
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
    let members = header.get("groupMembers").map(|bytes| members(bytes)).unwrap_or_default();
    let senders = header.get("senders").map(|bytes| senders(bytes, &members)).unwrap_or_default();
    say_provenance(header.get("weflow"), &source, &mut sink);
    said::members(&members, &source, &mut sink);
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

fn senders(bytes: &[u8], members: &[Sender]) -> BTreeMap<String, Sender> {
    let list: Vec<ArkmeSender<'_>> = serde_json::from_slice(bytes).unwrap_or_default();
    let pairs = list.into_iter().filter_map(|sender| {
        let native_id = sender.wxid.text().filter(|id| id != "unknown");
        let member = || members.iter().find(|member| member.native_id == native_id && native_id.is_some());
        // Where the tool knew no name it wrote the id.
        let own = sender.display_name.text().filter(|name| Some(name) != native_id.as_ref());
        let name = own.or_else(|| member().and_then(|member| member.name.clone())).or_else(|| native_id.clone());
        sender.sender_id.text().map(|id| (id, Sender { native_id, name }))
    });
    pairs.collect()
}

fn members(bytes: &[u8]) -> Vec<Sender> {
    let list: Vec<Object<'_>> = serde_json::from_slice(bytes).unwrap_or_default();
    let named = |member: Object<'_>| {
        let name = member.text_in(&["displayName", "groupNickname", "remark", "nickname", "alias"]);
        member.text("wxid").map(|id| Sender { native_id: Some(id), name })
    };
    list.into_iter().filter_map(named).collect()
}

fn say_provenance(weflow: Option<&Vec<u8>>, source: &Source, sink: &mut Sink) {
    let Some(object) = weflow.and_then(|bytes| std::str::from_utf8(bytes).ok()).and_then(Object::of) else { return };
    let exported = object.text("exportedAt").map(|at| when::shown(&at));
    let pairs = [("tool", object.text("generator")), ("version", object.text("version")), ("exported", exported)];
    said::provenance(&pairs, source, sink);
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
        let mut draft = body::draft(&row, place, sink);
        if !matches!(draft.body, Body::Quote(_)) {
            draft.marks.reply_to = row.reply_to_message_id.text().filter(|id| id != "0");
        }
        let sent_by_collector = row.is_send.truth();
        let notice = matches!(draft.body, Body::Notice(_)) || row.kind.str() == "系统消息";
        let sender = if notice { None } else { self.sender(&row, sent_by_collector) };
        let told = Told {
            conversation: Arc::clone(&self.conversation),
            sent_by_collector: if notice { None } else { sent_by_collector },
            sender,
            sent,
            sent_raw: row.create_time.str().into_owned(),
            native_id: row.platform_message_id.text().filter(|id| id != "0"),
            sequence: row.local_id.int(),
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }

    fn end(&mut self, records: u64, place: &Place, sink: &mut Sink) {
        if let Some(declared) = self.declared.filter(|declared| *declared != records) {
            let text = format!("the export says it has {declared} messages; {records} stand in it");
            sink.finding(&codes::COUNT_DIFFERS, place, text);
        }
    }
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
}
