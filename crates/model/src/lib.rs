//! The field's vocabulary as values with invariants: no I/O, no clock.
//!
//! Every other crate speaks in these words. A value that exists here is valid: constructors check, fields
//! that carry an invariant are private, and nothing has a setter.
//!
//! ```
//! use duces_model::BatesNumber;
//! let first = BatesNumber::new("MER", 7, 1).expect("an ASCII prefix without a comma");
//! assert_eq!(first.to_string(), "MER0000001");
//! assert_eq!(first.plus(4).expect("within seven digits").to_string(), "MER0000005");
//! ```

mod account;
mod attachment;
mod bates;
mod blob;
mod body;
mod body_text;
mod cleared;
mod conversation;
mod counted;
mod digest;
mod finding;
mod marks;
mod message;
mod record;
mod time;
mod transcript;
mod unit;
mod unit_rule;

pub use account::{Account, AccountId, App, Custodian};
pub use attachment::{Attachment, AttachmentRole, Content, MissingReason};
pub use bates::{BatesError, BatesNumber, BatesRange};
pub use blob::BlobSource;
pub use body::{
    Body, Call, CallOutcome, Card, CardKind, Channel, ChannelKind, Comment, ContactCard, HistoryItem, Link, LinkKind,
    Location, Mail, MergedHistory, MiniProgram, Money, Notice, NoticeKind, Part, Payment, Post, Quote, Recall,
    RedPacket, Transfer, TransferState,
};
pub use body_text::{human_duration, human_size};
pub use cleared::Cleared;
pub use conversation::{Conversation, ConversationKey, ConversationKind};
pub use counted::counted;
pub use digest::{Digest, DigestError, Hasher};
pub use finding::{Finding, FindingCode, Place, Severity};
pub use marks::{Deletion, Edit, Fact, Marks, Reaction, Receipt, ReceiptKind};
pub use message::{Message, MessageId, RecordState, Sender, message_text};
pub use record::{Item, SourceAttachment, SourceBytes, SourceConversation, SourceRecord};
pub use time::{Day, TimeError, UtcMillis, Zone, edit_distance, zone_data_version};
pub use transcript::{Entry, EntryAttachment, EntryState, Participant, Transcript};
pub use unit::{Unit, UnitId};
pub use unit_rule::{Preset, Reach, UnitRule, UnitRuleError, Window};
