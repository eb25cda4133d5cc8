//! Brings sources into a matter: what a record is, whose copy it is, what hangs on it, and the report of it all.
//!
//! [`import`] reads a source through `ingest`, stores its attachments, recognises messages that the matter has
//! already, and adds the rest through `archive`, one transaction a batch. [`survey`] only looks. What of a source must not
//! be collected, an [`ExcludeList`] says; [`import_paper`] is the report for people.
//!
//! Identity: (1) app, conversation and server id; (2) where one of two records has none: app, conversation, sender,
//! second, type, digest of the normalised body, and ordinal among equals, never between two records of one source.
//! A 1:1 conversation is the unordered pair of its accounts.
//!
//! ```
//! use duces_archive::{Attribution, Matter, MatterConfig};
//! use duces_collect::{SourceSpec, import};
//! use duces_model::{Custodian, Zone};
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("chat.json");
//! # std::fs::write(&path, r#"{"weflow":{"version":"1"},"session":{"wxid":"1@chatroom","type":"群聊"},"messages":[
//! #   {"localId":1,"createTime":1700000000,"type":"文本消息","content":"合同","isSend":1,"senderUsername":"wxid_ann"}]}"#)?;
//! let config = MatterConfig { name: "Meridian".into(), zone: Zone::named("Asia/Shanghai")? };
//! let matter = Matter::create(&folder.path().join("matter"), &config)?;
//! let spec = SourceSpec {
//!     path,
//!     custodian: Custodian("Ann".into()),
//!     account: None,
//!     format: None,
//!     zone: None,
//!     date_order: None,
//!     label: "Ann's export".into(),
//!     exclude: None,
//!     mapping: None,
//! };
//! let report = import(&matter, &spec, &Attribution::default(), &mut |_| {})?;
//! assert_eq!((report.records, report.messages, report.account.as_deref()), (1, 1, Some("wxid_ann")));
//! assert_eq!(import(&matter, &spec, &Attribution::default(), &mut |_| {})?.messages, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accounting;
mod accounts;
mod attach;
mod codes;
mod complete;
mod copies;
mod declared;
mod error;
mod exclude;
mod gather;
mod identity;
mod import;
mod look;
mod merge;
mod names;
mod paper;
mod payments;
mod persons;
mod prepare;
mod records;
mod replace;
mod report;
mod roots;
mod sieve;
mod source;
mod survey;
mod tally;
mod under_hold;
mod watch;
mod zips;

pub use codes::CODES;
pub use duces_ingest::{DateOrder, Mapping};
pub use error::{CollectError, Result};
pub use exclude::{ExcludeEntry, ExcludeList};
pub use import::{ImportEvent, import};
pub use paper::import_paper;
pub use payments::PaymentCounts;
pub use persons::read_persons;
pub use report::{
    ConversationReport, CopyReport, ExclusionReport, FileFate, FileReport, ImportReport, InputReport, LISTED_FINDINGS,
    LISTED_LACKS, LackingMessage, RuleCounts, ZipReport,
};
pub use source::SourceSpec;
pub use survey::{SurveyReport, survey};
