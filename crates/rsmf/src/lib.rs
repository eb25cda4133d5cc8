//! Reads and writes the Relativity Short Message Format (RSMF), versions 1.0 and 2.0.
//!
//! An RSMF is a mail with one attachment, `rsmf.zip`, which holds the manifest and the files that it names. It is read
//! leniently, and what Relativity's validator would fail or warn about is a finding; written it is to the letter of the
//! schema, from cleared transcripts alone.
//!
//! ```
//! use duces_model::Place;
//! use duces_rsmf::read_manifest;
//!
//! let json = r#"{"version":"2.0.0","participants":[{"id":"wxid_ann","display":"Ann"}],
//!     "conversations":[{"id":"1@chatroom","platform":"wechat","type":"channel","participants":["wxid_ann"]}],
//!     "events":[{"type":"message","participant":"wxid_ann","conversation":"1@chatroom","body":"Good morning",
//!                "timestamp":"2024-03-05T01:00:00Z"}]}"#;
//! let read = read_manifest(json, &Place::file("rsmf_manifest.json"))?;
//! assert!(read.findings.is_empty());
//! assert_eq!(read.manifest().events[0].body.as_deref(), Some("Good morning"));
//! # Ok::<(), String>(())
//! ```

mod codes;
mod error;
mod file;
mod headers;
mod mail;
mod manifest;
mod object;
mod read;
mod region;
mod words;
mod write;

pub use codes::CODES;
pub use error::RsmfError;
pub use file::RsmfFile;
pub use headers::Headers;
pub use manifest::{
    Attachment, Conversation, ConversationType, Custom, Direction, Edit, Event, EventType, Importance, MANIFEST_NAME,
    Manifest, Participant, Reaction, ReadReceipt, ReceiptAction, VERSION,
};
pub use read::{ReadEvent, ReadManifest, read_manifest};
pub use write::{RsmfLimits, RsmfOptions, RsmfSlice, rsmf_manifest, rsmf_slices, write_rsmf};
