//! TARs: files in them as members; links, devices and folders hold no bytes.

use tar::Archive;

use super::{member, unread};
use crate::limits::Job;
use crate::note::{Limit, Note};
use crate::written::Written;

/// Reads a TAR.
pub(super) fn read(bytes: &[u8], out: &mut Written, job: &mut Job<'_>) -> Result<(), Note> {
    let mut archive = Archive::new(bytes);
    let entries = archive.entries().map_err(|error| Note::Unreadable(error.to_string()))?;
    let mut left_out = 0;
    for entry in entries {
        let entry = entry.map_err(|error| Note::Unreadable(error.to_string()))?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        // Beyond the limit members are only counted.
        if left_out > 0 || !job.has_member() {
            left_out += 1;
            continue;
        }
        match job.read_whole(entry) {
            Ok(bytes) => member(&name, &bytes, out, job),
            Err(note) => unread(&name, note, out, job),
        }
    }
    if left_out > 0 { Err(Note::LimitReached(Limit::Members(left_out))) } else { Ok(()) }
}
