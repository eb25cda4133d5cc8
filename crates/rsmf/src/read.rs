//! Reads a manifest of version 1.0 or 2.0 as typed values, with what is wrong with it beside them.

use std::collections::{BTreeMap, BTreeSet};

use duces_model::{Finding, Place};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::codes;
use crate::manifest::{
    Attachment, Conversation, ConversationType, Custom, Direction, Edit, Event, EventType, Importance, Manifest,
    Participant, Reaction, ReadReceipt, ReceiptAction,
};
use crate::object::{Faults, Object, kind_of};

/// A manifest that was read.
#[derive(Debug, Clone)]
pub struct ReadManifest<'a> {
    /// Version, participants, conversations; its events are in `events`.
    pub head: Manifest,
    /// The events, each with its own bytes.
    pub events: Vec<ReadEvent<'a>>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// An event that was read.
#[derive(Debug, Clone)]
pub struct ReadEvent<'a> {
    /// What stands in the manifest.
    pub raw: &'a str,
    /// The line it begins at, and its number among the events.
    pub place: Place,
    /// What it says; `None` where it is no object.
    pub event: Option<Event>,
}

impl ReadManifest<'_> {
    /// Returns the whole as a manifest, without events that are none.
    pub fn manifest(&self) -> Manifest {
        let events = self.events.iter().filter_map(|read| read.event.clone()).collect();
        Manifest { events, ..self.head.clone() }
    }
}

/// Reads a manifest. Where it is no JSON object or has no list of events, nothing can be read of it.
pub fn read_manifest<'a>(json: &'a str, place: &Place) -> Result<ReadManifest<'a>, String> {
    let json = json.strip_prefix('\u{feff}').unwrap_or(json);
    let mut keys: BTreeMap<String, &'a RawValue> =
        serde_json::from_str(json).map_err(|error| format!("the manifest is no JSON object: {error}"))?;
    let events = keys.remove("events").ok_or("the manifest has no `events`")?;
    let raws: Vec<&'a RawValue> =
        serde_json::from_str(events.get()).map_err(|error| format!("`events` is no list: {error}"))?;

    let mut faults = Faults::at(place.clone());
    let rest = keys.into_iter().map(|(key, raw)| (key, serde_json::from_str(raw.get()).unwrap_or(Value::Null)));
    let mut head = head(Value::Object(rest.collect()), &mut faults);
    let first = is_first(&head.version);
    let mut lines = Lines { json, at: 0, line: 1 };
    let mut read = Vec::with_capacity(raws.len());
    for (number, raw) in (1_u64..).zip(raws) {
        faults.place = place.clone().at_line(lines.of(raw.get())).at_record(number);
        let value = serde_json::from_str(raw.get()).unwrap_or(Value::Null);
        let event = event(value, number - 1, first, &mut faults);
        read.push(ReadEvent { raw: raw.get(), place: faults.place.clone(), event });
    }
    faults.place = place.clone();
    check_references(&head, &read, &mut faults);
    head.events = Vec::new();
    Ok(ReadManifest { head, events: read, findings: faults.findings })
}

/// Tells on which line parts of a text begin, given in the order of the text.
struct Lines<'a> {
    json: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn of(&mut self, part: &str) -> u64 {
        let offset = (part.as_ptr() as usize).wrapping_sub(self.json.as_ptr() as usize);
        if let Some(passed) = self.json.get(self.at..offset) {
            self.line += passed.bytes().filter(|byte| *byte == b'\n').count() as u64;
            self.at = offset;
        }
        self.line
    }
}

fn is_first(version: &str) -> bool {
    version.starts_with("1.")
}

fn head(value: Value, faults: &mut Faults) -> Manifest {
    let mut object = Object::of(value, "manifest".to_owned(), faults).expect("it was made an object above");
    let version = object.required("version", true).unwrap_or_default();
    let first = is_first(&version);
    let event_collection_id = object.text("eventcollectionid");
    let participants = object.list("participants", |value, path, faults| participant(value, path, first, faults));
    let conversations = object.list("conversations", |value, path, faults| conversation(value, path, first, faults));
    for (key, is_empty) in [("participants", participants.is_empty()), ("conversations", conversations.is_empty())] {
        if is_empty {
            object.missing(key);
        }
    }
    object.end();
    if !first && !version.starts_with("2.") {
        faults.say(&codes::VERSION, format!("version `{version}` is not known; the manifest was read as 2.0.0"));
    }
    Manifest { version, participants, conversations, events: Vec::new(), event_collection_id }
}

