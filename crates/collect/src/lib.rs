//! Brings sources into a matter: what a record is, whose copy it is, what hangs on it, and the report of it all.
//!
//! [`import`] reads a source through `ingest`, stores its attachments, recognises messages that the matter has
//! already, and adds the rest through `archive`, one transaction a batch.
//!
//! Identity: (1) app, conversation and server id; (2) where one of two records has none: app, conversation, sender,
//! second, type, digest of the normalised body, and ordinal among equals, never between two records of one source.
//! A 1:1 conversation is the unordered pair of its accounts.

mod attach;
mod codes;
mod copies;
mod error;
mod identity;
mod import;
mod merge;
mod names;
mod prepare;
mod records;
mod report;
mod source;

pub use codes::CODES;
pub use error::{CollectError, Result};
pub use import::{ImportEvent, import};
pub use report::{
    ConversationReport, CopyReport, IgnoredFile, ImportReport, LISTED_FINDINGS, LISTED_LACKS, LackingMessage,
    RuleCounts,
};
pub use source::SourceSpec;
