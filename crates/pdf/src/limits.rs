//! How much a PDF may ask of the machine before it is refused.

use std::time::Duration;

/// Bounds the memory and work that one PDF may take.
///
/// All bounds but `deadline` count things in the file, so that the same file meets the same fate
/// on every machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest file that is read, in bytes.
    pub max_bytes: usize,
    /// The most indirect objects a file may hold.
    pub max_objects: usize,
    /// The most pages a file may hold.
    pub max_pages: usize,
    /// The largest single object stream or cross-reference stream, decoded, in bytes.
    pub max_object_stream_bytes: usize,
    /// The largest sum of all object streams, decoded, in bytes.
    pub max_object_streams_bytes: usize,
    /// The largest content, font or character-map stream, decoded, in bytes.
    pub max_stream_bytes: usize,
    /// The most operators that reading one page's text carries out, form XObjects included.
    pub max_operators: usize,
    /// How long parsing may take before the file is given up as looping.
    ///
    /// It exists because the parser is foreign code without a work counter: a hostile file may
    /// keep it busy for ever, and no honest one comes near. With `None` the parser runs on the
    /// calling thread, which suits files that duces itself wrote.
    pub deadline: Option<Duration>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 256 << 20,
            max_objects: 1_000_000,
            max_pages: 100_000,
            max_object_stream_bytes: 16 << 20,
            max_object_streams_bytes: 128 << 20,
            max_stream_bytes: 128 << 20,
            max_operators: 20_000_000,
            deadline: Some(Duration::from_secs(120)),
        }
    }
}

impl Limits {
    /// Returns the default bounds without a deadline, for files that duces wrote itself.
    pub fn without_deadline() -> Self {
        Self { deadline: None, ..Self::default() }
    }
}
