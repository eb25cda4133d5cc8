//! Office documents that are ZIP packages of XML: Office Open XML and OpenDocument.
//!
//! What a reader of the document does not see at once is text too: tracked deletions, comments, notes, hidden sheets and
//! rows. It stands under labels of its own after what is shown, and a note counts it.

mod drawing;
mod open_document;
mod package;
mod sheet;
mod sheet_format;
mod slides;
mod word;
mod workbook;

use crate::limits::Job;
use crate::note::Note;
use crate::written::Written;
use package::Package;

/// What a package holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    Workbook,
    Slides,
    OpenDocument,
}

/// Returns the kind of document that a media type stands for.
pub(crate) fn kind_of(mime: &str) -> Option<Kind> {
    match mime {
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => Some(Kind::Word),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Some(Kind::Workbook),
        "application/vnd.openxmlformats-officedocument.presentationml.presentation" => Some(Kind::Slides),
        mime if mime.starts_with("application/vnd.oasis.opendocument.") => Some(Kind::OpenDocument),
        _ => None,
    }
}

/// Returns the text of a document; what is embedded in it comes as members.
pub(crate) fn text(bytes: &[u8], kind: Kind, job: &mut Job<'_>) -> Option<String> {
    let mut package = match Package::open(bytes) {
        Ok(package) => package,
        Err(note) => {
            job.say(note);
            return None;
        }
    };
    let mut out = Written::new(job.limits.max_text_bytes);
    let read = match kind {
        Kind::Word => word::read(&mut package, &mut out, job),
        Kind::Workbook => workbook::read(&mut package, &mut out, job),
        Kind::Slides => slides::read(&mut package, &mut out, job),
        Kind::OpenDocument => open_document::read(&mut package, &mut out, job),
    };
    if let Err(note) = read {
        job.say(note);
        return None;
    }
    for name in package.names_where(|name| name.contains("/embeddings/") || name.starts_with("ObjectReplacements/Pkg"))
    {
        match package.bytes(&name, job) {
            Ok(bytes) => crate::container::member(&name, &bytes, &mut out, job),
            Err(note) => job.say(note.in_member(&name)),
        }
    }
    let (text, cut) = out.finish();
    job.notes.extend(cut);
    Some(text)
}

/// Reads one part of a package; what is wrong with it is said, and the rest is read all the same.
fn part(
    package: &mut Package<'_>,
    name: &str,
    job: &mut Job<'_>,
    read: impl FnOnce(&mut package::Part<'_, '_, '_>) -> Result<(), Note>,
) {
    let result = package.part(name, job).and_then(|mut part| read(&mut part));
    if let Err(note) = result {
        job.say(note.of_part(name));
    }
}

/// Says how much there is of something that is not seen at once.
fn say_hidden(what: &'static str, count: usize, job: &mut Job<'_>) {
    if count > 0 {
        job.say(Note::Hidden { what, count });
    }
}
