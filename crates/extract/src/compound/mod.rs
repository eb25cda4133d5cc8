//! Compound files (OLE): mails of Outlook, and the older documents of Office.

mod outlook;
mod powerpoint;
mod property;
mod word;

use std::io::Cursor;
use std::path::Path;

use cfb::CompoundFile;

use crate::limits::Job;
use crate::note::Note;

/// A kind of compound file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Outlook,
    Word,
    PowerPoint,
    /// Anything else; it may be a document that is encrypted.
    Other,
}

/// Returns the kind of compound file that a media type stands for.
pub(crate) fn kind_of(mime: &str) -> Option<Kind> {
    match mime {
        "application/vnd.ms-outlook" => Some(Kind::Outlook),
        "application/msword" => Some(Kind::Word),
        "application/vnd.ms-powerpoint" => Some(Kind::PowerPoint),
        "application/x-ole-storage" => Some(Kind::Other),
        _ => None,
    }
}

/// A compound file in memory.
type File<'b> = CompoundFile<Cursor<&'b [u8]>>;

/// Returns the text of a compound file.
pub(crate) fn text(bytes: &[u8], kind: Kind, job: &mut Job<'_>) -> Option<String> {
    let mut file = match CompoundFile::open(Cursor::new(bytes)) {
        Ok(file) => file,
        Err(error) => {
            job.say(Note::Unreadable(error.to_string()));
            return None;
        }
    };
    if file.is_stream("EncryptedPackage") {
        job.say(Note::Encrypted);
        return None;
    }
    let text = match kind {
        Kind::Outlook => Ok(outlook::text(&mut file, Path::new("/"), job)),
        Kind::Word => word::text(&mut file, job),
        Kind::PowerPoint => powerpoint::text(&mut file, job),
        Kind::Other => Err(Note::KindNotRead),
    };
    text.unwrap_or_else(|note| {
        job.say(note);
        None
    })
}

/// Returns a stream as a whole.
fn stream(file: &mut File<'_>, path: impl AsRef<Path>, job: &Job<'_>) -> Result<Vec<u8>, Note> {
    let stream = file.open_stream(path).map_err(|error| Note::from_io(&error))?;
    job.read_whole(stream)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn usize_at(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32_at(bytes, at)?).ok()
}

/// Returns a text in UTF-16; halves of characters that stand alone are replaced.
fn from_utf16(bytes: &[u8]) -> String {
    encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
}
