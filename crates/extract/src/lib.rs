//! The text of attachments, from their own bytes, and what kind of file they are.
//!
//! It reads plain text in the encodings that chats carry, and PDF. It runs no OCR and opens no
//! container; what it cannot read has no text, and a [`Note`] says why.
//!
//! ```
//! use duces_extract::{Limits, extract};
//!
//! let extraction = extract("合同\r\n第一条".as_bytes(), "contract.txt", &Limits::default());
//! assert_eq!(extraction.text.as_deref(), Some("合同\n第一条"));
//! assert_eq!(extraction.mime, "text/plain");
//! ```

mod charset;
mod extraction;
mod mime;
mod package;

pub use extraction::{Extraction, Limits, Note, TextSource, extract};
pub use mime::mime_of;
