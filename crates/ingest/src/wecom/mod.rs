//! WeCom's archive (会话内容存档): the decrypted objects of its interface, as lines, as an array, in the answer's `chatdata`,
//! or wrapped by whoever decrypted them.
//!
//! Ids of employees are plain, those of others begin with `wm` or `wo`; a message of both sides ends in `_external`. A
//! group has a `roomid`; a conversation of two has none and is known by its two accounts.

mod body;
mod part;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use duces_model::{App, ConversationKind, Place, Sender, SourceConversation, UtcMillis};

use crate::contacts::{self, Contacts};
use crate::draft::Told;
use crate::field::{Field, filled};
use crate::json_lines::JsonLines;
use crate::json_object::{Object, Spare};
use crate::json_stream::{JsonStream, ReadElement, Shape};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::{Format, IngestError, Items, codes, rows, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::WecomJson, is_file, in_tree: None, open };

/// The key under which the interface's answer has its records.
const CHATDATA: &str = "chatdata";
/// Where those who decrypt put the decrypted object: as an object, or as the text of one.
const WRAPPED: &[&str] = &["decrypted", "decrypt", "decrypt_chat_msg", "decrypted_chat_msg", "chat_msg", "msg", "data"];
const ENCRYPTED: &str = "encrypt_chat_msg";

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if probe.is_array() {
        let first = probe.first_element()?;
        return Ok(first
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .and_then(Object::of)
            .is_some_and(|o| is_record(&o)));
    }
    const KEYS: &[&str] = &["msgid", "action", "msgtype", "tolist", "from", "user", "time", "seq", ENCRYPTED];
    let wanted: Vec<&str> = KEYS.iter().chain(WRAPPED).copied().collect();
    let found = probe.keys_before(CHATDATA, &wanted, |found| found.contains_key(CHATDATA))?;
    let has = |key: &str| found.contains_key(key);
    let wrapped = || found.iter().any(|(key, value)| WRAPPED.contains(&key.as_str()) && holds_record(value));
    Ok(has(CHATDATA) || is_envelope(&has) || has(ENCRYPTED) || ((has("msgid") || has("seq")) && wrapped()))
}

fn is_record(object: &Object<'_>) -> bool {
    let has = |key: &str| object.keys().any(|known| known == key);
    is_envelope(&has) || has(ENCRYPTED) || unwrapped(object).is_some_and(|inner| inner.text.contains("\"msgid\""))
}

fn is_envelope(has: &impl Fn(&str) -> bool) -> bool {
    has("msgid") && has("action") && (has("msgtype") || has("tolist") || has("user"))
}

fn holds_record(value: &[u8]) -> bool {
    memchr::memmem::find(value, b"msgid").is_some() && memchr::memmem::find(value, b"action").is_some()
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let shape = shape(&source)?;
    let (contacts, findings) = contacts::contacts(&source.path, &source.root);
    let mut sink = sink;
    findings.into_iter().for_each(|finding| sink.say(finding));
    let window = source.window()?;
    let reader = Wecom { source, contacts, conversations: BTreeMap::new() };
    Ok(match shape {
        Some(shape) => Box::new(JsonStream::shaped(reader, window, shape, sink)),
        None => Box::new(JsonLines::new(reader, window, sink)),
    })
}

/// Returns how the records stand in the file; nothing where each has a line of its own.
fn shape(source: &Source) -> Result<Option<Shape>, IngestError> {
    let failed = |error| io_error(&source.path, error);
    let mut window = source.window()?;
    match crate::scan::skip_space(&mut window).map_err(failed)? {
        Some(b'[') => return Ok(Some(Shape::Array)),
        Some(b'{') => {}
        _ => return Err(source.wrong(Format::WecomJson, "it is neither a JSON object nor an array")),
    }
    let mut lines = source.window()?;
    crate::lines::next(&mut lines).map_err(failed)?;
    let line = source.encoding.text(rows::row(&lines));
    let found = crate::json_stream::header_before(&mut window, source.encoding, CHATDATA, &[], |found| {
        found.contains_key(CHATDATA)
    });
    if found.map_err(failed)?.contains_key(CHATDATA) {
        return Ok(Some(Shape::Under(CHATDATA)));
    }
    // An object that goes over several lines is read to its end; what has a line of its own may break alone.
    Ok(if Object::of(&line).is_some() { None } else { Some(Shape::Sequence) })
}

/// What one file says of all its messages.
struct Wecom {
    source: Source,
    contacts: Contacts,
    conversations: BTreeMap<(ConversationKind, String), Arc<SourceConversation>>,
}

/// A record without what was wrapped around it.
struct Unwrapped<'a> {
    text: std::borrow::Cow<'a, str>,
}

fn unwrapped<'a>(object: &Object<'a>) -> Option<Unwrapped<'a>> {
    if object.raw("msgid").is_some() && object.raw("action").is_some() {
        return None;
    }
    WRAPPED.iter().find_map(|key| match object.field(key) {
        Field::Text(text) if text.trim_start().starts_with('{') => Some(Unwrapped { text }),
        Field::Nested => object.raw(key).filter(|raw| raw.starts_with('{')).map(|raw| Unwrapped { text: raw.into() }),
        _ => None,
    })
}

