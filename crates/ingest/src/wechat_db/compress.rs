//! Compressed contents: LZ4 blocks of 3.x, zstd frames of 4.x. What they grow to is limited.

/// What a content may grow to.
const LIMIT: usize = 64 * 1024 * 1024;

/// Returns the text of an LZ4 block. How long it is stands nowhere, so that it is tried with more and more room.
pub(crate) fn lz4_block(block: &[u8]) -> Result<Vec<u8>, String> {
    // One byte stands for at most 255.
    let most = block.len().saturating_mul(255).saturating_add(64).min(LIMIT);
    let mut room = block.len().saturating_mul(4).clamp(1024.min(most), most);
    loop {
        let mut out = vec![0; room];
        match lz4_flex::block::decompress_into(block, &mut out) {
            Ok(length) => {
                out.truncate(length);
                return Ok(out);
            }
            Err(lz4_flex::block::DecompressError::OutputTooSmall { .. }) if room < most => {
                room = room.saturating_mul(4).min(most);
            }
            Err(error) => return Err(format!("no whole LZ4 block: {error}")),
        }
    }
}

/// How a zstd frame begins.
pub(crate) const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Unpacks zstd frames with one context.
pub(crate) struct Zstd(zstd::bulk::Decompressor<'static>);

impl Zstd {
    pub(crate) fn new() -> std::io::Result<Self> {
        zstd::bulk::Decompressor::new().map(Self)
    }

    /// Returns the content of frames.
    pub(crate) fn unpack(&mut self, frames: &[u8]) -> Result<Vec<u8>, String> {
        let declared = zstd::zstd_safe::get_frame_content_size(frames).ok().flatten();
        let declared = declared.and_then(|size| usize::try_from(size).ok()).filter(|size| *size <= LIMIT);
        match declared.map(|size| self.0.decompress(frames, size)) {
            Some(Ok(content)) => Ok(content),
            _ => streamed(frames),
        }
    }
}

/// Unpacks what does not say how long it is, or several frames in a row.
fn streamed(frames: &[u8]) -> Result<Vec<u8>, String> {
    use std::io::Read as _;
    let failed = |error: std::io::Error| format!("no whole zstd frame: {error}");
    let decoder = zstd::stream::read::Decoder::with_buffer(frames).map_err(failed)?;
    let mut out = Vec::new();
    decoder.take(LIMIT as u64 + 1).read_to_end(&mut out).map_err(failed)?;
    if out.len() > LIMIT {
        return Err(format!("it unpacks to more than {} MiB", LIMIT >> 20));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents() -> [Vec<u8>; 4] {
        [
            b"<msg/>".to_vec(),
            Vec::new(),
            "<msg><appmsg><title>合同</title></appmsg></msg>".repeat(300).into_bytes(),
            vec![b'a'; 3_000_000],
        ]
    }

    #[test]
    fn lz4_blocks_without_a_size_come_back() {
        for content in contents() {
            let block = lz4_flex::block::compress(&content);
            assert!(lz4_block(&block).as_deref() == Ok(&content));
            for cut in [block.len() / 2, block.len() - 1] {
                let cut = lz4_block(&block[..cut]);
                assert!(cut.as_deref() != Ok(&content), "{}", content.len());
            }
        }
        assert!(lz4_block(b"").is_err());
        assert!(lz4_block(b"\xff\xff\xff\xff\xff").is_err());
    }

    #[test]
    fn zstd_frames_come_back() {
        let mut zstd = Zstd::new().expect("memory");
        for content in contents() {
            let sized = zstd::bulk::compress(&content, 3).expect("compressed");
            let unsized_ = zstd::stream::encode_all(content.as_slice(), 3).expect("compressed");
            let twice = [sized.as_slice(), &unsized_].concat();
            assert!(zstd.unpack(&sized).as_deref() == Ok(&content));
            assert!(zstd.unpack(&unsized_).as_deref() == Ok(&content));
            assert!(zstd.unpack(&twice).as_deref() == Ok(&content.repeat(2)));
            assert!(zstd.unpack(&sized[..sized.len() - 1]).is_err());
        }
        // A frame that says it holds more than is allowed, and one that only does.
        let bomb = zstd::stream::encode_all(std::io::repeat(0).take(LIMIT as u64 + 2), 1).expect("compressed");
        assert!(zstd.unpack(&bomb).is_err());
    }

    use std::io::Read as _;
}
