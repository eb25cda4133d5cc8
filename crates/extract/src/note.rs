//! What there is to say about a text beside the text: what was guessed, what is hidden in the file, what could not be read.

use std::fmt;
use std::io;

use duces_pdf::Refusal;

/// One thing that the report should say about an attachment's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// The encoding is a guess.
    EncodingGuessed(&'static str),
    /// Some bytes stood for no character in the encoding and were replaced.
    BytesReplaced(&'static str),
    /// The text is markup with its tags left in.
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
    /// The text holds what a reader of the page does not see at once.
    Hidden {
        /// What it is, in the plural, such as `comments`.
        what: &'static str,
        /// How many of it.
        count: usize,
    },
    /// A part of the file cannot be read, or not to its end.
    PartUnreadable {
        /// The part, by its path in the file or in words.
        part: String,
        /// Why.
        reason: String,
    },
    /// The file is encrypted.
    Encrypted,
    /// The file is not what it seems to be, or damaged.
    Unreadable(String),
    /// A limit was reached; what lies beyond it was not read.
    LimitReached(Limit),
    /// Something about a member of the file.
    In {
        /// The member's path.
        member: String,
        /// What.
        note: Box<Note>,
    },
    /// Reading ended in a fault of the reader itself.
    ReaderFault,
}

/// A limit that was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The file is larger than what is read.
    Size,
    /// More unfolds from the attachment than may.
    Unfolded,
    /// The attachment has more members than are read; so many were left out of one container.
    Members(usize),
    /// Containers lie deeper within one another than is read.
    Depth,
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
            Self::Hidden { .. } => "text-hidden",
            Self::PartUnreadable { .. } => "text-part-unreadable",
            Self::Encrypted => "text-encrypted",
            Self::Unreadable(_) => "text-unreadable",
            Self::LimitReached(_) => "text-limit-reached",
            Self::In { note, .. } => note.code(),
            Self::ReaderFault => "text-reader-fault",
        }
    }

    /// Returns whether text may be lacking because of it. What is encrypted, cut, damaged or a picture is a loss; a
    /// guess or a hidden sheet is none.
    pub fn is_loss(&self) -> bool {
        match self {
            Self::Cut { .. }
            | Self::PdfRefused(_)
            | Self::PageUnreadable { .. }
            | Self::UnmappedCharacters(_)
            | Self::PagesWithoutText(_)
            | Self::KindNotRead
            | Self::PartUnreadable { .. }
            | Self::Encrypted
            | Self::Unreadable(_)
            | Self::LimitReached(_)
            | Self::ReaderFault => true,
            Self::EncodingGuessed(_)
            | Self::BytesReplaced(_)
            | Self::MarkupKept
            | Self::Pdf(_)
            | Self::Hidden { .. } => false,
            Self::In { note, .. } => note.is_loss(),
        }
    }

    /// Returns what a failed read comes to.
    pub(crate) fn from_io(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::FileTooLarge => Self::LimitReached(Limit::Unfolded),
            _ => Self::Unreadable(error.to_string()),
        }
    }

    /// Returns the note as one about a part of a file.
    pub(crate) fn of_part(self, part: &str) -> Self {
        match self {
            Self::Unreadable(reason) => Self::PartUnreadable { part: part.to_owned(), reason },
            other => other,
        }
    }

    /// Returns the note as one about a member of a container.
    pub(crate) fn in_member(self, member: &str) -> Self {
        match self {
            Self::In { member: inner, note } => Self::In { member: format!("{member} > {inner}"), note },
            note => Self::In { member: member.to_owned(), note: Box::new(note) },
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EncodingGuessed(charset) => write!(f, "the encoding was taken to be {charset}"),
            Self::BytesReplaced(charset) => write!(f, "some bytes are no characters in {charset} and were replaced"),
            Self::MarkupKept => f.write_str("tags are left in the text"),
            Self::Cut { kept, of } => write!(f, "the text was cut to {kept} of {of} bytes"),
            Self::PdfRefused(refusal) => write!(f, "{refusal}"),
            Self::Pdf(note) => write!(f, "the PDF {note}"),
            Self::PageUnreadable { page, reason } => write!(f, "the text of page {page} cannot be read: {reason}"),
            Self::UnmappedCharacters(n) => write!(f, "{n} characters are not mapped to text by the PDF's fonts"),
            Self::PagesWithoutText(n) => write!(f, "{n} pages hold no text"),
            Self::KindNotRead => f.write_str("no text is taken from this kind of file"),
            Self::Hidden { what, count } => write!(f, "the text holds {what} ({count})"),
            Self::PartUnreadable { part, reason } => write!(f, "{part} cannot be read to its end: {reason}"),
            Self::Encrypted => f.write_str("it is encrypted"),
            Self::Unreadable(reason) => write!(f, "it cannot be read: {reason}"),
            Self::LimitReached(limit) => write!(f, "{limit}"),
            Self::In { member, note } => write!(f, "{member}: {note}"),
            Self::ReaderFault => f.write_str("reading it ended in a fault of the reader"),
        }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size => f.write_str("it is larger than what is read"),
            Self::Unfolded => f.write_str("more unfolds from it than is read"),
            Self::Members(n) => write!(f, "{n} members beyond the limit were not read"),
            Self::Depth => f.write_str("it lies deeper within other files than is read"),
        }
    }
}
