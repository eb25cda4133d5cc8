//! Conversations and the key that tells whether two sources speak of the same one.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{AccountId, App};

/// How many speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConversationKind {
    /// Two accounts.
    Direct,
    /// A group.
    Group,
    /// An official account and its reader.
    Official,
    /// What one account published to its contacts.
    Moments,
    /// The transactions of a payment account.
    Payments,
}

impl ConversationKind {
    /// Returns the kind in a word for people and load files.
    pub fn label(self) -> &'static str {
        match self {
            Self::Direct => "Direct",
            Self::Group => "Group",
            Self::Official => "Official account",
            Self::Moments => "Moments",
            Self::Payments => "Payment statement",
        }
    }
}

/// What identifies a conversation across sources: a group by its id, a 1:1 by its unordered pair of accounts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConversationKey(String);

impl ConversationKey {
    /// Returns the key of a group or an official account's channel.
    pub fn room(app: &App, native_id: &str) -> Self {
        Self(format!("{}:room:{native_id}", app.name()))
    }

    /// Returns the key of a 1:1 conversation: each side names the other as talker, so the pair is unordered.
    pub fn direct(a: &AccountId, b: &AccountId) -> Self {
        let (first, second) = if a.native <= b.native { (a, b) } else { (b, a) };
        Self(format!("{}:direct:{}|{}", first.app.name(), first.native, second.native))
    }

    /// Returns the key as text, as it was stored.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConversationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A conversation as the archive knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// What identifies it.
    pub key: ConversationKey,
    /// The app it was held in.
    pub app: App,
    /// How many speak.
    pub kind: ConversationKind,
    /// The id people know: the group's, or both accounts' of a 1:1 joined by `|`.
    pub native_id: String,
    /// The name: the group's, or both parties' of a 1:1.
    pub title: String,
}
