//! What a ZIP says beside its content: comments, times, extra data, and the digest file that stands beside it.
//!
//! `duces_files::ZipIn` has refused what misleads a reader before this runs; here the directory is read once
//! more for what a reviewed production must not carry. Clauses are those of PKWARE's APPNOTE.TXT 6.3.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use duces_files::{FailureKind, measure};
use duces_model::{Digest, Place};

use crate::codes;
use crate::medium::zip_name;
use crate::tally::{Tally, shown};

/// The header of an extra field that large files need.
const ZIP64_EXTRA: u16 = 1;
/// The longest directory that is looked through.
const LONGEST_DIRECTORY: u64 = 1 << 30;

/// Checks the directory of a ZIP.
pub(crate) fn check_directory(path: &Path, tally: &mut Tally) {
    let check = "ZIP comments, times and extra data";
    match directory(path) {
        Ok(Some((directory, has_comment))) => {
            tally.ran(check);
            if has_comment {
                let text = "the ZIP carries a comment; a production has none";
                tally.add(&codes::ZIP_COMMENT, Place::file(zip_name(path)), text);
            }
            check_entries(&directory, &zip_name(path), tally);
        }
        Ok(None) => tally.not_run(check, "its directory was not understood"),
        Err(error) => tally.not_run(check, error),
    }
}

/// Returns the bytes of the central directory, and whether the ZIP has a comment.
fn directory(path: &Path) -> io::Result<Option<(Vec<u8>, bool)>> {
    const END: usize = 22;
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    // The end record (4.3.16) and a comment of at most 65,535 bytes, with the Zip64 locator before them.
    let tail_length = length.min((END + 65_535 + 20) as u64);
    file.seek(SeekFrom::Start(length - tail_length))?;
    let mut tail = Vec::new();
    (&mut file).take(tail_length).read_to_end(&mut tail)?;
    let Some(end) = (0..=tail.len().saturating_sub(END)).rev().find(|&at| {
        tail[at..].starts_with(b"PK\x05\x06")
            && u16_at(&tail, at + 20).is_some_and(|comment| at + END + usize::from(comment) == tail.len())
    }) else {
        return Ok(None);
    };
    let has_comment = end + END != tail.len();
    let (Some(mut size), Some(mut start)) =
        (u32_at(&tail, end + 12).map(u64::from), u32_at(&tail, end + 16).map(u64::from))
    else {
        return Ok(None);
    };
    if let Some(locator) = end.checked_sub(20).filter(|&at| tail[at..].starts_with(b"PK\x06\x07")) {
        let Some(record) = u64_at(&tail, locator + 8) else { return Ok(None) };
        let mut record64 = [0; 56];
        file.seek(SeekFrom::Start(record))?;
        file.read_exact(&mut record64)?;
        size = u64_at(&record64, 40).unwrap_or(size);
        start = u64_at(&record64, 48).unwrap_or(start);
    }
    if size > length.min(LONGEST_DIRECTORY) {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(start))?;
    let mut bytes = Vec::new();
    file.take(size).read_to_end(&mut bytes)?;
    Ok(Some((bytes, has_comment)))
}

fn check_entries(directory: &[u8], zip: &str, tally: &mut Tally) {
    let mut first_time = None;
    let mut at = 0;
    // The central header (4.3.12) has 46 fixed bytes.
    while directory.get(at..).is_some_and(|rest| rest.starts_with(b"PK\x01\x02")) {
        let lengths = [28, 30, 32].map(|offset| u16_at(directory, at + offset).map(usize::from));
        let [Some(name), Some(extra), Some(comment)] = lengths else { break };
        let Some(name_bytes) = directory.get(at + 46..at + 46 + name) else { break };
        let entry = shown(&String::from_utf8_lossy(name_bytes));
        let place = || Place::file(format!("{zip}/{entry}"));
        if comment > 0 {
            tally.add(&codes::ZIP_COMMENT, place(), "the entry carries a comment; a production has none");
        }
        if has_foreign_extra(directory.get(at + 46 + name..at + 46 + name + extra).unwrap_or_default()) {
            tally.add(&codes::ZIP_EXTRA, place(), "the entry carries extra data, such as user ids or finer times");
        }
        let time = directory.get(at + 12..at + 16);
        if *first_time.get_or_insert(time) != time {
            tally.add(&codes::ZIP_CLOCK, place(), "the entry carries another time than the first one");
        }
        at += 46 + name + extra + comment;
    }
}

fn has_foreign_extra(mut extra: &[u8]) -> bool {
    while !extra.is_empty() {
        match (u16_at(extra, 0), u16_at(extra, 2)) {
            (Some(ZIP64_EXTRA), Some(length)) => extra = extra.get(4 + usize::from(length)..).unwrap_or_default(),
            _ => return true,
        }
    }
    false
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..at + 8)?.try_into().ok().map(u64::from_le_bytes)
}

/// Checks a ZIP against the digest file beside it: `VOL001.zip.sha256` for `VOL001.zip`.
pub(crate) fn check_digest_file(zip: &Path, tally: &mut Tally) {
    let check = "digest of the ZIP";
    let Some(name) = zip.file_name() else { return };
    let mut beside = name.to_os_string();
    beside.push(".sha256");
    let beside: PathBuf = zip.with_file_name(beside);
    let text = match fs::metadata(&beside).and_then(|facts| {
        if facts.len() > 4096 {
            Ok(String::new())
        } else {
            fs::read(&beside).map(|b| String::from_utf8_lossy(&b).into())
        }
    }) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            tally.not_run(check, format!("no {}.sha256 beside it", shown(&name.to_string_lossy())));
            return;
        }
        Err(error) => {
            tally.not_run(check, error);
            return;
        }
    };
    tally.ran(check);
    let place = Place::file(zip_name(&beside));
    let Some(expected) = digest_line(&text, &name.to_string_lossy()) else {
        let wanted = format!("it is not the one line `DIGEST  {}`", shown(&name.to_string_lossy()));
        tally.add(&codes::ZIP_DIGEST_FILE, place, wanted);
        return;
    };
    match measure(zip) {
        Ok(written) if written.digest == expected => {}
        Ok(written) => {
            let text = format!(
                "the ZIP's SHA-256 is {}, the file beside it says {expected}: it was changed or damaged after it was packed",
                written.digest
            );
            tally.add(&codes::ZIP_DIGEST, Place::file(zip_name(zip)), text);
        }
        Err(error) if error.kind() == FailureKind::NotFound => tally.not_run(check, error),
        Err(error) => tally.add(&codes::FILE_UNREADABLE, Place::file(zip_name(zip)), error.to_string()),
    }
}

/// Returns the digest of a line as `sha256sum` writes it, where it is about `name`.
fn digest_line(text: &str, name: &str) -> Option<Digest> {
    let line = text.strip_suffix('\n')?;
    let (digest, rest) = line.split_at_checked(64)?;
    let named = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *"))?;
    (named == name).then(|| digest.parse().ok()).flatten()
}
