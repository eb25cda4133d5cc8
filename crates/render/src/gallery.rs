//! Pictures of a document while it is laid out: read once, the last few kept.

use std::collections::VecDeque;
use std::sync::Arc;

use duces_model::{BlobSource, Digest};

use crate::picture::{Picture, Refusal};

/// The most bytes of pictures kept for when they are shown again.
const KEPT: usize = 32_000_000;

/// Reads pictures by digest.
pub(crate) struct Gallery<'a> {
    blobs: &'a dyn BlobSource,
    recent: VecDeque<(Digest, Result<Arc<Picture>, Refusal>)>,
}

impl<'a> Gallery<'a> {
    pub(crate) fn new(blobs: &'a dyn BlobSource) -> Self {
        Self { blobs, recent: VecDeque::new() }
    }

    /// Returns a picture, or why it cannot be shown.
    pub(crate) fn picture(&mut self, digest: &Digest) -> Result<Arc<Picture>, Refusal> {
        if let Some((_, known)) = self.recent.iter().find(|(of, _)| of == digest) {
            return known.clone();
        }
        // The kind of failure alone: a system's own words may name paths.
        let read = self.blobs.read(digest).map_err(|e| Refusal::Unread(e.kind().to_string()));
        let picture = read.and_then(|bytes| Picture::read(&bytes, *digest)).map(Arc::new);
        self.recent.push_back((*digest, picture.clone()));
        let weight = |entry: &(Digest, Result<Arc<Picture>, Refusal>)| entry.1.as_ref().map_or(0, |p| p.weight());
        while self.recent.len() > 1 && self.recent.iter().map(weight).sum::<usize>() > KEPT {
            self.recent.pop_front();
        }
        picture
    }
}
