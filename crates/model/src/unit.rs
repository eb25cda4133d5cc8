//! Units: what becomes one document.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{ConversationKey, MessageId, UtcMillis};

/// What identifies a unit and gives its place in numbering order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitId {
    /// The conversation.
    pub conversation: ConversationKey,
    /// The start of the span it covers.
    pub start: UtcMillis,
    /// Tells units of one start apart, from 1: slices where a unit was too large, messages sent at one instant.
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
    /// Which slice of how many, where the span was too large for one document.
    pub part: Option<(u32, u32)>,
    /// The messages, in order.
    pub messages: Vec<MessageId>,
}
