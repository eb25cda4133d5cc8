//! Messages of Microsoft Graph: an answer of the interface (`value`), an array, lines, or one message; and the messages of
//! a tenant's data export, the same objects with capital letters.
//!
//! A channel's message may hold its replies; each of them is a record of its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use duces_model::{App, Place, SourceConversation, UtcMillis};

use super::attachment::At;
use super::keys::Keys;
use super::names::Names;
use super::{body, conversation, event, marks, people};
use crate::draft::Told;
use crate::json_lines::JsonLines;
use crate::json_object::{Object, Spare};
use crate::json_stream::{self, JsonStream, ReadElement, Shape};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::{Source, io_error};
use crate::{Format, IngestError, Items, codes, lines, rows, scan, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::TeamsGraphJson, is_file, in_tree: None, open };

/// The key under which the interface's answer has its records.
const VALUE: &str = "value";
/// What an answer says where it is one of several.
const NEXT: &str = "@odata.nextLink";

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    if probe.is_array() {
        return Ok(probe.first_element()?.is_some_and(is_message));
    }
    if !probe.is_object() {
        return Ok(false);
    }
    const KEYS: &[&str] = &["id", "createdDateTime", "body", "messageType", "from", "chatId", "channelIdentity"];
    let capital: Vec<String> = KEYS.iter().map(|key| super::keys::capital(key)).collect();
    let wanted: Vec<&str> = KEYS.iter().copied().chain(capital.iter().map(String::as_str)).collect();
    let found = probe.keys_before(VALUE, &wanted, |found| found.contains_key(VALUE))?;
    if found.contains_key(VALUE) {
        return Ok(probe.first_element_under(VALUE)?.as_deref().is_some_and(is_message));
    }
    Ok(has_keys(|key| found.contains_key(key) || found.contains_key(&super::keys::capital(key))))
}

fn is_message(bytes: &[u8]) -> bool {
    let object = std::str::from_utf8(bytes).ok().and_then(Keys::of);
    object.is_some_and(|object| has_keys(|key| object.has(key)))
}

fn has_keys(has: impl Fn(&str) -> bool) -> bool {
    let all = ["id", "createdDateTime", "body"].into_iter().all(&has);
    all && has("messageType") && (has("from") || has("chatId") || has("channelIdentity"))
}

fn open(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let shape = shape(&source, &mut sink)?;
    let (names, findings) = Names::beside(&source);
    findings.into_iter().for_each(|finding| sink.say(finding));
    let window = source.window()?;
    let reader = Graph { source, names, conversations: BTreeMap::new() };
    Ok(match shape {
        Some(shape) => Box::new(JsonStream::shaped(reader, window, shape, sink)),
        None => Box::new(JsonLines::new(reader, window, sink)),
    })
}

/// Returns how the messages stand in the file; nothing where each has a line of its own.
fn shape(source: &Source, sink: &mut Sink) -> Result<Option<Shape>, IngestError> {
    let failed = |error| io_error(&source.path, error);
    let mut window = source.window()?;
    match scan::skip_space(&mut window).map_err(failed)? {
        Some(b'[') => return Ok(Some(Shape::Array)),
        Some(b'{') => {}
        _ => return Err(source.wrong(Format::TeamsGraphJson, "it is neither a JSON object nor an array")),
    }
    // What is said behind the messages counts as well, so that all of the object is looked through.
    let found = json_stream::header_before(&mut window, source.encoding, VALUE, &[NEXT], |_| false).map_err(failed)?;
    if found.contains_key(VALUE) {
        if let Some(next) = found.get(NEXT).and_then(|raw| serde_json::from_slice::<String>(raw).ok()) {
            goes_on(&next, &source.place(), sink);
        }
        return Ok(Some(Shape::Under(VALUE)));
    }
    let mut ahead = source.window()?;
    lines::next(&mut ahead).map_err(failed)?;
    let line = source.encoding.text(rows::row(&ahead));
    // An object that goes over several lines is read to its end; what has a line of its own may break alone.
    Ok(if Object::of(&line).is_some() { None } else { Some(Shape::Sequence) })
}

fn goes_on(next: &str, place: &Place, sink: &mut Sink) {
    let text = format!("the source says that more follows, at {next}; see that it was collected too");
    sink.finding(&codes::GOES_ON_ELSEWHERE, place, text);
}

/// What one file says of all its messages.
struct Graph {
    source: Source,
    names: Names,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
}

