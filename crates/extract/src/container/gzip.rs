//! GZIPs: the one file that is packed in each, or several after one another as one.

use flate2::bufread::MultiGzDecoder;

use super::{member, unread};
use crate::charset;
use crate::limits::Job;
use crate::note::Note;
use crate::written::Written;

/// Reads a GZIP.
pub(super) fn read(bytes: &[u8], out: &mut Written, job: &mut Job<'_>) -> Result<(), Note> {
    let decoder = MultiGzDecoder::new(bytes);
    let name = decoder.header().and_then(|header| header.filename()).and_then(charset::decode);
    let name = name.map(|name| name.text).filter(|name| !name.is_empty()).unwrap_or_else(|| "content".to_owned());
    match job.read_whole(decoder) {
        Ok(bytes) => member(&name, &bytes, out, job),
        Err(note) => unread(&name, note, out, job),
    }
    Ok(())
}
