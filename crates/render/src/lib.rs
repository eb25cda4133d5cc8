//! Lays a cleared document out as pages and draws them as PDF.
//!
//! [`transcript_pages`] turns a transcript into a display list, a page at a time; [`count_pages`] does the same
//! and keeps only what numbering needs. Once numbers are known, [`draw_pdf`] fills the slots, endorses each page
//! and writes the file. The same values give the same bytes.
//!
//! ```
//! use duces_model::{BatesNumber, Cleared};
//! use duces_render::{DocumentFacts, Endorsement, Fonts, Numbering, PageStyle, SlipSheet};
//!
//! fn draw(sheet: &Cleared<SlipSheet>) -> Result<Vec<u8>, duces_render::DrawError> {
//!     let fonts = Fonts::embedded();
//!     let pages = duces_render::slip_sheet_pages(sheet, &PageStyle::default(), fonts);
//!     let endorsement = Endorsement {
//!         first: BatesNumber::new("MER", 7, 1).expect("an ASCII prefix"),
//!         numbering: Numbering::Page,
//!         designation: Some("CONFIDENTIAL".into()),
//!         children: Vec::new(),
//!     };
//!     let facts = DocumentFacts { title: sheet.title.clone(), language: "en".into(), pages: pages.len() as u32 };
//!     duces_render::draw_pdf(pages, &endorsement, &facts, fonts)
//! }
//! ```

mod attachments;
mod cards;
mod codes;
mod counted;
mod documents;
mod draw;
mod entry;
mod flow;
mod fonts;
mod gallery;
mod head;
mod nested;
mod opening;
mod outline;
mod page;
mod paginate;
mod picture;
mod sfnt;
mod sheet;
mod single;
mod stamp;
mod style;
mod text;
mod transcript;

pub use codes::{CODES, GLYPH_MISSING, HISTORY_TOO_DEEP, PICTURE_REFUSED};
pub use counted::{Counted, missing_glyphs};
pub use draw::{DocumentFacts, DrawError, Endorsement, Numbering, draw_pdf};
pub use fonts::Fonts;
pub use page::{Area, Grey, Milli, Op, Page, Slot, SlotKind, TextRun, TextStyle, Unshown};
pub use picture::{Picture, Refusal};
pub use single::{PictureDocument, SlipSheet, picture_pages, slip_sheet_pages};
pub use stamp::{StampFont, stamp_font};
pub use style::{BatesShape, PageStyle, Paper};
pub use transcript::{TranscriptPages, count_pages, transcript_pages};