impl ReadElement for Wecom {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(outer) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let Some(inner) = unwrapped(&outer) else {
            if outer.raw("msgid").is_some() && outer.raw(ENCRYPTED).is_some() {
                sink.excepted(&codes::STILL_ENCRYPTED, place, codes::STILL_ENCRYPTED.summary, raw);
            } else {
                self.message(&outer, &outer, raw, place, sink);
            }
            return;
        };
        match Object::of(&inner.text) {
            Some(object) => self.message(&object, &outer, raw, place, sink),
            None => sink.excepted(&codes::BAD_JSON, place, "the decrypted record is no JSON object", raw),
        }
    }
}

impl Wecom {
    fn message(&mut self, object: &Object<'_>, outer: &Object<'_>, raw: &[u8], place: &Place, sink: &mut Sink) {
        let Some((sent, sent_raw)) = time_of(object, raw, place, sink) else { return };
        let from = object.text_in(&["from", "user"]);
        let draft = body::draft(object, from.as_deref(), place, sink);
        let told = Told {
            conversation: self.conversation(object, from.as_deref()),
            sent_by_collector: self.sent_by_collector(from.as_deref()),
            sender: from.map(|id| Sender { name: self.contacts.name(&id).map(str::to_owned), native_id: Some(id) }),
            sent,
            sent_raw,
            native_id: object.text("msgid"),
            sequence: outer.int("seq"),
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }

    fn sent_by_collector(&self, from: Option<&str>) -> Option<bool> {
        let account = self.source.options.account.as_deref()?;
        from.map(|from| from == account)
    }

    fn conversation(&mut self, object: &Object<'_>, from: Option<&str>) -> Arc<SourceConversation> {
        let (kind, native_id) = match object.text("roomid") {
            Some(room) => (ConversationKind::Group, room),
            None => self.parties(object, from),
        };
        let key = (kind, native_id);
        if let Some(known) = self.conversations.get(&key) {
            return Arc::clone(known);
        }
        let (kind, native_id) = key.clone();
        let app = self.source.options.app.clone().unwrap_or_else(|| App::named("wecom"));
        let title = self.contacts.name(&native_id).map(str::to_owned).or_else(|| self.names(&native_id));
        // `a|b` names both sides, as `SourceConversation::between` writes it.
        let conversation = Arc::new(SourceConversation { app, kind, native_id, title });
        self.conversations.insert(key, Arc::clone(&conversation));
        conversation
    }

    /// Returns the other side where one side is the account that was collected; else all sides, sorted: an archive of
    /// a whole company belongs to none of them.
    fn parties(&self, object: &Object<'_>, from: Option<&str>) -> (ConversationKind, String) {
        let mut parties: BTreeSet<String> = receivers(object).into_iter().collect();
        parties.extend(from.map(str::to_owned));
        if let Some(account) = &self.source.options.account
            && parties.len() == 2
            && parties.remove(account)
        {
            return (ConversationKind::Direct, parties.into_iter().collect());
        }
        let kind = if parties.len() > 2 { ConversationKind::Group } else { ConversationKind::Direct };
        (kind, parties.into_iter().collect::<Vec<_>>().join("|"))
    }

    fn names(&self, parties: &str) -> Option<String> {
        let named = |id: &str| self.contacts.name(id).unwrap_or(id).to_owned();
        parties.contains('|').then(|| parties.split('|').map(named).collect::<Vec<_>>().join(" / "))
    }
}

/// Returns those a message went to: a list, or in some wrappers the text of one, or ids with commas between.
fn receivers(object: &Object<'_>) -> Vec<String> {
    let listed = object.texts("tolist");
    let [only] = listed.as_slice() else { return listed };
    if let Ok(list) = serde_json::from_str::<Vec<String>>(only) {
        return list;
    }
    only.split([',', ';']).filter_map(|id| filled(id.trim())).collect()
}

/// Returns the time of a record; without one it is set aside.
fn time_of(object: &Object<'_>, raw: &[u8], place: &Place, sink: &mut Sink) -> Option<(UtcMillis, String)> {
    let key = if object.raw("msgtime").is_some() { "msgtime" } else { "time" };
    let Some(number) = object.int(key) else {
        let code = if object.raw(key).is_none() { &codes::MISSING_FIELD } else { &codes::BAD_TIME };
        let shown = object.text(key).unwrap_or_default();
        sink.excepted(code, place, format!("`msgtime` is no time in milliseconds: `{shown}`"), raw);
        return None;
    };
    let sent = when::from_seconds_or_millis(number);
    if matches!(sent, Some((_, true))) {
        let text = format!("`{key}` is `{number}`, which was read as seconds; milliseconds belong there");
        sink.finding(&codes::SECONDS, place, text);
    }
    if sent.is_none() {
        sink.excepted(&codes::BAD_TIME, place, format!("`{key}` is no time of a message: `{number}`"), raw);
    }
    sent.map(|(sent, _)| (sent, number.to_string()))
}