fn participant(value: Value, path: String, first: bool, faults: &mut Faults) -> Option<Participant> {
    let mut object = Object::of(value, path, faults)?;
    let participant = Participant {
        id: object.required("id", true).unwrap_or_default(),
        display: object.text_unless("display", first),
        email: object.text("email"),
        avatar: object.text("avatar"),
        account_id: object.text("account_id"),
        custom: object.list("custom", custom),
    };
    object.end();
    Some(participant)
}

fn conversation(value: Value, path: String, first: bool, faults: &mut Faults) -> Option<Conversation> {
    const TYPES: &[(&str, ConversationType)] =
        &[("direct", ConversationType::Direct), ("channel", ConversationType::Channel)];
    let mut object = Object::of(value, path, faults)?;
    let conversation = Conversation {
        id: object.required("id", true).unwrap_or_default(),
        display: object.text_unless("display", first),
        platform: object.required("platform", true).unwrap_or_default(),
        kind: object.word("type", TYPES),
        participants: object.ids("participants"),
        custodian: object.text("custodian"),
        custom: object.list("custom", custom),
        icon: object.text("icon"),
    };
    if conversation.participants.is_empty() {
        object.missing("participants");
    }
    if first && conversation.kind.is_none() {
        object.missing("type");
    }
    object.end();
    Some(conversation)
}

fn custom(value: Value, path: String, faults: &mut Faults) -> Option<Custom> {
    let mut object = Object::of(value, path, faults)?;
    let name = object.required("name", true).unwrap_or_default();
    let value = object.required("value", true).unwrap_or_default();
    object.end();
    Some(Custom { name, value })
}

const EVENT_TYPES: &[(&str, EventType)] = &[
    ("message", EventType::Message),
    ("disclaimer", EventType::Disclaimer),
    ("join", EventType::Join),
    ("leave", EventType::Leave),
    ("history", EventType::History),
    ("unknown", EventType::Unknown),
];

fn event(value: Value, index: u64, first: bool, faults: &mut Faults) -> Option<Event> {
    const IMPORTANCE: &[(&str, Importance)] = &[("normal", Importance::Normal), ("high", Importance::High)];
    const DIRECTIONS: &[(&str, Direction)] = &[("incoming", Direction::Incoming), ("outgoing", Direction::Outgoing)];
    if !value.is_object() {
        faults.schema(format!("events[{index}]"), format!("should be an object; it is {}", kind_of(&value)));
        return None;
    }
    let mut object = Object::of(value, format!("events[{index}]"), faults)?;
    let kind = event_type(&mut object, first);
    let event = Event {
        id: object.text("id"),
        kind,
        parent: object.text("parent"),
        body: object.text("body"),
        participant: object.text_unless("participant", first),
        conversation: object.text_unless("conversation", first),
        timestamp: object.text_unless("timestamp", first),
        deleted: object.truth("deleted"),
        importance: object.word("importance", IMPORTANCE),
        reactions: object.list("reactions", |value, path, faults| reaction(value, path, first, faults)),
        attachments: object.list("attachments", |value, path, faults| attachment(value, path, first, faults)),
        edits: object.list("edits", |value, path, faults| edit(value, path, first, faults)),
        custom: object.list("custom", custom),
        direction: object.word("direction", DIRECTIONS),
        read_receipts: object.list("read_receipts", receipt),
    };
    object.end();
    Some(event)
}

fn event_type(object: &mut Object<'_>, first: bool) -> EventType {
    if !object.has("type") {
        object.missing("type");
    }
    let kind = object.word("type", EVENT_TYPES).unwrap_or(EventType::Unknown);
    if first && matches!(kind, EventType::History) {
        object.schema("type", "is `history`, which version 1.0 does not know");
    }
    kind
}

fn reaction(value: Value, path: String, first: bool, faults: &mut Faults) -> Option<Reaction> {
    let mut object = Object::of(value, path, faults)?;
    let value = object.required("value", true).unwrap_or_default();
    let count = object.number("count").map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let participants = object.ids("participants");
    if first && count.is_none() {
        object.missing("count");
    }
    if first && participants.is_empty() {
        object.missing("participants");
    }
    object.end();
    Some(Reaction { value, count, participants })
}

