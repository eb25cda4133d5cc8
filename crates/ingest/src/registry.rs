//! The registry of readers: detection and opening are derived from it.

use crate::reader::Reader;
use crate::{Format, chatlog, jsonl, pywxdump, rsmf, weflow};

/// Every reader, in the order in which they are asked: those that look at more come first.
#[rustfmt::skip]
pub(crate) static READERS: &[Reader] = &[
    jsonl::READER,
    rsmf::READER,
    weflow::READER,
    chatlog::READER,
    pywxdump::READER,
];

/// Returns the reader of a format.
pub(crate) fn reader_of(format: Format) -> &'static Reader {
    READERS.iter().find(|reader| reader.format == format).expect("each format has a reader, as the test below holds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_has_one_reader() {
        for format in Format::ALL.iter().copied() {
            assert_eq!(READERS.iter().filter(|reader| reader.format == format).count(), 1, "{format}");
        }
        assert_eq!(READERS.len(), Format::ALL.len());
    }
}
