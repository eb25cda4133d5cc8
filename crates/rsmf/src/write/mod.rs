//! Writes cleared transcripts as RSMF 2.0: the same transcript gives the same bytes.
//!
//! A transcript is cut into slices first, as Relativity recommends: by the day, a crowded day by the half and then by
//! the third. Each slice becomes one file: manifest and attachments in a ZIP, the ZIP in a mail.

mod events;
mod mail_out;
mod people;
mod slices;

use std::io::{Read as _, Write};
use std::path::{Path, PathBuf};

use duces_files::{DEFLATE_LIMIT, Deflated, Disk, FilesError, HashedFile, Written, ZipOut};
use duces_model::{BlobSource, Cleared, Transcript};

pub use slices::{RsmfSlice, rsmf_slices};

use crate::error::RsmfError;
use crate::file::{LARGEST_FILE, MOST_EVENTS};
use crate::manifest::{MANIFEST_NAME, Manifest};
use events::{SliceContent, Stored};

/// What one file may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RsmfLimits {
    /// How many events.
    pub events: usize,
    /// How many bytes.
    pub bytes: u64,
    /// How many participants headers name; the manifest names all. That the viewer has a limit is not documented.
    pub named_participants: usize,
}

impl Default for RsmfLimits {
    fn default() -> Self {
        Self { events: MOST_EVENTS, bytes: LARGEST_FILE, named_participants: 300 }
    }
}

/// What the caller says beside the transcript.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RsmfOptions {
    /// The program that writes, such as `duces 0.1.0`.
    pub generator: String,
    /// The native id of the account whose copy is written; incoming and outgoing are told by it.
    pub custodian: Option<String>,
    /// What keeps the files of one conversation together.
    pub event_collection_id: Option<String>,
    /// Further headers by the part of their names after `X-RSMF-`, such as `ControlNumber`.
    pub headers: Vec<(String, String)>,
    /// What one file may hold.
    pub limits: RsmfLimits,
}

/// Returns the manifest of a slice, as [`write_rsmf`] writes it.
pub fn rsmf_manifest(transcript: &Cleared<Transcript>, slice: &RsmfSlice, options: &RsmfOptions) -> Manifest {
    SliceContent::of(transcript, slice, options).manifest
}

/// Writes one slice as a file that must not be there yet.
pub fn write_rsmf(
    disk: &Disk,
    path: &Path,
    transcript: &Cleared<Transcript>,
    slice: &RsmfSlice,
    options: &RsmfOptions,
    blobs: &dyn BlobSource,
) -> Result<Written, RsmfError> {
    let content = SliceContent::of(transcript, slice, options);
    let zip_path = beside(path, "zip");
    let mut zip = ZipOut::create(disk, &zip_path)?;
    zip.add_deflated(MANIFEST_NAME, &content.manifest.to_json())?;
    for stored in &content.stored {
        add(disk, path, &mut zip, stored, blobs)?;
    }
    let packed = zip.finish()?;
    let mut out = disk.create_new(path)?;
    let written = write_mail(&mut out, transcript, &content, options, &zip_path);
    written.map_err(|error| RsmfError::Files(FilesError::from_write(error, path)))?;
    let written = out.finish()?;
    disk.remove_file(&zip_path)?;
    debug_assert!(written.size > packed.size, "base64 is longer than what it encodes");
    Ok(written)
}

/// Adds an attachment to the ZIP; a large one by way of a file, so that it is not held in memory.
fn add(disk: &Disk, path: &Path, zip: &mut ZipOut, stored: &Stored, blobs: &dyn BlobSource) -> Result<(), RsmfError> {
    let unreadable = |source| RsmfError::Attachment { name: stored.name.clone(), number: stored.number, source };
    if stored.size <= DEFLATE_LIMIT {
        let bytes = blobs.read(&stored.digest).map_err(unreadable)?;
        zip.add_prepared(&stored.id, &Deflated::of(&bytes))?;
        return Ok(());
    }
    let large = beside(path, "part");
    let mut file = disk.create_new(&large)?;
    blobs.copy(&stored.digest, &mut file).map_err(unreadable)?;
    let sums = file.finish()?;
    zip.add_stored_file(&stored.id, &large, &sums)?;
    disk.remove_file(&large)?;
    Ok(())
}

fn write_mail(
    out: &mut HashedFile,
    transcript: &Transcript,
    content: &SliceContent<'_>,
    options: &RsmfOptions,
    zip: &Path,
) -> std::io::Result<()> {
    out.write_all(mail_out::headers(transcript, content, options).as_bytes())?;
    mail_out::text_part(out, &content.text)?;
    mail_out::zip_head(out)?;
    let mut file = std::fs::File::open(zip)?;
    let mut encoder = mail_out::Base64Lines::new(out);
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        encoder.write(&buffer[..read])?;
    }
    encoder.finish()?;
    mail_out::end(out)
}

/// Returns the name of a working file beside the one that is written.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.file_name().map(std::ffi::OsStr::to_owned).unwrap_or_default();
    name.push(format!(".{what}.partial"));
    path.with_file_name(name)
}