impl ReadElement for Graph {
    fn source(&self) -> &Source {
        &self.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(object) = Object::of_element(raw, self.source.encoding, &mut spare, place, sink) else { return };
        let message = Keys::new(object);
        self.message(&message, raw, place, sink);
        if let Some(next) = message.text("replies@odata.nextLink") {
            goes_on(&next, place, sink);
        }
        let Some(replies) = message.raw("replies") else { return };
        let mut within = Within::of(raw, replies, place);
        for reply in message.list("replies") {
            let place = within.place_of(reply);
            match Keys::of(reply) {
                Some(keys) => self.message(&keys, reply.as_bytes(), &place, sink),
                None => {
                    sink.excepted(&codes::NOT_AN_OBJECT, &place, "a reply should be a JSON object", reply.as_bytes())
                }
            }
        }
    }
}

/// Where the replies stand in the record of the message that they answer.
struct Within<'a> {
    rest: &'a [u8],
    place: Place,
}

impl<'a> Within<'a> {
    fn of(raw: &'a [u8], replies: &str, place: &Place) -> Self {
        let mut within = Self { rest: raw, place: place.clone() };
        within.place_of(replies);
        within
    }

    /// Returns the place of what stands next; where the record had to be mended, the last one that is sure.
    fn place_of(&mut self, text: &str) -> Place {
        if let Some(at) = memchr::memmem::find(self.rest, text.as_bytes()) {
            let (before, rest) = self.rest.split_at(at);
            let lines = memchr::memchr_iter(b'\n', before).count() as u64;
            self.place.line = self.place.line.map(|line| line.saturating_add(lines));
            self.rest = rest;
        }
        self.place.clone()
    }
}

impl Graph {
    fn message(&mut self, message: &Keys<'_>, raw: &[u8], place: &Place, sink: &mut Sink) {
        let Some((sent, sent_raw)) = time_of(message, raw, place, sink) else { return };
        let conversation = self.conversation(message, place, sink);
        let native_id = message.text("id");
        let (mut draft, mut sender, by_app) = match event::of(message, &self.names, place, sink) {
            Some(event) => (event.draft, event.caller, true),
            None => {
                let at = At { source: &self.source, names: &self.names, place };
                (body::draft(message, &at, sink), None, false)
            }
        };
        marks::add(message, &self.names, &mut draft.marks);
        draft.state = marks::state(message);
        if !by_app {
            sender = message.object("from").and_then(|set| people::of_set(&set, &self.names));
            if sender.is_none() {
                sink.finding(&codes::SENDER_UNKNOWN, place, codes::SENDER_UNKNOWN.summary);
            }
        }
        let account = self.source.options.account.as_deref();
        let id = sender.as_ref().and_then(|sender| sender.native_id.as_deref());
        let told = Told {
            conversation,
            sent_by_collector: account.zip(id).map(|(account, id)| account == id),
            sent,
            sent_raw,
            // Ids are the milliseconds at which the service took a message, so that they give the order.
            sequence: native_id.as_deref().and_then(|id| id.parse().ok()),
            native_id,
            sender,
        };
        draft.into_record(told, raw, &self.source, place, sink);
    }

    fn conversation(&mut self, message: &Keys<'_>, place: &Place, sink: &mut Sink) -> Arc<SourceConversation> {
        let app = || self.source.options.app.clone().unwrap_or_else(|| App::named("teams"));
        let (id, team) = match conversation::id_of(message) {
            Some(found) => found,
            None => {
                let stem = self.source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
                let name = stem.unwrap_or_default();
                let text =
                    format!("the message names neither a chat nor a channel; the file's name stands for it: {name}");
                sink.once(&codes::CONVERSATION_FROM_NAME, place, text);
                let kind = duces_model::ConversationKind::Group;
                return Arc::new(SourceConversation::named(app(), kind, &name));
            }
        };
        if let Some(known) = self.conversations.get(&id) {
            return Arc::clone(known);
        }
        let made = Arc::new(conversation::of_id(app(), &id, team.as_deref(), &self.names));
        self.conversations.insert(id, Arc::clone(&made));
        made
    }
}

/// Returns the time of a message; without one it is set aside.
fn time_of(message: &Keys<'_>, raw: &[u8], place: &Place, sink: &mut Sink) -> Option<(UtcMillis, String)> {
    let Some(text) = message.text("createdDateTime") else {
        sink.excepted(&codes::MISSING_FIELD, place, "`createdDateTime` is missing", raw);
        return None;
    };
    let sent = when::from_rfc3339(&text);
    if sent.is_none() {
        sink.excepted(&codes::BAD_TIME, place, format!("`createdDateTime` is no time that exists: `{text}`"), raw);
    }
    sent.map(|sent| (sent, text))
}
