//! What every family needs while it reads: the open databases, the names, the collected account, the conversations.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use duces_model::{Body, ConversationKind, FindingCode, Place, Sender, SourceConversation, SourceRecord, UtcMillis};

use super::compress::{self, Zstd};
use super::content::Content;
use super::files::Files;
use super::people::People;
use crate::draft::Draft;
use crate::sink::Sink;
use crate::source::Source;
use crate::sqlite::{Cell, Merge, Rows};
use crate::{codes, contacts, when};

/// An account that is being read.
pub(crate) struct Reading {
    pub(crate) source: Source,
    pub(crate) files: Files,
    pub(crate) people: People,
    /// The collected account, where it is known.
    pub(crate) own: Option<String>,
    conversations: HashMap<String, Arc<SourceConversation>>,
    zstd: Option<Zstd>,
}

/// A message as a row gives it.
pub(crate) struct Message {
    pub(crate) conversation: Arc<SourceConversation>,
    pub(crate) sender: Option<Sender>,
    /// Whether the collected account sent it.
    pub(crate) own: Option<bool>,
    /// Whether the app itself says it.
    pub(crate) by_app: bool,
    /// When, and as it was written.
    pub(crate) sent: (UtcMillis, String),
    pub(crate) native_id: Option<String>,
    pub(crate) sequence: i64,
    pub(crate) draft: Draft,
}

/// Why a row is set aside.
pub(crate) type Refusal = (&'static FindingCode, String);

impl Reading {
    pub(crate) fn new(source: Source, files: Files) -> Self {
        let own = source.options.account.clone();
        Self { source, files, people: People::default(), own, conversations: HashMap::new(), zstd: Zstd::new().ok() }
    }

    /// Returns the conversation of an id.
    pub(crate) fn conversation(&mut self, id: &str) -> Arc<SourceConversation> {
        if let Some(known) = self.conversations.get(id) {
            return Arc::clone(known);
        }
        let conversation = self.new_conversation(id, contacts::kind_of(id));
        self.conversations.insert(id.to_owned(), Arc::clone(&conversation));
        conversation
    }

    /// Returns a conversation of its own, of a kind that its id does not tell.
    pub(crate) fn new_conversation(&self, id: &str, kind: ConversationKind) -> Arc<SourceConversation> {
        let (app, title) = (self.source.options.app(), self.people.name(id));
        Arc::new(SourceConversation { app, kind, native_id: id.to_owned(), title })
    }

    /// Adds a table of every database to those that are read together; one that cannot be read is said.
    pub(crate) fn add_table(
        &self,
        merge: &mut Merge,
        table: &str,
        needed: &[&str],
        (wanted, order): (&[&str], &[&str]),
        sink: &mut Sink,
    ) {
        for (at, database) in self.files.databases.iter().enumerate() {
            if database.columns(table).is_empty() {
                continue;
            }
            let rows = if database.has(table, needed) {
                Rows::whole(database, table, wanted, order)
            } else {
                Err(format!("it has none of {}, or not all", needed.join(", ")))
            };
            match rows {
                Ok(rows) => merge.add(at, format!("{}#{table}", self.files.name(at)), rows),
                Err(reason) => {
                    let place = Place::file(format!("{}#{table}", self.files.name(at)));
                    sink.finding(&codes::TABLE_UNKNOWN, &place, format!("{reason}; nothing of it was read"));
                }
            }
        }
    }

    /// Returns the text of a column that holds a text or zstd frames, empty where it holds nothing; nothing where it
    /// could not be unpacked.
    pub(crate) fn text<'a>(&mut self, cell: &'a Cell, place: &Place, sink: &mut Sink) -> Option<Cow<'a, str>> {
        if let Cell::Text(text) = cell {
            return Some(Cow::Borrowed(text));
        }
        let bytes = cell.bytes().unwrap_or_default();
        if !bytes.starts_with(&compress::ZSTD_MAGIC) {
            return Some(mended(Cow::Borrowed(bytes), place, sink));
        }
        let unpacked = match &mut self.zstd {
            Some(zstd) => zstd.unpack(bytes),
            None => Err("there was no memory for unpacking".to_owned()),
        };
        unpacked_text(unpacked, place, sink)
    }

    /// Yields the record of a row.
    pub(crate) fn emit(&self, message: Message, raw: Vec<u8>, place: Place, sink: &mut Sink) {
        let Message { conversation, sender, own, by_app, sent: (sent, sent_raw), native_id, sequence, mut draft } =
            message;
        let by_app = by_app || matches!(draft.body, Body::Notice(_));
        if sender.is_none() && !by_app {
            sink.finding(&codes::SENDER_UNKNOWN, &place, codes::SENDER_UNKNOWN.summary);
        }
        let (attachments, state) = (draft.placed(&self.source, &place, sink), draft.state());
        sink.record(SourceRecord {
            attachments,
            raw,
            conversation,
            sender: sender.filter(|_| !by_app),
            sent_by_collector: own.filter(|_| !by_app),
            sent,
            sent_raw,
            native_id,
            replaces: draft.replaces,
            sequence,
            marks: draft.marks,
            state,
            body: draft.body,
            place,
        });
    }

    /// Returns the sender by its id, or the collected account where that sent it, with the name to be shown.
    pub(crate) fn sender(
        &self,
        id: Option<&str>,
        own: Option<bool>,
        conversation: &SourceConversation,
    ) -> Option<Sender> {
        let room = Some(conversation.native_id.as_str()).filter(|_| conversation.kind == ConversationKind::Group);
        let own_id = || self.own.as_deref().filter(|_| own == Some(true));
        match id.or_else(own_id) {
            Some(id) => Some(self.people.sender(id, room)),
            None => (own == Some(true)).then(Sender::default),
        }
    }
}

