//! PDFs: the text of their pages, in order.

use duces_pdf::GatedPdf;

use crate::charset;
use crate::limits::Job;
use crate::note::Note;

/// Returns the text of a PDF.
pub(crate) fn text(bytes: &[u8], job: &mut Job<'_>) -> Option<String> {
    let gated = match duces_pdf::gate(bytes, &job.limits.pdf) {
        Ok(gated) => gated,
        Err(refusal) => {
            job.say(Note::PdfRefused(refusal));
            return None;
        }
    };
    let notes = &mut job.notes;
    notes.extend(gated.notes().iter().cloned().map(Note::Pdf));
    let pages = page_texts(&gated, notes);
    let unmapped = pages.iter().map(|page| page.matches('\u{fffd}').count()).sum();
    if unmapped > 0 {
        notes.push(Note::UnmappedCharacters(unmapped));
    }
    let empty = pages.iter().filter(|page| page.trim().is_empty()).count();
    if empty > 0 {
        notes.push(Note::PagesWithoutText(empty));
    }
    // A PDF of pictures has no text; an empty one would hide that it wants OCR.
    (empty < pages.len()).then(|| charset::with_plain_line_ends(&pages.join("\u{c}")))
}

/// Returns the text of each page; one that cannot be read is empty and noted.
fn page_texts(gated: &GatedPdf, notes: &mut Vec<Note>) -> Vec<String> {
    if let Ok(pages) = gated.text() {
        return pages;
    }
    (0..gated.page_count())
        .map(|index| {
            gated.page_text(index).unwrap_or_else(|error| {
                notes.push(Note::PageUnreadable { page: index + 1, reason: error.to_string() });
                String::new()
            })
        })
        .collect()
}
