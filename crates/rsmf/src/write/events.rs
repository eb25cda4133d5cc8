//! From a run of entries to a manifest: what each entry says, who did what to it, and which files it names.

use std::collections::BTreeMap;

use duces_model::{
    App, Attachment as Sent, Body, Content, ConversationKind, Digest, Entry, EntryAttachment, EntryState, Marks,
    NoticeKind, ReceiptKind, Sender, Transcript, UtcMillis,
};

use super::RsmfOptions;
use super::people::People;
use super::slices::RsmfSlice;
use crate::manifest::{
    Attachment, Conversation, ConversationType, Custom, Direction, Edit, Event, EventType, Importance, Manifest,
    Participant, Reaction, ReadReceipt, ReceiptAction, VERSION,
};

/// The apps whose maker's name differs from the short name that platforms go by.
const PLATFORMS: &[&str] = &[
    "wechat",
    "wecom",
    "whatsapp",
    "slack",
    "teams",
    "telegram",
    "signal",
    "instagram",
    "imessage",
    "sms",
    "discord",
    "bloomberg",
    "email",
];

/// A slice ready to be written.
pub(super) struct SliceContent<'a> {
    pub(super) manifest: Manifest,
    /// The text of the mail: who said what, in the order of time.
    pub(super) text: String,
    /// The files, in the order in which they are first named.
    pub(super) stored: Vec<Stored>,
    pub(super) entries: &'a [Entry],
}

/// A file that goes into the ZIP.
pub(super) struct Stored {
    /// Its name there.
    pub(super) id: String,
    pub(super) digest: Digest,
    pub(super) size: u64,
    /// The name it was sent under.
    pub(super) name: String,
    /// The number of the entry that names it first.
    pub(super) number: u32,
}

impl<'a> SliceContent<'a> {
    pub(super) fn of(transcript: &'a Transcript, slice: &RsmfSlice, options: &RsmfOptions) -> Self {
        let entries = transcript.entries.get(slice.entries.clone()).unwrap_or_default();
        let mut writer = Writer {
            transcript,
            entries,
            people: People::of(transcript),
            stored: Vec::new(),
            ids: BTreeMap::new(),
            custodian: options.custodian.as_deref(),
        };
        let events: Vec<Event> = entries.iter().map(|entry| writer.event(entry)).collect();
        let text = text_of(&events, &writer.people);
        let conversation = writer.conversation(slice);
        let Writer { people, stored, .. } = writer;
        let manifest = Manifest {
            version: VERSION.to_owned(),
            participants: people.into_list(),
            conversations: vec![conversation],
            events,
            event_collection_id: options.event_collection_id.clone(),
        };
        Self { manifest, text, stored, entries }
    }

    /// Returns whose mail it is said to be: the custodian's, else the first sender's.
    pub(super) fn author(&self) -> Option<&Participant> {
        let conversation = self.manifest.conversations.first()?;
        let first = || self.manifest.events.iter().find_map(|event| event.participant.as_ref());
        let id = conversation.custodian.as_ref().or_else(first)?;
        self.manifest.participants.iter().find(|participant| participant.id == *id)
    }
}

struct Writer<'a> {
    transcript: &'a Transcript,
    entries: &'a [Entry],
    people: People,
    stored: Vec<Stored>,
    /// The name in the ZIP of what was stored already.
    ids: BTreeMap<Digest, String>,
    custodian: Option<&'a str>,
}

