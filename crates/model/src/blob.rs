//! The one trait through which stages read attachments' bytes.

use std::io;

use crate::Digest;

/// Gives the original bytes of attachments by digest.
pub trait BlobSource: Sync {
    /// Returns all bytes of a blob. Fails where there is no such blob or its bytes no longer have that digest.
    fn read(&self, digest: &Digest) -> io::Result<Vec<u8>>;

    /// Copies a blob into `sink` without holding it in memory and returns how many bytes it has.
    fn copy(&self, digest: &Digest, sink: &mut dyn io::Write) -> io::Result<u64>;
}
