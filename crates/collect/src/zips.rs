//! ZIPs of a source: which of them are opened, and how they are unpacked without anything getting out of the scratch
//! folder.
//!
//! The rule. A ZIP that is itself the source is opened. A ZIP that lies in the source is opened where (1) it is no
//! document or program in the form of a ZIP, (2) its listing names a file that could hold messages, (3) no message
//! names it as its attachment, and (4) once unpacked, a reader recognises a file of it. Every other ZIP is a file like
//! any other. What cannot be opened safely is refused as a whole and named.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use duces_archive::{ArchiveError, Scratch};
use duces_files::{Batch, FailureKind, FilesError, HashedFile, ZipEntry, ZipIn, ZipLimits, ZipRefusal};

/// How deep ZIPs within ZIPs are opened.
pub(crate) const DEPTH: usize = 3;

/// What a ZIP of a source may claim to hold: far more than any export has, far less than a bomb unfolds to.
const LIMITS: ZipLimits = ZipLimits { entries: 2_000_000, entry: 64 << 30, total: 256 << 30, ratio: 200 };
/// Above this size a ZIP as a whole may unfold to no more than [`LIMITS`] has as ratio: many small bombs are one too.
const HARMLESS: u64 = 1 << 30;

/// Entries that tell a document or a program which is a ZIP only in its form.
const DOCUMENTS: &[&str] = &["[content_types].xml", "mimetype", "meta-inf/manifest.mf", "androidmanifest.xml"];

/// Extensions of files that could hold messages.
const MESSAGES: &[&str] = &[
    "csv", "db", "eml", "htm", "html", "json", "jsonl", "mbox", "mf", "ndjson", "rsmf", "sqlite", "tsv", "txt", "ufdr",
    "xls", "xlsx", "xml", "zip",
];

/// Why a member of a ZIP was not unpacked.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) why: String,
}

/// What a ZIP is, by its listing alone.
pub(crate) enum Listing {
    /// A document or something else without messages.
    Plain,
    /// It names a file that could hold messages.
    MayHoldMessages(Box<ZipIn>),
    /// It is not opened.
    Refused(ZipRefusal),
}

/// Returns whether a file begins as a ZIP does.
pub(crate) fn is_zip(path: &Path) -> bool {
    let mut head = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && matches!(&head, b"PK\x03\x04" | b"PK\x05\x06" | b"PK\x07\x08")
}

/// Looks through a ZIP without unpacking anything.
pub(crate) fn list(path: &Path) -> Result<Listing, FilesError> {
    let zip = match ZipIn::open(path, &LIMITS) {
        Ok(zip) => zip,
        Err(FilesError::Zip { refusal, .. }) => return Ok(Listing::Refused(refusal)),
        Err(error) => return Err(error),
    };
    let (packed, unfolded) = zip.entries().iter().fold((0_u64, 0_u64), |(packed, size), entry| {
        (packed.saturating_add(entry.packed), size.saturating_add(entry.size))
    });
    if unfolded > HARMLESS && unfolded / LIMITS.ratio > packed {
        return Ok(Listing::Refused(ZipRefusal::TooLarge(format!("{unfolded} bytes from {packed}"))));
    }
    let names: BTreeSet<String> = zip.entries().iter().map(|entry| entry.name.to_lowercase()).collect();
    let document = DOCUMENTS.iter().any(|name| names.contains(*name));
    let extension = |name: &String| name.rsplit_once('.').map(|(_, extension)| extension.to_owned());
    let messages = names.iter().filter_map(extension).any(|extension| MESSAGES.contains(&extension.as_str()));
    Ok(if messages && !document { Listing::MayHoldMessages(Box::new(zip)) } else { Listing::Plain })
}

/// Unpacks a ZIP into a folder of the scratch folder. A member that cannot be unpacked is named and left out.
pub(crate) fn unpack(zip: &mut ZipIn, to: &Path, scratch: &mut Scratch) -> Result<Vec<Unreadable>, ArchiveError> {
    let batch = scratch.batch()?;
    batch.create_dir_all(to)?;
    let mut unreadable = Vec::new();
    let mut buffer = vec![0; 128 * 1024];
    for entry in zip.entries().to_vec() {
        if let Err(why) = unpack_one(zip, &entry, to, batch, &mut buffer)? {
            unreadable.push(Unreadable { name: entry.name, size: entry.size, why });
        }
    }
    Ok(unreadable)
}

/// Unpacks one member; the inner error says why this one cannot be.
fn unpack_one(
    zip: &mut ZipIn,
    entry: &ZipEntry,
    to: &Path,
    batch: &Batch,
    buffer: &mut [u8],
) -> Result<Result<(), String>, FilesError> {
    // The reader has refused every name that is absolute, has a part `..` or clashes with another.
    let path = to.join(&entry.name);
    let created = path.parent().map_or(Ok(()), |folder| batch.create_dir_all(folder));
    let mut file = match created.and_then(|()| batch.create_new(&path)) {
        Ok(file) => file,
        Err(error) => return if is_about_the_name(&error) { Ok(Err(error.to_string())) } else { Err(error) },
    };
    let copied = match zip.open_entry(entry) {
        Ok(mut from) => copy(&mut from, &mut file, buffer)?,
        Err(error) => Err(error.to_string()),
    };
    match copied {
        Ok(()) => file.finish().map(|_| Ok(())),
        Err(why) => {
            drop(file);
            batch.disk().remove_file(&path)?;
            Ok(Err(why))
        }
    }
}

/// Copies; the inner error is the reading side's.
fn copy(from: &mut impl Read, to: &mut HashedFile, buffer: &mut [u8]) -> Result<Result<(), String>, FilesError> {
    loop {
        match from.read(buffer) {
            Ok(0) => return Ok(Ok(())),
            Ok(n) => to.write_all(&buffer[..n]).map_err(|e| FilesError::from_write(e, to.path()))?,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Ok(Err(e.to_string())),
        }
    }
}

/// A name can be too long for the file system, or be taken in it by another that it thinks the same.
fn is_about_the_name(error: &FilesError) -> bool {
    match error {
        FilesError::Io { source, .. } => {
            matches!(source.kind(), io::ErrorKind::InvalidFilename | io::ErrorKind::InvalidInput)
        }
        other => other.kind() == FailureKind::Exists,
    }
}