impl Writer<'_> {
    fn conversation(&self, slice: &RsmfSlice) -> Conversation {
        let t = self.transcript;
        let direct = t.kind == ConversationKind::Direct;
        let mut custom = vec![Custom::new("time zone", t.zone.name()), Custom::new("unit", t.rule.label())];
        if let Some((number, of)) = t.slice {
            custom.push(Custom::new("slice of the unit", format!("{number} of {of}")));
        }
        if slice.of > 1 {
            custom.push(Custom::new("slice of the document", format!("{} of {}", slice.number, slice.of)));
        }
        if !matches!(t.kind, ConversationKind::Direct | ConversationKind::Group) {
            custom.push(Custom::new("kind", t.kind.label()));
        }
        Conversation {
            id: if t.conversation_id.is_empty() { "1".to_owned() } else { t.conversation_id.clone() },
            display: Some(t.title.clone()),
            platform: platform(&t.app),
            kind: Some(if direct { ConversationType::Direct } else { ConversationType::Channel }),
            participants: self.people.list().iter().map(|participant| participant.id.clone()).collect(),
            custodian: self.custodian.and_then(|id| self.people.account(id)).map(str::to_owned),
            custom,
            icon: None,
        }
    }

    fn event(&mut self, entry: &Entry) -> Event {
        let mut event = Event::new(event_type(&entry.body));
        event.id = Some(entry.number.to_string());
        event.conversation = Some(match self.transcript.conversation_id.as_str() {
            "" => "1".to_owned(),
            id => id.to_owned(),
        });
        event.timestamp = Some(entry.sent.to_string());
        event.body = Some(body_of(entry)).filter(|body| !body.is_empty());
        event.deleted = entry.recalled || entry.deleted || entry.marks.deletion.is_some();
        if let Some(sender) = &entry.sender {
            let id = self.people.sender(sender);
            self.note_name(sender, &id, &mut event.custom);
            event.participant = Some(id);
        }
        self.direction(entry, &mut event);
        self.parent(entry, &mut event);
        for cited in &entry.attachments {
            self.attachment(entry, cited, &mut event);
        }
        if entry.recalled {
            event.custom.push(Custom::new("recalled", "by the sender"));
        }
        if !matches!(entry.body, Body::Text { .. }) {
            event.custom.push(Custom::new("kind", entry.body.label()));
        }
        self.marks(entry, &mut event);
        event
    }

    /// A participant has one name in a manifest; where the message showed another, it is kept with the message.
    fn note_name(&self, sender: &Sender, id: &str, custom: &mut Vec<Custom>) {
        if let Some(name) = sender.name.as_deref().filter(|name| !name.is_empty() && *name != self.people.display(id)) {
            custom.push(Custom::new("sender name", name));
        }
    }

    fn direction(&self, entry: &Entry, event: &mut Event) {
        let Some(custodian) = self.custodian.filter(|id| self.people.account(id).is_some()) else { return };
        let sender = entry.sender.as_ref().and_then(|sender| sender.native_id.as_deref());
        event.direction = sender.map(|sender| match sender == custodian {
            true => Direction::Outgoing,
            false => Direction::Incoming,
        });
    }

    /// A parent must stand in the same file; one that does not is named by its number in the document.
    fn parent(&self, entry: &Entry, event: &mut Event) {
        match entry.refers_to {
            Some(number) if self.holds(number) => {
                event.parent = Some(number.to_string());
            }
            Some(number) => event.custom.push(Custom::new("refers to", format!("#{number} of this document"))),
            None if entry.marks.reply_to.is_some() => {
                event.custom.push(Custom::new("refers to", "a message that is not in this document"));
            }
            None => {}
        }
    }

    /// Entries are numbered in their order without gaps.
    fn holds(&self, number: u32) -> bool {
        let (first, last) = (self.entries.first(), self.entries.last());
        first.is_some_and(|first| first.number <= number) && last.is_some_and(|last| number <= last.number)
    }

    fn attachment(&mut self, entry: &Entry, cited: &EntryAttachment, event: &mut Event) {
        let attachment = &cited.attachment;
        match (&cited.state, &attachment.content) {
            (EntryState::Withheld(word), _) => {
                event.custom.push(Custom::new("attachment", format!("withheld: {word}")))
            }
            (EntryState::Child(_) | EntryState::Inline, Content::Stored { digest, size }) => {
                let display = display_name(attachment);
                let id = self.store(entry, attachment, *digest, *size);
                event.attachments.push(Attachment { id, display: Some(display), size: Some(*size) });
            }
            (_, Content::Missing(reason)) => {
                event.custom.push(Custom::new("attachment", format!("{}: {reason}", attachment.display_name())));
            }
            (EntryState::Missing, Content::Stored { .. }) => {
                event.custom.push(Custom::new("attachment", format!("{}: missing", attachment.display_name())));
            }
        }
    }

    fn store(&mut self, entry: &Entry, attachment: &Sent, digest: Digest, size: u64) -> String {
        if let Some(id) = self.ids.get(&digest) {
            return id.clone();
        }
        let id = format!("ATT{:06}{}", self.stored.len() + 1, extension(attachment));
        let name = attachment.display_name().to_owned();
        self.stored.push(Stored { id: id.clone(), digest, size, name, number: entry.number });
        self.ids.insert(digest, id.clone());
        id
    }

    fn marks(&mut self, entry: &Entry, event: &mut Event) {
        let Marks { edits, reactions, receipts, deletion, facts, reply_to: _ } = &entry.marks;
        let last = event.body.clone();
        for (at, edit) in edits.iter().enumerate() {
            let who = match (&edit.by, &event.participant) {
                (None, Some(sender)) => sender.clone(),
                (by, _) => self.people.named(by.as_deref()),
            };
            let after = edits.get(at + 1).map_or(last.clone(), |next| next.before.clone());
            event.edits.push(Edit {
                participant: who,
                timestamp: edit.at.map(shown),
                previous: edit.before.clone(),
                new: after,
            });
        }
        for reaction in reactions.iter().filter(|reaction| !reaction.value.is_empty()) {
            let participants: Vec<String> = reaction.by.iter().map(|by| self.people.named(Some(by))).collect();
            event.reactions.push(Reaction { value: reaction.value.clone(), count: Some(reaction.count), participants });
        }
        for receipt in receipts {
            let action = match receipt.kind {
                ReceiptKind::Read => ReceiptAction::Read,
                ReceiptKind::Delivered => ReceiptAction::Delivered,
            };
            event.read_receipts.push(ReadReceipt {
                participant: self.people.named(receipt.by.as_deref()),
                timestamp: receipt.at.map(shown),
                action: Some(action),
            });
        }
        if let Some(deletion) = deletion {
            let at = deletion.at.map(|at| Custom::new("deleted at", shown(at)));
            let by = deletion.by.as_ref().map(|by| Custom::new("deleted by", by));
            let recovered = deletion.recovered.then(|| Custom::new("deleted", "recovered by a forensic tool"));
            event.custom.extend([at, by, recovered].into_iter().flatten());
        }
        for fact in facts {
            if fact.name == "importance" && matches!(fact.value.as_str(), "high" | "urgent") {
                event.importance = Some(Importance::High);
            }
            event.custom.push(Custom::new(&fact.name, &fact.value));
        }
        // The schema wants neither name nor value empty.
        event.custom.retain(|custom| !custom.name.is_empty() && !custom.value.is_empty());
    }
}

