//! What lies in other files: each member's text under a line that names it, within limits.

mod gzip;
mod tar;
mod zip;

use crate::limits::Job;
use crate::mime::mime_of;
use crate::note::{Limit, Note};
use crate::written::{Written, one_line};

/// A kind of container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    Tar,
    Gzip,
}

/// Returns the kind of container that a media type stands for.
pub(crate) fn kind_of(mime: &str) -> Option<Kind> {
    match mime {
        "application/zip" | "application/epub+zip" => Some(Kind::Zip),
        "application/x-tar" => Some(Kind::Tar),
        "application/gzip" => Some(Kind::Gzip),
        _ => None,
    }
}

/// Returns the text of a container: its members' texts, each under its path.
pub(crate) fn text(bytes: &[u8], kind: Kind, job: &mut Job<'_>) -> Option<String> {
    let mut out = Written::new(job.limits.max_text_bytes);
    let read = match kind {
        Kind::Zip => zip::read(bytes, &mut out, job),
        Kind::Tar => tar::read(bytes, &mut out, job),
        Kind::Gzip => gzip::read(bytes, &mut out, job),
    };
    if let Err(note) = read {
        job.say(note);
    }
    let (text, cut) = out.finish();
    job.notes.extend(cut);
    (!text.is_empty()).then_some(text)
}

/// Writes a member's text under its path; what there is to say of it is said of the member.
pub(crate) fn member(path: &str, bytes: &[u8], out: &mut Written, job: &mut Job<'_>) {
    let mime = mime_of(bytes, path);
    let read = job.read;
    nested(path, mime, out, job, |job| read(bytes, mime, job));
}

/// Writes the text of a member that `read` takes out of it.
pub(crate) fn nested(
    path: &str,
    mime: &str,
    out: &mut Written,
    job: &mut Job<'_>,
    read: impl FnOnce(&mut Job<'_>) -> Option<String>,
) {
    if !job.take_member() {
        job.say(Note::LimitReached(Limit::Members(1)));
        return;
    }
    let path = one_line(path);
    let said = std::mem::take(&mut job.notes);
    job.depth += 1;
    let text = if job.depth > job.limits.max_depth {
        job.say(Note::LimitReached(Limit::Depth));
        None
    } else {
        read(job)
    };
    job.depth -= 1;
    let of_member = std::mem::replace(&mut job.notes, said);
    job.notes.extend(of_member.into_iter().map(|note| note.in_member(&path)));
    heading(&path, text.as_ref().map_or(Some(mime), |_| None), out);
    if let Some(text) = text {
        out.line(&text);
    }
}

/// Writes the line that names a member whose text cannot be taken, and says why.
pub(crate) fn unread(path: &str, why: Note, out: &mut Written, job: &mut Job<'_>) {
    job.take_member();
    let path = one_line(path);
    heading(&path, Some("not read"), out);
    job.say(why.in_member(&path));
}

fn heading(path: &str, without_text: Option<&str>, out: &mut Written) {
    match without_text {
        None => out.heading(&format!("=== {path} ===")),
        Some(what) => out.heading(&format!("=== {path} ({what}, no text) ===")),
    }
}
