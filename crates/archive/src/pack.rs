//! Raw records, packed: many records make one compressed chunk, of which a record is a span.

use duces_model::Digest;

/// How many bytes of raw records make a chunk.
pub const CHUNK_BYTES: usize = 256 * 1024;

/// A chunk of raw records, compressed; pure work that can be done on any thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedChunk {
    pub(crate) size: usize,
    pub(crate) digest: Digest,
    pub(crate) packed: Vec<u8>,
}

impl PackedChunk {
    /// Compresses the bytes of some records, one after the other.
    pub fn of(bytes: &[u8]) -> Self {
        let packed = zstd::bulk::compress(bytes, 1).expect("compressing into memory does not fail");
        Self { size: bytes.len(), digest: Digest::of(bytes), packed }
    }
}

/// Unpacks a chunk; `Err` says what is wrong with it.
pub(crate) fn unpack(packed: &[u8], size: i64, digest: &[u8]) -> Result<Vec<u8>, String> {
    let size = usize::try_from(size).map_err(|_| "a chunk has a negative size".to_owned())?;
    let bytes = zstd::bulk::decompress(packed, size).map_err(|e| format!("a chunk cannot be unpacked: {e}"))?;
    if Digest::of(&bytes).as_bytes() == digest {
        Ok(bytes)
    } else {
        Err("a chunk no longer has the bytes that were collected".to_owned())
    }
}
