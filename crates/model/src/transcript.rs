//! A transcript: everything that a page, a text file and an RSMF of one unit can show, and nothing else.

use serde::{Deserialize, Serialize};

use crate::{Attachment, Body, ConversationKind, Day, Marks, Sender, UnitRule, UtcMillis, Zone};

/// One who takes part, numbered for this document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The number in this document, from 1.
    pub number: u32,
    /// Name and native id.
    pub sender: Sender,
    /// How many messages of this document they sent.
    pub messages: u32,
}

/// How an attachment stands in this document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// A child of the family: its ordinal (from 0) leads to its Bates range once numbers are known.
    Child(u32),
    /// Part of the transcript itself, as the children rule has it (stickers, thumbnails).
    Inline,
    /// Not in the archive, or not readable; the reason is the attachment's.
    Missing,
    /// Withheld; nothing of it but this word is shown.
    Withheld(String),
}

/// An attachment where it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryAttachment {
    /// What was sent.
    pub attachment: Attachment,
    /// How it stands.
    pub state: EntryState,
    /// Whether the page shows it as a picture, in line.
    pub show: bool,
}

/// One message in a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The number in this document, from 1, by which it is cited.
    pub number: u32,
    /// When it was sent.
    pub sent: UtcMillis,
    /// Who sent it; `None` for notices by the app.
    pub sender: Option<Sender>,
    /// What was said.
    pub body: Body,
    /// What hangs on it.
    pub attachments: Vec<EntryAttachment>,
    /// What happened to it beside its being sent.
    pub marks: Marks,
    /// The number in this document of the message it quotes, recalls or answers.
    pub refers_to: Option<u32>,
    /// Whether the sender took it back later.
    pub recalled: bool,
    /// Whether each copy says that it was deleted.
    pub deleted: bool,
}

/// One unit as a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// The conversation's name.
    pub title: String,
    /// The app, as its maker writes it.
    pub app: String,
    /// The conversation's native id.
    pub conversation_id: String,
    /// Direct, group or official account.
    pub kind: ConversationKind,
    /// How the conversation was cut.
    pub rule: UnitRule,
    /// The first day covered.
    pub first_day: Day,
    /// The last day covered.
    pub last_day: Day,
    /// Which slice of how many, where the unit was sliced.
    pub slice: Option<(u32, u32)>,
    /// The zone that days are cut and times are shown in.
    pub zone: Zone,
    /// Who holds any message of the unit.
    pub custodians: Vec<String>,
    /// Who takes part.
    pub participants: Vec<Participant>,
    /// The sources as the request names them.
    pub sources: Vec<String>,
    /// The messages.
    pub entries: Vec<Entry>,
}

impl Transcript {
    /// Returns the span from the first message to the last in words, and both instants, where the rule does not cut by
    /// whole days and there are messages.
    pub fn exact_span(&self) -> Option<(String, UtcMillis, UtcMillis)> {
        let times = self.entries.iter().map(|entry| entry.sent);
        let (first, last) = times.clone().min().zip(times.max()).filter(|_| !self.rule.is_of_days())?;
        let at = |at| self.zone.format(at, "%Y-%m-%d %H:%M:%S");
        let span = if first == last { at(first) } else { format!("{} to {}", at(first), at(last)) };
        Some((span, first, last))
    }

    /// Returns how many children the family has.
    pub fn children(&self) -> usize {
        self.entries
            .iter()
            .flat_map(|entry| &entry.attachments)
            .filter_map(|a| match a.state {
                EntryState::Child(ordinal) => Some(ordinal as usize + 1),
                _ => None,
            })
            .max()
            .unwrap_or(0)
    }
}