/// Returns the text of an LZ4 block, without the NULs that may follow it.
pub(crate) fn lz4_text(cell: &Cell, place: &Place, sink: &mut Sink) -> Option<String> {
    let block = cell.bytes()?;
    let unpacked = compress::lz4_block(block).map(|mut bytes| {
        let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |at| at + 1);
        bytes.truncate(end);
        bytes
    });
    match unpacked {
        // A tool may have unpacked it already.
        Err(_) if block.trim_ascii_start().starts_with(b"<") => {
            Some(mended(Cow::Borrowed(block), place, sink).into_owned())
        }
        unpacked => unpacked_text(unpacked, place, sink).map(Cow::into_owned),
    }
}

fn unpacked_text(unpacked: Result<Vec<u8>, String>, place: &Place, sink: &mut Sink) -> Option<Cow<'static, str>> {
    match unpacked {
        Ok(bytes) => {
            // Within the row it was wrapped up, where nobody looks for it.
            if memchr::memchr(0, &bytes).is_some() {
                sink.finding(&codes::NUL_IN_TEXT, place, codes::NUL_IN_TEXT.summary);
            }
            Some(Cow::Owned(mended(Cow::Owned(bytes), place, sink).into_owned()))
        }
        Err(reason) => {
            let text = format!("the content cannot be unpacked: {reason}; what the message says is missing");
            sink.finding(&codes::BAD_COMPRESSION, place, text);
            None
        }
    }
}

/// Returns bytes as text, U+FFFD in the place of what is none.
fn mended<'a>(bytes: Cow<'a, [u8]>, place: &Place, sink: &mut Sink) -> Cow<'a, str> {
    let text = match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Cow::Owned(text),
            Err(error) => Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
        },
    };
    if let Cow::Owned(_) = text {
        sink.finding(&codes::INVALID_UTF8, place, codes::INVALID_UTF8.summary);
    }
    text
}

/// Returns the body of a content that was read, or of its type alone where it could not be unpacked.
pub(crate) fn draft_of(content: Option<&str>, (base, sub): (i64, i64), place: &Place, sink: &mut Sink) -> Draft {
    match content {
        Some(text) => Content { base, sub, text }.draft(place, sink),
        None if matches!(base, 3 | 34 | 43 | 47 | 62) => Content { base, sub, text: "" }.draft(place, sink),
        None => {
            let raw_type = if sub == 0 { base.to_string() } else { format!("{base}/{sub}") };
            Draft::plain(Body::Unknown { raw_type, text: String::new() })
        }
    }
}

/// Returns a time in seconds since 1970 and as it was written.
pub(crate) fn seconds(name: &str, cell: &Cell) -> Result<(UtcMillis, String), Refusal> {
    instant(name, cell, when::from_seconds)
}

/// Returns a time in milliseconds since 1970 and as it was written.
pub(crate) fn milliseconds(name: &str, cell: &Cell) -> Result<(UtcMillis, String), Refusal> {
    instant(name, cell, |number| when::from_seconds(number.div_euclid(1000)).and_then(|_| UtcMillis::new(number).ok()))
}

fn instant(name: &str, cell: &Cell, read: impl Fn(i64) -> Option<UtcMillis>) -> Result<(UtcMillis, String), Refusal> {
    match cell {
        Cell::Absent | Cell::Null => Err((&codes::MISSING_FIELD, format!("`{name}` is missing"))),
        other => match other.int().and_then(|number| Some((read(number)?, number.to_string()))) {
            Some(found) => Ok(found),
            None => Err((&codes::BAD_TIME, format!("`{name}` is no time that exists: {}", other.shown()))),
        },
    }
}

/// Returns a whole number that a message cannot do without.
pub(crate) fn number(name: &str, cell: &Cell) -> Result<i64, Refusal> {
    cell.int().ok_or_else(|| match cell {
        Cell::Absent | Cell::Null => (&codes::MISSING_FIELD, format!("`{name}` is missing")),
        other => (&codes::WRONG_TYPE, format!("`{name}` is no number: {}", other.shown())),
    })
}

/// Returns whether a column is set: 1 is, 0 is not, anything else says nothing.
pub(crate) fn truth(cell: &Cell) -> Option<bool> {
    match cell.int() {
        Some(1) => Some(true),
        Some(0) => Some(false),
        _ => None,
    }
}

/// Returns the server's number of a message; 0 is none.
pub(crate) fn server_id(cell: &Cell) -> Option<String> {
    cell.int().filter(|number| *number != 0).map(|number| number.to_string())
}
