//! The only home of lopdf: the gate that PDFs of unknown origin pass, their page count and text,
//! and the stamping of endorsements.
//!
//! Everything starts at [`gate`]: a file is either a [`GatedPdf`] whose every page is known to be
//! there, with [`Note`]s on what is odd about it, or a [`Refusal`] with a reason for people.
//! No type of lopdf appears in the public interface.
//!
//! ```
//! let refusal = duces_pdf::gate(b"no PDF at all", &duces_pdf::Limits::default()).err();
//! assert_eq!(refusal.map(|refusal| refusal.kind), Some(duces_pdf::RefusalKind::NotPdf));
//! ```

mod cmap;
mod content;
mod font;
mod gate;
mod integrity;
mod limits;
mod load;
mod note;
mod object;
mod page;
mod refusal;
mod stamp;
mod streams;
mod survey;
mod text;
mod width;

pub use gate::{GatedPdf, gate};
pub use limits::Limits;
pub use note::Note;
pub use page::PageSize;
pub use refusal::{Refusal, RefusalKind};
pub use stamp::{Endorsements, StampError, StampFont, StampStyle, Stamped, stamp};
pub use streams::{DecodedStream, decoded_streams};
pub use text::TextError;