fn shown(at: UtcMillis) -> String {
    at.to_string()
}

fn event_type(body: &Body) -> EventType {
    match body {
        Body::Notice(notice) => match notice.kind {
            NoticeKind::Join => EventType::Join,
            NoticeKind::Leave => EventType::Leave,
            NoticeKind::Rename | NoticeKind::Pat | NoticeKind::Other => EventType::Unknown,
        },
        _ => EventType::Message,
    }
}

fn body_of(entry: &Entry) -> String {
    let attachments: Vec<Sent> = entry.attachments.iter().map(|cited| cited.attachment.clone()).collect();
    entry.body.text(&attachments)
}

/// Returns the short name of an app by its maker's.
fn platform(label: &str) -> String {
    let known = PLATFORMS.iter().find(|name| App::named(name).label() == label);
    known.map_or_else(|| label.to_lowercase(), |name| (*name).to_owned())
}

/// The viewer tells pictures by the end of the name shown, so a name without one is given its own.
fn display_name(attachment: &Sent) -> String {
    match &attachment.name {
        Some(name) => name.clone(),
        None => format!("{}{}", attachment.role.label(), extension(attachment)),
    }
}

/// Returns the extension of an attachment's name, else the one of its media type, as ASCII.
fn extension(attachment: &Sent) -> String {
    let named = attachment.name.as_deref().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
    let plain = |text: &&str| !text.is_empty() && text.len() <= 10 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if let Some(extension) = named.filter(plain) {
        return format!(".{}", extension.to_lowercase());
    }
    let mime = attachment.mime.split(';').next().unwrap_or_default().trim();
    let found = EXTENSIONS.iter().find(|(known, _)| *known == mime);
    found.map_or_else(String::new, |(_, extension)| format!(".{extension}"))
}

/// The extensions of media that apps send without a name.
const EXTENSIONS: &[(&str, &str)] = &[
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/bmp", "bmp"),
    ("audio/wav", "wav"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/amr", "amr"),
    ("audio/silk", "silk"),
    ("audio/ogg", "ogg"),
    ("video/mp4", "mp4"),
    ("video/quicktime", "mov"),
    ("application/pdf", "pdf"),
];

/// Returns the text of the mail as Relativity's own generator writes it: for each event who, what, and the reactions.
fn text_of(events: &[Event], people: &People) -> String {
    let mut text = String::new();
    for event in events {
        let who = event.participant.as_deref().map(|id| people.display(id));
        for line in who.into_iter().chain(event.body.as_deref()) {
            text.push_str(line);
            text.push_str("\r\n\r\n");
        }
        for reaction in &event.reactions {
            text.push_str(&reaction.value);
            text.push_str("\r\n\r\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_go_by_their_short_names() {
        for name in PLATFORMS {
            assert_eq!(platform(App::named(name).label()), *name);
        }
        assert_eq!(platform("Somebody's"), "somebody's");
    }
}
