//! The matter on disk: rows, full-text index, attachments and ledger, each batch in one transaction.
//!
//! [`Matter`] is the folder, [`Reader`] answers as of a position of the ledger, [`Writer`] is the one import that may
//! run, [`Claims`] keeps production numbers apart, [`Holds`] says what must be preserved, [`BlobStore`] holds attachments by
//! digest and [`merkle`] is the tree over the ledger. What a source record *is* to the archive, `collect` decides.
//!
//! ```
//! use duces_archive::{AsOf, Matter, MatterConfig};
//! use duces_model::Zone;
//! # let folder = tempfile::tempdir()?;
//! # let dir = folder.path().join("meridian");
//! let config = MatterConfig { name: "Meridian".into(), zone: Zone::named("Asia/Shanghai")? };
//! let matter = Matter::create(&dir, &config)?;
//! let reader = matter.reader()?;
//! assert_eq!(reader.now()?, AsOf(1));
//! assert_eq!(reader.count_messages(AsOf(1))?, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod blobs;
mod claims;
mod codes;
mod content;
mod error;
mod excluded;
mod gate;
mod hold;
mod incoming;
mod ledger;
mod links;
mod matter;
pub mod merkle;
mod messages;
mod pack;
mod persons;
mod reader;
mod records;
mod rows;
mod schema;
mod scratch;
mod tx;
mod writer;

pub use blobs::{BlobStore, PutError};
pub use claims::{Claim, ClaimAnswer, ClaimId, ClaimRequest, ClaimState, Claims};
pub use codes::CODES;
pub use content::Prepared;
pub use error::{ArchiveError, Result};
pub use excluded::{Excluded, ExcludedWhat};
pub use hold::{
    HeldConversation, HeldSet, Hold, HoldAccount, HoldAct, HoldPeriod, HoldRelease, HoldReport, HoldScope, Holds,
    NewHold,
};
pub use incoming::{
    ChunkId, ConversationId, CustodianId, IDENTITY_STATEMENT, IdentityKey, IdentityRule, ImportId, ImportInfo,
    NewMessage, NewRecord, RecordClass, RecordId, SourceFileId, SourceFileInfo, StoredMessage, StoredRecord, ZipInfo,
};
pub use ledger::{ConsistencyProof, Head};
pub use links::PaymentLink;
pub use matter::{Matter, MatterConfig};
pub use messages::{EachMessage, MessageFilter};
pub use pack::{CHUNK_BYTES, PackedChunk};
pub use persons::{AccountName, PersonAccount, Persons};
pub use reader::{AsOf, ConversationSummary, Reader, Source};
pub use records::{DayCount, ExceptedRecord, Record, StoredFinding};
pub use schema::FORMAT;
pub use scratch::Scratch;
pub use tx::{Attribution, LedgerEntry, RowsDigest};
pub use writer::Writer;
