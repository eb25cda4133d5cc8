//! WeChat's own databases, decrypted by whoever was entitled to: of Windows 3.x, of 4.x, of iOS and of Android.
//!
//! `layout` tells by its tables what a database holds, `claims` which files belong to one account. Each family then has
//! one module, which says what its columns mean; `stream` drives the reading, row after row, and what they share stands
//! in `content` (the body of a message), `people` (names), `packed` and `compress` (what is wrapped up in a column).
//! Encrypted databases never come here: they are refused, and keys are never looked for.

pub(crate) mod android;
mod claims;
mod compress;
mod content;
mod files;
pub(crate) mod ios;
mod layout;
mod linked;
mod media4;
mod packed;
mod people;
mod proto;
mod reading;
mod stream;
pub(crate) mod windows3;
pub(crate) mod windows4;

use md5::{Digest as _, Md5};

use crate::IngestError;
use crate::probe::Probe;
use layout::{Family, Part};
pub(crate) use linked::add_preview;

/// Tells whether a file of its own holds the messages of a family.
fn holds_messages(probe: &mut Probe<'_>, family: Family) -> Result<bool, IngestError> {
    let Some(database) = probe.database()? else { return Ok(false) };
    Ok(layout::parts(database).contains(&(family, Part::Messages)))
}

/// Tells whether a file is a database of names or media, without messages.
pub(crate) fn is_companion(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let Some(database) = probe.database()? else { return Ok(false) };
    Ok(!layout::parts(database).is_empty())
}

/// Returns the MD5 of an id, by which tables and folders are named.
fn hash_of(id: &str) -> String {
    Md5::digest(id.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
