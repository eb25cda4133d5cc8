//! Takes the text out of one attachment and says where it came from.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::limits::{Job, Limits};
use crate::note::{Limit, Note};
use crate::{compound, container, mail, office, pdf, plain, rtf};

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
    /// What the report should say.
    pub notes: Vec<Note>,
}

impl Extraction {
    /// Returns whether text is lacking, in part or as a whole.
    pub fn is_lossy(&self) -> bool {
        self.text.is_none() || self.notes.iter().any(Note::is_loss)
    }
}

/// Returns whether text can be taken from files of a media type at all, so that others need not be read.
pub fn is_readable(mime: &str) -> bool {
    Reader::of(mime).is_some()
}

/// Takes the text out of an attachment of a media type, as [`mime_of`](crate::mime_of) tells it; what has no text has a
/// note instead.
///
/// The text is a pure function of the bytes, the media type and the limits.
pub fn extract(bytes: &[u8], mime: &str, limits: &Limits) -> Extraction {
    let taken = catch_unwind(AssertUnwindSafe(|| {
        let mut job = Job::new(limits, text);
        let text = text(bytes, mime, &mut job);
        (text, job.notes)
    }));
    // A fault within a library ends the reading of this file and no more.
    let (text, mut notes) = taken.unwrap_or_else(|_| (None, vec![Note::ReaderFault]));
    let text = text.map(|text| cut(text, limits.max_text_bytes, &mut notes));
    let source = if text.is_some() { TextSource::Extracted } else { TextSource::None };
    Extraction { text, source, notes }
}

/// What reads a media type.
#[derive(Clone, Copy)]
enum Reader {
    Pdf,
    Plain,
    Mail,
    Rtf,
    Office(office::Kind),
    Compound(compound::Kind),
    Container(container::Kind),
}

impl Reader {
    fn of(mime: &str) -> Option<Self> {
        match mime {
            "application/pdf" => Some(Self::Pdf),
            "message/rfc822" => Some(Self::Mail),
            "application/rtf" => Some(Self::Rtf),
            mime if plain::is_plain(mime) => Some(Self::Plain),
            mime => (office::kind_of(mime).map(Self::Office))
                .or_else(|| compound::kind_of(mime).map(Self::Compound))
                .or_else(|| container::kind_of(mime).map(Self::Container)),
        }
    }
}

/// Takes the text out of a file or of a member of one.
pub(crate) fn text(bytes: &[u8], mime: &str, job: &mut Job<'_>) -> Option<String> {
    let Some(reader) = Reader::of(mime) else {
        job.say(Note::KindNotRead);
        return None;
    };
    if bytes.len() as u64 > job.limits.max_bytes {
        job.say(Note::LimitReached(Limit::Size));
        return None;
    }
    match reader {
        Reader::Pdf => pdf::text(bytes, job),
        Reader::Plain => plain::text(bytes, mime, job),
        Reader::Mail => mail::text(bytes, job),
        Reader::Rtf => rtf::text(bytes, job),
        Reader::Office(kind) => office::text(bytes, kind, job),
        Reader::Compound(kind) => compound::text(bytes, kind, job),
        Reader::Container(kind) => container::text(bytes, kind, job),
    }
}

fn cut(mut text: String, limit: usize, notes: &mut Vec<Note>) -> String {
    if text.len() > limit {
        let of = text.len();
        text.truncate(text.floor_char_boundary(limit));
        notes.push(Note::Cut { kept: text.len(), of });
    }
    text
}
