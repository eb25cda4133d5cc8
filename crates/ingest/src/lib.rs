//! Reads one chat source format a module: a stream of records and findings.
//!
//! A source is a file or a folder. [`detect`] tells by content what of it is to be read; [`open`] reads one file of it
//! as a stream with bounded memory. Each record of the source becomes exactly one record or one exception with its
//! bytes; what else there is to say comes as findings between them. Nothing of a source is changed, no media are read, and
//! nothing is written but private copies in the caller's scratch folder.
//!
//! ```
//! use duces_ingest::{Options, detect, open};
//! use duces_model::Item;
//!
//! let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/interchange");
//! let detected = detect(sample.as_ref())?;
//! let items = open(&detected.files[0], &detected.root, &Options::default())?;
//! assert_eq!(items.filter(|item| matches!(item, Item::Record(_))).count(), 23);
//! # Ok::<(), duces_ingest::IngestError>(())
//! ```

mod address;
mod carried;
mod chatlab;
mod chatlog;
mod codes;
mod composed;
mod contacts;
mod csv_stream;
mod databackup;
mod dates;
mod detect;
mod discord;
mod draft;
mod encoding;
mod error;
mod field;
mod filedump;
mod format;
mod grid;
mod imessage;
mod json_lines;
mod json_object;
mod json_stream;
mod jsonl;
mod jsonl_body;
mod jsonl_write;
mod keeper;
mod kept_page;
mod kept_text;
mod lines;
mod magic;
mod mail;
mod mapping;
mod media;
mod memotrace;
mod meta_json;
mod moment;
mod moments;
mod named_type;
mod notice;
mod page_part;
mod page_scan;
mod phone_text;
mod probe;
mod python_literal;
mod pywxdump;
mod reader;
mod record_value;
mod registry;
mod rows;
mod rsmf;
mod said;
mod scan;
mod sink;
mod slack;
mod sms_backup;
mod source;
mod sqlite;
mod table;
mod teams;
mod telegram;
mod text_blocks;
mod transfer;
mod ufdr;
mod wechat_db;
mod wechat_pay;
mod wechat_xml;
mod wecom;
mod weflow;
mod when;
mod window;
mod xml_record;
mod xml_scan;

use std::path::Path;

use duces_html as html_text;
use duces_model::Item;

pub use codes::CODES;
pub use contacts::{Contacts, contacts};
pub use detect::{Detected, Ignored, detect, detect_with};
pub use error::IngestError;
pub use format::{Format, Options};
pub use jsonl_write::{header_line, write_item};
pub use mail::{MailMap, MailMapError};
pub use mapping::{Mapping, MappingError};
pub use media::MediaIndex;
pub use moment::DateOrder;
pub use wechat_xml::{XmlAttachment, XmlMessage, looks_like_xml, message_from_xml};

pub use source::SourceFile;

use source::Source;

/// The items of one file, in the order of the source.
pub type Items = Box<dyn Iterator<Item = Item> + Send>;

/// Opens what is read as one, most often one file of a source, as a stream of records and findings.
///
/// `root` is the source's folder, or the file itself where the source is one file: places and candidates of
/// attachments are relative to it.
pub fn open(file: &SourceFile, root: &Path, options: &Options) -> Result<Items, IngestError> {
    let source = Source::new(file, root, options)?;
    source.refuse_encrypted()?;
    let mut sink = sink::Sink::default();
    if source.encoding == encoding::Encoding::Gb18030 && !registry::decodes_itself(file.format) {
        sink.finding(&codes::GB18030, &source.place(), codes::GB18030.summary);
    }
    (registry::reader_of(file.format).open)(source, sink)
}
