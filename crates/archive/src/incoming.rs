//! What an import hands to the writer and gets from it: rows by number, new messages and records, and what is held.

use duces_model::{
    Attachment, Body, Custodian, Digest, Hasher, Marks, MessageId, Place, RecordState, Sender, UtcMillis,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::content::Prepared;

/// The row of a custodian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustodianId(pub(crate) i64);

/// The row of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConversationId(pub(crate) i64);

/// The row of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImportId(pub(crate) i64);

impl ImportId {
    /// Returns the number by which the ledger names the import.
    pub fn number(self) -> i64 {
        self.0
    }
}

/// The row of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceFileId(pub(crate) i64);

/// The row of a chunk of raw records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChunkId(pub(crate) i64);

/// The row of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub(crate) i64);

/// What tells two messages apart: a digest over what the identity rule names, behind eight bytes that put keys which
/// are met together side by side. Without them each batch would touch every page of a large matter's keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityKey([u8; 20]);

impl IdentityKey {
    /// Returns the key over some parts; each is framed by its length, so that no two lists of parts run together.
    /// `near` must follow from the parts.
    pub fn of(near: [u8; 8], parts: &[&[u8]]) -> Self {
        let mut hasher = Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let mut key = [0; 20];
        key[..8].copy_from_slice(&near);
        key[8..].copy_from_slice(&hasher.finish().as_bytes()[..12]);
        Self(key)
    }

    /// Returns the bytes by which neighbours are found.
    pub fn near(&self) -> [u8; 8] {
        self.0[..8].try_into().expect("a key has twenty bytes")
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// By which rule copies are told, in a sentence for people.
pub const IDENTITY_STATEMENT: &str = "a message is counted and produced once, whoever holds it, and all custodians who \
    hold it are named; copies are those of one app and conversation with the same server id or, where one of two has no \
    server id, with the same sender, second, kind and text (normalised, by digest) in the same order among equals; two \
    records of one source never are";

/// The rule of identity by which a message was told from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentityRule {
    /// App, conversation and server id.
    ServerId,
    /// App, conversation, sender, second, type, digest of the normalised body, ordinal among equals.
    Content,
}

impl IdentityRule {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::ServerId => 1,
            Self::Content => 2,
        }
    }
}

/// What a record is to its message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordClass {
    /// The record that the message was made from.
    First,
    /// Another copy of a message that is there: another custodian's, or the same one's in other bytes.
    Copy,
    /// The same bytes once more in the same source.
    Duplicate,
    /// No message could be made of it.
    Excepted,
}

impl RecordClass {
    pub(crate) fn code(self) -> i64 {
        match self {
            Self::First => 0,
            Self::Copy => 1,
            Self::Duplicate => 2,
            Self::Excepted => 3,
        }
    }

    pub(crate) fn from_code(code: i64) -> Option<Self> {
        [Self::First, Self::Copy, Self::Duplicate, Self::Excepted].into_iter().find(|class| class.code() == code)
    }
}

/// What an import is, before it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportInfo {
    /// Whose archive it was.
    pub custodian: Custodian,
    /// The account that was collected, where it is known.
    pub account: Option<String>,
    /// The source as the request names it; pages print it.
    pub label: String,
    /// The files, in reading order.
    pub files: Vec<SourceFileInfo>,
    /// The ZIPs that files were unpacked from.
    pub zips: Vec<ZipInfo>,
    /// The digest of the list of what was not to be collected, where there was one.
    pub exclude: Option<Digest>,
}

/// A ZIP of a source that was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZipInfo {
    /// The path relative to the source, with `/` between folders.
    pub path: String,
    /// How many bytes.
    pub size: u64,
    /// The SHA-256 of the bytes.
    pub digest: Digest,
}

/// A file of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFileInfo {
    /// The path relative to the source, with `/` between folders.
    pub path: String,
    /// The name of its format.
    pub format: String,
    /// How many bytes.
    pub size: u64,
    /// The SHA-256 of the bytes.
    pub digest: Digest,
}

impl ImportInfo {
    /// Returns the digest over what makes two imports the same one.
    pub fn fingerprint(&self) -> Digest {
        let files: Vec<Value> = self.files.iter().map(|f| json!([f.path, f.format, f.digest])).collect();
        let mut whole = vec![json!(self.custodian), json!(self.account), json!(self.label), json!(files)];
        whole.extend(self.exclude.map(|list| json!({ "exclude": list })));
        Digest::of(Value::from(whole).to_string().as_bytes())
    }

    /// Returns what is kept beside the files.
    pub(crate) fn beside(&self) -> Beside {
        Beside { zips: self.zips.clone(), exclude: self.exclude }
    }
}

/// What is kept of an import beside its files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Beside {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) zips: Vec<ZipInfo>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) exclude: Option<Digest>,
}

impl Beside {
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("it is texts and numbers")
    }
}

/// A message that is new to the archive.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// Where it was said.
    pub conversation: ConversationId,
    /// The server id.
    pub native_id: Option<&'a str>,
    /// Who said it.
    pub sender: Option<&'a Sender>,
    /// When.
    pub sent: UtcMillis,
    /// The time as the source wrote it.
    pub sent_raw: &'a str,
    /// The order among messages of the same time.
    pub sequence: i64,
    /// What.
    pub prepared: &'a Prepared,
    /// Who holds the record it is made from.
    pub custodian: CustodianId,
    /// How that copy stands.
    pub state: RecordState,
    /// By which rule it is told from others.
    pub rule: IdentityRule,
    /// The keys it is found by.
    pub keys: &'a [IdentityKey],
}

/// A record that is new to the archive.
#[derive(Debug, Clone, Copy)]
pub struct NewRecord<'a> {
    /// The file it stands in.
    pub file: SourceFileId,
    /// Where in it.
    pub place: &'a Place,
    /// The chunk that holds its bytes.
    pub chunk: ChunkId,
    /// Where in the chunk.
    pub start: usize,
    /// How many bytes.
    pub length: usize,
    /// The SHA-256 of the bytes.
    pub digest: Digest,
    /// What it is to its message.
    pub class: RecordClass,
    /// Its message; `None` where it is excepted.
    pub message: Option<MessageId>,
    /// How this copy stands.
    pub state: RecordState,
    /// When, by this copy; `None` where it is excepted.
    pub sent: Option<UtcMillis>,
    /// How many attachments this copy names.
    pub attachments: usize,
}

/// A message as the archive holds it now, for the comparison with another copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMessage {
    /// The server id.
    pub native_id: Option<String>,
    /// Who said it.
    pub sender: Option<Sender>,
    /// When.
    pub sent: UtcMillis,
    /// What.
    pub body: Body,
    /// What hangs on it.
    pub attachments: Vec<Attachment>,
    /// What happened to it beside its being sent.
    pub marks: Marks,
    /// Who holds it, and in which states, in the order collected.
    pub holdings: Vec<(CustodianId, RecordState)>,
}

/// A record as the archive holds it, for the question whether another one is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// The import's custodian.
    pub custodian: CustodianId,
    /// The digest of the source file it stands in.
    pub file: Digest,
    /// The path of that file within its source.
    pub path: String,
    /// The line, where the format has lines.
    pub line: Option<u64>,
    /// The record's number, where the format has records.
    pub number: Option<u64>,
    /// The SHA-256 of its bytes.
    pub digest: Digest,
}
