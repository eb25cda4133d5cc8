//! What a source holds, on its way into the archive.

use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use crate::{
    App, AttachmentRole, Body, ConversationKind, Finding, Marks, MissingReason, Place, RecordState, Sender, UtcMillis,
};

/// A conversation as one source names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceConversation {
    /// The app.
    pub app: App,
    /// Direct, group or official account.
    pub kind: ConversationKind,
    /// The id the source gives: a group's, or the other side's account of a 1:1. Where the source names both sides
    /// it is `a|b`; where it has no id at all, it is its name after a `?`.
    pub native_id: String,
    /// The name the source shows.
    pub title: Option<String>,
}

impl SourceConversation {
    /// Returns a 1:1 of which the source names both sides, whichever of them was collected.
    pub fn between(app: App, a: &str, b: &str, title: Option<String>) -> Self {
        let (first, second) = if a <= b { (a, b) } else { (b, a) };
        Self { app, kind: ConversationKind::Direct, native_id: format!("{first}|{second}"), title }
    }

    /// Returns a conversation that the source gives no id: its name stands in the place of one, for this custodian
    /// alone, since others may have a conversation of that name.
    pub fn named(app: App, kind: ConversationKind, name: &str) -> Self {
        Self { app, kind, native_id: format!("?{name}"), title: Some(name.to_owned()) }
    }

    /// Returns both sides of a 1:1, where the source names them.
    pub fn sides(&self) -> Option<(&str, &str)> {
        if self.kind != ConversationKind::Direct || self.lacks_id() {
            return None;
        }
        self.native_id.split_once('|')
    }

    /// Returns whether a name stands in the place of the id.
    pub fn lacks_id(&self) -> bool {
        self.native_id.starts_with('?')
    }
}

/// The bytes of an attachment that lie within the source's own record: in a mail, in a database.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceBytes(Arc<[u8]>);

impl SourceBytes {
    /// Returns the bytes, shared from now on.
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }
}

impl Deref for SourceBytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SourceBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceBytes({} bytes)", self.0.len())
    }
}

/// An attachment as one source names it: the bytes are read when the record is collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceAttachment {
    /// What it is to the message.
    pub role: AttachmentRole,
    /// The name it was sent under, where the source keeps one.
    pub name: Option<String>,
    /// Files that may hold the bytes, best first, relative to the source's folder.
    pub candidates: Vec<PathBuf>,
    /// The bytes themselves, where the source holds them within its record; then no candidate is looked at.
    pub bytes: Option<SourceBytes>,
    /// The MD5 in hexadecimal that the source declares for the bytes; they are checked against it.
    pub md5: Option<String>,
    /// Why there is no candidate, where there is none.
    pub missing: Option<MissingReason>,
}

/// One record of a source: the raw bytes and what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRecord {
    /// Where it stands.
    pub place: Place,
    /// The source's own bytes of this record.
    pub raw: Vec<u8>,
    /// The conversation it belongs to.
    pub conversation: Arc<SourceConversation>,
    /// Who sent it; `None` for notices by the app.
    pub sender: Option<Sender>,
    /// Whether the account that was collected sent it, where the source says so.
    pub sent_by_collector: Option<bool>,
    /// When.
    pub sent: UtcMillis,
    /// The time as the source writes it.
    pub sent_raw: String,
    /// The app's own number of the message, the server id.
    pub native_id: Option<String>,
    /// The app's own number of an earlier message of the conversation that this one takes the place of, such as the
    /// notice that a file was still being sent; both are then one message.
    pub replaces: Option<String>,
    /// The source's own order within the conversation.
    pub sequence: i64,
    /// What.
    pub body: Body,
    /// What hangs on it.
    pub attachments: Vec<SourceAttachment>,
    /// What happened to it beside its being sent.
    pub marks: Marks,
    /// How this copy stands.
    pub state: RecordState,
}

/// What a source yields: each record of it becomes exactly one of the first two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// A record that was understood.
    Record(Box<SourceRecord>),
    /// A record that could not be made a message; its bytes are kept with the finding.
    Excepted {
        /// Why.
        finding: Finding,
        /// The source's own bytes of it.
        raw: Vec<u8>,
    },
    /// Something to be said about the source or about a record that was understood all the same.
    Finding(Finding),
}
