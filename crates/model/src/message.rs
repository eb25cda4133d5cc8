//! Messages: what was said, once, however many custodians' copies there are.

use serde::{Deserialize, Serialize};

use crate::{Attachment, Body, ConversationKey, Custodian, Marks, UtcMillis};

/// The archive's row number of a message. It never leaves the producing side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(pub i64);

/// Who sent a message, as of that message.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sender {
    /// The native id, where the source gives one.
    pub native_id: Option<String>,
    /// The display name as of the message.
    pub name: Option<String>,
}

impl Sender {
    /// Returns who is known by an id, a name or both; nobody where the source gives neither.
    pub fn known(native_id: Option<String>, name: Option<String>) -> Option<Self> {
        (native_id.is_some() || name.is_some()).then_some(Self { native_id, name })
    }

    /// Returns the name for people: the display name, else the native id.
    pub fn display(&self) -> &str {
        self.name.as_deref().or(self.native_id.as_deref()).unwrap_or("(unknown sender)")
    }
}

/// How a custodian's copy of a message stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordState {
    /// As sent.
    #[default]
    Present,
    /// Taken back by the sender.
    Recalled,
    /// Deleted, and recovered or marked by the source.
    Deleted,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The archive's row.
    pub id: MessageId,
    /// Where it was said.
    pub conversation: ConversationKey,
    /// The app's own number, the server id, where the source gives one.
    pub native_id: Option<String>,
    /// Who said it; `None` for notices by the app.
    pub sender: Option<Sender>,
    /// When.
    pub sent: UtcMillis,
    /// The time as the source wrote it.
    pub sent_raw: String,
    /// The order within the conversation among messages of the same time.
    pub sequence: i64,
    /// What.
    pub body: Body,
    /// What hangs on it, in the order sent.
    pub attachments: Vec<Attachment>,
    /// What happened to it beside its being sent.
    pub marks: Marks,
    /// How it stands: recalled where any copy says so.
    pub state: RecordState,
    /// Who holds a copy, sorted.
    pub custodians: Vec<Custodian>,
}

impl Message {
    /// Returns the message's own text, the one that message-scope search runs on.
    pub fn text(&self) -> String {
        message_text(&self.body, &self.attachments, &self.marks)
    }
}

/// Returns what was said in a message: its content, then each wording that was edited away.
pub fn message_text(body: &Body, attachments: &[Attachment], marks: &Marks) -> String {
    let mut text = body.text(attachments);
    for before in marks.edits.iter().filter_map(|edit| edit.before.as_deref()) {
        text.push('\n');
        text.push_str(before);
    }
    text
}
