//! All streams of a finished PDF, decoded, for a scan of what they hold.

use lopdf::{Document, Object};

use crate::limits::Limits;
use crate::load;
use crate::refusal::Refusal;

/// One stream, decoded where its filters are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedStream {
    /// The object number.
    pub object: u32,
    /// The content; encoded still where `is_decoded` is false (an image, mostly).
    pub content: Vec<u8>,
    /// Whether all filters could be undone within the limits.
    pub is_decoded: bool,
}

/// Returns the decoded streams of a PDF in the order of their object numbers, one at a time.
pub fn decoded_streams(bytes: &[u8], limits: &Limits) -> Result<impl Iterator<Item = DecodedStream> + use<>, Refusal> {
    let document = load::contained(bytes, limits, load::load)?;
    let limit = limits.max_stream_bytes;
    Ok(streams_of(document, limit))
}

fn streams_of(document: Document, limit: usize) -> impl Iterator<Item = DecodedStream> {
    document.objects.into_iter().filter_map(move |((object, _), value)| {
        let Object::Stream(stream) = value else { return None };
        Some(match stream.get_plain_content_with_limit(limit) {
            Ok(content) => DecodedStream { object, content, is_decoded: true },
            Err(_) => DecodedStream { object, content: stream.content, is_decoded: false },
        })
    })
}
