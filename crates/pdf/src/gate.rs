//! The gate: a PDF of unknown origin is either whole and usable, or refused with a reason.

use std::collections::BTreeSet;

use lopdf::Document;
use lopdf::xref::XrefRecovery;

use crate::integrity;
use crate::limits::Limits;
use crate::load;
use crate::note::Note;
use crate::page::{self, Page, PageSize};
use crate::refusal::Refusal;
use crate::survey;

/// How far from the end of a file its `%%EOF` may stand.
const EOF_WINDOW: usize = 4096;

/// A PDF that passed the gate: all its pages and their contents are there.
#[derive(Debug)]
pub struct GatedPdf {
    pub(crate) document: Document,
    pub(crate) pages: Vec<Page>,
    pub(crate) limits: Limits,
    notes: Vec<Note>,
}

/// Reads a PDF and refuses it unless every page and all that the pages need is there.
///
/// Never panics and, with a deadline in `limits`, always comes back.
pub fn gate(bytes: &[u8], limits: &Limits) -> Result<GatedPdf, Refusal> {
    load::contained(bytes, limits, gate_on_this_thread)
}

fn gate_on_this_thread(bytes: &[u8], limits: &Limits) -> Result<GatedPdf, Refusal> {
    let document = load::load(bytes, limits)?;
    let mut notes = BTreeSet::new();
    match document.xref_recovery {
        Some(XrefRecovery::Reconstructed) => {
            refuse_truncated(bytes)?;
            notes.insert(Note::CrossReferenceRebuilt);
        }
        Some(_) => {
            notes.insert(Note::CrossReferenceCorrected);
        }
        None => {}
    }
    if document.was_encrypted() {
        notes.insert(Note::DecryptedWithEmptyPassword);
    }
    let tree = page::page_tree(&document, limits)?;
    let found = tree.pages.len();
    if let Some(declared) = tree.declared.filter(|&declared| i64::try_from(found) != Ok(declared)) {
        notes.insert(Note::PageCountDiffers { declared, found });
    }
    integrity::check(&document, &tree.pages, &mut notes)?;
    survey::survey(&document, &mut notes);
    Ok(GatedPdf { document, pages: tree.pages, limits: limits.clone(), notes: notes.into_iter().collect() })
}

/// A file whose table had to be rebuilt and that has no end mark was cut off; what the scan finds
/// may be an older state of it.
fn refuse_truncated(bytes: &[u8]) -> Result<(), Refusal> {
    let tail = &bytes[bytes.len().saturating_sub(EOF_WINDOW)..];
    if tail.windows(5).any(|window| window == b"%%EOF") {
        return Ok(());
    }
    Err(Refusal::damaged("the file ends early: it has neither an end mark nor a usable cross-reference table"))
}

impl GatedPdf {
    /// Returns the number of pages, which is at least one.
    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Returns the size of each page as shown.
    pub fn page_sizes(&self) -> Vec<PageSize> {
        self.pages.iter().map(Page::size).collect()
    }

    /// Returns what the report should say about the file, in a stable order.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }
}