fn attachment(value: Value, path: String, first: bool, faults: &mut Faults) -> Option<Attachment> {
    let mut object = Object::of(value, path, faults)?;
    let id = object.required("id", true).unwrap_or_default();
    let display = object.text_unless("display", first);
    let size = object.number("size");
    if first && size.is_none() {
        object.missing("size");
    }
    object.end();
    Some(Attachment { id, display, size })
}

fn edit(value: Value, path: String, first: bool, faults: &mut Faults) -> Option<Edit> {
    let mut object = Object::of(value, path, faults)?;
    let edit = Edit {
        participant: object.required("participant", true).unwrap_or_default(),
        timestamp: object.text_unless("timestamp", first),
        previous: object.text("previous"),
        new: object.text("new"),
    };
    object.end();
    Some(edit)
}

fn receipt(value: Value, path: String, faults: &mut Faults) -> Option<ReadReceipt> {
    const ACTIONS: &[(&str, ReceiptAction)] = &[("read", ReceiptAction::Read), ("delivered", ReceiptAction::Delivered)];
    let mut object = Object::of(value, path, faults)?;
    let receipt = ReadReceipt {
        participant: object.required("participant", true).unwrap_or_default(),
        timestamp: object.text("timestamp"),
        action: object.word("action", ACTIONS),
    };
    object.end();
    Some(receipt)
}

/// Finds ids that stand twice and ids that name nothing.
fn check_references(head: &Manifest, events: &[ReadEvent<'_>], faults: &mut Faults) {
    let people = ids_of("participant", head.participants.iter().map(|p| p.id.as_str()), faults);
    let places = ids_of("conversation", head.conversations.iter().map(|c| c.id.as_str()), faults);
    for conversation in &head.conversations {
        let named = conversation.participants.iter().chain(&conversation.custodian);
        for id in named.filter(|id| !people.contains(id.as_str())) {
            let text =
                format!("conversation `{}` names the participant `{id}`, whom nobody describes", conversation.id);
            faults.say(&codes::REFERENCE, text);
        }
    }
    let mut known: BTreeSet<(Option<&str>, &str)> = BTreeSet::new();
    for (read, event) in events.iter().filter_map(|read| Some((read, read.event.as_ref()?))) {
        if let Some(id) = &event.id
            && !known.insert((event.conversation.as_deref(), id))
        {
            faults.place = read.place.clone();
            faults.say(&codes::DUPLICATE_ID, format!("an earlier event of the conversation has the id `{id}`"));
        }
    }
    for (read, event) in events.iter().filter_map(|read| Some((read, read.event.as_ref()?))) {
        faults.place = read.place.clone();
        let receipts = event.read_receipts.iter().map(|receipt| &receipt.participant);
        let edits = event.edits.iter().map(|edit| &edit.participant);
        let reactions = event.reactions.iter().flat_map(|reaction| &reaction.participants);
        for id in event.participant.iter().chain(edits).chain(reactions).chain(receipts) {
            if !people.contains(id.as_str()) && !id.is_empty() {
                faults.say(&codes::REFERENCE, format!("the event names the participant `{id}`, whom nobody describes"));
            }
        }
        if let Some(id) = event.conversation.as_deref().filter(|id| !places.contains(id)) {
            faults.say(&codes::REFERENCE, format!("the event names the conversation `{id}`, which nobody describes"));
        }
        if let Some(parent) = &event.parent
            && !known.contains(&(event.conversation.as_deref(), parent))
        {
            let text = format!("the event answers `{parent}`, which is no event of its conversation in this file");
            faults.say(&codes::REFERENCE, text);
        }
    }
}

fn ids_of<'a>(what: &str, ids: impl Iterator<Item = &'a str>, faults: &mut Faults) -> BTreeSet<&'a str> {
    let mut known = BTreeSet::new();
    for id in ids {
        if !known.insert(id) && !id.is_empty() {
            faults.say(&codes::DUPLICATE_ID, format!("two descriptions of a {what} have the id `{id}`"));
        }
    }
    known
}
