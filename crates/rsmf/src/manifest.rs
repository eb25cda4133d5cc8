//! The manifest of an RSMF as typed values, in the order in which its schema names them.

use serde::Serialize;

/// The version that is written.
pub const VERSION: &str = "2.0.0";

/// The name of the manifest's file.
pub const MANIFEST_NAME: &str = "rsmf_manifest.json";

/// Who took part, where, and what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// The version of the format.
    pub version: String,
    /// Who took part.
    pub participants: Vec<Participant>,
    /// Where.
    pub conversations: Vec<Conversation>,
    /// What happened, in the order of the file.
    pub events: Vec<Event>,
    /// What keeps the RSMFs of one conversation together.
    #[serde(rename = "eventcollectionid", skip_serializing_if = "Option::is_none")]
    pub event_collection_id: Option<String>,
}

/// Somebody who took part.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Participant {
    /// What identifies them in this manifest.
    pub id: String,
    /// The name shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// The mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The file of their picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar: Option<String>,
    /// What identifies them in the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<String>,
    /// Anything else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<Custom>,
}

/// Whether those who take part may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ConversationType {
    /// They do not.
    Direct,
    /// They may.
    Channel,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conversation {
    /// What identifies it in this manifest.
    pub id: String,
    /// The name shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// The app.
    pub platform: String,
    /// Whether those who take part may change.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<ConversationType>,
    /// The ids of those who take part; of a channel, of those who did when it began.
    pub participants: Vec<String>,
    /// The id of the participant whose copy it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custodian: Option<String>,
    /// Anything else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<Custom>,
    /// The file of the app's picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventType {
    /// Somebody said something.
    Message,
    /// A notice of law or policy.
    Disclaimer,
    /// Somebody came.
    Join,
    /// Somebody went.
    Leave,
    /// Something from before that was shown to somebody who came.
    History,
    /// Anything else.
    Unknown,
}

/// How much its sender makes of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Importance {
    /// As any other.
    Normal,
    /// More than others.
    High,
}

/// Which way a message went, seen from the custodian.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// To the custodian.
    Incoming,
    /// From the custodian.
    Outgoing,
}

/// Something that happened in a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// What identifies it in its conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: EventType,
    /// The id of the event that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// What was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The id of who said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant: Option<String>,
    /// The id of where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// When, as ISO 8601.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// Whether it was deleted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// How much its sender makes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importance: Option<Importance>,
    /// The reactions to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// What was sent with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
    /// How it was edited.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
    /// Anything else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<Custom>,
    /// Which way it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Who received or read it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub read_receipts: Vec<ReadReceipt>,
}

impl Event {
    /// Returns an event of which nothing is said yet.
    pub fn new(kind: EventType) -> Self {
        Self {
            id: None,
            kind,
            parent: None,
            body: None,
            participant: None,
            conversation: None,
            timestamp: None,
            deleted: false,
            importance: None,
            reactions: Vec::new(),
            attachments: Vec::new(),
            edits: Vec::new(),
            custom: Vec::new(),
            direction: None,
            read_receipts: Vec::new(),
        }
    }
}

/// A reaction.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reaction {
    /// The emoji or its name.
    pub value: String,
    /// How many reacted so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
    /// The ids of those who did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<String>,
}

/// Something that was sent with a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// The name of its file in the ZIP.
    pub id: String,
    /// The name shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display: Option<String>,
    /// How many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

/// An edit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The id of who edited.
    pub participant: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// What was said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
    /// What was said then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// What a receipt says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReceiptAction {
    /// It was read.
    Read,
    /// It arrived.
    Delivered,
}

/// That somebody received or read a message.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReadReceipt {
    /// The id of who did.
    pub participant: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<ReceiptAction>,
}

/// A name and a value of anybody's own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Custom {
    /// What it is.
    pub name: String,
    /// What it says.
    pub value: String,
}

impl Custom {
    /// Returns a named value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

impl Manifest {
    /// Returns the manifest as JSON, the same bytes each time.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("texts, numbers and lists are always JSON")
    }
}
