//! The fields beside the text: what they are called, and the seam through which a text's facts are asked for.

use crate::dates::LocalTime;
use std::fmt;

/// A fact beside the text that a query can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Who holds it.
    Custodian,
    /// Who sent it: account, display name, person.
    From,
    /// Whom it was sent to: in a 1:1 the other side, in a group the group, of a mail its recipients.
    To,
    /// Who takes part in the conversation.
    Participant,
    /// The conversation, by its name and its id.
    Conversation,
    /// The app, by its short name and as its maker writes it.
    App,
    /// The type of message, as load files and pages print it.
    Type,
    /// The name of an attached file.
    AttachmentName,
    /// What hangs on it or happened to it, one of [`HAS`].
    Has,
    /// The app's own number of the message.
    Id,
}

/// What `has:` can ask for.
pub const HAS: [&str; 12] = [
    "attachment",
    "deletion",
    "edit",
    "file",
    "link",
    "missing",
    "picture",
    "quote",
    "reaction",
    "sticker",
    "video",
    "voice",
];

impl Field {
    /// All fields with a text, by the name that the canonical form prints.
    pub const ALL: [Self; 10] = [
        Self::Custodian,
        Self::From,
        Self::To,
        Self::Participant,
        Self::Conversation,
        Self::App,
        Self::Type,
        Self::AttachmentName,
        Self::Has,
        Self::Id,
    ];

    /// Returns the name that the canonical form prints.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Custodian => "custodian",
            Self::From => "from",
            Self::To => "to",
            Self::Participant => "participant",
            Self::Conversation => "conversation",
            Self::App => "app",
            Self::Type => "type",
            Self::AttachmentName => "attachment.name",
            Self::Has => "has",
            Self::Id => "id",
        }
    }

    /// Returns the field of a name, in lower case.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "participants" => Some(Self::Participant),
            "attachment" | "filename" => Some(Self::AttachmentName),
            name => Self::ALL.into_iter().find(|field| field.name() == name),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The facts of one text: of a message, or of all messages of a document.
pub trait Facts {
    /// Calls `each` with every value of a field.
    fn values(&self, field: Field, each: &mut dyn FnMut(&str));

    /// Calls `each` with every time at which a message of it was sent, as the wall clock of the zone showed it.
    fn times(&self, each: &mut dyn FnMut(LocalTime));
}

/// A text without any facts: no field has a value.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoFacts;

impl Facts for NoFacts {
    fn values(&self, _: Field, _: &mut dyn FnMut(&str)) {}

    fn times(&self, _: &mut dyn FnMut(LocalTime)) {}
}
