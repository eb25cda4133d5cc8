//! Takes the text out of one attachment and says where it came from.

use std::fmt;

use duces_pdf::{GatedPdf, Refusal};

use crate::charset;
use crate::mime::mime_of;

/// How much an attachment may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest text that is kept, in bytes of UTF-8; a longer one is cut and noted.
    pub max_text_bytes: usize,
    /// The bounds for PDFs.
    pub pdf: duces_pdf::Limits,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_text_bytes: 64 << 20, pdf: duces_pdf::Limits::default() }
    }
}

/// Where a text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextSource {
    /// The attachment's own bytes.
    Extracted,
    /// There is no text.
    None,
}

impl TextSource {
    /// Returns the value that a load file's text-source field takes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Extracted => "Extracted",
            Self::None => "None",
        }
    }
}

/// What came out of one attachment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    /// The text with LF line ends; a form feed ends each page of a PDF but the last.
    pub text: Option<String>,
    /// Where the text comes from.
    pub source: TextSource,
    /// The media type.
    pub mime: &'static str,
    /// What the report should say.
    pub notes: Vec<Note>,
}

/// One thing that the report should say about an attachment's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The encoding is a guess.
    EncodingGuessed(&'static str),
    /// Some bytes stood for no character in the encoding and were replaced.
    BytesReplaced(&'static str),
    /// The text is markup or a message with its tags and headers left in.
    MarkupKept,
    /// The text was cut at the limit.
    Cut {
        /// How many bytes were kept.
        kept: usize,
        /// How many there were.
        of: usize,
    },
    /// The PDF did not pass the gate.
    PdfRefused(Refusal),
    /// The PDF passed the gate with a note.
    Pdf(duces_pdf::Note),
    /// The text of a page, counted from 1, cannot be read.
    PageUnreadable {
        /// The page.
        page: usize,
        /// Why.
        reason: String,
    },
    /// These many characters of the PDF are not mapped to text by its fonts.
    UnmappedCharacters(usize),
    /// These many pages hold no text, so they are pictures or empty.
    PagesWithoutText(usize),
    /// Text is not taken from this kind of file.
    KindNotRead,
}

impl Note {
    /// Returns the stable code, which reports and tests use.
    pub fn code(&self) -> &'static str {
        match self {
            Self::EncodingGuessed(_) => "text-encoding-guessed",
            Self::BytesReplaced(_) => "text-bytes-replaced",
            Self::MarkupKept => "text-markup-kept",
            Self::Cut { .. } => "text-cut",
            Self::PdfRefused(refusal) => refusal.kind.code(),
            Self::Pdf(note) => note.code(),
            Self::PageUnreadable { .. } => "text-page-unreadable",
            Self::UnmappedCharacters(_) => "text-unmapped-characters",
            Self::PagesWithoutText(_) => "text-pages-without-text",
            Self::KindNotRead => "text-kind-not-read",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EncodingGuessed(charset) => write!(f, "the encoding was taken to be {charset}"),
            Self::BytesReplaced(charset) => write!(f, "some bytes are no characters in {charset} and were replaced"),
            Self::MarkupKept => f.write_str("tags and headers are left in the text"),
            Self::Cut { kept, of } => write!(f, "the text was cut to {kept} of {of} bytes"),
            Self::PdfRefused(refusal) => write!(f, "{refusal}"),
            Self::Pdf(note) => write!(f, "the PDF {note}"),
            Self::PageUnreadable { page, reason } => write!(f, "the text of page {page} cannot be read: {reason}"),
            Self::UnmappedCharacters(n) => write!(f, "{n} characters are not mapped to text by the PDF's fonts"),
            Self::PagesWithoutText(n) => write!(f, "{n} pages hold no text"),
            Self::KindNotRead => f.write_str("no text is taken from this kind of file"),
        }
    }
}

/// Takes the text out of an attachment; what has no text has a note instead.
pub fn extract(bytes: &[u8], name: &str, limits: &Limits) -> Extraction {
    let mime = mime_of(bytes, name);
    let mut notes = Vec::new();
    let text = if mime == "application/pdf" {
        pdf_text(bytes, limits, &mut notes)
    } else if is_plain(mime) {
        plain_text(bytes, mime, &mut notes)
    } else {
        notes.push(Note::KindNotRead);
        None
    };
    let text = text.map(|text| cut(text, limits.max_text_bytes, &mut notes));
    let source = if text.is_some() { TextSource::Extracted } else { TextSource::None };
    Extraction { text, source, mime, notes }
}

fn is_plain(mime: &str) -> bool {
    let others = ["application/json", "application/jsonl", "application/xml", "image/svg+xml", "message/rfc822"];
    mime.starts_with("text/") || others.contains(&mime)
}

fn plain_text(bytes: &[u8], mime: &str, notes: &mut Vec<Note>) -> Option<String> {
    let Some(decoded) = charset::decode(bytes) else {
        notes.push(Note::KindNotRead);
        return None;
    };
    if decoded.is_guess {
        notes.push(Note::EncodingGuessed(decoded.charset));
    }
    if decoded.has_replacements {
        notes.push(Note::BytesReplaced(decoded.charset));
    }
    if matches!(mime, "text/html" | "application/xml" | "image/svg+xml" | "message/rfc822") {
        notes.push(Note::MarkupKept);
    }
    Some(decoded.text)
}

fn pdf_text(bytes: &[u8], limits: &Limits, notes: &mut Vec<Note>) -> Option<String> {
    let gated = match duces_pdf::gate(bytes, &limits.pdf) {
        Ok(gated) => gated,
        Err(refusal) => {
            notes.push(Note::PdfRefused(refusal));
            return None;
        }
    };
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

fn cut(mut text: String, limit: usize, notes: &mut Vec<Note>) -> String {
    if text.len() > limit {
        let of = text.len();
        text.truncate(text.floor_char_boundary(limit));
        notes.push(Note::Cut { kept: text.len(), of });
    }
    text
}
