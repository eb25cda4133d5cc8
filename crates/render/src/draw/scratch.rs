//! Buffers that one thread uses again for each document it draws; nothing in them outlives a document.

use std::cell::Cell;

use libdeflater::{CompressionLvl, Compressor};

thread_local! {
    static KEPT: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

pub(super) struct Scratch {
    /// For each character its number in its font's subset; all zero between documents.
    pub(super) cids: Vec<u16>,
    pub(super) content: Vec<u8>,
    pub(super) font: Vec<u8>,
    pub(super) deflater: Deflater,
}

impl Scratch {
    pub(super) fn take() -> Box<Self> {
        KEPT.take().unwrap_or_else(|| {
            Box::new(Self { cids: Vec::new(), content: Vec::new(), font: Vec::new(), deflater: Deflater::new() })
        })
    }

    pub(super) fn give_back(self: Box<Self>) {
        KEPT.set(Some(self));
    }
}

/// Compresses streams at the level that measured best: the fastest.
pub(super) struct Deflater {
    compressor: Compressor,
    out: Vec<u8>,
}

impl Deflater {
    fn new() -> Self {
        Self { compressor: Compressor::new(CompressionLvl::fastest()), out: Vec::new() }
    }

    pub(super) fn zlib(&mut self, bytes: &[u8]) -> &[u8] {
        let bound = self.compressor.zlib_compress_bound(bytes.len());
        if self.out.len() < bound {
            self.out.resize(bound, 0);
        }
        let written = self.compressor.zlib_compress(bytes, &mut self.out).expect("the buffer is as long as the bound");
        &self.out[..written]
    }
}
