//! The text of attachments, from their own bytes, and what kind of file they are.
//!
//! [`mime_of`] tells the media type by content, [`extract`] takes the text. It reads plain text in the encodings that
//! chats carry, HTML, PDF, the documents of Office in their newer and some of their older formats, OpenDocument, rich
//! text and mails, and what lies in containers, within [`Limits`]. What it cannot read has no text, and a [`Note`] says
//! why.
//!
//! ```
//! use duces_extract::{Limits, extract, mime_of};
//!
//! let bytes = "合同\r\n第一条".as_bytes();
//! assert_eq!(mime_of(bytes, "contract.txt"), "text/plain");
//! let extraction = extract(bytes, "text/plain", &Limits::default());
//! assert_eq!(extraction.text.as_deref(), Some("合同\n第一条"));
//! ```

mod blocks;
mod charset;
mod civil;
mod compound;
mod container;
mod extraction;
mod limits;
mod mail;
mod mime;
mod note;
mod office;
mod package;
mod pdf;
mod plain;
mod rtf;
mod written;
mod xml;

pub use extraction::{Extraction, TextSource, extract, is_readable};
pub use limits::Limits;
pub use mime::mime_of;
pub use note::{Limit, Note};
