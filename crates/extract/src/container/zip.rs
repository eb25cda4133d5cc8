//! ZIPs. A member that is encrypted, packed in a way that is not known, or damaged is named and noted; the others are
//! read all the same.

use std::io::Cursor;

use zip::ZipArchive;
use zip::result::ZipError;

use super::{member, unread};
use crate::charset;
use crate::limits::Job;
use crate::note::{Limit, Note};
use crate::written::Written;

/// Reads a ZIP.
pub(super) fn read(bytes: &[u8], out: &mut Written, job: &mut Job<'_>) -> Result<(), Note> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| Note::Unreadable(error.to_string()))?;
    let names = names(&mut zip, job);
    for (index, name) in names.iter().enumerate() {
        if name.ends_with('/') {
            continue;
        }
        if !job.has_member() {
            let left = names.iter().skip(index).filter(|name| !name.ends_with('/')).count();
            return Err(Note::LimitReached(Limit::Members(left)));
        }
        let opened = match zip.by_index_data(index) {
            Ok(data) if data.encrypted() => Err(Note::Encrypted),
            Ok(_) => zip.by_index(index).map_err(note_of),
            Err(error) => Err(note_of(error)),
        };
        match opened.and_then(|entry| job.read_whole(entry)) {
            Ok(bytes) => member(name, &bytes, out, job),
            Err(note) => unread(name, note, out, job),
        }
    }
    Ok(())
}

fn note_of(error: ZipError) -> Note {
    match error {
        ZipError::Io(error) => Note::from_io(&error),
        other => Note::Unreadable(other.to_string()),
    }
}

/// Returns the names of all entries. Those that do not say they are UTF-8 are in the encoding of whoever packed them,
/// which is one for the whole ZIP and is guessed from all of them together.
fn names(zip: &mut ZipArchive<Cursor<&[u8]>>, job: &mut Job<'_>) -> Vec<String> {
    let raw: Vec<Vec<u8>> = zip.file_names_raw().map(<[u8]>::to_vec).collect();
    if raw.iter().all(|name| std::str::from_utf8(name).is_ok()) {
        return raw.into_iter().map(|name| String::from_utf8_lossy(&name).into_owned()).collect();
    }
    let guessed = charset::decode(&raw.join(&b'\n'));
    if let Some(guessed) = &guessed {
        job.say(Note::EncodingGuessed(guessed.charset));
    }
    let encoding = guessed.and_then(|guessed| encoding_rs::Encoding::for_label(guessed.charset.as_bytes()));
    let encoding = encoding.unwrap_or(encoding_rs::WINDOWS_1252);
    raw.into_iter()
        .map(|name| match String::from_utf8(name) {
            Ok(name) => name,
            Err(error) => encoding.decode_without_bom_handling(error.as_bytes()).0.into_owned(),
        })
        .collect()
}
