//! Units: how conversations are cut into documents.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ConversationKey, MessageId, UtcMillis};

/// The rule by which a conversation is cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitRule {
    /// One document a conversation and calendar day of the request's zone.
    #[default]
    Day,
    /// One document a conversation.
    Conversation,
}

impl UnitRule {
    /// Returns the rule in a word for load files.
    pub fn label(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Conversation => "Conversation",
        }
    }
}

/// What identifies a unit and gives its place in numbering order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitId {
    /// The conversation.
    pub conversation: ConversationKey,
    /// The start of the span it covers.
    pub start: UtcMillis,
    /// Which slice (from 1) where a unit was too large and was sliced.
    pub slice: u32,
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {} slice {}", self.conversation, self.start, self.slice)
    }
}

/// A piece of a conversation that becomes one document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// What identifies it.
    pub id: UnitId,
    /// The end of the span it covers, not included.
    pub end: UtcMillis,
    /// How many slices the span was cut into.
    pub slices: u32,
    /// The messages, in order.
    pub messages: Vec<MessageId>,
}
